"""Reviews by students."""

from dataclasses import dataclass

import numpy as np

from edu_seed.clock import HOUR, MINUTE, Clock
from edu_seed.courses import Courses
from edu_seed.learning import COMPLETED, IN_PROGRESS, Learning
from edu_seed.rng import Ints, stream
from edu_seed.sizes import Size

KEENNESS = {COMPLETED: 3.0, IN_PROGRESS: 1.5}
"""How much likelier than others these students are to write a review."""
SCATTER = 0.75
UNHAPPY_SHARE = 0.08
"""Fraction of reviews whose rating hardly depends on the quality of the course."""


@dataclass(frozen=True)
class Reviews:
    enrollment: Ints
    rating: Ints
    created: Ints


def make_reviews(size: Size, seed: int, clock: Clock, courses: Courses, learning: Learning) -> Reviews:
    """Generate reviews by different students of their courses, in the order of the enrollments."""
    rng = stream(seed, "reviews")
    status = learning.status
    keen = np.select([status == state for state in KEENNESS], list(KEENNESS.values()), 1.0)
    # The largest u^(1/weight): a weighted sample without replacement.
    order = np.where(learning.active, rng.random(len(status)) ** (1 / keen), -1.0)
    chosen = np.sort(np.argpartition(-order, size.reviews)[: size.reviews])
    quality = courses.quality[learning.course[chosen]]
    usual = np.clip(np.rint(rng.normal(quality, SCATTER)), 1, 5).astype(np.int64)
    unhappy = rng.random(size.reviews) < UNHAPPY_SHARE
    rating = np.where(unhappy, rng.integers(1, 4, size.reviews), usual)
    start = learning.last_activity[chosen]
    wait = rng.random(size.reviews) ** 3 * (clock.end - start - HOUR)
    return Reviews(chosen, rating, start + MINUTE + np.maximum(wait, 0).astype(np.int64))

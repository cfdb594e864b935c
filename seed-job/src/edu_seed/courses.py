"""The catalogue: its courses, their teachers, times and prices. A course's number is its rank by popularity."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from edu_seed.clock import DAY, HOUR, Clock
from edu_seed.content import Bank, Content
from edu_seed.people import People, fields
from edu_seed.rng import Flags, Floats, Ints, listed, stream
from edu_seed.sizes import Size
from edu_seed.slugs import slug_of, with_ending
from edu_seed.titles import Title, titles

RUSSIAN_SHARE = 0.15
BILINGUAL_WEIGHT = 2
"""Categories with courses in two languages get twice the courses."""
FREE_SHARE = 0.45
LEVEL_SHARES = (0.5, 0.35, 0.15)
STATUSES = ("published", "draft", "archived")
PUBLISHED, DRAFT, ARCHIVED = range(3)
DRAFT_SHARE, ARCHIVED_SHARE = 0.03, 0.02
"""Fractions of all courses; all of these are without lessons."""
TAUGHT_ARCHIVED_SHARE = 0.01
QUIET_DAYS = 120
"""Minimum age in days of courses without lessons, so that the newest courses have some."""
PRICES = (9.99, 14.99, 19.99, 19.99, 24.99, 29.99, 29.99, 39.99, 49.99, 49.99, 59.99, 79.99, 99.99, 129.0, 199.0)
DEMO_COURSES = 6
DEMO_FIELD = "programming"


@dataclass(frozen=True)
class Courses:
    """All courses by number; those below `taught` have lessons."""

    banks: list[Bank]
    """One per course."""
    titles: list[Title]
    slugs: list[str]
    taught: int
    level: Ints
    status: Ints
    free: Flags
    price: Ints
    """Index into `PRICES`; meaningless for free courses."""
    teacher: Ints
    created: Ints
    published: Ints
    """Meaningless for drafts."""
    updated: Ints
    quality: Floats
    """The mean of its reviews' ratings, in stars."""


def make_courses(size: Size, seed: int, clock: Clock, content: Content, people: People) -> Courses:
    rng = stream(seed, "courses")
    banks = _banks(size.courses, content, rng)
    taken = list(_titles(banks, content, seed))
    taught = np.arange(size.courses) < size.taught
    known_level = np.array([-1 if title.level is None else title.level for title in taken])
    teacher = _teachers(banks, content, people, rng)
    status = _statuses(taught, rng)
    own, unfinished = _demo_courses(banks, 0, DEMO_COURSES), _demo_courses(banks, size.taught, 1)
    teacher[own + unfinished] = people.demo_teacher
    status[own], status[unfinished] = PUBLISHED, DRAFT
    published = _published(taught, clock, rng)
    created = published - rng.integers(DAY, 40 * DAY, size.courses)
    return Courses(
        banks=banks,
        titles=taken,
        slugs=list(_slugs(taken)),
        taught=size.taught,
        level=np.where(known_level < 0, rng.choice(3, size.courses, p=LEVEL_SHARES), known_level),
        status=status,
        free=rng.random(size.courses) < FREE_SHARE,
        price=rng.integers(0, len(PRICES), size.courses),
        teacher=teacher,
        created=created,
        published=published,
        updated=published + (np.square(rng.random(size.courses)) * (clock.end - published - HOUR)).astype(np.int64),
        quality=np.clip(rng.normal(4.55, 0.35, size.courses), 3.2, 5.0),
    )


def _banks(count: int, content: Content, rng: np.random.Generator) -> list[Bank]:
    """Deal categories from a deck that is reshuffled when it is used up, so that any hundred courses show all."""
    bilingual = {slug for language, slug in content.banks if language == "ru"}
    deck = [slug for slug in content.categories for _ in range(BILINGUAL_WEIGHT if slug in bilingual else 1)]
    share = RUSSIAN_SHARE * len(deck) / (BILINGUAL_WEIGHT * len(bilingual))
    seen: Counter[str] = Counter()
    banks: list[Bank] = []
    while len(banks) < count:
        for place in listed(rng.permutation(len(deck))):
            slug = deck[place]
            seen[slug] += slug in bilingual
            russian = int(seen[slug] * share) > int((seen[slug] - 1) * share) if slug in bilingual else False
            banks.append(content.banks["ru" if russian else "en", slug])
    return banks[:count]


def _titles(banks: list[Bank], content: Content, seed: int) -> Iterator[Title]:
    """Yield the next unused title of each course's bank."""
    sources = {
        bank: titles(bank, content.phrases[bank.language]["titles"], stream(seed, f"titles {bank.language} {slug}"))
        for (_, slug), bank in content.banks.items()
    }
    seen: set[str] = set()
    for bank in banks:
        title = next(title for title in sources[bank] if title.text not in seen)
        seen.add(title.text)
        yield title


def _slugs(taken: list[Title]) -> Iterator[str]:
    seen: set[str] = set()
    for number, title in enumerate(taken):
        slug = slug_of(title.text)
        unique = slug if slug not in seen else with_ending(slug, number)
        seen.add(unique)
        yield unique


def _teachers(banks: list[Bank], content: Content, people: People, rng: np.random.Generator) -> Ints:
    """Draw verified teachers of the field who speak the language, except the demo teacher, whose courses are chosen."""
    names = fields(content, "en")
    candidates = people.verified & (np.arange(len(people.verified)) != people.demo_teacher)
    groups = {
        (language, field): np.flatnonzero(
            candidates & (people.russian == (language == "ru")) & (people.fields == names.index(field))
        )
        for language, field in {(bank.language, bank.field) for bank in banks}
    }
    draws = rng.random(len(banks))
    chosen = [
        group[int(draw * len(group))]
        for bank, draw in zip(banks, draws, strict=True)
        for group in [groups[bank.language, bank.field]]
    ]
    return np.array(chosen)


def _statuses(taught: Flags, rng: np.random.Generator) -> Ints:
    draw = rng.random(len(taught))
    of_all = draw * np.mean(~taught)
    untaught = np.select([of_all < DRAFT_SHARE, of_all < DRAFT_SHARE + ARCHIVED_SHARE], [DRAFT, ARCHIVED], PUBLISHED)
    return np.where(taught, np.where(draw < TAUGHT_ARCHIVED_SHARE, ARCHIVED, PUBLISHED), untaught)


def _demo_courses(banks: list[Bank], start: int, count: int) -> list[int]:
    """Return the demo teacher's courses: the most popular English ones of the field from `start` on."""
    suitable = (
        number
        for number in range(start, len(banks))
        if banks[number].field == DEMO_FIELD and banks[number].language == "en"
    )
    return list(islice(suitable, count))


def _published(taught: Flags, clock: Clock, rng: np.random.Generator) -> Ints:
    """Draw the publication times; recent courses are among those with lessons."""
    draw = rng.random(len(taught))
    lately = DAY + (clock.window - 60 * DAY) * draw**1.5
    earlier = QUIET_DAYS * DAY + (clock.window - (QUIET_DAYS + 60) * DAY) * draw
    return clock.before_end(np.where(taught, lately, earlier).astype(np.int64))

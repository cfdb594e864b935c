"""Facets computed from cells: the numbers of courses by every combination of facet values."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from typing import Any

from edu_common.database.pagination import TOTAL_CAP
from edu_course.catalogue.schemas import Filters, Price
from edu_course.models import Level

LEAST_RATINGS = [Decimal(text) for text in ("3", "3.5", "4", "4.5")]


def rating_steps(filters: Filters) -> list[Decimal]:
    """Return the average ratings, ascending, at which the count of some facet changes."""
    chosen = [] if filters.min_rating is None else [filters.min_rating]
    return sorted({*LEAST_RATINGS, *chosen})


def tally(cells: Iterable[Any], filters: Filters, parents: Mapping[str, str | None]) -> dict[str, dict[str, int]]:
    """Return the facets under `filters`; `parents` are all categories.

    A cell counts for a facet when no filter but the facet's own keeps it out.
    """
    wanted = {slug for slug, parent in parents.items() if filters.category in (slug, parent)}
    steps = rating_steps(filters)
    counts: dict[str, Counter[Any]] = {name: Counter() for name in ("category", "level", "language", "price", "step")}
    for cell in cells:
        values = {
            "category": cell.category,
            "level": cell.level,
            "language": cell.language,
            "price": Price.FREE if cell.is_free else Price.PAID,
            "step": cell.step,
        }
        kept_out = _kept_out(values, filters, wanted, steps)
        for name, value in values.items():
            if kept_out <= {name}:
                counts[name][value] += cell.n
    return {
        "category": _capped(with_children(counts["category"], parents)),
        "level": _capped({level.value: counts["level"][level] for level in Level}),
        "language": _capped(counts["language"]),
        "price": _capped({price.value: counts["price"][price] for price in Price}),
        "rating": _by_least_rating(counts["step"], steps),
    }


def _kept_out(values: Mapping[str, Any], filters: Filters, wanted: Set[str], steps: Sequence[Decimal]) -> set[str]:
    """Return the facets whose filters exclude a cell."""
    passed = {
        "category": filters.category is None or values["category"] in wanted,
        "level": filters.level in (None, values["level"]),
        "language": filters.language in (None, values["language"]),
        "price": filters.price in (None, values["price"]),
        "step": filters.min_rating is None or values["step"] > steps.index(filters.min_rating),
    }
    return {name for name, passes in passed.items() if not passes}


def with_children(counts: Mapping[str, int], parents: Mapping[str, str | None]) -> dict[str, int]:
    """Return the counts of all categories, those of children added to their parents'."""
    totals = {slug: counts.get(slug, 0) for slug in parents}
    for slug, parent in parents.items():
        if parent is not None:
            totals[parent] += counts.get(slug, 0)
    return totals


def _by_least_rating(counts: Counter[int], steps: Sequence[Decimal]) -> dict[str, int]:
    """Return how many courses reach each rating; a course at step n reaches the first n of `steps`."""
    reached = {rating: sum(n for step, n in counts.items() if step > index) for index, rating in enumerate(steps)}
    return _capped({str(rating): reached[rating] for rating in LEAST_RATINGS})


def _capped(counts: Mapping[str, int]) -> dict[str, int]:
    return {value: min(n, TOTAL_CAP) for value, n in counts.items()}

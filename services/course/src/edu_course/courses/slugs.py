"""Slugs: a course's readable name in URLs."""

import secrets
import string
from collections.abc import Iterator
from uuid import UUID

from slugify import slugify

MAX_LENGTH = 80
SUFFIX_LENGTH = 6
SUFFIX_ALPHABET = string.ascii_lowercase + string.digits
PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
TAKEN_BY_ROUTES = frozenset({"facets", "import", "my", "suggest"})


def slug_of(title: str) -> str:
    """Return the slug of a title, in ASCII; never empty, a UUID or the name of a route."""
    slug = slugify(title, max_length=MAX_LENGTH, word_boundary=True)
    return f"course-{slug}".rstrip("-") if not slug or slug in TAKEN_BY_ROUTES or _is_uuid(slug) else slug


def candidates(title: str) -> Iterator[str]:
    """Yield the title's slug, then endlessly that slug with a random suffix."""
    slug = slug_of(title)
    yield slug
    while True:
        ending = "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(SUFFIX_LENGTH))
        if not _is_uuid(f"{slug}-{ending}"):
            yield f"{slug}-{ending}"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

"""Slugs: readable names of courses in URLs, in ASCII, as the course service makes them."""

import re
import unicodedata

MAX_LENGTH = 80
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
ENDING = 6
CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e iu ia".replace("_", "").split(" "),
        strict=True,
    )
)
TRANSLITERATION = str.maketrans(CYRILLIC)
NO_WORD = re.compile(r"[^a-z0-9]+")


def slug_of(title: str) -> str:
    latin = unicodedata.normalize("NFKD", title.lower().translate(TRANSLITERATION))
    slug = NO_WORD.sub("-", latin.encode("ascii", "ignore").decode()).strip("-")
    return slug if len(slug) <= MAX_LENGTH else slug[: MAX_LENGTH + 1].rpartition("-")[0]


def with_ending(slug: str, number: int) -> str:
    """Return a slug that another course has, with a suffix of six characters derived from the course's number."""
    return f"{slug}-{''.join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(ENDING))}"

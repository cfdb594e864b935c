"""Typed words as terms, and the text search queries made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

SHORTEST_PREFIX = 2
"""A prefix of one letter would match nearly everything; "c" and "r" are names of languages."""


@dataclass(frozen=True)
class Term:
    """One typed word.

    `stems` are its possible stems, none for a stop word. The last word may be unfinished: if it `is_prefix`, it also
    matches other lexemes that begin with it, and `completions` are the stems of words that begin with it while their
    stems do not ("programmin"). `synonyms` are stems of words for the same subject.
    """

    word: str
    stems: tuple[str, ...]
    is_prefix: bool = False
    completions: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()

    @property
    def exact(self) -> str:
        return " | ".join(_lexeme(stem) for stem in self.stems)

    @property
    def full(self) -> str:
        stems = (*self.stems, *self.completions, *self.synonyms)
        if not self.is_prefix or len(self.word) < SHORTEST_PREFIX:
            return " | ".join(_lexeme(stem) for stem in stems)
        others = [_lexeme(stem) for stem in stems if not stem.startswith(self.word)]
        return " | ".join([f"{_lexeme(self.word)}:*", *others])

    @property
    def edits(self) -> int:
        """Return how many letters may be wrong."""
        length = len(self.word)
        return 0 if length < 4 else 1 if length < 8 else 2

    def corrected(self, word: str, stems: Sequence[str]) -> "Term":
        return replace(self, word=word, stems=tuple(stems), is_prefix=False, completions=(), synonyms=())

    def distance(self, word: str) -> int:
        """Return how many letters of `word` are missing, wrong, added or swapped; any number above `edits` for more."""
        return OSA.distance(self.word, word, score_cutoff=self.edits)


@dataclass(frozen=True)
class Match:
    """Two text search queries: the words as they are, and with synonyms and completions of the last one."""

    exact: str
    full: str


def drop_stop_words(terms: Iterable[Term]) -> list[Term]:
    """Return the terms that are not stop words; if all are, the last one if it may become a longer word."""
    terms = list(terms)
    return [term for term in terms if term.stems] or [term for term in terms[-1:] if term.full]


def match_of(terms: Sequence[Term]) -> Match | None:
    """Return the match of courses that have every one of `terms`, or None when there are no terms."""
    if not terms:
        return None
    return Match(exact=_all(term.exact or term.full for term in terms), full=_all(term.full for term in terms))


def _all(alternatives: Iterable[str]) -> str:
    return " & ".join(f"({text})" for text in alternatives)


def _lexeme(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"

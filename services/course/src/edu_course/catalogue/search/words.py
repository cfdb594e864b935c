"""What stands for the words of a question, and the text search query made of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

SHORTEST_BEGINNING = 2
"""A beginning of one letter would match nearly everything; "c" and "r" are languages of their own."""


@dataclass(frozen=True)
class Term:
    """One typed word.

    `stems` are what it may be reduced to, none for a stop word. The last word, which may not be finished yet, also
    stands for what it begins: other lexemes, if it `goes_on` to such, and by `completions` the stems of words that
    begin with it while their stems do not ("programmin").
    """

    word: str
    stems: tuple[str, ...]
    goes_on: bool = False
    completions: tuple[str, ...] = ()

    @property
    def exact(self) -> str:
        return " | ".join(_lexeme(stem) for stem in self.stems)

    @property
    def full(self) -> str:
        stems = (*self.stems, *self.completions)
        if not self.goes_on or len(self.word) < SHORTEST_BEGINNING:
            return " | ".join(_lexeme(stem) for stem in stems)
        others = [_lexeme(stem) for stem in stems if not stem.startswith(self.word)]
        return " | ".join([f"{_lexeme(self.word)}:*", *others])

    @property
    def edits(self) -> int:
        """How many letters may be wrong."""
        length = len(self.word)
        return 0 if length < 4 else 1 if length < 8 else 2

    def corrected(self, stems: Sequence[str]) -> "Term":
        return replace(self, stems=tuple(stems), goes_on=False, completions=())

    def distance(self, word: str) -> int:
        """How many letters of `word` are missing, wrong, too many or swapped; more than `edits` when too many are."""
        return OSA.distance(self.word, word, score_cutoff=self.edits)


@dataclass(frozen=True)
class Match:
    """Two text search queries: the words as they are, and with what the last one may become."""

    exact: str
    full: str


def telling(terms: Sequence[Term]) -> list[Term]:
    """The terms that decide: stop words don't, unless there is nothing else and the last may become a longer word."""
    return [term for term in terms if term.stems] or [term for term in terms[-1:] if term.full]


def match_of(terms: Sequence[Term]) -> Match | None:
    """Courses that have every one of `terms`; None when there is none."""
    if not terms:
        return None
    return Match(exact=_all(term.exact or term.full for term in terms), full=_all(term.full for term in terms))


def _all(alternatives: Iterable[str]) -> str:
    return " & ".join(f"({text})" for text in alternatives)


def _lexeme(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"

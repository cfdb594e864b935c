"""What users type into the search field: words of the catalogue, frequent and rare, whole, as prefixes or misspelt."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from edu_loadtest.sampling import ZipfSampler, rng

WORD = re.compile(r"[^\W\d_]{3,}")
STOP_WORDS = frozenset(
    ("and", "are", "for", "from", "how", "into", "that", "the", "their", "then", "this", "what", "with", "you", "your")
) | frozenset(("без", "для", "или", "как", "над", "под", "при", "про", "что", "это"))
MIN_LENGTH = 5
"""Shorter words are neither cut nor misspelt: too little would remain of them."""
FREQUENT = 50
"""How many words count as frequent; five times as many count as rare."""


class Vocabulary:
    """The words of some texts by frequency, and search queries made of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [words for text in texts if (words := _words(text))]
        self.counts = Counter(word for words in self._texts for word in set(words))
        self._words = ZipfSampler([word for word, _ in self.counts.most_common()])
        self._forms = ZipfSampler([self.word, self._two_words, self.prefix, self._misspelt, self._whole_text])

    @property
    def frequent(self) -> Sequence[str]:
        return self._words.items[:FREQUENT]

    @property
    def rare(self) -> Sequence[str]:
        return self._words.items[-5 * FREQUENT :]

    def query(self) -> str:
        """Return a search query."""
        form: Callable[[], str] = self._forms.draw()
        return form()

    def word(self) -> str:
        """Return a word, a frequent one more often than a rare one."""
        return self._words.draw()

    def _two_words(self) -> str:
        words = rng.choice(self._texts)
        return " ".join(rng.sample(words, min(2, len(words))))

    def _whole_text(self) -> str:
        return " ".join(rng.choice(self._texts))

    def prefix(self) -> str:
        """Return a word as it is half typed."""
        word = self.word()
        return word[: rng.randrange(3, MIN_LENGTH)] if len(word) > MIN_LENGTH else word

    def _misspelt(self) -> str:
        """Return a word with one letter dropped or swapped with the next."""
        word = self.word()
        if len(word) < MIN_LENGTH:
            return word
        index = rng.randrange(1, len(word) - 1)
        first, second = word[index], word[index + 1]
        return word[:index] + rng.choice((second + first, second)) + word[index + 2 :]


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word not in STOP_WORDS]

"""What people type into the search field: words that the catalogue has, frequent and rare, whole, begun or misspelt."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from edu_loadtest.chance import Popular, dice

WORD = re.compile(r"[^\W\d_]{3,}")
UNASKED = frozenset(
    ("and", "are", "for", "from", "how", "into", "that", "the", "their", "then", "this", "what", "with", "you", "your")
) | frozenset(("без", "для", "или", "как", "над", "под", "при", "про", "что", "это"))
LONG = 5
"""Shorter words are neither begun nor misspelt: too little would be left of them."""


FREQUENT = 50
"""So many words count as frequent, and five times as many as rare."""


class Vocabulary:
    """The words of some texts by their frequency, and questions made of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [words for text in texts if (words := _words(text))]
        self.counts = Counter(word for words in self._texts for word in set(words))
        self._words = Popular([word for word, _ in self.counts.most_common()])
        self._forms = Popular([self.word, self._two_words, self.beginning, self._misspelt, self._whole])

    @property
    def frequent(self) -> Sequence[str]:
        return self._words.items[:FREQUENT]

    @property
    def rare(self) -> Sequence[str]:
        return self._words.items[-5 * FREQUENT :]

    def question(self) -> str:
        """What somebody asks."""
        form: Callable[[], str] = self._forms.pick()
        return form()

    def word(self) -> str:
        return self._words.pick()

    def _two_words(self) -> str:
        words = dice.choice(self._texts)
        return " ".join(dice.sample(words, min(2, len(words))))

    def _whole(self) -> str:
        return " ".join(dice.choice(self._texts))

    def beginning(self) -> str:
        """What somebody has typed so far."""
        word = self.word()
        return word[: dice.randrange(3, LONG)] if len(word) > LONG else word

    def _misspelt(self) -> str:
        """One letter is left out, or has changed places with the next."""
        word = self.word()
        if len(word) < LONG:
            return word
        place = dice.randrange(1, len(word) - 1)
        first, second = word[place], word[place + 1]
        return word[:place] + dice.choice((second + first, second)) + word[place + 2 :]


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word not in UNASKED]

"""What is asked: by Zipf's law, in words that the catalogue has."""

from collections import Counter

import pytest

from edu_loadtest.chance import Popular
from edu_loadtest.words import Vocabulary

TEXTS = ["Python for beginners", "Python and asynchronous programming", "Основы программирования", "Python: pandas"]


def test_the_nth_is_chosen_an_nth_as_often_as_the_first() -> None:
    popular = Popular(range(1, 101))

    counts = Counter(popular.pick() for _ in range(50_000))

    assert counts[1] / counts[2] == pytest.approx(2, rel=0.2)
    assert counts[1] / counts[10] == pytest.approx(10, rel=0.3)
    assert len(counts) == 100


def test_words_are_those_of_the_texts_without_the_ones_that_nobody_asks_for() -> None:
    vocabulary = Vocabulary(TEXTS)

    assert vocabulary.counts["python"] == 3
    assert "программирования" in vocabulary.counts
    assert "for" not in vocabulary.counts


def test_questions_have_words_whole_begun_and_misspelt_in_both_languages() -> None:
    vocabulary = Vocabulary(TEXTS)

    questions = {vocabulary.question() for _ in range(2_000)}

    known = set(vocabulary.counts)
    words = {word for question in questions for word in question.split()}
    assert {"python", "основы"} <= questions
    assert any(word not in known and any(other.startswith(word) for other in known) for word in words)
    assert {"pyhton", "pthon"} & words or {"ptyhon", "pyton"} & words
    assert "python pandas" in questions


def test_frequent_words_come_before_rare_ones() -> None:
    vocabulary = Vocabulary(f"word{chr(97 + number)} " * 1 for number in range(26) for _ in range(26 - number))

    assert vocabulary.frequent[0] == "worda"
    assert vocabulary.rare[-1] == "wordz"

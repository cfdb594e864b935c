"""Search queries: words of the catalogue, drawn by Zipf's law."""

from collections import Counter

import pytest

from edu_loadtest.sampling import ZipfSampler
from edu_loadtest.vocabulary import Vocabulary

TEXTS = ["Python for beginners", "Python and asynchronous programming", "Основы программирования", "Python: pandas"]


def test_the_nth_item_is_drawn_an_nth_as_often_as_the_first() -> None:
    popular = ZipfSampler(range(1, 101))

    counts = Counter(popular.draw() for _ in range(50_000))

    assert counts[1] / counts[2] == pytest.approx(2, rel=0.2)
    assert counts[1] / counts[10] == pytest.approx(10, rel=0.3)
    assert len(counts) == 100


def test_words_are_those_of_the_texts_without_stop_words() -> None:
    vocabulary = Vocabulary(TEXTS)

    assert vocabulary.counts["python"] == 3
    assert "программирования" in vocabulary.counts
    assert "for" not in vocabulary.counts


def test_queries_have_whole_words_prefixes_and_misspellings_in_both_languages() -> None:
    vocabulary = Vocabulary(TEXTS)

    queries = {vocabulary.query() for _ in range(2_000)}

    known = set(vocabulary.counts)
    words = {word for query in queries for word in query.split()}
    assert {"python", "основы"} <= queries
    assert any(word not in known and any(other.startswith(word) for other in known) for word in words)
    assert {"pyhton", "pthon"} & words or {"ptyhon", "pyton"} & words
    assert "python pandas" in queries


def test_frequent_words_come_before_rare_ones() -> None:
    vocabulary = Vocabulary(f"word{chr(97 + number)} " * 1 for number in range(26) for _ in range(26 - number))

    assert vocabulary.frequent[0] == "worda"
    assert vocabulary.rare[-1] == "wordz"

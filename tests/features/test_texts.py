"""Columns of texts laid out together are as if each had been laid out alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from commentguard.features.lexicons import LEXICONS, LISTS, UNIONS, lists_of_sets, sets_of
from commentguard.features.texts import Texts, lay_out
from commentguard.text.codes import Codes
from commentguard.text.words import hash_words
from hostile import TEXT

TEXTS = st.lists(TEXT, max_size=4)


def _texts_in(codes: Codes, name: str) -> list[list[int]]:
    values = getattr(codes, name)
    return [values[start:end].tolist() for start, end in zip(codes.starts, codes.ends, strict=True)]


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_columns_laid_out_together_are_as_if_alone(columns: list[list[str]]) -> None:
    together = lay_out(*((texts, 50) for texts in columns))
    for texts, column in zip(columns, together, strict=True):
        alone = Texts.of(texts, 50)
        assert len(column) == len(texts)
        for name in ("raw", "folded", "kinds"):
            assert _texts_in(column.codes, name) == _texts_in(alone.codes, name)
        for name in ("starts", "ends"):
            here, there = (getattr(one.words, name) - one.codes.starts.take(one.words.text) for one in (column, alone))
            np.testing.assert_array_equal(here, there, name)
        for name in ("text", "stems", "hashes"):
            np.testing.assert_array_equal(getattr(column.words, name), getattr(alone.words, name), name)
        np.testing.assert_array_equal(column.word_counts, alone.word_counts)
        np.testing.assert_array_equal(column.counts, alone.counts)
        for name in LISTS:
            np.testing.assert_array_equal(column.count_in(name), alone.count_in(name))
        np.testing.assert_array_equal(column.distinct[0].items, alone.distinct[0].items)


@given(st.lists(st.lists(st.sampled_from(["casino", "thanks", "buy", "plum", "Übung", "價格"])).map(" ".join)))
def test_words_of_lists_are_counted_once_however_many_lists_they_stand_in(texts: list[str]) -> None:
    found = Texts.of(texts, 1_000)
    listed = {name: {int(one) for one in hash_words(words.split())} for name, words in LEXICONS.items()}
    for chosen, names in {**{name: (name,) for name in LEXICONS}, **UNIONS}.items():
        hits = [any(int(one) in listed[name] for name in names) for one in found.words.hashes]
        assert found.count_in(chosen).tolist() == np.bincount(found.words.text, hits, len(found)).tolist()


def test_words_of_no_list_are_in_no_set() -> None:
    at, sets = sets_of(hash_words(["plumtree", "casino", "zwetschge"]))
    assert at.tolist() == [1]
    assert lists_of_sets()[sets[0]].nonzero()[0].tolist() == [LISTS["vice"], LISTS["sold"]]
    assert lists_of_sets().shape[1] == len(LEXICONS) + len(UNIONS)

"""Words and hashes, against a slow reference."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from commentguard.text.characters import DENSE, LETTER, MARK, class_table, fold_table
from commentguard.text.codes import encode
from commentguard.text.words import STEM_LENGTH, hash_words, words
from hostile import TEXT

TEXTS = st.lists(TEXT, max_size=6)


def slow_words(text: str) -> list[str]:
    """Cut one text into words, character by character, in order of their beginnings."""
    basic = [min(ord(sign), 0xFFFF) for sign in text]
    kinds = [int(class_table()[code]) for code in basic]
    found = []
    for at, kind in enumerate(kinds):
        if kind == DENSE:
            pair = at + 1 < len(kinds) and kinds[at + 1] == DENSE
            found.append(text[at : at + 1 + pair])
        elif LETTER <= kind <= MARK and not (at and LETTER <= kinds[at - 1] <= MARK):
            end = at
            while end < len(kinds) and LETTER <= kinds[end] <= MARK:
                end += 1
            found.append(text[at:end])
    return found


def slow_hash(word: str) -> int:
    """Hash one word as a polynomial over its folded characters, with Python's own whole numbers."""
    folded = [int(fold_table()[min(ord(sign), 0xFFFF)]) for sign in word]
    mixed = sum(code * pow(0x9E3779B97F4A7C15, at, 2**64) for at, code in enumerate(folded)) % 2**64
    mixed = (mixed ^ mixed >> 33) * 0xFF51AFD7ED558CCD % 2**64
    return mixed >> 32


def plain(text: str) -> str:
    """Leave out what `encode` folds before anything else: letters of mathematics."""
    return "".join(sign for sign in text if not 0x1D400 <= ord(sign) < 0x1D800)


@given(TEXTS)
def test_words_and_hashes_equal_those_found_one_by_one(texts: list[str]) -> None:
    texts = [plain(text) for text in texts]
    found = words(encode(texts, limit=10_000))
    expected = [(number, word) for number, text in enumerate(texts) for word in slow_words(text)]
    assert found.text.tolist() == [number for number, _ in expected]
    assert (found.ends - found.starts).tolist() == [len(word) for _, word in expected]
    assert found.hashes.tolist() == [slow_hash(word) for _, word in expected]
    assert found.stems.tolist() == [slow_hash(word[:STEM_LENGTH]) for _, word in expected]


@given(TEXT, TEXTS, TEXTS)
def test_hashes_do_not_depend_on_where_a_text_stands(text: str, before: list[str], after: list[str]) -> None:
    alone = words(encode([text], limit=10_000))
    among = words(encode([*before, text, *after], limit=10_000))
    own = among.text == len(before)
    assert among.hashes[own].tolist() == alone.hashes.tolist()
    assert among.stems[own].tolist() == alone.stems.tolist()


def test_case_and_accents_do_not_change_a_hash() -> None:
    hashes = hash_words(["Préstamo", "PRESTAMO", "préstamo", "prestamos"])
    assert len(set(hashes[:3].tolist())) == 1
    assert hashes[3] != hashes[0]


def test_hash_words_gives_one_hash_for_each_word_given() -> None:
    listed = ["price", "価格", "казино", "x"]
    assert hash_words(listed).tolist() == [slow_hash(word) for word in listed]


def test_different_words_have_different_hashes() -> None:
    listed = [f"word{number}" for number in range(5_000)]
    assert len(np.unique(hash_words(listed))) > 4_990

"""Texts as code points: where they lie, how they fold, what class and script a character has."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.text import characters as c
from commentguard.text.codes import SEPARATOR, encode
from hostile import TEXT

TEXTS = st.lists(TEXT, max_size=6)


@given(TEXTS)
def test_each_text_lies_between_its_start_and_end(texts: list[str]) -> None:
    codes = encode(texts, limit=10_000)
    assert len(codes) == len(texts)
    for text, start, end in zip(texts, codes.starts, codes.ends, strict=True):
        assert codes.raw[start - 1] == codes.raw[end] == SEPARATOR
        assert codes.raw[start:end].tolist() == list(map(ord, text))


@given(TEXTS)
def test_sums_over_texts_are_sums_of_their_characters(texts: list[str]) -> None:
    codes = encode(texts, limit=10_000)
    found = codes.text_of((codes.raw == ord("a")).nonzero()[0])
    assert np.bincount(found, minlength=len(texts)).tolist() == [text.count("a") for text in texts]
    assert codes.lengths.tolist() == [len(text) for text in texts]


@given(TEXTS)
def test_positions_are_traced_to_their_text(texts: list[str]) -> None:
    codes = encode(texts, limit=10_000)
    for number, (start, end) in enumerate(zip(codes.starts.tolist(), codes.ends.tolist(), strict=True)):
        assert (codes.text_of(np.arange(start, end)) == number).all()


def test_longer_texts_are_cut_to_head_and_tail() -> None:
    codes = encode(["abcdefghij", "xyz"], limit=4)
    assert codes.lengths.tolist() == [4, 3]
    assert "".join(map(chr, codes.raw[codes.starts[0] : codes.ends[0]])) == "abcj"


@pytest.mark.parametrize(
    ("written", "folded"),
    [tuple(pair) for pair in "Ée ée Ｖv ıi Łl łl Øo Đd Åa Жж 漢漢 ٣٣ 𝓿v ⓥv".split()],
)
def test_letters_fold_to_their_plain_form(written: str, folded: str) -> None:
    codes = encode([written], limit=10)
    assert chr(codes.folded[1]) == folded


@pytest.mark.parametrize(
    ("sign", "kind"),
    [
        ("a", c.LETTER), ("A", c.UPPER), ("7", c.DIGIT), (" ", c.SPACE), ("\n", c.SPACE), ("\u00a0", c.SPACE),
        ("漢", c.DENSE), ("ひ", c.DENSE), ("ก", c.DENSE), ("한", c.LETTER), ("!", c.OTHER), ("$", c.SYMBOL),
        ("\U0001f600", c.SYMBOL), ("\u200b", c.HIDDEN), ("\u202e", c.HIDDEN), ("\u00ad", c.HIDDEN), ("\u0301", c.MARK),
        ("\ud800", c.OTHER), ("\0", c.OTHER),
    ],
)  # fmt: skip
def test_characters_have_their_class(sign: str, kind: int) -> None:
    codes, first = encode([sign], limit=10), np.array([1])
    assert codes.class_at(first)[0] == kind
    assert [trait for trait in range(c.SYMBOL + 1) if codes.has_at(first, trait)[0]] == [kind]


@pytest.mark.parametrize(
    ("sign", "script"),
    [("a", c.LATIN), ("Я", c.CYRILLIC), ("Ω", c.GREEK), ("漢", c.HAN), ("カ", c.KANA), ("한", c.HANGUL),
     ("ش", c.ARABIC), ("ש", c.HEBREW), ("ก", c.THAI), ("क", c.INDIC), ("5", 0), ("!", 0)],
)  # fmt: skip
def test_characters_have_their_script(sign: str, script: int) -> None:
    codes, first = encode([sign], limit=10), np.array([1])
    scripts = [trait for trait in range(c.LATIN, c.INDIC + 1) if codes.has_at(first, trait)[0]]
    assert scripts == ([script] if script else [])


@pytest.mark.parametrize(
    ("trait", "signs", "others"),
    [
        (c.QUESTION, "?？", "!"), (c.LINE_BREAK, "\n", "\r "),
        (c.CODE_SIGN, "{}();=<>_|\\*+（", "[]a"), (c.MONEY_SIGN, "$%£€₹¥", "￥c"), (c.JOINT, " .-()+/．", ":,"),
        (c.MARKUP_SIGN, "[<=", "＜{"), (c.HYPHEN, "-", "_\u2010"),
    ],
)  # fmt: skip
def test_signs_have_their_traits(trait: int, signs: str, others: str) -> None:
    codes = encode([signs, others], limit=100)
    assert codes.counts()[trait].tolist() == [len(signs), 0]


@given(TEXTS)
def test_counts_are_those_of_the_characters(texts: list[str]) -> None:
    codes = encode(texts, limit=10_000)
    counts = codes.counts()
    assert counts.shape == (c.TRAITS, len(texts))
    for trait in range(c.TRAITS):
        has = codes.has_at(np.arange(len(codes.kinds)), trait)
        spans = zip(codes.starts.tolist(), codes.ends.tolist(), strict=True)
        assert counts[trait].tolist() == [int(has[start:end].sum()) for start, end in spans]


@given(st.lists(st.text("htp:/w. "), min_size=1))
def test_texts_that_hold_a_string_are_found(texts: list[str]) -> None:
    for part in ("http", "://", "www."):
        found = encode([*texts, "http://www."], 1_000).holding(part).tolist()
        assert found == [number for number, text in enumerate(texts) for _ in range(_places(text, part))] + [len(texts)]


def _places(text: str, part: str) -> int:
    return sum(text.startswith(part, at) for at in range(len(text)))


def test_code_points_beyond_the_basic_plane_are_as_their_plain_form_or_all_alike() -> None:
    mathematical = [chr(code) for code in range(0x1D400, 0x1D800)]
    plain = [unicodedata.normalize("NFKC", sign) for sign in mathematical]
    plain = [sign if len(sign) == 1 and ord(sign) <= 0xFFFF else "\uffff" for sign in plain]
    others = [chr(code) for code in (0x10000, 0x1D3FF, 0x1D800, 0x1F600, 0x10FFFF)]
    codes = encode(["".join([*mathematical, *others]), "".join([*plain, *["\uffff"] * len(others)])], 2_000)
    for values in (codes.folded, codes.kinds):
        written, expected = (values[start:end] for start, end in zip(codes.starts, codes.ends, strict=True))
        assert written.tolist() == expected.tolist()

"""Texts of a batch as one row of code points, with their folding and classes looked up in tables.

Working on one array for the whole batch, rather than string by string, is what makes the features fast.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.text.html import head_and_tail

SEPARATOR: Final = 10
"""The code point (a newline) that stands before the first text, between two texts and after the last."""

# Classes of characters; a word is a run of WORD characters, scripts without spaces are cut into pairs.
OTHER, SPACE, LETTER, UPPER, DIGIT, MARK, DENSE, HIDDEN, SYMBOL = range(9)

# Scripts that matter here; 0 is anything else.
LATIN, CYRILLIC, GREEK, HAN, KANA, HANGUL, ARABIC, HEBREW, THAI, INDIC = range(1, 11)
SCRIPTS: Final = 11

_SCRIPT_RANGES: Final = (
    (LATIN, (0x41, 0x5B), (0x61, 0x7B), (0xC0, 0x250), (0x1E00, 0x1F00)),
    (GREEK, (0x370, 0x400), (0x1F00, 0x2000)),
    (CYRILLIC, (0x400, 0x530)),
    (HEBREW, (0x590, 0x600)),
    (ARABIC, (0x600, 0x780), (0xFB50, 0xFE00), (0xFE70, 0xFEFF)),
    (INDIC, (0x900, 0xE00)),
    (THAI, (0xE00, 0x1000)),
    (KANA, (0x3040, 0x3100)),
    (HAN, (0x3400, 0xA000), (0xF900, 0xFB00)),
    (HANGUL, (0x1100, 0x1200), (0xAC00, 0xD7B0)),
)
_DENSE_SCRIPTS: Final = (HAN, KANA, THAI)
# Zero-width and directional marks, soft hyphen, variation selectors: seen by nobody, used to break words up.
_HIDDEN: Final = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)


@dataclass(frozen=True)
class Codes:
    """The texts of a batch as one array of code points.

    Parameters
    ----------
    raw : ndarray of uint32, shape (n_codes,)
        All texts one after the other, with `SEPARATOR` before the first, between two and after the last.
    starts, ends : ndarray of int64, shape (n_texts,)
        Where each text begins and ends in `raw`.
    """

    raw: NDArray[np.uint32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.starts)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each text in characters, shape (n_texts,)."""
        return self.ends - self.starts

    @cached_property
    def basic(self) -> NDArray[np.uint16]:
        """Code points with those beyond the basic plane as U+FFFF, shape (n_codes,): the key of all tables."""
        return np.minimum(self.raw, 0xFFFF).astype(np.uint16)

    @cached_property
    def folded(self) -> NDArray[np.uint16]:
        """Code points in lower case, without accents, in their plain form, shape (n_codes,)."""
        return fold_table()[self.basic]

    @cached_property
    def classes(self) -> NDArray[np.uint8]:
        """Class of each character (`LETTER`, `DIGIT`, ...), shape (n_codes,)."""
        return class_table()[self.basic]

    @cached_property
    def scripts(self) -> NDArray[np.uint8]:
        """Script of each character (`LATIN`, `HAN`, ...; 0 is another or none), shape (n_codes,)."""
        return script_table()[self.basic]

    def per_text(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Sum values that belong to the characters, text by text.

        Parameters
        ----------
        values : ndarray of bool or number, shape (n_codes,)
            One value a character.

        Returns
        -------
        ndarray of float64, shape (n_texts,)
        """
        running = np.zeros(len(values) + 1)
        np.cumsum(values, out=running[1:])
        sums: NDArray[np.float64] = running[self.ends] - running[self.starts]
        return sums

    def text_of(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the index of the text that holds each position, shape (n_positions,)."""
        return np.searchsorted(self.starts, positions, side="right") - 1


def encode(texts: Sequence[str], limit: int) -> Codes:
    """Join texts into one array of code points.

    Parameters
    ----------
    texts : sequence of str
        Any text, lone surrogates included.
    limit : int
        Characters looked at of each text; of a longer one its head and its tail are taken.

    Returns
    -------
    Codes
    """
    cut = [text if len(text) <= limit else head_and_tail(text, limit) for text in texts]
    joined = "\n" + "\n".join(cut) + "\n"
    raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if len(raw) and raw.max() > 0xFFFF:
        raw = _fold_astral(raw)
    lengths = np.fromiter(map(len, cut), dtype=np.int64, count=len(cut))
    ends = np.cumsum(lengths + 1)
    return Codes(raw, ends - lengths, ends)


def _fold_astral(raw: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Give mathematical letters and digits, which spam writes words with, their plain form; leave the rest."""
    fancy = np.flatnonzero((raw >= 0x1D400) & (raw < 0x1D800))
    if len(fancy):
        raw = raw.copy()
        plain = (unicodedata.normalize("NFKC", chr(code)) for code in raw[fancy])
        raw[fancy] = [ord(text) if len(text) == 1 else 0xFFFF for text in plain]
    return raw


@lru_cache(maxsize=1)
def fold_table() -> NDArray[np.uint16]:
    """Return lower case without accents of each code point of the basic plane, shape (65536,)."""
    table = np.arange(0x10000, dtype=np.uint16)
    for code in (*range(0x2200), *range(0x2460, 0x2500), *range(0xFF00, 0xFFF0)):
        plain = unicodedata.normalize("NFKD", chr(code))[:1].lower()
        if len(plain) == 1:
            table[code] = ord(plain)
    for written, plain in zip("ıłŁđĐøØ", "illddoo", strict=True):  # no decomposition in Unicode
        table[ord(written)] = ord(plain)
    return table


@lru_cache(maxsize=1)
def script_table() -> NDArray[np.uint8]:
    """Return the script of each code point of the basic plane, shape (65536,)."""
    table = np.zeros(0x10000, dtype=np.uint8)
    for script, *ranges in _SCRIPT_RANGES:
        for first, end in ranges:
            table[first:end] = script
    return table


@lru_cache(maxsize=1)
def class_table() -> NDArray[np.uint8]:
    """Return the class of each code point of the basic plane, shape (65536,)."""
    of_category = {"L": LETTER, "N": DIGIT, "M": MARK, "Z": SPACE, "S": SYMBOL}
    table = np.full(0x10000, OTHER, dtype=np.uint8)
    table[0x3400:0xD7B0] = LETTER  # ideographs and syllables: one class, no need to ask for each
    for code in (*range(0x3400), *range(0xD7B0, 0x10000)):
        category = unicodedata.category(chr(code))
        table[code] = UPPER if category == "Lu" else of_category.get(category[0], OTHER)
    for script in _DENSE_SCRIPTS:
        table[(script_table() == script) & (table == LETTER)] = DENSE
    table[[9, 10, 11, 12, 13]] = SPACE
    table[list(_HIDDEN)] = HIDDEN
    table[0xFFFF] = SYMBOL  # beyond the basic plane: emoji, nearly always
    return table

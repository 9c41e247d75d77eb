"""What is known of each character: its class, its script, its plain form, the signs that a feature asks for.

All of it is looked up in tables over the basic plane of Unicode and a little more. Characters that agree in every trait
are of one kind; there are some sixty kinds, so that counting the kinds of a text counts all traits at once.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Classes of characters; a word is a run of WORD characters, scripts without spaces are cut into pairs.
OTHER, SPACE, LETTER, UPPER, DIGIT, MARK, DENSE, HIDDEN, SYMBOL = range(9)

# Scripts that matter here; a character of another one, or of none, has no such trait.
LATIN, CYRILLIC, GREEK, HAN, KANA, HANGUL, ARABIC, HEBREW, THAI, INDIC = range(9, 19)
SCRIPTS: Final = slice(LATIN, INDIC + 1)

# Signs that single features ask for, letters, and what words are made of.
QUESTION, LINE_BREAK, CODE_SIGN, MONEY_SIGN, JOINT, MARKUP_SIGN, HYPHEN = range(19, 26)
CASED, SCRIPTED, NOT_LATIN, IN_WORD = range(26, 30)
TRAITS: Final = 30
KIND_SHIFT: Final = np.array(16, np.uint32)
_LAST: Final = 30  # an order, no trait: see `first_kinds`

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
_MATHEMATICAL: Final = range(0x1D400, 0x1D800)
# Zero-width and directional marks, soft hyphen, variation selectors: seen by nobody, used to break words up.
_HIDDEN: Final = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
# Signs whose full-width and other forms count as well, and signs that count as they are.
_FOLDED_SIGNS: Final = ((QUESTION, "?"), (CODE_SIGN, r"{}();=<>_|\*+"), (JOINT, " .-()+/"))
_SIGNS: Final = ((LINE_BREAK, "\n"), (MONEY_SIGN, "$%£€₹¥"), (MARKUP_SIGN, "[<="), (HYPHEN, "-"))


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
    """Return the script of each code point of the basic plane, 0 for another or none, shape (65536,)."""
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


@lru_cache(maxsize=1)
def _kinds() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the kind of each code point, shape (65536,), and the traits of each kind, shape (n_kinds, TRAITS)."""
    script, folded = script_table(), fold_table()
    traits = np.left_shift(1, class_table(), dtype=np.uint64)
    traits[script > 0] += np.left_shift(1, script[script > 0], dtype=np.uint64) + (1 << SCRIPTED)
    for trait, listed in _FOLDED_SIGNS:
        for sign in listed:
            traits[folded == ord(sign)] |= 1 << trait
    for trait, listed in _SIGNS:
        traits[[ord(sign) for sign in listed]] |= 1 << trait
    traits[script > LATIN] |= 1 << NOT_LATIN
    traits[(class_table() == LETTER) | (class_table() == UPPER)] |= 1 << CASED
    traits[(class_table() >= LETTER) & (class_table() <= MARK)] |= 1 << IN_WORD
    traits[traits & 1 << DENSE > 0] |= 1 << _LAST
    starts = np.flatnonzero(np.diff(traits, prepend=0))  # neighbours are mostly of one kind
    found, kinds = np.unique(traits[starts], return_inverse=True)
    table = np.repeat(kinds.astype(np.uint8), np.diff(starts, append=len(traits)))
    return table, (found[:, None] >> np.arange(TRAITS, dtype=np.uint64) & 1).astype(bool)


@lru_cache(maxsize=1)
def folds_and_kinds() -> NDArray[np.uint32]:
    """Return what `fold_table` has and, from bit `KIND_SHIFT` on, the kind of each code point, shape (120833,).

    Mathematical letters and digits, which spam writes words with, have those of their plain form. All else beyond the
    basic plane has those of U+FFFF, and so has the last row, which stands for all behind it.
    """
    basic = _kinds()[0].astype(np.uint32) << KIND_SHIFT | fold_table()
    table = np.append(basic, np.full(_MATHEMATICAL.stop + 1 - len(basic), basic[-1]))
    for code in _MATHEMATICAL:
        plain = unicodedata.normalize("NFKC", chr(code))
        table[code] = basic[min(ord(plain), 0xFFFF) if len(plain) == 1 else 0xFFFF]  # some are unassigned
    return table


def traits_of_kinds() -> NDArray[np.bool_]:
    """Return the traits of each kind, shape (n_kinds, TRAITS)."""
    return _kinds()[1]


@lru_cache(maxsize=1)
def first_kinds() -> tuple[int, int]:
    """Return the first kind that is `IN_WORD` and the first that is `DENSE`: all kinds from one to the other are it.

    Kinds are numbered by their highest trait, so that two comparisons tell what words are made of.
    """
    traits = traits_of_kinds()
    return int(traits[:, IN_WORD].argmax()), int(traits[:, DENSE].argmax())


@lru_cache(maxsize=TRAITS)
def kinds_with(trait: int) -> NDArray[np.bool_]:
    """Return which kinds have a trait, shape (n_kinds,)."""
    return traits_of_kinds()[:, trait].copy()


@lru_cache(maxsize=1)
def trait_weights() -> NDArray[np.float32]:
    """Return the traits of each kind as numbers, shape (n_kinds, TRAITS)."""
    return traits_of_kinds().astype(np.float32)


@lru_cache(maxsize=1)
def class_of_kinds() -> NDArray[np.uint8]:
    """Return the class of each kind, shape (n_kinds,)."""
    classes: NDArray[np.uint8] = traits_of_kinds()[:, : SYMBOL + 1].argmax(axis=1).astype(np.uint8)
    return classes

"""Signals of test messages and scraps: a hand on the keyboard, a lone greeting, a try of the form."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.registry import signal, signals_of
from commentguard.features.texts import Texts

Numbers = NDArray[np.float64]

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_REACH: Final = 2  # keys between which a finger slides
_LETTERS: Final = 27  # Latin ones, and 0 for all else
_FIRST_SIGNS: Final = 100
_SIGNS: Final = 256


@lru_cache(maxsize=1)
def _letter_table() -> NDArray[np.uint16]:
    """Return 1 to 26 for a Latin letter, 0 for all else, shape (65536,)."""
    table = np.zeros(0x10000, dtype=np.uint16)
    table[ord("a") : ord("z") + 1] = np.arange(1, _LETTERS)
    return table


@lru_cache(maxsize=1)
def _pair_table() -> NDArray[np.int64]:
    """Return 1 for a pair of letters, 1 + 2**32 where they lie at most two keys apart in a row, shape (27 * 27,)."""
    pairs = np.zeros((_LETTERS, _LETTERS), dtype=np.int64)
    pairs[1:, 1:] = 1
    for row in _ROWS:
        for place, letter in enumerate(row):
            for other in row[max(place - _REACH, 0) : place + _REACH + 1]:
                pairs[ord(letter) - ord("a") + 1, ord(other) - ord("a") + 1] = 1 + (1 << 32)
    return pairs.ravel()


def _keyboard_share(texts: Texts) -> Numbers:
    letters = _letter_table().take(texts.codes.folded)
    running = _pair_table().take(letters[:-1] * np.uint16(_LETTERS) + letters[1:]).cumsum()
    pairs = running[texts.codes.ends - 1] - running[texts.codes.starts - 1]  # a pair never spans two texts
    share: Numbers = (pairs >> 32) / ((pairs & 0xFFFFFFFF) + 2)
    return share


@signal("letters that lie side by side on the keyboard", "no letters side by side on the keyboard")
def keyboard_runs(batch: Batch) -> Numbers:
    """Share of letter pairs at most two keys apart in one row, 0 to 1, damped by two pairs: ``asdf`` has only such."""
    return _keyboard_share(batch.text)


@signal("a name whose letters lie side by side on the keyboard", "a name without letters side by side on the keyboard")
def name_keyboard_runs(batch: Batch) -> Numbers:
    """Share of letter pairs of the name at most two keys apart in one row, 0 to 1, damped by two pairs: mashed too."""
    return _keyboard_share(batch.author)


@signal("signed as a test", "not signed as a test")
def test_name(batch: Batch) -> Numbers:
    """Share of the name's words that tests are made of, 0 to 1; 0 for pings: who tries the form is called Test."""
    return np.where(batch.is_ping, 0.0, batch.author.count_in("test") / (batch.author.word_counts + 1))


@signal("signed with its own text", "not signed with its own text")
def text_in_name(batch: Batch) -> Numbers:
    """Share of the text's words that stand in the author's name, 0 to 1: scraps repeat themselves in every field."""
    stems, counts = batch.text.distinct
    _, at = stems.find(batch.author.distinct[0].sorted)
    return np.bincount(stems.documents_of.take(at), counts.take(at), len(batch)) / batch.text.some_words


@signal("many different characters", "few different characters")
def distinct_characters(batch: Batch) -> Numbers:
    """Logarithm of 1 + different characters (by their last eight bits) of the first hundred: ``aaaa`` has one."""
    codes = batch.text.codes
    lengths = np.minimum(codes.lengths, _FIRST_SIGNS)
    owner = np.arange(len(batch)).repeat(lengths)
    at = np.arange(len(owner)) + (codes.starts - (lengths.cumsum() - lengths)).take(owner)
    there = np.zeros(len(batch) * _SIGNS, dtype=bool)
    there[owner * _SIGNS + codes.folded.take(at) % _SIGNS] = True
    different: Numbers = np.log1p(np.count_nonzero(there.reshape(-1, _SIGNS), axis=1))
    return different


@signal("under a post about comments or the site", "under a post about something else")
def post_about_site(batch: Batch) -> Numbers:
    """Share of the post's title made of words of tests and of the site, 0 to 1: such posts invite tests."""
    return np.array([side.about_site for side in batch.sides])[batch.post_of]


SIGNALS = signals_of(globals())

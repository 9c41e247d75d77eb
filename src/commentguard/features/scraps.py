"""Signals of test messages and scraps: a hand on the keyboard, a lone greeting, a try of the form."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.facts import Share, of_post
from commentguard.features.posts import ABOUT_SITE
from commentguard.features.registry import counted, shared, signal, signals_of
from commentguard.text.codes import spread

Numbers = NDArray[np.float64]

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_REACH: Final = 2  # keys between which a finger slides
_OTHER: Final = np.uint16(26)  # what is no Latin letter, of which a is 0
_LETTERS: Final = np.uint16(27)
_FIRST_SIGNS: Final = 100
_SIGNS: Final = 256
_LAST_BITS: Final = np.uint16(_SIGNS - 1)


@lru_cache(maxsize=1)
def _pair_table() -> NDArray[np.uint32]:
    """Return 1 for a pair of letters, 1 + 2**16 where they lie at most two keys apart in a row, shape (27 * 27,)."""
    pairs = np.zeros((_LETTERS, _LETTERS), dtype=np.uint32)
    pairs[:_OTHER, :_OTHER] = 1
    for row in _ROWS:
        for place, letter in enumerate(row):
            for other in row[max(place - _REACH, 0) : place + _REACH + 1]:
                pairs[ord(letter) - ord("a"), ord(other) - ord("a")] = 1 + (1 << 16)
    return pairs.ravel()


@shared
def _keyboard_shares(batch: Batch) -> tuple[Numbers, Numbers]:
    """Return the share of the letter pairs of each text, and of each name, that lie side by side, each shape (n,)."""
    codes, n = batch.own_codes, len(batch)
    letters = codes.folded - np.uint16(ord("a"))  # what comes before it becomes a great number
    np.minimum(letters, _OTHER, out=letters)
    pairs = letters[:-1] * _LETTERS
    pairs += letters[1:]
    both = np.add.reduceat(_pair_table().take(pairs), codes.starts - 1)  # a pair never spans two texts
    share: Numbers = (both >> 16) / ((both & 0xFFFF) + 2)
    return share[:n], share[n : 2 * n]


@signal("letters that lie side by side on the keyboard", "no letters side by side on the keyboard")
def keyboard_runs(batch: Batch) -> Numbers:
    """Share of letter pairs at most two keys apart in one row, 0 to 1, damped by two pairs: ``asdf`` has only such."""
    return _keyboard_shares(batch)[0]


@signal("a name whose letters lie side by side on the keyboard", "a name without letters side by side on the keyboard")
def name_keyboard_runs(batch: Batch) -> Numbers:
    """Share of letter pairs of the name at most two keys apart in one row, 0 to 1, damped by two pairs: mashed too."""
    return _keyboard_shares(batch)[1]


@signal("signed as a test", "not signed as a test")
def test_name(batch: Batch) -> Numbers:
    """Share of the name's words that tests are made of, 0 to 1; 0 for pings: who tries the form is called Test."""
    share: Numbers = batch.author.count_in("test") / (batch.author.word_counts + 1)
    return share * ~batch.is_ping if batch.has_pings else share


@signal("signed with its own text", "not signed with its own text")
def text_in_name(batch: Batch) -> Numbers:
    """Share of the text's words that stand in the author's name, 0 to 1: scraps repeat themselves in every field."""
    _, signed = batch.words_signed
    if not len(signed):
        return batch.constant(0.0)
    stems, counts = batch.text.distinct
    once = np.unique(signed)
    return np.bincount(stems.set_of.take(once), counts.take(once), len(batch)) / batch.text.some_words


@signal("many different characters", "few different characters", logarithm=True)
def distinct_characters(batch: Batch) -> NDArray[np.uint16]:
    """Logarithm of 1 + different characters (by their last eight bits) of the first hundred: ``aaaa`` has one."""
    codes = batch.text.codes
    positions, text = spread(codes.starts, np.minimum(batch.text.lengths, _FIRST_SIGNS))
    slots = text * _SIGNS
    slots += codes.folded.take(positions) & _LAST_BITS
    there = np.zeros(len(batch) * _SIGNS, dtype=np.uint8)
    there[slots] = 1
    different: NDArray[np.uint16] = np.add.reduce(there.reshape(-1, _SIGNS), axis=1, dtype=np.uint16)
    return different


@counted("under a post about comments or the site", "under a post about something else")
def post_about_site() -> Share:
    """Share of the post's title made of words of tests and of the site, 0 to 1: such posts invite tests."""
    return Share(of_post(ABOUT_SITE))


SIGNALS = signals_of(globals())

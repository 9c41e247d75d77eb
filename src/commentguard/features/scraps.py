"""Signals of test messages and scraps: a hand on the keyboard, a lone greeting, a try of the form."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.facts import NAME, TEXT, Share, near_pairs, of_post, pairs, words
from commentguard.features.posts import ABOUT_SITE
from commentguard.features.registry import counted, of_signed, signal, signals_of
from commentguard.text.codes import spread

Numbers = NDArray[np.float64]

_FIRST_SIGNS: Final = 100
_SIGNS: Final = 256
_LAST_BITS: Final = np.uint16(_SIGNS - 1)


@counted("letters that lie side by side on the keyboard", "no letters side by side on the keyboard")
def keyboard_runs() -> Share:
    """Share of letter pairs at most two keys apart in one row, 0 to 1, damped by two pairs: ``asdf`` has only such."""
    return Share(near_pairs(TEXT), pairs(TEXT), plus=2)


@counted("a name whose letters lie side by side on the keyboard", "a name without letters side by side on the keyboard")
def name_keyboard_runs() -> Share:
    """Share of letter pairs of the name at most two keys apart in one row, 0 to 1, damped by two pairs: mashed too."""
    return Share(near_pairs(NAME), pairs(NAME), plus=2)


@counted("signed as a test", "not signed as a test")
def test_name() -> Share:
    """Share of the name's words that tests are made of, 0 to 1, damped by one word: who tries the form is Test."""
    return Share(words(NAME, "test"), words(NAME), plus=1)


@of_signed("signed with its own text", "not signed with its own text")
def text_in_name(batch: Batch, signed: list[int]) -> Numbers:
    """Share of the text's words that stand in the author's name, 0 to 1: scraps repeat themselves in every field."""
    stems, counts = batch.text.distinct
    once = list(set(batch.words_signed[1].tolist()))
    return np.bincount(stems.set_of.take(once), counts.take(once), len(batch))[signed] / batch.text.some_words[signed]


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

"""Signals of test messages and scraps: a hand on the keyboard, a lone greeting, a try of the form."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch, Texts
from commentguard.features.lexicons import bit_of
from commentguard.features.registry import signal, signals_of

Numbers = NDArray[np.float64]

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_REACH: Final = 2  # keys between which a finger slides


def _neighbours() -> NDArray[np.bool_]:
    """Return which pairs of Latin letters lie at most two keys apart in a row, shape (128, 128)."""
    near = np.zeros((128, 128), dtype=bool)
    for row in _ROWS:
        for place, letter in enumerate(row):
            for other in row[max(place - _REACH, 0) : place + _REACH + 1]:
                near[ord(letter), ord(other)] = True
    return near


_NEAR: Final = _neighbours()


def _keyboard_share(texts: Texts) -> Numbers:
    codes = texts.codes
    letter = (codes.folded >= ord("a")) & (codes.folded <= ord("z"))
    plain = np.where(letter, codes.folded, 0)
    pair = letter[:-1] & letter[1:]
    near = np.append(pair & _NEAR[plain[:-1], plain[1:]], False)
    return codes.per_text(near) / (codes.per_text(np.append(pair, False)) + 2)


def _share_in(texts: Texts, *lexicons: str) -> Numbers:
    """Return words of each text that stand in one of the lists over 1 + its words."""
    chosen = np.bitwise_or.reduce([bit_of(name) for name in lexicons])
    hits = texts.lists & chosen != 0
    return np.bincount(texts.words.text, hits, len(texts.codes)) / (texts.word_counts + 1)


@signal("keys that lie side by side, as from a hand on the keyboard", "no runs of neighbouring keys")
def keyboard_runs(batch: Batch) -> Numbers:
    """Share of letter pairs at most two keys apart in one row, 0 to 1, damped by two pairs: ``asdf`` has only such."""
    return _keyboard_share(batch.text)


@signal("a name typed with a hand on the keyboard", "a name without runs of neighbouring keys")
def name_keyboard_runs(batch: Batch) -> Numbers:
    """Share of letter pairs of the name at most two keys apart in one row, 0 to 1, damped by two pairs: mashed too."""
    return _keyboard_share(batch.author)


@signal("signed as a test", "not signed as a test")
def test_name(batch: Batch) -> Numbers:
    """Share of the name's words that tests are made of, 0 to 1; 0 for pings: who tries the form is called Test."""
    return np.where(batch.is_ping, 0.0, _share_in(batch.author, "test"))


@signal("signed with its own text", "not signed with its own text")
def text_in_name(batch: Batch) -> Numbers:
    """Share of the text's words that stand in the author's name, 0 to 1: scraps repeat themselves in every field."""
    names, found = batch.author.words, batch.text.words
    hits = np.isin(found.text << 32 | found.hashes, names.text << 32 | names.hashes)
    return np.bincount(found.text, hits, len(batch)) / np.maximum(batch.text.word_counts, 1)


@signal("many different characters", "few different characters")
def distinct_characters(batch: Batch) -> Numbers:
    """Logarithm of 1 + different characters among the first two hundred, 0 up: ``aaaa`` has one."""
    codes = batch.text.codes
    lengths = np.minimum(codes.lengths, 200)
    owner = np.repeat(np.arange(len(batch)), lengths)
    place = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    seen = np.unique(owner << 16 | codes.folded[codes.starts[owner] + place].astype(np.int64))
    return np.log1p(np.bincount(seen >> 16, minlength=len(batch)))


@signal("under a post about comments or the site", "under a post about something else")
def post_about_site(batch: Batch) -> Numbers:
    """Share of the post's title made of words of tests and of the site, 0 to 1: such posts invite tests."""
    return _share_in(batch.title, "site", "test")[batch.post_of]


SIGNALS = signals_of(globals())

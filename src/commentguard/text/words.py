"""Words of a batch: where they stand and a hash of each, without a Python string for any of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from commentguard.text.characters import first_kinds
from commentguard.text.codes import Codes, encode

STEM_LENGTH: Final = 6
"""Letters of a word that its stem keeps: crude, but the same for every language."""

_STEM: Final = np.array(STEM_LENGTH)
_BASE: Final = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_MIX: Final = np.array(0xFF51AFD7ED558CCD, np.uint64)  # MurmurHash3's finaliser
_SHIFT, _UPPER = np.array(33, np.uint64), np.array(32, np.uint64)


class Words(NamedTuple):
    """The words of some texts, in the order of the text.

    Parameters
    ----------
    text : ndarray of int64, shape (n_words,)
        Index of the text that each word belongs to.
    counts, behind : ndarray of int64, shape (n_texts,)
        Words of each text, and the number of the first word behind it.
    stems : ndarray of uint32, shape (n_words,)
        Hash of its first `STEM_LENGTH` letters, folded.
    hashes : ndarray of uint32, shape (n_words,)
        Hash of all its letters, folded.
    starts, ends : ndarray of int64, shape (n_words,)
        Where each word begins and ends in the texts' code points.
    """

    text: NDArray[np.int64]
    counts: NDArray[np.int64]
    behind: NDArray[np.int64]
    stems: NDArray[np.uint32]
    hashes: NDArray[np.uint32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def first(self) -> NDArray[np.int64]:
        """Number of the first word of each text, shape (n_texts,)."""
        return self.behind - self.counts

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Characters of each word, shape (n_words,)."""
        return self.ends - self.starts

    def own(self, place: slice) -> slice:
        """Return the numbers of the words of some texts, by the numbers of these."""
        first, last = place.start, place.stop
        return slice(int(self.behind[first - 1]) if first else 0, int(self.behind[last - 1]) if last else 0)

    def part(self, place: slice) -> Words:
        """Return the words of some texts, by their numbers, among the same code points."""
        own, behind = self.own(place), self.behind[place]
        text = self.text[own]
        if place.start:
            text, behind = text - place.start, behind - own.start
        return Words(
            text, self.counts[place], behind, self.stems[own], self.hashes[own], self.starts[own], self.ends[own]
        )


def words(codes: Codes) -> Words:
    """Find the words of a batch.

    A word is a run of letters and digits; in scripts that put no space between words (`DENSE`) every pair of
    neighbouring characters counts as one.
    """
    edges = _edges(codes.kinds)
    stems, hashes = _hashes(codes.folded, edges)
    starts, ends = edges + 1
    behind = starts.searchsorted(codes.ends)
    counts = behind.copy()
    counts[1:] -= behind[:-1]
    text = np.arange(len(codes)).repeat(counts)
    return Words(text, counts, behind, stems, hashes, starts, ends)


def _edges(kinds: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the place before each word and that of its last character, shape (2, n_words)."""
    first, first_dense = first_kinds()
    within = kinds >= first
    has_pairs = np.maximum.reduce(kinds) >= first_dense
    if has_pairs:
        (pairs,) = (kinds >= first_dense).nonzero()
        within[pairs] = False
    (changes,) = (within[1:] != within[:-1]).nonzero()  # the separator at both ends is no word
    edges = np.ascontiguousarray(changes.reshape(-1, 2).T)
    if has_pairs:
        paired = kinds.take(pairs + 1) >= first_dense
        edges = np.concatenate((edges, (pairs - 1, pairs + paired)), axis=1)
        edges.sort(kind="stable")  # two rows in order each, which are merged
    return edges


def hash_words(texts: list[str]) -> NDArray[np.uint32]:
    """Return the hash of each word given, as `Words.hashes` has it; for lexicons.

    Of a text in a script without spaces it is the hash of the first pair of characters.

    Examples
    --------
    >>> bool(hash_words(["Préstamo"])[0] == hash_words(["prestamo"])[0])
    True
    """
    found = words(encode(texts, limit=100))
    return found.hashes[found.first]


def _hashes(codes: NDArray[np.uint16], edges: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return the hashes of the stems and of the whole words; where a word stands does not matter, shape (2, n_words).

    Sums of code * base**position (modulo 2**64) up to each position give any span's hash: the difference of two of
    them, over base**start.
    """
    powers, inverses = _powers(len(codes))
    sums = codes * powers
    np.add.accumulate(sums, out=sums)
    before, lasts = edges
    stem_lasts = before + _STEM
    np.minimum(stem_lasts, lasts, out=stem_lasts)
    behind, mixed = sums.take(before), np.empty(edges.shape, dtype=np.uint64)
    np.subtract(sums.take(stem_lasts), behind, out=mixed[0])
    np.subtract(sums.take(lasts), behind, out=mixed[1])
    mixed *= inverses.take(before)
    mixed ^= mixed >> _SHIFT
    mixed *= _MIX
    mixed >>= _UPPER
    return mixed.astype(np.uint32)


def _powers(length: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return base**0 ... base**(length - 1) modulo 2**64, and the inverse of base times each.

    Tables grow by doubling and are kept.
    """
    powers, inverses = _power_tables(max(length, 1024).bit_length())
    return powers[:length], inverses[1 : length + 1]


@lru_cache(maxsize=4)
def _power_tables(bits: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    tables = np.empty((2, 1 << bits), dtype=np.uint64)
    for table, base in zip(tables, (_BASE, pow(_BASE, -1, 2**64)), strict=True):
        table[0], table[1:] = 1, base
        np.multiply.accumulate(table, out=table)
    tables.flags.writeable = False
    return tables[0], tables[1]

"""Words of a batch: where they stand and a hash of each, without a Python string for any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.text.characters import DENSE, IN_WORD
from commentguard.text.codes import Codes, encode

STEM_LENGTH: Final = 6
"""Letters of a word that its stem keeps: crude, but the same for every language."""

_BASE: Final = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)  # MurmurHash3's finaliser


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some texts, in the order of the text.

    Parameters
    ----------
    text : ndarray of int64, shape (n_words,)
        Index of the text that each word belongs to.
    counts : ndarray of int64, shape (n_texts,)
        Words of each text.
    stems : ndarray of uint32, shape (n_words,)
        Hash of its first `STEM_LENGTH` letters, folded.
    hashes : ndarray of uint32, shape (n_words,)
        Hash of all its letters, folded.
    starts, ends : ndarray of int64, shape (n_words,)
        Where each word begins and ends in the texts' code points.
    """

    text: NDArray[np.int64]
    counts: NDArray[np.int64]
    stems: NDArray[np.uint32]
    hashes: NDArray[np.uint32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def first(self) -> NDArray[np.int64]:
        """Number of the first word of each text, shape (n_texts,)."""
        return self.counts.cumsum() - self.counts

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Characters of each word, shape (n_words,)."""
        return self.ends - self.starts

    def part(self, place: slice, shown: slice) -> Words:
        """Return the words of some texts, by their numbers and by where they stand, as if they were alone."""
        own = slice(*self.text.searchsorted((place.start, place.stop)))
        starts, ends = self.starts[own] - shown.start, self.ends[own] - shown.start
        return Words(self.text[own] - place.start, self.counts[place], self.stems[own], self.hashes[own], starts, ends)


def words(codes: Codes) -> Words:
    """Find the words of a batch.

    A word is a run of letters and digits; in scripts that put no space between words (`DENSE`) every pair of
    neighbouring characters counts as one.
    """
    spaced, dense = codes.has(IN_WORD), codes.has(DENSE)
    edges = (spaced[1:] != spaced[:-1]).nonzero()[0] + 1  # the separator at both ends is no word
    starts, ends = edges[0::2], edges[1::2]
    (pairs,) = dense.nonzero()
    if len(pairs):
        starts = np.concatenate([starts, pairs])
        ends = np.concatenate([ends, pairs + 1 + dense[pairs + 1]])
        order = starts.argsort(kind="stable")
        starts, ends = starts[order], ends[order]
    counts = starts.searchsorted(codes.ends) - starts.searchsorted(codes.starts)
    text = np.arange(len(codes)).repeat(counts)
    stems, hashes = _hashes(codes.folded, starts, (np.minimum(ends, starts + STEM_LENGTH), ends))
    return Words(text, counts, stems, hashes, starts, ends)


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


def _hashes(
    codes: NDArray[np.uint16], starts: NDArray[np.int64], ends: tuple[NDArray[np.int64], ...]
) -> Iterator[NDArray[np.uint32]]:
    """Yield the hashes of the spans from `starts` to each of `ends`; where a span stands does not matter.

    Sums of code * base**position (modulo 2**64) up to each position give any span's hash: the difference of two of
    them, over base**start.
    """
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(codes * _powers(_BASE, len(codes)), out=sums[1:])
    before, inverse = sums.take(starts), _powers(pow(_BASE, -1, 2**64), len(sums)).take(starts)
    for end in ends:
        mixed = (sums.take(end) - before) * inverse
        mixed ^= mixed >> np.uint64(33)
        mixed *= _MIX
        yield (mixed >> np.uint64(32)).astype(np.uint32)


@lru_cache(maxsize=8)
def _power_table(base: int, size: int) -> NDArray[np.uint64]:
    table = np.full(size, base, dtype=np.uint64)
    table[0] = 1
    np.multiply.accumulate(table, out=table)
    table.flags.writeable = False
    return table


def _powers(base: int, length: int) -> NDArray[np.uint64]:
    """Return base**0 ... base**(length - 1) modulo 2**64; tables grow by doubling and are kept."""
    return _power_table(base, 1 << max(length, 1024).bit_length())[:length]

"""Words of a batch: where they stand and a hash of each, without a Python string for any of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.text.codes import DENSE, LETTER, MARK, Codes, encode

STEM_LENGTH: Final = 6
"""Letters of a word that its stem keeps: crude, but the same for every language."""

_BASE: Final = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)  # MurmurHash3's finaliser


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a batch in the order of the text.

    Parameters
    ----------
    starts, ends : ndarray of int64, shape (n_words,)
        Where each word begins and ends in the batch's code points.
    text : ndarray of int64, shape (n_words,)
        Index of the text it belongs to.
    stems, hashes : ndarray of uint32, shape (n_words,)
        Hash of its first `STEM_LENGTH` letters, and of all of them, folded.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    text: NDArray[np.int64]
    stems: NDArray[np.uint32]
    hashes: NDArray[np.uint32]


def words(codes: Codes) -> Words:
    """Find the words of a batch.

    A word is a run of letters and digits; in scripts that put no space between words (`DENSE`) every pair of
    neighbouring characters counts as one.
    """
    classes = codes.classes
    spaced = (classes >= LETTER) & (classes <= MARK)
    edges = np.flatnonzero(spaced[1:] != spaced[:-1]) + 1  # the separator at both ends is no word
    starts, ends = edges[0::2], edges[1::2]
    dense = classes == DENSE
    pairs = np.flatnonzero(dense)
    if len(pairs):
        starts = np.concatenate([starts, pairs])
        ends = np.concatenate([ends, pairs + 1 + dense[pairs + 1]])
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], ends[order]
    text = codes.text_of(starts)
    stem_ends = np.minimum(ends, starts + STEM_LENGTH)
    sums = _prefix_sums(codes.folded)
    return Words(starts, ends, text, _span_hash(sums, starts, stem_ends), _span_hash(sums, starts, ends))


def hash_words(texts: list[str]) -> NDArray[np.uint32]:
    """Return the hash of each word given, as `Words.hashes` has it; for lexicons.

    Of a text in a script without spaces it is the hash of the first pair of characters.

    Examples
    --------
    >>> bool(hash_words(["Préstamo"])[0] == hash_words(["prestamo"])[0])
    True
    """
    found = words(encode(texts, limit=100))
    first = np.searchsorted(found.text, np.arange(len(texts)))
    return found.hashes[first]


def _prefix_sums(codes: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Return sums of code * base**position (modulo 2**64) up to each position, from which any span's hash follows."""
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    powers = _powers(_BASE, len(codes))
    np.cumsum(codes.astype(np.uint64) * powers, out=sums[1:])
    return sums


def _span_hash(sums: NDArray[np.uint64], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return a hash of each span that does not depend on where it stands."""
    mixed = (sums[ends] - sums[starts]) * _powers(pow(_BASE, -1, 2**64), len(sums))[starts]
    mixed ^= mixed >> np.uint64(33)
    mixed *= _MIX
    return (mixed >> np.uint64(32)).astype(np.uint32)


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

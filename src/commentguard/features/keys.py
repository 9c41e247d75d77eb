"""Sorted sets of the words of several texts, searched for many words at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

ITEM_BITS: Final = 32
"""A key is the number of a document << ITEM_BITS | the hash of a word's stem, or of a pair."""
ITEM: Final = (1 << ITEM_BITS) - 1
"""The bits of a key that say nothing of its document."""

_FLAGS_PER_KEY: Final = 8
"""Flags of a set for each of its keys: they tell most keys that are not there; a search is ten times dearer."""
_MOST_FLAG_BITS: Final = 14


@dataclass(frozen=True)
class Keys:
    """A sorted set of keys of several documents.

    Parameters
    ----------
    sorted : ndarray of int64, shape (n_keys,)
        The keys, each once.
    documents : int
        Number of documents, at least 1.
    """

    sorted: Integers
    documents: int

    @cached_property
    def documents_of(self) -> Integers:
        """The document of each key, shape (n_keys,)."""
        return self.sorted >> ITEM_BITS

    @cached_property
    def _bits(self) -> int:
        """Bits of an item by which its flag is found."""
        return min(max(_FLAGS_PER_KEY * len(self.sorted) // self.documents, 1).bit_length(), _MOST_FLAG_BITS)

    @cached_property
    def _flags(self) -> NDArray[np.bool_]:
        flags = np.zeros(self.documents << self._bits, dtype=bool)
        flags[self.sorted >> (ITEM_BITS - self._bits)] = True
        return flags

    def find(self, wanted: Integers) -> tuple[Integers, Integers]:
        """Look keys up.

        Parameters
        ----------
        wanted : ndarray of int64, shape (n_wanted,)
            Keys of these documents, in any order, each as often as needed.

        Returns
        -------
        tuple of (ndarray of int64, ndarray of int64), both of shape (n_found,)
            Positions in `wanted` of those that are there, in order; and their positions in `sorted`.
        """
        if not len(self.sorted):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        (within,) = self._flags.take(wanted >> (ITEM_BITS - self._bits)).nonzero()
        keys = wanted.take(within)
        at = self.sorted.searchsorted(keys)
        there = self.sorted.take(at, mode="clip") == keys
        return within[there], at[there]


def changes(values: Integers) -> NDArray[np.bool_]:
    """Return which values differ from the one before them; the first does."""
    differ = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=differ[1:])
    return differ

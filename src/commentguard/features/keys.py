"""Sets of the words of several texts, searched for many words at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

ITEM_BITS: Final = 32
"""Bits of an item: the hash of a word's stem, or of a pair. A key is the number of a set << ITEM_BITS | an item."""
ITEM: Final = (1 << ITEM_BITS) - 1
"""The bits of a key that say nothing of its set."""

_SLOTS: Final = 2
"""Slots of a set for each of its items. More would have fewer items share one, but take longer to read."""


@dataclass(frozen=True)
class Sets:
    """Sets of items, each of fewer than 2**16.

    Hashes are spread evenly: an item's slot, its size as a share of all sizes, is close to its place in the order.

    Parameters
    ----------
    items : ndarray of uint32, shape (n_items,)
        The items of the first set in order, each once, then those of the next.
    sizes : ndarray of int64, shape (n_sets,)
        Items of each set.
    before : ndarray of uint16, shape (2 * n_items + n_sets,)
        For each slot of each set, and its end, the items of this set that lie in the slots before.
    """

    items: NDArray[np.uint32]
    sizes: Integers
    before: NDArray[np.uint16]

    def __len__(self) -> int:
        """Return the number of sets."""
        return len(self.sizes)

    @staticmethod
    def of(keys: Integers, n: int) -> Sets:
        """Make n sets of sorted keys, each of which stands there once."""
        edges = keys.searchsorted(np.arange(n + 1) << ITEM_BITS)
        begins, sizes = edges[:-1], np.diff(edges)
        slots = _slots(keys >> ITEM_BITS, keys & ITEM, begins, sizes)
        before = np.bincount(slots + 1, minlength=_SLOTS * len(keys) + n).cumsum()
        before -= begins.repeat(_SLOTS * sizes + 1)
        return Sets(keys.astype(np.uint32), sizes, before.astype(np.uint16))

    @staticmethod
    def joined(sets: Sequence[Sets]) -> Sets:
        """Put sets together; at least one."""
        items, sizes, before = (
            np.concatenate([getattr(one, name) for one in sets]) for name in ("items", "sizes", "before")
        )
        return Sets(items, sizes, before)

    def part(self, number: int) -> Sets:
        """Return one set, in arrays of its own: a view would keep the others alive."""
        first, size = int(self.begins[number]), int(self.sizes[number])
        at = _SLOTS * first + number
        items, before = self.items[first : first + size], self.before[at : at + _SLOTS * size + 1]
        return Sets(items.copy(), self.sizes[number : number + 1].copy(), before.copy())

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take."""
        return self.items.nbytes + self.sizes.nbytes + self.before.nbytes

    @cached_property
    def begins(self) -> Integers:
        """Number of the first item of each set, shape (n_sets,)."""
        begins: Integers = self.sizes.cumsum() - self.sizes
        return begins

    @cached_property
    def set_of(self) -> Integers:
        """The set of each item, shape (n_items,)."""
        return np.arange(len(self)).repeat(self.sizes)

    def find(self, sets: Integers, wanted: NDArray[np.integer]) -> Integers:
        """Look items up.

        Parameters
        ----------
        sets : ndarray of int64, shape (n_wanted,)
            In which set to look.
        wanted : ndarray of integer, shape (n_wanted,)
            The item to look for there; in any order, each as often as needed.

        Returns
        -------
        ndarray of int64, shape (n_wanted,)
            Numbers in `items`; -1 where it is not there.
        """
        slots = _slots(sets, wanted, self.begins, self.sizes)
        found = np.full(len(slots), -1)
        low, high = self.before.take(slots), self.before.take(slots + 1, mode="clip")
        (left,) = (low < high).nonzero()
        begins = self.begins.take(sets.take(left))
        at, end, items = low.take(left) + begins, high.take(left) + begins, wanted.take(left)
        while len(left):
            same = self.items.take(at) == items
            found[left[same]] = at[same]
            at += 1
            (more,) = (~same & (at < end)).nonzero()
            left, at, end, items = left.take(more), at.take(more), end.take(more), items.take(more)
        return found


def _slots(sets: Integers, items: NDArray[np.integer], begins: Integers, sizes: Integers) -> Integers:
    slots = items * (_SLOTS * sizes).take(sets)
    slots >>= ITEM_BITS
    slots += (_SLOTS * begins + np.arange(len(sizes))).take(sets)
    return slots


def changes(values: Integers) -> NDArray[np.bool_]:
    """Return which values differ from the one before them; the first does."""
    differ = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=differ[1:])
    return differ

"""Sets of the words of several texts, searched for many words at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.lazy import lazy

Integers = NDArray[np.int64]

ITEM_BITS: Final = 32
"""Bits of an item: the hash of a word's stem, or of a pair. A key is the number of a set << ITEM_BITS | an item."""
ITEM: Final = (1 << ITEM_BITS) - 1
"""The bits of a key that say nothing of its set."""
SHIFT: Final = np.array(ITEM_BITS)
"""`ITEM_BITS` as NumPy has it: half of a short step is to make a number of Python one, which a comment alone feels."""

_SALT: Final = np.uint32(0x9E3779B1)
_ITEM_SIZE: Final = ITEM_BITS // 8
_SLOTS: Final = 2
"""Slots of a set for each of its items. More would have fewer items share one, but take longer to read."""


@dataclass(frozen=True)
class Sets:
    """Sets of items, each of fewer than 2**16.

    Parameters
    ----------
    items : ndarray of uint32, shape (n_items,)
        The items of the first set in order, each once, then those of the next.
    sizes : ndarray of int64, shape (n_sets,)
        Items of each set.
    known : ndarray of uint16 or None
        The table by which items are found, where it was made before; see `table`.
    """

    items: NDArray[np.uint32]
    sizes: Integers
    known: NDArray[np.uint16] | None = None

    def __len__(self) -> int:
        """Return the number of sets."""
        return len(self.sizes)

    @staticmethod
    def of(keys: Integers, n: int) -> Sets:
        """Make n sets of sorted keys, each of which stands there once."""
        edges = keys.searchsorted(np.arange(n + 1) << ITEM_BITS)
        return Sets(keys.astype(np.uint32), edges[1:] - edges[:-1])

    @staticmethod
    def joined(parts: Sequence[tuple[bytes, bytes]]) -> Sets:
        """Put sets together that `parts` returned."""
        items, tables = zip(*parts, strict=True)
        sizes = np.fromiter(map(len, items), dtype=np.int64, count=len(parts)) // _ITEM_SIZE
        return Sets(np.frombuffer(b"".join(items), np.uint32), sizes, np.frombuffer(b"".join(tables), np.uint16))

    def parts(self) -> list[tuple[bytes, bytes]]:
        """Return each set, its items and its table, as bytes: they are joined in a third of the time of arrays."""
        tables = pieces(self.table, _SLOTS * self.sizes + 1)
        return list(zip(pieces(self.items, self.sizes), tables, strict=True))

    @lazy
    def begins(self) -> Integers:
        """Number of the first item of each set, shape (n_sets,)."""
        begins: Integers = self.sizes.cumsum() - self.sizes
        return begins

    @lazy
    def ends(self) -> Integers:
        """Number behind the last item of each set, shape (n_sets,)."""
        return self.begins + self.sizes

    @lazy
    def set_of(self) -> Integers:
        """The set of each item, shape (n_items,)."""
        return np.arange(len(self)).repeat(self.sizes)

    @lazy
    def table(self) -> NDArray[np.uint16]:
        """For each slot of each set, and its end, the items of this set in the slots before, (2 * n_items + n_sets,).

        Hashes are spread evenly: an item's slot, its size as a share of all sizes, is close to its place in the order.
        """
        if self.known is not None:
            return self.known
        slots = self._slots(self.set_of, self.items)
        table = np.bincount(slots + 1, minlength=_SLOTS * len(slots) + len(self)).cumsum()
        table -= self.begins.repeat(_SLOTS * self.sizes + 1)
        return table.astype(np.uint16)

    def find(self, sets: Integers, wanted: NDArray[np.uint32]) -> Integers:
        """Look items up.

        Parameters
        ----------
        sets : ndarray of int64, shape (n_wanted,)
            In which set to look.
        wanted : ndarray of uint32, shape (n_wanted,)
            The item to look for there; in any order, each as often as needed.

        Returns
        -------
        ndarray of int64, shape (n_wanted,)
            Numbers in `items`; -1 where it is not there.
        """
        if len(self) == 1:
            return self._find_in_order(wanted)
        found = np.full(len(wanted), -1)
        if len(wanted) > len(self.items):
            (likely,) = self._may_have(sets, wanted).nonzero()
            found[likely] = self._look_up(sets.take(likely), wanted.take(likely))
            return found
        return self._look_up(sets, wanted)

    def _look_up(self, sets: Integers, wanted: NDArray[np.uint32]) -> Integers:
        found = np.full(len(wanted), -1)
        at = self.table.take(self._slots(sets, wanted)) + self.begins.take(sets)
        item = self.items.take(at, mode="clip")
        (left,) = (item <= wanted).nonzero()
        end, at, item, wanted = self.ends.take(sets.take(left)), at.take(left), item.take(left), wanted.take(left)
        while len(left):
            (same,) = ((item == wanted) & (at < end)).nonzero()
            found[left.take(same)] = at.take(same)
            at += 1
            (more,) = ((item < wanted) & (at < end)).nonzero()
            left, at, end, wanted = left.take(more), at.take(more), end.take(more), wanted.take(more)
            item = self.items.take(at)
        return found

    def _may_have(self, sets: Integers, wanted: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Return which items may stand in their set: of those that don't, one in twenty or so."""
        marked, salts, shift = self._marks
        slots = salts.take(sets)
        slots ^= wanted
        slots >>= shift
        return marked.take(slots)

    @lazy
    def _marks(self) -> tuple[NDArray[np.bool_], NDArray[np.uint32], np.uint32]:
        bits = len(self.items).bit_length() + 4
        shift = np.uint32(ITEM_BITS - bits)
        salts = np.arange(len(self), dtype=np.uint32) * _SALT
        marked = np.zeros(1 << bits, dtype=bool)
        marked[(self.items ^ salts.repeat(self.sizes)) >> shift] = True
        return marked, salts, shift

    def _find_in_order(self, wanted: NDArray[np.uint32]) -> Integers:
        """Find items of a single set, which is in order as a whole: for few of them that is less to do."""
        if not len(self.items):
            return np.full(len(wanted), -1)
        found = self.items.searchsorted(wanted)
        found[self.items.take(found, mode="clip") != wanted] = -1
        return found

    def _slots(self, sets: Integers, items: NDArray[np.uint32]) -> Integers:
        slots = items * (_SLOTS * self.sizes).take(sets)
        slots >>= SHIFT
        slots += (_SLOTS * self.begins + np.arange(len(self))).take(sets)
        return slots


def changes(values: Integers) -> NDArray[np.bool_]:
    """Return which values differ from the one before them; the first does."""
    differ = np.empty(len(values), dtype=bool)
    differ[:1] = True
    np.not_equal(values[1:], values[:-1], out=differ[1:])
    return differ


def ordered(keys: Integers) -> Integers:
    """Return keys, 0 up, in order; the more evenly they are spread, the less is compared.

    Their upper sixteen bits, which are counted and not compared, put nearly all of them into their place.
    """
    shift = max(int(keys.max(initial=0)).bit_length() - 16, 0)
    nearly = keys.take((keys >> shift).astype(np.uint16).argsort(kind="stable"))
    nearly.sort(kind="stable")
    return nearly


def pieces(values: NDArray[np.number], sizes: Integers) -> list[bytes]:
    """Return values as bytes, cut into pieces of so many values each."""
    data, ends = values.tobytes(), (sizes.cumsum() * values.itemsize).tolist()
    return [data[first:end] for first, end in pairwise([0, *ends])]

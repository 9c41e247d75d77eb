"""Sets of the words of several texts, searched for many words at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.lazy import lazy

Integers = NDArray[np.int64]

ITEM_BITS: Final = 32
"""Bits of an item, the hash of a word's stem. A key is the number of a set << ITEM_BITS | an item."""
SHIFT: Final = np.array(ITEM_BITS)
"""`ITEM_BITS` as NumPy has it: half of a short step is to make a number of Python one, which a comment alone feels."""
LAST: Final = np.uint32((1 << ITEM_BITS) - 1)
"""The greatest item, with which each set of `Slots` ends."""

_NEXT, _NOUGHT = np.array(1), np.array(0)
_EIGHT: Final = np.array(3)  # bytes that an item of `Slots` takes, as a logarithm


@dataclass(slots=True, eq=False)
class Slots:
    """Sets of items, each item with a value, by which many are looked up at once.

    A set has as many slots as items. Hashes are spread evenly: an item's slot is its size as a share of all sizes, and
    few slots have more than two items.

    Parameters
    ----------
    items : ndarray of uint32, shape (2 * n_items,)
        What `packed` returns of each set, the first half of each.
    values : ndarray of uint16, shape (4 * n_items,)
        The same bytes; of each set the third quarter, and starts of slots as the last one.
    sizes : ndarray of int64, shape (n_sets,)
        Items of each set.
    """

    items: NDArray[np.uint32]
    values: NDArray[np.uint16]
    sizes: Integers

    @classmethod
    def of(cls, packed: Sequence[bytes]) -> Slots:
        """Put sets together; at least one."""
        data, sizes = b"".join(packed), np.fromiter(map(len, packed), np.int64)
        sizes >>= _EIGHT
        return cls(np.frombuffer(data, np.uint32), np.frombuffer(data, np.uint16), sizes)

    def find(self, sets: Integers, counts: Integers, wanted: NDArray[np.uint32]) -> NDArray[np.uint16]:
        """Look items up.

        Parameters
        ----------
        sets : ndarray of int64, shape (k,)
            In which sets to look.
        counts : ndarray of int64, shape (k,)
            How many items are wanted of each of these sets.
        wanted : ndarray of uint32, shape (n_wanted,)
            The items, those of one set after those of the other; each as often as needed.

        Returns
        -------
        ndarray of uint16, shape (n_wanted,)
            Their values; 0 where an item is not there.
        """
        if len(self.sizes) == 1:
            n = len(self.items) >> 1
            items, values = self.items[:n], self.values[2 * n :]
            places = items.searchsorted(wanted)
            there = items.take(places) == wanted
        else:
            values = self.values
            places, there = self._places(sets, counts, wanted)
        found = values.take(places)
        found *= there
        return found

    def _places(
        self, sets: Integers, each: Integers, wanted: NDArray[np.uint32]
    ) -> tuple[Integers, NDArray[np.bool_]]:
        """Return for each item the place of a value, and whether that is its own."""
        sizes, first = self.sizes.take(sets), 2 * (self.sizes.cumsum() - self.sizes).take(sets)
        slots: Integers = wanted * sizes.repeat(each)
        slots >>= SHIFT
        slots += (2 * first + 3 * sizes).repeat(each)
        places = self.values.take(slots) + first.repeat(each)
        held = self.items.take(places)
        (left,) = (held < wanted).nonzero()
        while len(left):
            at = places.take(left)
            at += _NEXT
            places[left] = at
            held[left] = more = self.items.take(at)
            left = left.take((more < wanted.take(left)).nonzero()[0])
        places += (first + 2 * sizes).repeat(each)
        return places, held == wanted


def packed(items: NDArray[np.uint32], values: NDArray[np.uint16], sizes: Integers) -> list[bytes]:
    """Return sets as `Slots` are made of: items; their values; of each slot how many items have a slot before it.

    Parameters
    ----------
    items : ndarray of uint32, shape (n_items,)
        The items of the first set in order, `LAST` at its end, then those of the next.
    values : ndarray of uint16, shape (n_items,)
        Their values, 1 up; 0 for a `LAST` that is there for the end alone.
    sizes : ndarray of int64, shape (n_sets,)
        Items of each set, 1 to 65,536.
    """
    before = (sizes.cumsum() - sizes).repeat(sizes)
    slots = items * sizes.repeat(sizes)
    slots >>= SHIFT
    slots += before
    held = np.bincount(slots, minlength=len(items))
    starts = (held.cumsum() - held - before).astype(np.uint16)
    return list(map(b"".join, zip(*(pieces(part, sizes) for part in (items, values, starts)), strict=True)))


def unpacked(one: bytes) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Return items and values of a set as `packed` returns it, each of shape (n_items,)."""
    n = len(one) >> int(_EIGHT)
    return np.frombuffer(one, np.uint32, n), np.frombuffer(one, np.uint16, n, 4 * n)


@dataclass(eq=False)
class Sets:
    """Sets of items.

    Parameters
    ----------
    keys : ndarray of int64, shape (n_items,)
        The keys of all items, in order.
    number : int
        Number of sets.

    Attributes
    ----------
    begins, sizes : ndarray of int64, shape (n_sets,)
        Number of the first item of each set, and how many it has.
    items : ndarray of uint32, shape (n_items,)
        The items of the first set in order, then those of the next.
    set_of : ndarray of int64, shape (n_items,)
        The set of each item.
    """

    keys: Integers
    number: int
    begins: Integers = field(init=False)
    sizes: Integers = field(init=False)
    items: NDArray[np.uint32] = field(init=False)
    set_of: Integers = field(init=False)

    def __post_init__(self) -> None:
        """Look where the sets begin."""
        edges = self.keys.searchsorted(np.arange(self.number + 1) << SHIFT)
        self.begins = edges[:-1]
        self.sizes = edges[1:] - self.begins
        self.items, self.set_of = self.keys.astype(np.uint32), self.keys >> SHIFT

    def counts_in(self, sets: Integers, sizes: Integers, there: NDArray[np.uint32]) -> Integers:
        """Count how often each item stands among others.

        Parameters
        ----------
        sets : ndarray of int64, shape (k,)
            To which sets others are compared.
        sizes : ndarray of int64, shape (k,)
            How many others there are for each of these.
        there : ndarray of uint32, shape (n_others,)
            The others, those for one set after those for the other.

        Returns
        -------
        ndarray of int64, shape (n_items,)
        """
        if not len(self.keys):
            return self.keys
        if self.number == 1:
            numbers = self.items.searchsorted(there)
            numbers = numbers[self.items.take(numbers, mode="clip") == there]
        else:
            numbers = self._numbers(sets, sizes, there)
        return np.bincount(numbers, minlength=len(self.keys))

    def _numbers(self, sets: Integers, sizes: Integers, there: NDArray[np.uint32]) -> Integers:
        """Return the numbers of the items that stand among others, each as often as it does, in any order."""
        slots = (sets.astype(np.uint32) << _SLOT_BITS).repeat(sizes)
        slots += there >> _REST
        numbers = self._table.take(slots)
        (likely,) = (numbers != _NOUGHT).nonzero()  # of numbers that takes four times as long as of flags
        numbers, there = numbers.take(likely), there.take(likely)
        numbers -= _NEXT
        items = self.items.take(numbers)
        (before,) = (items > there).nonzero()
        keys = (slots.take(likely.take(before)) >> _SLOT_BITS).astype(np.int64) << SHIFT
        keys |= there.take(before)
        others = self.keys.searchsorted(keys)
        return np.concatenate((numbers[items == there], others[self.keys.take(others) == keys]))

    @lazy
    def _table(self) -> NDArray[np.int32]:
        """For each slot of each set the number of its last item, counted from 1; 0 for none.

        An item's slot is its upper bits; those of a set lie side by side, and are read so.
        """
        slots = self.set_of << _SLOT_BITS
        slots += self.items >> _REST
        table = np.zeros(self.number << int(_SLOT_BITS), dtype=np.int32)
        table[slots] = np.arange(1, len(slots) + 1, dtype=np.int32)
        return table


_FEW: Final = 500
"""Up to so many keys are sorted as they are: what else saves steps a key takes longer to begin with."""
_TOGETHER: Final = 1 << 6
"""Sets that are brought into order at a time: of sixteen bits ten are left for items."""
_SLOT_BITS: Final = np.array(9, dtype=np.uint32)
"""Logarithm of the slots of a set: most comments have some thirty different words."""
_REST: Final = ITEM_BITS - _SLOT_BITS


def changes(values: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return which values differ from the one before them; the first does."""
    differ = np.empty(len(values), dtype=bool)
    differ[:1] = True
    np.not_equal(values[1:], values[:-1], out=differ[1:])
    return differ


def ordered(keys: Integers) -> Integers:
    """Return keys, 0 up, in order, perhaps in their own array; the more evenly they are spread, the less is compared.

    Their upper sixteen bits, which are counted and not compared, put nearly all of them into their place; a few are
    compared in less time.
    """
    if len(keys) >= _FEW:
        shift = max(int(keys.max(initial=0)).bit_length() - 16, 0)
        keys = keys.take((keys >> shift).astype(np.uint16).argsort(kind="stable"))
    keys.sort(kind="stable")
    return keys


def ordered_within(keys: Integers, ends: Integers) -> Integers:
    """Return the keys of sets in order, perhaps in their own array, given where those of each set end.

    As `ordered`; since few sets are taken at a time, the sixteen bits hold more of the items.
    """
    if len(keys) >= _FEW:
        upper = (keys >> ITEM_BITS - 10).astype(np.uint16)
        for first, end in pairwise([0, *ends[_TOGETHER - 1 :: _TOGETHER].tolist(), len(keys)]):
            keys[first:end] = keys[first:end].take(upper[first:end].argsort(kind="stable"))
    keys.sort(kind="stable")
    return keys


def pieces(values: NDArray[np.number], sizes: Integers) -> list[bytes]:
    """Return values as bytes, cut into pieces of so many values each."""
    data, ends = values.tobytes(), (sizes.cumsum() * values.itemsize).tolist()
    return [data[first:end] for first, end in pairwise([0, *ends])]

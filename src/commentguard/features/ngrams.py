"""Hashed character n-grams of a whole batch: slots of a table, found by arithmetic on code points.

Characters across spaces, counted and divided by the root of their number, in a small table did best among the ways to
weigh n-grams that were tried on blogs left out of training (MODEL_CARD.md, Choices).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.text.codes import Codes

_PRIME: Final = np.array(16777619, np.uint32)  # of the FNV-1a hash
_GOLDEN: Final = np.array(0x9E3779B1, np.uint32)  # 2**32 over the golden ratio: Knuth's multiplicative hashing
_HALF: Final = np.array(15, np.uint32)


@dataclass(frozen=True, slots=True)
class NgramField:
    """One text of a comment and how it is cut into n-grams.

    Parameters
    ----------
    name : {"text", "author", "host"}
        Which column of a `Batch`.
    orders : tuple of int
        Lengths of the n-grams in characters, each 2 or more, one after the other.
    bits : int
        The field's table has 2**bits slots.
    scale : float
        What the field's counts are multiplied by: a name of ten letters must not outweigh a text.
    """

    name: str
    orders: tuple[int, ...]
    bits: int
    scale: float

    @property
    def size(self) -> int:
        """Slots of the field's table."""
        return 1 << self.bits


FIELDS: Final = (
    NgramField("text", (3, 4, 5), 18, 1.0),
    NgramField("author", (2, 3, 4), 16, 0.5),
    NgramField("host", (2, 3, 4, 5), 16, 0.5),
)


OFFSETS: Final = (0, *accumulate(field.size for field in FIELDS[:-1]))
"""Where the slots of each field begin in a table of all fields."""
WIDTH: Final = sum(field.size for field in FIELDS)
"""Slots of a table of all fields; the next number stands for no n-gram."""

# N-grams of a text of so many characters, where those of the first so many orders fit into it with its separators: the
# slope and the offset of a straight line. Where fewer orders fit, the line of these is the higher one.
_LINES: Final = np.array(
    [[(0, 1), *((fit, 3 * fit - sum(field.orders[:fit])) for fit in (1, 2, 3, len(field.orders)))] for field in FIELDS]
)
_SLOPES, _OFFSETS = _LINES.T[..., None]
_BITS_LEFT: Final = [np.array(32 - field.bits, np.uint32) for field in FIELDS]
_FIRST_SLOTS: Final = [np.array(offset, np.uint32) for offset in OFFSETS]
_BLOCK: Final = 1 << 15  # characters hashed together: what is computed for them stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Block:
    """The n-grams of some texts that stand one after the other.

    Parameters
    ----------
    begin, end : int
        The positions of their first characters; position p belongs to the text whose ``starts - 1 <= p < ends``.
    slots : ndarray of uint32, shape (n_orders, end - begin)
        Of the n-gram of each order that begins there the slot in a table of all fields; `WIDTH` where the field has
        none of that order, or none fits before the text ends.
    """

    begin: int
    end: int
    slots: NDArray[np.uint32]


def gram_slots(codes: Codes) -> Iterator[Block]:
    """Yield the slots of all n-grams.

    Parameters
    ----------
    codes : Codes
        The texts of all fields of n comments: first those of the first of `FIELDS`, then those of the second, and so
        on. The separators around them belong to their n-grams, so that beginnings and ends are seen.
    """
    edges = {0, len(codes)}
    if codes.ends[-1] > _BLOCK:
        cuts = codes.ends.searchsorted(np.arange(_BLOCK, codes.ends[-1], _BLOCK))
        edges.update(cuts.tolist(), [len(codes) // len(FIELDS)])  # short texts have n-grams of more orders
    for first, last in pairwise(sorted(edges)):
        yield _block(codes, first, last)


def _block(codes: Codes, first: int, last: int) -> Block:
    """Return the n-grams of the texts from one number to before another."""
    n = len(codes) // len(FIELDS)
    numbers = range(first // n, (last - 1) // n + 1)
    orders, absent, rows, backs = _plan(numbers)
    begin = int(codes.starts[first]) - 1
    ends = codes.ends[first:last] - begin
    edges = [0, *ends[n - 1 - first % n : -1 : n].tolist(), int(ends[-1])]
    slots = _hashes(codes.folded[begin : begin + edges[-1] + 1], orders)
    for number, rows_absent, (at, end) in zip(numbers, absent, pairwise(edges), strict=True):
        own = slots[:, at:end]
        own >>= _BITS_LEFT[number]
        if number:
            own += _FIRST_SLOTS[number]
        for row in rows_absent:
            own[row] = WIDTH
    # One that would begin before the first text falls to the end of the row before, on one that does not fit either.
    slots.put(ends[:, None] + (rows * edges[-1] - backs), WIDTH)
    return Block(begin, begin + edges[-1], slots)


@cache
def _plan(numbers: range) -> tuple[range, list[list[int]], NDArray[np.int64], NDArray[np.int64]]:
    """Return what n-grams of some neighbouring fields are hashed.

    The orders; for each field the rows of those that it has not; the n-grams that don't fit before a text ends, by the
    row of their order, and how far before it they begin.
    """
    fields = [FIELDS[number] for number in numbers]
    orders = range(min(field.orders[0] for field in fields), max(field.orders[-1] for field in fields) + 1)
    absent = [[row for row, order in enumerate(orders) if order not in field.orders] for field in fields]
    late = [(row, back) for row, order in enumerate(orders) for back in range(1, order - 1)]
    rows, backs = np.array(late, dtype=np.int64).T
    return orders, absent, rows, backs


def _hashes(folded: NDArray[np.uint16], orders: range) -> NDArray[np.uint32]:
    """Return a hash of the n-gram of each order that begins at each character but the last.

    Of no meaning where it would go on beyond the last character.
    """
    unit = folded.astype(np.uint32)
    hashes = np.empty((len(orders), len(unit) - 1), dtype=np.uint32)
    rolling = unit
    for order in range(2, orders.stop):
        row = hashes[order - orders.start, : max(len(rolling) - 1, 0)] if order in orders else None
        rolling = np.multiply(rolling[:-1], _PRIME, out=row)
        rolling += unit[order - 1 :]
    hashes ^= hashes >> _HALF
    hashes *= _GOLDEN
    return hashes


def gram_counts(codes: Codes) -> NDArray[np.int64]:
    """Return the number of n-grams of each field and comment, at least 1, shape (len(FIELDS), n); see `gram_slots`."""
    counts: NDArray[np.int64] = np.maximum.reduce(codes.lengths.reshape(len(FIELDS), -1) * _SLOPES + _OFFSETS, axis=0)
    return counts

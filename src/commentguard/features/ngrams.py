"""Hashed character n-grams of a whole batch: slots of a table, found by arithmetic on code points.

Characters across spaces, counted and divided by the root of their number, in a small table did best among the ways to
weigh n-grams that were tried on blogs left out of training (MODEL_CARD.md, Choices).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise, product
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

_TO_SLOTS: Final = np.array([[32 - field.bits for field in FIELDS], OFFSETS], np.uint32)
"""Of each field the bits of a hash that its slots leave over, and its first slot."""
_BLOCK: Final = 1 << 15  # characters hashed together: what is computed for them stays in the processor's cache


@dataclass(slots=True, eq=False)
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
    fields = range(first // n, (last - 1) // n + 1)
    orders, absent, rows, backs = _plan(fields)
    begin = int(codes.starts[first]) - 1
    ends = codes.ends[first:last] - begin
    edges = [0, *ends[n - 1 - first % n : -1 : n].tolist(), int(ends[-1])]
    slots = _hashes(codes.folded[begin : begin + edges[-1] + 1], orders)
    to_slots = _TO_SLOTS[:, fields[0] : fields.stop]
    if len(fields) > 1:
        to_slots = to_slots.repeat([end - at for at, end in pairwise(edges)], axis=1)
    bits_left, first_slots = to_slots
    slots >>= bits_left
    if fields[-1]:
        slots += first_slots
    for row, number in absent:
        slots[row, edges[number] : edges[number + 1]] = WIDTH
    # One that would begin before the first text falls to the end of the row before, on one that does not fit either.
    slots.put(ends[:, None] + (rows * edges[-1] - backs), WIDTH)
    return Block(begin, begin + edges[-1], slots)


@cache
def _plan(numbers: range) -> tuple[range, list[tuple[int, int]], NDArray[np.int64], NDArray[np.int64]]:
    """Return what n-grams of some neighbouring fields are hashed.

    The orders; those that a field has not, by row, and which of these fields it is; the n-grams that don't fit before a
    text ends, by the row of their order, and how far before it they begin.
    """
    fields = [FIELDS[number] for number in numbers]
    orders = range(min(field.orders[0] for field in fields), max(field.orders[-1] for field in fields) + 1)
    asked = product(enumerate(orders), enumerate(fields))
    absent = [(row, number) for (row, order), (number, field) in asked if order not in field.orders]
    late = [(row, back) for row, order in enumerate(orders) for back in range(1, order - 1)]
    rows, backs = np.array(late, dtype=np.int64).T
    return orders, absent, rows, backs


def _hashes(folded: NDArray[np.uint16], orders: range) -> NDArray[np.uint32]:
    """Return a hash of the n-gram of each order that begins at each character but the last.

    Of no meaning where it would go on beyond the last character.
    """
    width = len(folded) - 1
    units = np.zeros(width + orders[-1], dtype=np.uint32)
    units[: width + 1] = folded
    hashes = np.empty((len(orders), width), dtype=np.uint32)
    rolling = units[:width]
    for order in range(2, orders.stop):
        row = hashes[max(order - orders.start, 0)]
        np.multiply(rolling, _PRIME, out=row)
        row += units[order - 1 : order - 1 + width]
        rolling = row
    hashes ^= hashes >> _HALF
    hashes *= _GOLDEN
    return hashes


def gram_counts(most: int) -> NDArray[np.int64]:
    """Return how many n-grams a text of 0 to `most` characters has, at least 1, shape (len(FIELDS), most + 1)."""
    lengths = np.arange(most + 1)
    fitting = [np.sum([np.maximum(lengths + 3 - order, 0) for order in field.orders], axis=0) for field in FIELDS]
    return np.maximum(fitting, 1)

"""Hashed character n-grams of a whole batch: slots of a table, found by arithmetic on code points.

Characters across spaces, counted and divided by the root of their number, in a small table did best among the ways to
weigh n-grams that were tried on blogs left out of training (MODEL_CARD.md, Choices).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.text.codes import Codes

_PRIME: Final = np.uint32(16777619)  # of the FNV-1a hash
_GOLDEN: Final = np.uint32(0x9E3779B1)  # 2**32 over the golden ratio: Knuth's multiplicative hashing


@dataclass(frozen=True, slots=True)
class NgramField:
    """One text of a comment and how it is cut into n-grams.

    Parameters
    ----------
    name : {"text", "author", "host"}
        Which column of a `Batch`.
    orders : tuple of int
        Lengths of the n-grams in characters, each 2 or more.
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

_ORDERS: Final = range(2, 1 + max(max(field.orders) for field in FIELDS))
_HAS: Final = np.array([[order in field.orders for order in _ORDERS] for field in FIELDS])
_BITS_LEFT: Final = np.array([32 - field.bits for field in FIELDS], dtype=np.uint32)
_FIRST_SLOTS: Final = np.array(OFFSETS, dtype=np.uint32)
# N-grams that don't fit before a text ends: number of their order, and how far before the end they begin.
_LATE: Final = np.array([(row, back) for row, order in enumerate(_ORDERS) for back in range(1, order - 1)]).T


def gram_slots(codes: Codes) -> NDArray[np.uint32]:
    """Return the slot of the n-gram that begins at each character, for each order.

    Parameters
    ----------
    codes : Codes
        The texts of all fields of n comments: first those of the first of `FIELDS`, then those of the second, and so
        on. The separators around them belong to their n-grams, so that beginnings and ends are seen.

    Returns
    -------
    ndarray of uint32, shape (n_orders, n_codes - 1)
        For orders from 2 up: slots in a table of all fields; `WIDTH` where the field has no n-grams of that order, or
        none fits before the text ends. Position p belongs to the text whose ``starts - 1 <= p < ends``.
    """
    n = len(codes) // len(FIELDS)
    begins = codes.starts[::n] - 1
    sizes = codes.ends[n - 1 :: n] - begins
    slots = _hashes(codes)
    slots >>= _BITS_LEFT.repeat(sizes)
    slots += _FIRST_SLOTS.repeat(sizes)
    for field, row in np.argwhere(~_HAS).tolist():
        slots[row, begins[field] : begins[field] + sizes[field]] = WIDTH
    rows, backs = _LATE
    slots[rows, np.maximum(codes.ends[:, None] - backs, 0)] = WIDTH
    return slots


def _hashes(codes: Codes) -> NDArray[np.uint32]:
    """Return a hash of the n-gram of each order that begins at each character, shape (n_orders, n_codes - 1).

    Of no meaning where it would go on beyond the last character.
    """
    unit = codes.folded.astype(np.uint32)
    hashes = np.zeros((len(_ORDERS), len(unit) - 1), dtype=np.uint32)
    rolling = unit
    for order, row in zip(_ORDERS, hashes, strict=True):
        rolling = np.multiply(rolling[:-1], _PRIME, out=row[: max(len(rolling) - 1, 0)])
        rolling += unit[order - 1 :]
    hashes ^= hashes >> np.uint32(15)
    hashes *= _GOLDEN
    return hashes


def gram_counts(codes: Codes) -> NDArray[np.float64]:
    """Return the number of n-grams of each field and comment, at least 1, shape (len(FIELDS), n); see `gram_slots`."""
    lengths = codes.lengths.reshape(len(FIELDS), -1, 1)
    counts: NDArray[np.int64] = (np.maximum(lengths + 3 - np.array(_ORDERS), 0) * _HAS[:, None]).sum(axis=2)
    return np.maximum(counts, 1.0)

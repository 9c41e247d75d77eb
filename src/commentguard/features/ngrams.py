"""Hashed character n-grams of a whole batch: slots of a table, found by arithmetic on code points.

Characters across spaces, counted and divided by the root of their number, in a small table did best among the ways to
weigh n-grams that were tried on blogs left out of training (MODEL_CARD.md, Choices).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.text.codes import Codes

_PRIME: Final = np.uint32(16777619)  # of the FNV-1a hash
_GOLDEN: Final = np.uint32(0x9E3779B1)  # 2**32 over the golden ratio: Knuth's multiplicative hashing


@dataclass(frozen=True)
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

    @cached_property
    def late(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For n-grams that don't fit before a text ends: number of the order, and how far before the end they begin."""
        pairs = [(row, back) for row, order in enumerate(self.orders) for back in range(1, order - 1)]
        rows, backs = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return rows, backs


FIELDS: Final = (
    NgramField("text", (3, 4, 5), 18, 1.0),
    NgramField("author", (2, 3, 4), 16, 0.5),
    NgramField("host", (2, 3, 4, 5), 16, 0.5),
)


def gram_hashes(codes: Codes, longest: int) -> NDArray[np.uint32]:
    """Return a hash of the n-gram that begins at each character, for each length.

    Parameters
    ----------
    codes : Codes
        The texts; the separators around them belong to their n-grams, so that beginnings and ends are seen.
    longest : int
        Characters of the longest n-grams, 2 or more.

    Returns
    -------
    ndarray of uint32, shape (longest - 1, n_codes)
        For lengths from 2; of no meaning where an n-gram would go on beyond the last character.
    """
    unit = codes.folded.astype(np.uint32)
    hashes = np.zeros((longest - 1, len(unit)), dtype=np.uint32)
    rolling = unit
    for length, row in enumerate(hashes, start=2):
        rolling = np.multiply(rolling[:-1], _PRIME, out=row[: max(len(rolling) - 1, 0)])
        rolling += unit[length - 1 :]
    hashes ^= hashes >> np.uint32(15)
    hashes *= _GOLDEN
    return hashes


def gram_slots(codes: Codes, field: NgramField, hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the slot of the n-gram that begins at each character, for each order.

    Parameters
    ----------
    codes : Codes
        The texts.
    field : NgramField
        Orders and size of the table.
    hashes : ndarray of uint32, shape (longest - 1, n_codes)
        Of their n-grams, from `gram_hashes`.

    Returns
    -------
    ndarray of uint32, shape (n_orders, n_codes - 1)
        Slots; `field.size` where no n-gram of that order fits before the text ends. Position p belongs to the text
        whose ``starts - 1 <= p < ends``.
    """
    rows, backs = field.late
    slots = hashes[[order - 2 for order in field.orders], :-1]
    slots >>= np.uint32(32 - field.bits)
    slots[rows, np.maximum(codes.ends[:, None] - backs, 0)] = field.size
    return slots


def gram_counts(codes: Codes, orders: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the number of n-grams of each text, at least 1, shape (n_texts,)."""
    counts: NDArray[np.int64] = np.maximum(codes.lengths[:, None] + 3 - np.array(orders), 0).sum(axis=1)
    return np.maximum(counts, 1.0)

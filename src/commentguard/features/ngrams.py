"""Hashed character n-grams of a whole batch: slots of a table, found by arithmetic on code points.

Characters across spaces, counted and divided by the root of their number, in a small table did best among the ways to
weigh n-grams that were tried on blogs left out of training (MODEL_CARD.md, Choices).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
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

    def codes(self, batch: Batch) -> Codes:
        """Return the field's texts."""
        codes: Codes = getattr(batch, self.name).codes
        return codes


FIELDS: Final = (
    NgramField("text", (3, 4, 5), 18, 1.0),
    NgramField("author", (2, 3, 4), 16, 0.5),
    NgramField("host", (2, 3, 4, 5), 16, 0.5),
)


def gram_slots(codes: Codes, field: NgramField) -> NDArray[np.uint32]:
    """Return the slot of the n-gram that begins at each character, for each order.

    Parameters
    ----------
    codes : Codes
        The texts; the separators around them belong to their n-grams, so that beginnings and ends are seen.
    field : NgramField
        Orders and size of the table.

    Returns
    -------
    ndarray of uint32, shape (n_orders, n_codes - 1)
        Slots; `field.size` where no n-gram of that order fits before the text ends. Position p belongs to the text
        whose ``starts - 1 <= p < ends``.
    """
    unit = codes.folded.astype(np.uint32)
    reach = len(unit) - 1
    room = np.repeat(codes.ends + 1, codes.lengths + 1) - np.arange(reach)  # characters left, closing separator too
    slots = np.full((len(field.orders), reach), field.size, dtype=np.uint32)
    rolling = unit
    for order in range(2, max(field.orders) + 1):
        rolling = rolling[:-1] * _PRIME + unit[order - 1 :]
        if order in field.orders:
            row = slots[field.orders.index(order)]
            np.right_shift((rolling ^ (rolling >> np.uint32(15))) * _GOLDEN, 32 - field.bits, out=row[: len(rolling)])
            row[room < order] = field.size
    return slots


def gram_counts(codes: Codes, orders: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the number of n-grams of each text, at least 1, shape (n_texts,)."""
    counts = sum(np.maximum(codes.lengths + 3 - order, 0) for order in orders)
    return np.maximum(counts, 1).astype(np.float64)

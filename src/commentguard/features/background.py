"""How common each word is: shares of texts that hold a word stem, hashed, learned once and kept with the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.texts import Texts

BITS: Final = 17
"""The table has 2**BITS slots; rare words share slots, which makes them look a little less rare."""
LEAST: Final = 5
"""Words of fewer texts are taken to stand in this many: otherwise a row of the training data would give itself away,
since it has counted its own rare words and a new comment has not."""


@dataclass(frozen=True)
class Background:
    """Inverse document frequencies of hashed word stems.

    Parameters
    ----------
    idf : ndarray of float32, shape (2**BITS,)
        Negative logarithm of the share of texts that hold a stem of that slot.
    words_per_text : float
        Mean number of words of the texts it was learned from, at least 1.
    """

    idf: NDArray[np.float32]
    words_per_text: float
    token: object = field(default_factory=object, init=False, repr=False, compare=False)
    """Tells this background from all others as long as either lives: what was computed by it is kept under it."""

    @classmethod
    def fit(cls, texts: Texts) -> Background:
        """Count in how many texts each stem stands."""
        distinct = np.unique(texts.words.text << BITS | slots(texts.words.stems))
        counts = np.bincount(distinct & ((1 << BITS) - 1), minlength=1 << BITS)
        total = len(texts)
        idf = -np.log(np.maximum(counts, LEAST) / max(total, 2 * LEAST))
        return cls(idf.astype(np.float16).astype(np.float32), max(float(len(texts.words.text) / max(total, 1)), 1.0))

    def idf_of(self, stems: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Return the inverse document frequency of each stem, in nats."""
        return self.idf[slots(stems)].astype(np.float64)

    def chance(self, idf: NDArray[np.float64], length: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chance that a word stands in a text by accident.

        1 - exp(-L r), where r is the word's rate that gives it its share of ordinary texts, and L the length.

        Parameters
        ----------
        idf : ndarray of float64
            Of the words.
        length : ndarray of float64
            Number of words of the text that each is looked for in.
        """
        rate = -np.log1p(-np.minimum(np.exp(-idf), 0.99)) / self.words_per_text
        return -np.expm1(-rate * length)


def slots(stems: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the slot of each stem in a table of 2**BITS."""
    return (stems >> np.uint32(32 - BITS)).astype(np.int64)

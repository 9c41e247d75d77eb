"""How common each word is: shares of texts that hold a word stem, hashed, learned once and kept with the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.texts import Texts
from commentguard.lazy import lazy

BITS: Final = 17
"""The table has 2**BITS slots; rare words share slots, which makes them look a little less rare."""
LEAST: Final = 5
"""Words of fewer texts are taken to stand in this many: otherwise a row of the training data would give itself away,
since it has counted its own rare words and a new comment has not."""


_SHIFT: Final = np.uint32(32 - BITS)


@dataclass(frozen=True)
class Background:
    """Inverse document frequencies of hashed word stems.

    Parameters
    ----------
    idf : ndarray of float32, shape (2**BITS,)
        Negative logarithm of the share of texts that hold a stem of that slot, 0 up; its values fit half precision.
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
        return self.idf.take(slots(stems)).astype(np.float64)

    def of(self, stems: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Say how common stems are.

        Returns
        -------
        ndarray of float64, shape (3, n_stems)
            The inverse document frequency of each stem, its frequency in everyday language, and its rate: what a word
            of ordinary texts adds to the logarithm of the chance that the stem does not stand there.
        """
        ranks, common = self._table
        return common.take(ranks.take(slots(stems)), axis=1)

    @lazy
    def _table(self) -> tuple[NDArray[np.uint16], NDArray[np.float64]]:
        """The rank of each slot, 0 for the rarest, and what `of` returns by rank: there are few in half precision."""
        halves = np.abs(self.idf).astype(np.float16).view(np.uint16)  # a word of all texts has -0.0
        there = np.bincount(halves) > 0
        idf = there.nonzero()[0][::-1].astype(np.uint16).view(np.float16).astype(np.float64)
        ranks = (len(idf) - there.cumsum()).astype(np.uint16).take(halves)
        share = np.exp(-idf)
        rate = np.log1p(-np.minimum(share, 0.99))
        return ranks, np.stack((idf, share / self.words_per_text, rate / self.words_per_text))


def slots(stems: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the slot of each stem in a table of 2**BITS."""
    return stems >> _SHIFT

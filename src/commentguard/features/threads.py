"""The messages before each comment of a batch, and which of their words stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.keys import Sets

Integers = NDArray[np.int64]

_FOUR: Final = np.array(2)  # bytes of a word, as a logarithm


@dataclass(slots=True, eq=False)
class Thread:
    """What stands in the messages before n comments.

    Parameters
    ----------
    words : ndarray of float64, shape (n,)
        Words of the messages before each comment.
    counts : ndarray of int64, shape (n_stems,)
        How often each of the comments' stems stands in them.
    """

    words: NDArray[np.float64]
    counts: Integers

    @staticmethod
    def of_batch(batch: Batch, stems: Sets) -> Thread:
        """Look for the words of messages in the stems of their comments."""
        n, said = len(batch), [message.stems for message in batch.said]
        if not said:
            return Thread(np.zeros(n), np.zeros(len(stems.keys), dtype=np.int64))
        sizes = np.fromiter(map(len, said), dtype=np.int64, count=len(said)) >> _FOUR
        of = np.arange(n).repeat(batch.thread_lengths)
        counts = stems.counts_in(of, sizes, np.frombuffer(b"".join(said), np.uint32))
        return Thread(np.bincount(of, sizes, n).astype(np.float64, copy=False), counts)

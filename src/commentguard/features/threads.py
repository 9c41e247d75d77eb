"""The messages before each comment of a batch, and which of their words stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.keys import SHIFT, Sets

Integers = NDArray[np.int64]


_NOUGHT, _NEXT, _FOUR = np.array(0), np.array(1), np.array(2)
"""The last one as its logarithm: bytes of a word."""


@dataclass(slots=True, eq=False)
class Thread:
    """The messages before each comment, one after the other, and what of their words is found in it.

    Parameters
    ----------
    lengths : ndarray of int64, shape (n,)
        Messages before each comment.
    comment : ndarray of int64, shape (n_places,)
        The comment of each place, in order.
    age : ndarray of int64, shape (n_places,)
        Messages between this one and the comment.
    word_counts : ndarray of int64, shape (n_places,)
        Words of the message.
    place, stem : ndarray of int64, shape (n_found,)
        For each word that stands in its comment, in order, the place and the number of its stem among the comments'.
    followed : ndarray of int64, shape (n_followed,)
        Numbers of the words, among those that are found, whose next word of the message is found, too.
    names : Sets
        The words of the names over the messages, by comment.
    """

    lengths: Integers
    comment: Integers
    age: Integers
    word_counts: Integers
    place: Integers
    stem: Integers
    followed: Integers
    names: Sets

    @staticmethod
    def of_batch(batch: Batch, stems: Sets) -> Thread:
        """Look for the words of each message in the stems of its comment."""
        said, lengths = batch.said, batch.thread_lengths
        if not said:
            return Thread(lengths, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, Sets(_NOTHING, 0))
        numbers = np.arange(len(said))
        comment = np.arange(len(batch)).repeat(lengths)
        age = (lengths.cumsum() - _NEXT).repeat(lengths)
        age -= numbers
        words, word_counts = _joined([message.stems for message in said])
        names, name_counts = _joined([message.names for message in said])
        named = (comment << SHIFT).repeat(name_counts)
        named |= names
        named.sort(kind="stable")
        at, stem = stems.find(comment, word_counts, words)
        place = numbers.repeat(word_counts).take(at)
        at += place  # so that the next message is not what follows
        (followed,) = (at[1:] - at[:-1] == _NEXT).nonzero()
        return Thread(lengths, comment, age, word_counts, place, stem, followed, Sets(named, len(batch)))

    def sizes(self) -> tuple[NDArray[np.number], ...]:
        """Return the words of each comment's thread, those of its latest message, and its messages, each shape (n,)."""
        if not len(self.comment):
            return self.lengths, self.lengths, self.lengths
        comment, counts, n = self.comment, self.word_counts, len(self.lengths)
        last = np.bincount(comment, counts * (self.age == _NOUGHT), n)
        return np.bincount(comment, counts, n), last, self.lengths

    def named(self, n: int, hashes: NDArray[np.uint32]) -> Integers:
        """Return which words, given by their hashes, as many of each of n comments, stand in a name before them."""
        if not len(self.names.keys):
            return _NOTHING
        return self.names.find(np.arange(n), np.full(n, len(hashes) // n), hashes)[0]


_NOTHING: Final = np.zeros(0, dtype=np.int64)


def _joined(parts: list[bytes]) -> tuple[NDArray[np.uint32], Integers]:
    """Return the words of several texts one after the other, and how many each has."""
    sizes = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
    return np.frombuffer(b"".join(parts), np.uint32), sizes >> _FOUR

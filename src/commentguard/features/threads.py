"""The messages before each comment of a batch, and which of their words stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.keys import ITEM_BITS, Sets

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages before each comment, one after the other, and what of their words is found in it.

    Parameters
    ----------
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
    names : ndarray of int64, shape (n_names,)
        The keys, by comment, of the words of the names over the messages, in order.
    """

    comment: Integers
    age: Integers
    word_counts: Integers
    place: Integers
    stem: Integers
    followed: Integers
    names: Integers

    @staticmethod
    def of_batch(batch: Batch, stems: Sets) -> Thread:
        """Look for the words of each message in the stems of its comment."""
        said = batch.said
        if not said:
            return _SILENCE
        comment = np.arange(len(batch)).repeat(batch.thread_lengths)
        numbers = np.arange(len(said))
        age = batch.thread_lengths.cumsum().take(comment) - 1 - numbers
        words, word_counts = _joined([one.stems for one in said])
        names, name_counts = _joined([one.names for one in said])
        named = comment.repeat(name_counts) << ITEM_BITS | names
        named.sort(kind="stable")
        at, stem = stems.find(comment, word_counts, words)
        place = numbers.repeat(word_counts).take(at)
        (followed,) = ((at[1:] - at[:-1] == 1) & (place[1:] == place[:-1])).nonzero()
        return Thread(comment, age, word_counts, place, stem, followed, named)

    def sizes(self, n: int) -> tuple[NDArray[np.number], ...]:
        """Return the words of each comment's thread, those of its latest message, and its messages, each shape (n,)."""
        latest = self.word_counts * (self.age == 0)
        words, last = (np.bincount(self.comment, counts, n) for counts in (self.word_counts, latest))
        return words, last, np.bincount(self.comment, minlength=n)

    def has_name(self, comment: Integers, hashes: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Return which words, given by their comment and hash, stand in a name over a message before it."""
        if not len(self.names):
            return np.zeros(hashes.shape, dtype=bool)
        keys = comment << ITEM_BITS | hashes
        found: NDArray[np.bool_] = self.names.take(self.names.searchsorted(keys), mode="clip") == keys
        return found


_NOTHING: Final = np.zeros(0, dtype=np.int64)
_SILENCE: Final = Thread(*[_NOTHING] * 7)


def _joined(parts: list[bytes]) -> tuple[NDArray[np.uint32], Integers]:
    """Return the words of several texts one after the other, and how many each has."""
    sizes = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
    return np.frombuffer(b"".join(parts), np.uint32), sizes >> 2

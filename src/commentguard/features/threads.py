"""The messages before each comment of a batch, and which of their words stand in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.keys import ITEM, ITEM_BITS, Sets, changes

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages before each comment, one after the other, and what of their words is found in it.

    Parameters
    ----------
    comment : ndarray of int64, shape (n_places,)
        The comment of each place, in order; the latest message is the last one before it.
    word_counts : ndarray of int64, shape (n_places,)
        Words of the message.
    place, stem : ndarray of int64, shape (n_found,)
        For each word that stands in its comment, in order, the place and the number of its stem among the comments'.
    followed : ndarray of bool, shape (n_found,)
        Whether the next word of the message is found, too.
    names : ndarray of int64, shape (n_names,)
        The keys, by comment, of the words of the names over the messages, in order.
    """

    comment: Integers
    word_counts: Integers
    place: Integers
    stem: Integers
    followed: NDArray[np.bool_]
    names: Integers

    @staticmethod
    def of_batch(batch: Batch, stems: Sets) -> Thread:
        """Look for the words of each message in the stems of its comment."""
        comment, message = batch.places
        said = [batch.said[number] for number in message.tolist()]
        words, word_counts = _joined([one.stems for one in said])
        names, name_counts = _joined([one.names for one in said])
        named = comment.repeat(name_counts) << ITEM_BITS | names
        named.sort(kind="stable")
        found = stems.find(comment.repeat(word_counts), words)
        (at,) = (found >= 0).nonzero()
        place = np.arange(len(said)).repeat(word_counts).take(at)
        followed = np.zeros(len(at), dtype=bool)
        np.equal(at[1:], at[:-1] + 1, out=followed[:-1])
        followed[:-1] &= place[1:] == place[:-1]
        return Thread(comment, word_counts, place, found.take(at), followed, named)

    def has_name(self, comment: Integers, hashes: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Return which words, given by their comment and hash, stand in a name over a message before it."""
        if not len(self.names):
            return np.zeros(len(comment), dtype=bool)
        keys = comment << ITEM_BITS | hashes
        found: NDArray[np.bool_] = self.names.take(self.names.searchsorted(keys), mode="clip") == keys
        return found

    @property
    def distinct(self) -> tuple[Integers, Integers]:
        """Place and stem of each word that is found, each once a place."""
        keys = self.place << ITEM_BITS | self.stem
        keys.sort(kind="stable")
        keys = keys[changes(keys)]
        return keys >> ITEM_BITS, keys & ITEM


def _joined(parts: list[bytes]) -> tuple[NDArray[np.uint32], Integers]:
    """Return the words of several texts one after the other, and how many each has."""
    sizes = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
    return np.frombuffer(b"".join(parts), np.uint32), sizes >> 2

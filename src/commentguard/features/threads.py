"""The messages before each comment of a batch, and their words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.documents import pair_hashes
from commentguard.features.keys import ITEM_BITS, Keys

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Thread:
    """The messages before each comment, one after the other: message `message[i]` stands before `comment[i]`.

    Parameters
    ----------
    comment, message : ndarray of int64, shape (n_places,)
        The comment of each place, in order, and the message's number in the batch.
    is_last : ndarray of bool, shape (n_places,)
        Whether it is the latest before its comment.
    word_counts : ndarray of int64, shape (n_places,)
        Words of the message.
    place, word : ndarray of int64, shape (n_words,)
        For each word of each place the place, and the word's number among those of the messages.
    stems : ndarray of uint32
        The stems of the messages' words.
    names : Keys
        By comment the words of the names over the messages.
    """

    comment: Integers
    message: Integers
    is_last: NDArray[np.bool_]
    word_counts: Integers
    place: Integers
    word: Integers
    stems: NDArray[np.uint32]
    names: Keys

    @classmethod
    def of_batch(cls, batch: Batch) -> Thread:
        """Lay out the messages before the comments of a batch."""
        comment, message = batch.places
        is_last = np.append(comment[1:] != comment[:-1], True)[: len(message)]
        words = batch.message.words
        place, word = members_of(message, words.counts)
        holder, name = members_of(message, batch.message_author.words.counts)
        hashes = batch.message_author.words.hashes.take(name)
        names = Keys(np.unique(comment.take(holder) << ITEM_BITS | hashes), len(batch))
        return cls(comment, message, is_last, words.counts.take(message), place, word, words.stems, names)

    def find(self, keys: Keys) -> Found:
        """Find the words of each place in its comment."""
        wanted = self.comment.take(self.place) << ITEM_BITS | self.stems.take(self.word)
        which, stem = keys.find(wanted)
        return Found(self.place.take(which), stem)

    def pairs(self) -> Integers:
        """Return the key, by comment, of each word and the next one of its message."""
        following = np.append(self.stems[1:], np.uint32(0))[: len(self.stems)]
        hashes = pair_hashes(self.stems, following).take(self.word)
        inner = np.append(self.place[1:] == self.place[:-1], False)[: len(self.place)]
        keys: Integers = self.comment.take(self.place[inner]) << ITEM_BITS | hashes[inner]
        return keys


@dataclass(frozen=True, slots=True)
class Found:
    """Words of messages that stand in the comment after them: the place of each, and the number of its stem."""

    place: Integers
    stem: Integers


def members_of(chosen: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Return, for each member of each chosen group, the number of the choice and of the member.

    Parameters
    ----------
    chosen : ndarray of int64, shape (n_chosen,)
        Groups, in any order.
    counts : ndarray of int64, shape (n_groups,)
        Members of each group; they are numbered group by group.
    """
    sizes = counts.take(chosen)
    number: Integers = np.arange(len(chosen)).repeat(sizes)
    begins: Integers = counts.cumsum() - counts
    before: Integers = sizes.cumsum() - sizes
    return number, np.arange(len(number)) + (begins.take(chosen) - before).take(number)

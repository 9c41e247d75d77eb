"""What comments are compared with, title, text and thread, and where each of their words stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.documents import pair_hashes, pair_keys
from commentguard.features.keys import ITEM_BITS, Sets, changes
from commentguard.features.threads import Thread
from commentguard.lazy import lazy

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
_Kind = TypeVar("_Kind", bound=np.generic)

TITLE: Final = 0
POST: Final = 1
THREAD: Final = 2
ALL: Final = 3
"""The sides, by their rows."""


@dataclass(frozen=True)
class Own:
    """The distinct stems of n comments, sorted by comment.

    Parameters
    ----------
    stems : Sets
        The stems.
    of : ndarray of int64, shape (n_stems,)
        The comment of each.
    count : ndarray of int64, shape (n_stems,)
        How often it stands there.
    idf, everyday, rate : ndarray of float64, shape (n_stems,)
        How common it is; see `Background.of`.
    """

    stems: Sets
    of: Integers
    count: Integers
    idf: Numbers
    everyday: Numbers
    rate: Numbers

    @classmethod
    def of_batch(cls, batch: Batch, background: Background) -> Own:
        """Take the stems of a batch's texts."""
        stems, counts = batch.text.distinct
        return cls(stems, stems.set_of, counts, *background.of(stems.items))

    def __len__(self) -> int:
        """Return the number of comments."""
        return len(self.stems)

    @lazy
    def _there(self) -> tuple[Integers, Integers]:
        """Comments that have words, and the first stem of each."""
        (there,) = self.stems.sizes.nonzero()
        return there, self.stems.begins.take(there)

    def sums(self, *values: Numbers) -> list[Numbers]:
        """Sum values of the stems, each of shape (k, n_stems), comment by comment, each of shape (k, n)."""
        return _parts(self._reduce(np.add, np.concatenate(values)), map(len, values))

    def highest(self, values: Numbers) -> Numbers:
        """Return the highest value of each comment, 0 where it has no words; shapes as in `sums`."""
        return self._reduce(np.maximum, values)

    def _reduce(self, how: np.ufunc, values: Numbers) -> Numbers:
        there, first = self._there
        reduced = np.zeros((len(values), len(self)))
        if len(there):
            reduced[:, there] = how.reduceat(values, first, axis=1)
        return reduced


@dataclass(frozen=True, slots=True)
class Pairs:
    """The distinct pairs of neighbouring words of n comments.

    Parameters
    ----------
    keys : ndarray of int64, shape (n_pairs,)
        The pairs in order, by comment.
    at : ndarray of int64, shape (n_pairs,)
        Number of the first word of each among those of the texts.
    """

    keys: Integers
    at: Integers

    @classmethod
    def of_batch(cls, batch: Batch) -> Pairs:
        """Take the pairs of a batch's texts."""
        keys, at = pair_keys(batch.text)
        order = keys.argsort(kind="stable")
        keys = keys.take(order)
        (new,) = changes(keys).nonzero()
        return cls(keys.take(new), at.take(order.take(new)))

    @property
    def of(self) -> Integers:
        """The comment of each pair."""
        return self.keys >> ITEM_BITS

    def in_thread(self, own: Own, thread: Thread) -> Integers:
        """Return the numbers of the pairs that stand in the thread, some more than once."""
        (at,) = thread.followed.nonzero()
        first, second = thread.stem.take(at), thread.stem.take(at + 1)
        keys = own.of.take(first) << ITEM_BITS | pair_hashes(own.stems.items.take(first), own.stems.items.take(second))
        found = self.keys.searchsorted(keys)
        return found[self.keys.take(found, mode="clip") == keys] if len(self.keys) else found


@dataclass(frozen=True, slots=True)
class InPost:
    """What of n comments stands in their posts.

    Parameters
    ----------
    counts : tuple of (ndarray of uint16, ndarray of uint16), each of shape (n_stems,)
        How often each stem stands in the title, and in the text.
    pairs : ndarray of int64
        Numbers of the pairs that stand in the text.
    author : ndarray of bool, shape (n_names,)
        Whether each word of the authors' names stands in the text.
    words : ndarray of int64, shape (2, n)
        Words of the title, and of the text.
    """

    counts: tuple[NDArray[np.uint16], NDArray[np.uint16]]
    pairs: Integers
    author: Flags
    words: Integers

    @classmethod
    def of_batch(cls, batch: Batch, own: Own, pairs: Pairs) -> InPost:
        """Look up all that is asked of posts at once."""
        documents, names = batch.documents, batch.author.words
        comment = np.concatenate((own.of, pairs.of, names.text))
        items = np.concatenate((own.stems.items, pairs.keys.astype(np.uint32), names.stems))
        found = documents.terms.find(batch.post_of.take(comment), items)
        stems, paired, named = _parts(found, (len(own.of), len(pairs.at), len(names.text)))
        return cls(
            (documents.in_title.take(stems), documents.in_body.take(stems)),
            (paired >= 0).nonzero()[0],
            documents.in_body.take(named) > 0,
            documents.words.take(batch.post_of, axis=1),
        )


@dataclass(frozen=True, slots=True)
class Sides:
    """Title, text and thread of n comments, and all of these together.

    Parameters
    ----------
    counts : ndarray of float64, shape (4, n_stems)
        How often each of the comments' stems stands on each side.
    words : ndarray of float64, shape (4, n)
        Words of each side.
    """

    counts: Numbers
    words: Numbers

    @classmethod
    def of(cls, own: Own, in_post: InPost, thread: Thread) -> Sides:
        """Put together what was found."""
        counts, words = np.empty((4, len(own.of))), np.empty((4, len(own)))
        counts[TITLE], counts[POST] = in_post.counts
        counts[THREAD] = np.bincount(thread.stem, minlength=len(own.of))
        words[:THREAD] = in_post.words
        words[THREAD] = np.bincount(thread.comment, thread.word_counts, len(own))
        for values in (counts, words):
            np.add.reduce(values[:ALL], axis=0, out=values[ALL])
        return cls(counts, words)


def _parts(values: NDArray[_Kind], sizes: Iterable[int]) -> list[NDArray[_Kind]]:
    """Return rows part by part, given the length of each part."""
    return [values[first:end] for first, end in pairwise(accumulate(sizes, initial=0))]

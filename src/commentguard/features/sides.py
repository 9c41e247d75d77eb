"""What comments are compared with, title, text and thread, and where each of their words stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

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
    n : int
        Number of comments.
    stems : Sets
        The stems.
    of : ndarray of int64, shape (n_stems,)
        The comment of each.
    count : ndarray of int64, shape (n_stems,)
        How often it stands there.
    idf, everyday, rate : ndarray of float64, shape (n_stems,)
        How common it is; see `Background.of`.
    """

    n: int
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
        return cls(len(batch), stems, stems.set_of, counts, *background.of(stems.items))

    @lazy
    def _there(self) -> tuple[Integers, Integers]:
        """Comments that have words, and the first stem of each."""
        (there,) = self.stems.sizes.nonzero()
        return there, self.stems.begins.take(there)

    def sum(self, values: Numbers) -> Numbers:
        """Sum values of the stems, shape (k, n_stems), comment by comment, shape (k, n)."""
        return self._reduce(np.add, values)

    def highest(self, values: Numbers) -> Numbers:
        """Return the highest value of each comment, 0 where it has no words; shapes as in `sum`."""
        return self._reduce(np.maximum, values)

    def _reduce(self, how: np.ufunc, values: Numbers) -> Numbers:
        there, first = self._there
        if len(there) == self.n:
            reduced: Numbers = how.reduceat(values, first, axis=1)
            return reduced
        reduced = np.zeros((len(values), self.n))
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
        if not (len(self.keys) and len(thread.followed)):
            return thread.followed[:0]
        first, second = thread.stem.take(thread.followed), thread.stem.take(thread.followed + 1)
        keys = own.of.take(first) << ITEM_BITS
        keys |= pair_hashes(own.stems.items.take(first), own.stems.items.take(second))
        found = self.keys.searchsorted(keys)
        there: Integers = found[self.keys.take(found, mode="clip") == keys]
        return there


@dataclass(frozen=True, slots=True)
class InPost:
    """What of n comments stands in their posts.

    Parameters
    ----------
    counts : tuple of (ndarray of uint16, ndarray of uint16), each of shape (n_stems,)
        How often each stem stands in the title, and in the text.
    pairs : ndarray of bool, shape (n_pairs,)
        Whether each pair stands in the text.
    author : ndarray of bool, shape (n_names,)
        Whether each word of the authors' names stands in the text.
    words : ndarray of int64, shape (2, n)
        Words of the title, and of the text.
    """

    counts: tuple[NDArray[np.uint16], NDArray[np.uint16]]
    pairs: Flags
    author: Flags
    words: Integers

    @classmethod
    def of_batch(cls, batch: Batch, own: Own, pairs: Pairs) -> InPost:
        """Look up all that is asked of posts at once."""
        documents, names = batch.documents, batch.author.words
        comment = np.concatenate((own.of, pairs.of, names.text))
        items = np.concatenate((own.stems.items, pairs.keys.astype(np.uint32), names.stems))
        found = documents.terms.find(batch.post_of.take(comment), items)
        behind = len(own.of) + len(pairs.at)
        stems, paired, named = found[: len(own.of)], found[len(own.of) : behind], found[behind:]
        return cls(
            (documents.in_title.take(stems), documents.in_body.take(stems)),
            paired >= 0,
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
    sizes : ndarray of float64, shape (6, n)
        Words of each side, words of the latest message, and the number of messages.
    """

    counts: Numbers
    sizes: Numbers

    @property
    def words(self) -> Numbers:
        """Words of each side, shape (4, n)."""
        return self.sizes[: ALL + 1]

    @classmethod
    def of(cls, own: Own, in_post: InPost, thread: Thread) -> Sides:
        """Put together what was found."""
        counts, sizes = np.empty((4, len(own.of))), np.empty((6, own.n))
        counts[TITLE], counts[POST] = in_post.counts
        counts[THREAD] = np.bincount(thread.stem, minlength=len(own.of))
        sizes[:THREAD] = in_post.words
        sizes[THREAD], sizes[ALL + 1], sizes[ALL + 2] = thread.sizes(own.n)
        for values in (counts, sizes):
            np.add.reduce(values[:ALL], out=values[ALL])
        return cls(counts, sizes)

"""What comments are compared with, title, text and thread, and where each of their words stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.documents import in_body, in_title, pair_hashes
from commentguard.features.keys import ITEM_BITS, SHIFT, Sets, changes
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

_NEXT: Final = np.array(1)
_PAIR: Final = np.array(1, dtype=np.uint16)


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
    ranks : ndarray of uint16, shape (n_stems,)
        Its rank by rarity; see `Background.ranks_of`.
    idf, everyday, rate : ndarray of float64, shape (n_stems,)
        How common it is; see `Background.of`.
    """

    n: int
    stems: Sets
    of: Integers
    count: Integers
    ranks: NDArray[np.uint16]
    idf: Numbers
    everyday: Numbers
    rate: Numbers

    @classmethod
    def of_batch(cls, batch: Batch, background: Background) -> Own:
        """Take the stems of a batch's texts."""
        stems, counts = batch.text.distinct
        ranks = background.ranks_of(stems.items)
        return cls(len(batch), stems, stems.set_of, counts, ranks, *background.of(ranks))

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
    """Each word of n comments with the next one; with that of the next comment it makes no pair, and counts nothing.

    Parameters
    ----------
    of : ndarray of int64, shape (n_words,)
        The comment of each word.
    stems : ndarray of uint32, shape (n_words,)
        Its stem.
    hashes : ndarray of uint32, shape (n_words,)
        Hash of each with the next one, of the last one alone.
    """

    of: Integers
    stems: NDArray[np.uint32]
    hashes: NDArray[np.uint32]

    @classmethod
    def of_batch(cls, batch: Batch) -> Pairs:
        """Take the words of a batch's texts."""
        words = batch.text.words
        return cls(words.text, words.stems, pair_hashes(words.stems))

    def in_thread(self, own: Own, thread: Thread) -> Integers:
        """Return the numbers of those that stand in the thread."""
        if not len(thread.followed):
            return thread.followed
        hashes = pair_hashes(own.stems.items.take(thread.stem)).take(thread.followed)
        keys = thread.comment.take(thread.place.take(thread.followed)) << SHIFT | hashes
        keys.sort(kind="stable")
        bits = len(keys).bit_length() + 4
        marked, shift = np.zeros(1 << bits, dtype=bool), np.array(ITEM_BITS - bits, np.uint32)
        marked[hashes >> shift] = True
        (at,) = marked.take(self.hashes[:-1] >> shift).nonzero()  # few: most are spared the search
        wanted = self.of.take(at) << SHIFT | self.hashes.take(at)
        there: Integers = at[keys.take(keys.searchsorted(wanted), mode="clip") == wanted]
        return there

    def rarity(self, background: Background, n: int, first: Integers, second: Integers) -> Numbers:
        """Return the rarities of pairs given by their numbers, each pair once, for two sides, shape (2, n)."""
        at = np.concatenate((first, second))
        if not len(at):
            return np.zeros((2, n))
        keys = self.of.take(at)
        keys[len(first) :] += n
        keys <<= SHIFT
        keys |= self.hashes.take(at)
        order = keys.argsort(kind="stable")
        keys, at = keys.take(order), at.take(order)
        following = at + _NEXT
        rarity = np.maximum(*background.idf_of(self.stems.take((at, following))))
        rarity *= changes(keys)
        rarity *= self.of.take(at) == self.of.take(following)  # of equal ones the last is what may be none
        found = np.bincount(keys >> SHIFT, rarity, 2 * n).astype(np.float64, copy=False)
        return found.reshape(2, n)


@dataclass(frozen=True, slots=True)
class InPost:
    """What of n comments stands in their posts.

    Parameters
    ----------
    counts : tuple of (ndarray of uint16, ndarray of uint16), each of shape (n_stems,)
        How often each stem stands in the title, and in the text.
    pairs : ndarray of int64, shape (n_found,)
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
        sizes = (own.stems.sizes, batch.text.word_counts, names.counts)
        items = np.concatenate((own.stems.items, pairs.hashes, names.stems))
        found = documents.terms.find(np.concatenate((batch.post_of,) * 3), np.concatenate(sizes), items)
        behind = len(own.of) + len(pairs.hashes)
        stems, paired, named = found[: len(own.of)], found[len(own.of) : behind], found[behind:]
        return cls(
            (in_title(stems), in_body(stems)),
            (paired[:-1] & _PAIR == _PAIR).nonzero()[0],
            in_body(named) > 0,
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

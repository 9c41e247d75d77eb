"""What comments are compared with, title, text and thread, and where each of their words stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.documents import is_pair, pair_hashes, told
from commentguard.features.keys import SHIFT, Sets, changes
from commentguard.features.posts import SIZES
from commentguard.features.threads import Thread
from commentguard.text.words import Words

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

TITLE, POST, ALL = range(3)
"""The sides, by their rows: the post's title, its text, both with the messages before the comment."""

_BOTH: Final = np.array([[0], [1]])


@dataclass(slots=True, eq=False)
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
        Its rank, doubled; see `Background.ranks_of`.
    common : ndarray of float64, shape (3, n_stems)
        How common it is; see `Background.of`.
    there : ndarray of int64, shape (n_with_words,), or None
        The comments that have words; None where all have some.
    first : ndarray of int64, shape (n_with_words,)
        The first stem of each.
    """

    n: int
    stems: Sets
    of: Integers
    count: Integers
    ranks: NDArray[np.uint16]
    common: Numbers
    there: Integers | None
    first: Integers

    @classmethod
    def of_batch(cls, batch: Batch, background: Background) -> Own:
        """Take the stems of a batch's texts."""
        stems, counts = batch.text.distinct
        ranks = background.ranks_of(stems.items)
        there, first = None, stems.begins
        if np.count_nonzero(stems.sizes) < len(batch):
            (there,) = stems.sizes.nonzero()
            first = first.take(there)
        return cls(len(batch), stems, stems.set_of, counts, ranks, background.of(ranks), there, first)

    def reduced(self, how: np.ufunc, values: Numbers, first: Integers) -> Numbers:
        """Reduce rows of values from each first one of a comment to the next; 0 for comments without words.

        Shapes are (k, n_values), (n_with_words,), and (k, n) of what is returned.
        """
        if self.there is None:
            reduced: Numbers = how.reduceat(values, first, axis=1)
            return reduced
        reduced = np.zeros((len(values), self.n))
        if len(first):
            reduced[:, self.there] = how.reduceat(values, first, axis=1)
        return reduced


@dataclass(slots=True, eq=False)
class InPost:
    """What of n comments stands in their posts.

    Parameters
    ----------
    words : Words
        The comments' words.
    hashes : ndarray of uint32, shape (n_words,)
        Hash of each word's stem with the next one, of the last one alone.
    stems : ndarray of uint16, shape (n_stems,)
        How often each stem of `Own` stands in title and text; see `documents_of`.
    pairs : ndarray of int64, shape (n_found,)
        Numbers of the words that with the next one stand in the text.
    """

    words: Words
    hashes: NDArray[np.uint32]
    stems: NDArray[np.uint16]
    pairs: Integers

    @classmethod
    def of_batch(cls, batch: Batch, own: Own) -> InPost:
        """Look up all that is asked of posts at once."""
        words, stems = batch.text.words, own.stems
        hashes = pair_hashes(words.stems)
        items = np.concatenate((stems.items, hashes))
        found = batch.documents.find(batch.post_of, (stems.sizes, words.counts), items)
        (pairs,) = is_pair(found[len(own.of) :]).nonzero()
        return cls(words, hashes, found[: len(own.of)], pairs)

    def rarity_of_pairs(self, background: Background) -> Numbers:
        """Return the summed rarities of the pairs, each pair once, shape (n,)."""
        words, n = self.words, len(self.words.counts)
        if not len(self.pairs):
            return np.zeros(n)
        both = self.pairs + _BOTH
        keys = words.text.take(self.pairs)
        rarity = np.maximum(*background.idf_of(words.stems.take(both, mode="clip")))
        rarity *= both[1] < words.behind.take(keys)  # with the first word of the next comment none makes a pair
        keys <<= SHIFT
        keys |= self.hashes.take(self.pairs)
        order = keys.argsort(kind="stable")  # of equal ones the last is what may be none
        keys, rarity = keys.take(order), rarity.take(order)
        rarity *= changes(keys)
        found: Numbers = np.bincount(keys >> SHIFT, rarity, n).astype(np.float64, copy=False)
        return found


@dataclass(slots=True, eq=False)
class Sides:
    """What n comments are compared with.

    Parameters
    ----------
    missing : ndarray of bool, shape (n_stems,)
        Whether each of the comments' stems stands on no side.
    at : ndarray of int64, shape (n_found,)
        Numbers of those that stand on some side, and of the first stem of each comment.
    first : ndarray of int64, shape (n_with_words,)
        Places in `at` of these first ones.
    in_text : ndarray of uint16, shape (n_found,)
        How often they stand in the post's text.
    counts : ndarray of float64, shape (3, n_found)
        How often they stand on each side.
    sizes : ndarray of float64, shape (3, n)
        Words of each side.
    """

    missing: Flags
    at: Integers
    first: Integers
    in_text: NDArray[np.uint16]
    counts: Numbers
    sizes: Numbers

    @classmethod
    def of(cls, batch: Batch, own: Own, in_post: InPost, thread: Thread) -> Sides:
        """Put together what was found."""
        missing = (thread.counts + in_post.stems) == 0
        kept = ~missing
        kept[own.first] = True
        (at,) = kept.nonzero()
        counts, sizes = np.empty((3, len(at))), batch.post_figures.T[SIZES].copy()
        title, post, together = counts
        title[:], in_text = told(in_post.stems.take(at))
        post[:] = in_text
        np.add(title, post, out=together)
        together += thread.counts.take(at)
        words = sizes[ALL]
        words += thread.words
        return cls(missing, at, at.searchsorted(own.first), in_text, counts, sizes)

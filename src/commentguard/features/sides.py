"""What comments are compared with, title, text and thread, and where each of their words stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.documents import told
from commentguard.features.keys import Sets
from commentguard.features.posts import SIZES
from commentguard.features.threads import Thread

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]

TITLE, POST, ALL = range(3)
"""The sides, by their rows: the post's title, its text, both with the messages before the comment."""

_NOUGHT: Final = np.array(0)


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
    common: Numbers
    there: Integers | None
    first: Integers

    @classmethod
    def of_batch(cls, batch: Batch, background: Background) -> Own:
        """Take the stems of a batch's texts."""
        stems, counts = batch.text.distinct
        there, first = None, stems.begins
        if np.count_nonzero(stems.sizes) < len(batch):
            (there,) = stems.sizes.nonzero()
            first = first.take(there)
        return cls(len(batch), stems, stems.set_of, counts, background.of(stems.items), there, first)

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
class Sides:
    """What n comments are compared with.

    Parameters
    ----------
    at : ndarray of int64, shape (n_found,)
        Numbers of the comments' stems that stand on some side, and of the first stem of each comment.
    first : ndarray of int64, shape (n_with_words,)
        Places in `at` of these first ones.
    in_text : ndarray of uint16, shape (n_found,)
        How often they stand in the post's text.
    counts : ndarray of float64, shape (3, n_found)
        How often they stand on each side.
    sizes : ndarray of float64, shape (3, n)
        Words of each side.
    """

    at: Integers
    first: Integers
    in_text: NDArray[np.uint16]
    counts: Numbers
    sizes: Numbers

    @classmethod
    def of(cls, batch: Batch, own: Own, thread: Thread) -> Sides:
        """Look up what stands in the posts, and put it together with what stands in the threads."""
        in_post = batch.documents.find(batch.post_of, own.stems.sizes, own.stems.items)
        kept = (thread.counts + in_post) != _NOUGHT
        kept[own.first] = True
        (at,) = kept.nonzero()
        counts, sizes = np.empty((3, len(at))), batch.post_figures.T[SIZES].copy()
        counts[TITLE], in_text = told(in_post.take(at))
        counts[POST] = in_text
        together = np.add(counts[TITLE], counts[POST], out=counts[ALL])
        together += thread.counts.take(at)
        words = sizes[ALL]
        words += thread.words
        return cls(at, at.searchsorted(own.first), in_text, counts, sizes)

"""What is counted of each comment, side by side: the signals that are a count, or the share of one, are taken from it.

These are more than half of all signals. Taken in one go they are a few steps, where each on its own would be several.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.keyboard import letter_pairs
from commentguard.features.lexicons import LISTS
from commentguard.features.posts import FIGURES
from commentguard.text.characters import TRAITS

Numbers = NDArray[np.float64]

TEXT, NAME, HOST = range(3)
"""Where is counted: in the comment's text, its author's name, the host of its author's address."""

_ONE: Final = np.array(1.0)
_COLUMNS: Final = 3
_LISTED: Final = _COLUMNS * TRAITS
_LENGTHS: Final = _LISTED + _COLUMNS * len(LISTS)
_WORDS: Final = _LENGTHS + _COLUMNS
_OF_POST: Final = _WORDS + _COLUMNS

NEAR_PAIRS, PAIRS, REPEATED_WORDS, SMALL_WORDS, THREAD, NOTHING = range(_OF_POST + FIGURES, _OF_POST + FIGURES + 6)
"""Numbers of single facts: pairs of letters of the text that lie near on the keyboard, and all of them; words of the
text that stood in it before; words of the name that begin with a small letter; how many earlier messages of the thread
are looked at; what is always 0."""


def characters(column: int, trait: int | None = None) -> int:
    """Return the number of a fact: how many characters, of all or of those with a trait, stand in a column."""
    return _LENGTHS + column if trait is None else trait * _COLUMNS + column


def words(column: int, lexicon: str | None = None) -> int:
    """Return the number of a fact: how many words, of all or of those of a list, stand in a column."""
    return _WORDS + column if lexicon is None else _LISTED + LISTS[lexicon] * _COLUMNS + column


def of_post(figure: int) -> int:
    """Return the number of a fact: what is known of the post; see `PostSide.figures`."""
    return _OF_POST + figure


class Share(NamedTuple):
    """A fact as a share of another one, to which `plus` is added and which counts as 1 where it is less."""

    of: int
    among: int = NOTHING
    plus: int = 0


def shares(batch: Batch, taken: NDArray[np.int64]) -> Numbers:
    """Compute shares for n comments.

    Parameters
    ----------
    batch : Batch
        n comments.
    taken : ndarray of int64, shape (n_shares, 3)
        Each row a `Share`; what is a share of `NOTHING` is the count itself.

    Returns
    -------
    ndarray of float64, shape (n_shares, n)
    """
    of, among, plus = taken.T
    facts = _facts(batch)
    whole = facts.take(among, axis=0)
    whole += plus[:, None]
    np.maximum(whole, _ONE, out=whole)
    found: Numbers = facts.take(of, axis=0)
    found /= whole
    return found


def _facts(batch: Batch) -> Numbers:
    text, names, layout = batch.text, batch.author, batch.text.layout
    counts = layout.trait_counts, layout.list_counts, layout.codes.lengths, layout.words.counts
    repeated = text.word_counts - text.distinct[0].sizes
    others = *letter_pairs(text.codes), repeated, names.small_words, batch.thread_lengths, np.zeros(len(batch))
    facts = np.concatenate((*counts, batch.post_figures.T, *others), axis=None)
    return facts.reshape(NOTHING + 1, -1)

"""What is counted of each comment, side by side: the signals that are a count, or the share of one, are taken from it.

These are more than half of all signals. Taken in one go they are a few steps, where each on its own would be several.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.lexicons import LISTS
from commentguard.features.posts import FIGURES
from commentguard.text.characters import TRAITS

Numbers = NDArray[np.float32]

TEXT, NAME, HOST = range(3)
"""Where is counted: in the comment's text, its author's name, the host of its author's address."""

_ONE: Final = np.float32(1)
_COLUMNS: Final = 3
_OF_NAME: Final = TRAITS + len(LISTS)
_LENGTHS: Final = slice(_OF_NAME + len(LISTS), _OF_NAME + len(LISTS) + _COLUMNS)
_WORDS: Final = slice(_LENGTHS.stop, _LENGTHS.stop + _COLUMNS)
_OF_POST: Final = slice(_WORDS.stop, _WORDS.stop + FIGURES)

# Of a trait its own number is that of the fact: how many characters of the text have it.
REPEATED_WORDS, SMALL_WORDS, THREAD, NOTHING, _FACTS = range(_OF_POST.stop, _OF_POST.stop + 5)
"""Numbers of single facts: words of the text that stood in it before; words of the name that begin with a small letter;
how many earlier messages of the thread are looked at; what is always 0."""


def characters(column: int) -> int:
    """Return the number of a fact: how many characters stand in a column."""
    return _LENGTHS.start + column


def words(column: int, lexicon: str | None = None) -> int:
    """Return the number of a fact: how many words stand in a column, or those of a list in text or name."""
    return _WORDS.start + column if lexicon is None else TRAITS + len(LISTS) * column + LISTS[lexicon]


def of_post(figure: int) -> int:
    """Return the number of a fact: what is known of the post; see `PostSide.figures`."""
    return _OF_POST.start + figure


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
    ndarray of float32, shape (n_shares, n)
        Counts are below 2**24, so that each share is as near as float32 can be.
    """
    of, among, plus = taken.T
    facts = _facts(batch)
    whole = facts.take(among, axis=0)
    whole += plus.astype(np.float32)[:, None]
    np.maximum(whole, _ONE, out=whole)
    found: Numbers = facts.take(of, axis=0)
    found /= whole
    return found


def _facts(batch: Batch) -> Numbers:
    text, names, layout, n = batch.text, batch.author, batch.text.layout, len(batch)
    facts = np.zeros((_FACTS, n), dtype=np.float32)
    facts[:_OF_NAME] = text.counts
    facts[_OF_NAME : _LENGTHS.start] = names.counts[TRAITS:]
    facts[_LENGTHS] = layout.codes.lengths.reshape(_COLUMNS, n)
    facts[_WORDS] = layout.words.counts.reshape(_COLUMNS, n)
    facts[_OF_POST] = batch.post_figures.T
    facts[REPEATED_WORDS] = text.word_counts - text.distinct[0].sizes
    facts[SMALL_WORDS] = names.small_words
    facts[THREAD] = batch.thread_lengths
    return facts

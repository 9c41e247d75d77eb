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

Numbers = NDArray[np.float64]

TEXT, NAME, HOST = range(3)
"""Where is counted: in the comment's text, its author's name, the host of its author's address."""

_COLUMNS: Final = 3
_LISTED: Final = _COLUMNS * TRAITS
_LENGTHS: Final = _LISTED + _COLUMNS * len(LISTS)
_WORDS: Final = _LENGTHS + _COLUMNS
_OF_POST: Final = _WORDS + _COLUMNS

THREAD: Final = _OF_POST + FIGURES
"""Number of the fact how many earlier messages of the thread are looked at."""
NOTHING: Final = THREAD + 1
"""Number of the fact that is always 0."""


def characters(column: int, trait: int | None = None) -> int:
    """Return the number of a fact: how many characters, of all or of those with a trait, stand in a column."""
    return _LENGTHS + column if trait is None else column * TRAITS + trait


def words(column: int, lexicon: str | None = None) -> int:
    """Return the number of a fact: how many words, of all or of those of a list, stand in a column."""
    return _WORDS + column if lexicon is None else _LISTED + column * len(LISTS) + LISTS[lexicon]


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
    ndarray of float64, shape (n, n_shares)
    """
    of, among, plus = taken.T
    facts = _facts(batch)
    whole = facts.take(among, axis=1)
    whole += plus
    np.maximum(whole, 1.0, out=whole)
    found: Numbers = facts.take(of, axis=1)
    found /= whole
    return found


def _facts(batch: Batch) -> Numbers:
    n, layout = len(batch), batch.text.layout
    columns = [slice(first, first + n) for first in range(0, _COLUMNS * n, n)]
    traits, lists = layout.trait_counts, layout.list_counts
    lengths, counts = (each.reshape(_COLUMNS, n).T for each in (layout.codes.lengths, layout.words.counts))
    others = lengths, counts, batch.post_figures, batch.thread_lengths[:, None], batch.constant(0.0)[:, None]
    return np.concatenate([*(traits[one] for one in columns), *(lists[one] for one in columns), *others], axis=1)

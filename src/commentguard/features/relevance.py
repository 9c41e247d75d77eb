"""Relevance: how well a comment's words fit the post's title, its text, and all that was said before the comment.

Of each side it is asked how much of what the comment says stands there; of title, text and thread together also how
surprising that is for a text of that length, and how much better its own frequencies explain the comment than everyday
language does (Mishne, Carmel and Lempel, "Blocking Blog Spam with Language Model Disagreement", AIRWeb 2005).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.sides import ALL, POST, TITLE, Own, Sides
from commentguard.features.subjects import subjects, weights
from commentguard.features.texts import Texts
from commentguard.features.threads import Thread

Numbers = NDArray[np.float64]

_SMOOTHING: Final = 0.3
"""Weight of everyday language in a side's language model (Jelinek-Mercer smoothing)."""
# Numbers as NumPy has them: half of a short step is to make one of Python's, which a comment on its own would feel.
_BIT, _NONE, _ONE = np.array(1), np.array(0.0), np.array(1.0)
_EVERYDAY, _NOWHERE = np.array(_SMOOTHING / (1 - _SMOOTHING)), np.array(np.log(_SMOOTHING))

NAMES: Final = (
    *(f"{side}_share" for side in ("title", "post", "all")),
    *("post_top", "all_top", "all_surplus", "all_disagreement", "heavy_share", "title_covered"),
    *("own_idf_mean", "own_words"),
)
"""Names of the columns that `relevance` returns."""

FITTING: Final = frozenset(
    name for name in NAMES if name.endswith(("_share", "_top", "_covered", "_surplus", "_disagreement"))
)
"""Those of which more can only mean that a comment fits where it stands."""

_SHARES, _TOPS, _SURPLUS, _DISAGREEMENT, _SUBJECT, _MEAN, _OWN_WORDS = slice(3), slice(3, 5), 5, 6, slice(7, 9), 9, 10
_SIDED: Final = slice(7)
"""These are about a side, and unknown where it has no words."""
_SIDE_OF: Final = np.array([TITLE, POST, ALL, POST, ALL, ALL, ALL])
"""The side of each of them."""

_LEAST: Final = 2
"""The row of `subjects` that nothing is divided by."""

# What is summed over the stems of a comment, by rows: the rarity of each; less what all sides have of it by accident;
# less the variance of that.
_RARITY, _EXPECTED, _VARIANCE = range(3)
# What is summed over those that stand on some side: their weight among the post's heaviest; the rarity of what stands
# on each side; how much better all sides explain it than everyday language.
_HEAVY, _FOUND, _GAIN, _HEAVY_AND_TITLE = 0, slice(1, 4), 4, slice(2)


def relevance(batch: Batch, background: Background) -> Numbers:
    """Compare each comment with its post and thread.

    Parameters
    ----------
    batch : Batch
        n comments.
    background : Background
        How common each word is.

    Returns
    -------
    ndarray of float64, shape (n, len(NAMES))
        Shares are 0 to 1; tops in nats, 0 up; surplus in standard deviations; disagreement in nats a word; then mean
        rarity of the own words in nats, and the logarithm of 1 + their number. NaN where a side has no words.
    """
    own = Own.of_batch(batch, background)
    sides = Sides.of(batch, own, Thread.of_batch(batch, own.stems))
    subject = subjects(batch.sides, background).take(batch.post_of, axis=1)
    length = np.maximum(sides.sizes[ALL], _ONE)
    total = own.reduced(np.add, _of_all(own, length), own.first)
    values = _of_found(own, sides, length, subject[_LEAST])
    found = np.empty((len(NAMES), len(batch)))
    _compare(found, own, sides, total, values, batch.text)
    found[_SUBJECT] /= subject[:_LEAST]
    np.divide(total[_RARITY], np.maximum(own.stems.sizes, _BIT), out=found[_MEAN])
    np.log1p(own.stems.sizes, out=found[_OWN_WORDS])
    return found.T


def _of_all(own: Own, length: Numbers) -> Numbers:
    """Return what is summed over all stems, given how many words all sides have, shape (3, n_stems)."""
    idf, _, rate = own.common
    values = np.empty((3, len(idf)))
    values[_RARITY] = idf
    chance = length.take(own.of)
    chance *= rate
    np.expm1(chance, out=chance)  # less the chance that a stem stands there by accident
    expected = np.multiply(chance, idf, out=values[_EXPECTED])
    variance = np.multiply(expected, idf, out=values[_VARIANCE])
    chance += _ONE
    variance *= chance
    return values


def _of_found(own: Own, sides: Sides, length: Numbers, least: Numbers) -> Numbers:
    """Return what is summed over the stems that stand on some side, shape (5, n_found)."""
    at, counts = sides.at, sides.counts
    of = own.of.take(at)
    idf, everyday, _ = own.common.take(at, axis=1)
    values = np.empty((5, len(at)))
    weight = weights(sides.in_text, idf)
    np.multiply(weight, weight >= least.take(of), out=values[_HEAVY])
    found = np.minimum(counts, _ONE, out=values[_FOUND])
    found *= idf
    gain = np.divide(counts[ALL], (length * _EVERYDAY).take(of), out=values[_GAIN])
    gain /= everyday
    np.log1p(gain, out=gain)  # beside that of a word that stands nowhere
    gain *= own.count.take(at)
    return values


def _compare(found: Numbers, own: Own, sides: Sides, total: Numbers, values: Numbers, text: Texts) -> None:
    """Say what of the comments stands on each side, how surprising that is, and how well the sides explain it."""
    sums = own.reduced(np.add, values, sides.first)
    found[_SUBJECT] = sums[_HEAVY_AND_TITLE]
    shared = sums[_FOUND]
    np.divide(shared, np.maximum(total[_RARITY], _ONE), out=found[_SHARES])
    found[_TOPS] = own.reduced(np.maximum, values[_FOUND][POST:], sides.first)
    np.divide(shared[ALL] + total[_EXPECTED], np.sqrt(_ONE - total[_VARIANCE]), out=found[_SURPLUS])
    np.divide(sums[_GAIN] + text.word_counts * _NOWHERE, text.some_words, out=found[_DISAGREEMENT])
    if np.count_nonzero(sides.sizes) < sides.sizes.size:
        np.copyto(found[_SIDED], np.nan, where=(sides.sizes == _NONE).take(_SIDE_OF, axis=0))

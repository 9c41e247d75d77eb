"""From probabilities to a label and to the question whether a person should look; no text is handled here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAX_LOST: Final = 0.01
"""Share of the substantive comments that may be called spam: the spam threshold is chosen by it."""


CERTAIN: Final = 0.9
"""Least probability at which a comment that promotes nothing is called spam.

Where nothing is to be gained there is little spam, and what is worded like it is often none: of 440 gold rows of that
kind, judged by models that did not see their blog, 2 with a probability from 0.80 (a low threshold) to 0.90 are spam
and 4 are not. Above, 11 are and none is not; 7 of them do not fit their post.
"""

CERTAIN_AND_FITTING: Final = 0.98
"""The same for one that fits its post: readers' praise comes near the other."""

_SPAM, _OFF_TOPIC, _SUBSTANTIVE = range(3)  # as in `records.LABELS`


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where labels begin.

    Parameters
    ----------
    spam : float
        Least probability of spam, 0 to 1, at which a comment is called spam.
    ping : float
        The same for a pingback or trackback, which is judged by a model of its own.
    off_topic : float
        Least probability of off-topic among what is not spam, 0 to 1, at which it is called off-topic.
    review : float
        A comment whose label has a lower probability than this needs review; so does one that would be spam by
        probability and is not by threshold.
    """

    spam: float = 0.5
    ping: float = 0.5
    off_topic: float = 0.5
    review: float = 0.7


def decide(
    probabilities: Sequence[float],
    thresholds: Thresholds,
    is_ping: bool = False,
    harmless: bool = False,
    doubtful: bool = False,
) -> tuple[int, bool]:
    """Choose a label.

    Parameters
    ----------
    probabilities : sequence of float, length 3
        In the order of `records.LABELS`.
    thresholds : Thresholds
        Where labels begin.
    is_ping : bool
        Whether it is of a pingback or trackback.
    harmless : bool
        Whether the comment promotes nothing: then it is called spam from `CERTAIN` on if it would be off-topic
        otherwise, else from `CERTAIN_AND_FITTING` on, and needs review below.
    doubtful : bool
        Whether it claims what was found to be untrue: then it needs review unless it is called spam.

    Returns
    -------
    tuple of (int, bool)
        The label's number in `records.LABELS`, and whether it needs review.

    Examples
    --------
    >>> decide([0.6, 0.1, 0.3], Thresholds(spam=0.8)), decide([0.1, 0.0, 0.9], Thresholds(spam=0.8))
    ((2, True), (2, False))
    """
    spam, off_topic, substantive = probabilities
    strays = off_topic >= thresholds.off_topic * (off_topic + substantive)
    reached = spam >= (thresholds.ping if is_ping else thresholds.spam)
    if reached and (not harmless or spam >= (CERTAIN if strays else CERTAIN_AND_FITTING)):
        return _SPAM, spam < thresholds.review
    label = _OFF_TOPIC if strays else _SUBSTANTIVE
    return label, reached or doubtful or probabilities[label] < thresholds.review


_CUTS: Final = np.arange(0.3, 0.71, 0.02)
"""Where off-topic may begin. By calibrated probabilities F1 is best from half of that best F1 on (Lipton, Elkan and
Naryanaswamy, "Optimal thresholding of classifiers to maximize F1 measure", 2014): lower cuts win by chance alone."""
_AROUND: Final = 4  # steps to either side


def choose_thresholds(
    probabilities: NDArray[np.float64],
    truth: NDArray[np.int64],
    is_ping: NDArray[np.bool_] | None = None,
    max_lost: float = MAX_LOST,
    doubt: float = 0.0,
    typical: NDArray[np.bool_] | None = None,
) -> Thresholds:
    """Choose thresholds on held-out rows.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (n, 3)
        Of rows that the model did not learn from.
    truth : ndarray of int64, shape (n,)
        Index into `records.LABELS` of each row's label.
    is_ping : ndarray of bool, shape (n,), or None
        Which rows are pingbacks or trackbacks; None: none.
    max_lost : float
        Share of the substantive rows that may be called spam, 0 to 1.
    doubt : float
        How many of them 0.5 counts as, beside those that were found: a cut above one or two rows is down to chance, and
        is drawn towards the threshold that errs least often.
    typical : ndarray of bool, shape (n,), or None
        Rows among which each label is as frequent as it will be: the best split of off-topic and substantive goes by
        that, while a share of the substantive does not. None: all.

    Returns
    -------
    Thresholds
        `spam` and `ping` are just above the probability that `max_lost` of the substantive rows of their kind reach
        (never below 0.5 nor above 0.999); `off_topic` has the best mean F1 of off-topic and substantive.
    """
    pings = _given(is_ping, len(truth))
    spam = _cut(probabilities[(truth == 2) & ~pings, 0], max_lost, doubt)
    ping = _cut(probabilities[(truth == 2) & pings, 0], max_lost, doubt)
    called_spam = probabilities[:, 0] >= np.where(pings, ping, spam)
    rows = slice(None) if typical is None else typical
    return Thresholds(spam, ping, _best_split(probabilities[rows], truth[rows], called_spam[rows]))


def _given(is_ping: NDArray[np.bool_] | None, n: int) -> NDArray[np.bool_]:
    return np.zeros(n, dtype=bool) if is_ping is None else is_ping


def _cut(substantive: NDArray[np.float64], max_lost: float, doubt: float) -> float:
    """Return the threshold that at most `max_lost` of the substantive rows reach, drawn towards 0.5 by `doubt`."""
    ordered = np.sort(substantive)[::-1]
    allowed = min(int(len(ordered) * max_lost), len(ordered) - 1)
    cut = float(ordered[allowed]) if len(ordered) else 0.5
    found = len(ordered) * max_lost
    if doubt:
        cut = 0.5 + (cut - 0.5) * found / (found + doubt)
    return round(min(max(0.5, cut + 1e-6), 0.999), 6)


def _best_split(probabilities: NDArray[np.float64], truth: NDArray[np.int64], called_spam: NDArray[np.bool_]) -> float:
    """Return the threshold, in steps of 0.02, around which off-topic and substantive have the best mean F1.

    Around, not at: the best single point is down to the few rows that lie beside it.
    """
    share = probabilities[:, 1] / np.maximum(1 - probabilities[:, 0], 1e-12)
    open_rows = ~called_spam
    scores = []
    for cut in _CUTS:
        called = open_rows & (share >= cut)
        scores.append(_f1(called, truth == 1) + _f1(open_rows & ~called, truth == 2))
    smooth = np.convolve(np.pad(scores, _AROUND, mode="edge"), np.ones(2 * _AROUND + 1), mode="valid")
    best = smooth >= smooth.max() - 1e-9  # of equal ones, as where nothing is between the labels, the middle one
    return float(round(np.median(_CUTS[best]), 2))


def _f1(called: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return float(2 * (called & true).sum() / max(called.sum() + true.sum(), 1))

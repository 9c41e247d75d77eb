"""From probabilities to a label and to the question whether a person should look; no text is handled here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.records import LABELS, Label

MAX_LOST: Final = 0.01
"""Share of the substantive comments that may be called spam: the spam threshold is chosen by it."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where labels begin.

    Parameters
    ----------
    spam : float
        Least probability of spam, 0 to 1, at which a comment is called spam.
    off_topic : float
        Least probability of off-topic among what is not spam, 0 to 1, at which it is called off-topic.
    review : float
        A comment whose label has a lower probability than this needs review; so does one that would be spam by
        probability and is not by threshold.
    """

    spam: float = 0.5
    off_topic: float = 0.5
    review: float = 0.7


def decide(probabilities: NDArray[np.float64], thresholds: Thresholds) -> tuple[list[Label], list[bool]]:
    """Choose a label for each row.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (n, 3)
        In the order of `records.LABELS`.
    thresholds : Thresholds
        Where labels begin.

    Returns
    -------
    tuple of (list of str, list of bool)
        Labels, and whether each needs review.

    Examples
    --------
    >>> decide(np.array([[0.6, 0.1, 0.3], [0.1, 0.0, 0.9]]), Thresholds(spam=0.8))
    (['substantive', 'substantive'], [True, False])
    """
    spam, off_topic, substantive = probabilities.T
    share = off_topic / np.maximum(off_topic + substantive, 1e-12)
    chosen = np.where(spam >= thresholds.spam, 0, np.where(share >= thresholds.off_topic, 1, 2))
    of_chosen = probabilities[np.arange(len(chosen)), chosen]
    unsure = of_chosen < thresholds.review
    return [LABELS[index] for index in chosen.tolist()], unsure.tolist()


def choose_thresholds(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64], max_lost: float = MAX_LOST
) -> Thresholds:
    """Choose thresholds on held-out rows.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (n, 3)
        Of rows that the model did not learn from.
    truth : ndarray of int64, shape (n,)
        Index into `records.LABELS` of each row's label.
    max_lost : float
        Share of the substantive rows that may be called spam, 0 to 1.

    Returns
    -------
    Thresholds
        `spam` is just above the probability that `max_lost` of the substantive rows reach (never below 0.5 nor above
        0.999);
        `off_topic` has the best mean F1 of off-topic and substantive.
    """
    substantive = np.sort(probabilities[truth == 2, 0])[::-1]
    allowed = min(int(len(substantive) * max_lost), len(substantive) - 1)
    cut = float(substantive[allowed]) if len(substantive) else 0.5
    spam = min(max(0.5, cut + 1e-6), 0.999)
    return Thresholds(spam=round(spam, 6), off_topic=_best_split(probabilities, truth, spam))


def _best_split(probabilities: NDArray[np.float64], truth: NDArray[np.int64], spam: float) -> float:
    """Return the threshold in steps of 0.02 at which off-topic and substantive have the best mean F1."""
    share = probabilities[:, 1] / np.maximum(1 - probabilities[:, 0], 1e-12)
    open_rows = probabilities[:, 0] < spam
    best, best_score = 0.5, -1.0
    for cut in np.arange(0.2, 0.71, 0.02):
        called = open_rows & (share >= cut)
        score = _f1(called, truth == 1) + _f1(open_rows & ~called, truth == 2)
        if score > best_score:
            best, best_score = float(cut), score
    return round(best, 2)


def _f1(called: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return float(2 * (called & true).sum() / max(called.sum() + true.sum(), 1))

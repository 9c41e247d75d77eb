"""Rows whose label is likely wrong: models that did not learn from them are sure of another label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.checks import contradictions
from commentguard.guard import CommentGuard
from commentguard.records import LABELS, Comment, Label
from commentguard.splits import Split, campaigns_of, hold_out
from commentguard.training import train

FOLDS: Final = 5
MOST_ROWS: Final = 3_000
"""With more rows than this a model is not fitted five times over only to look for wrong labels."""
LEAST_MARGIN: Final = 0.4
"""By how much the probability of another label must be above that of the given one."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row to look at.

    Parameters
    ----------
    comment : Comment
        With the label that was given.
    seen_as : {"spam", "off-topic", "substantive"} or None
        What models that learned from other rows take it for; None where it was not asked.
    probabilities : tuple of float
        Theirs, in the order of `records.LABELS`; empty where they were not asked.
    contradicted : bool
        Whether another row on the same text, or nearly the same, has another label.
    """

    comment: Comment
    seen_as: Label | None
    probabilities: tuple[float, ...]
    contradicted: bool


def find_suspects(
    comments: Sequence[Comment],
    held_out: NDArray[np.float64] | None = None,
    *,
    start: CommentGuard | None = None,
    seed: int = 0,
) -> list[Suspect]:
    """Return the rows whose label is likely wrong, and those that contradict each other; the likeliest first.

    Parameters
    ----------
    comments : sequence of Comment, length n
        Each with a label, each comment once: `TrainingResult.rows`.
    held_out : ndarray of float64, shape (n, 3), optional
        Probabilities by models that did not learn from the row: `TrainingResult.held_out`. None: models are fitted for
        it, up to `MOST_ROWS` rows; of more rows only contradictions are found.
    start : CommentGuard, optional
        What these models go on from.
    seed : int
        Of the split.

    Returns
    -------
    list of Suspect

    Notes
    -----
    A row is suspect where another label is more probable than it is, on average, for the rows that were given that
    label (confident learning; Northcutt, Jiang and Chuang, JAIR 2021), and by `LEAST_MARGIN` more than its own.
    """
    campaigns = campaigns_of(comments)
    if held_out is None and start is not None and len(comments) <= MOST_ROWS:
        splits = hold_out(comments, campaigns, [1 / FOLDS] * FOLDS, seed=seed)
        held_out = _cross_validated(comments, splits, start, seed)
    asked = np.full((len(comments), len(LABELS)), np.nan) if held_out is None else held_out
    truth = np.array([LABELS.index(comment.label) for comment in comments if comment.label], dtype=np.int64)
    seen_as, margin = _seen_as(asked, truth)
    contradicted = {row for rows in contradictions(comments, campaigns) for row in rows}
    found = sorted({*contradicted, *np.flatnonzero(margin >= LEAST_MARGIN).tolist()}, key=lambda row: -margin[row])
    return [
        Suspect(
            comments[row],
            None if np.isnan(asked[row, 0]) else LABELS[seen_as[row]],
            () if np.isnan(asked[row, 0]) else tuple(asked[row].tolist()),
            row in contradicted,
        )
        for row in found
    ]


def _seen_as(asked: NDArray[np.float64], truth: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return what each row is taken for, and by how much the label given is less probable; -1 where it is as good."""
    own = asked[np.arange(len(truth)), truth]
    usual = [np.nanmean(own[truth == label]) if _any(own[truth == label]) else np.inf for label in range(len(LABELS))]
    sure = np.where(asked >= np.array(usual), asked, -1.0)
    sure[np.arange(len(truth)), truth] = np.where(np.isnan(own), -1.0, own)
    seen_as = sure.argmax(axis=1)
    margin = np.where(seen_as == truth, -1.0, sure.max(axis=1) - np.where(np.isnan(own), 0, own))
    return seen_as, margin


def _any(values: NDArray[np.float64]) -> bool:
    return bool((~np.isnan(values)).any())


def _cross_validated(
    comments: Sequence[Comment], splits: Sequence[Split], start: CommentGuard, seed: int
) -> NDArray[np.float64]:
    """Return the probabilities of rows by models that learned from the other folds; NaN where a fold gives none."""
    found = np.full((len(comments), len(LABELS)), np.nan)
    for split in splits:
        if split.judged.any() and split.learn.any():
            learned = train(compress(comments, split.learn), start=start, seed=seed, test_size=0)
            found[split.judged] = CommentGuard(learned.model).predict_proba(list(compress(comments, split.judged)))
    return found

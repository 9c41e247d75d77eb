"""Whether a new model may take an old one's place: both on the same held-out rows, and what chance may have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from commentguard.decision import MAX_LOST
from commentguard.evaluation import Evaluation, judge
from commentguard.records import LABELS, Comment, Label, Verdict

RESAMPLES: Final = 1_000
"""Draws of whole groups for the intervals."""
FEW_JUDGED: Final = 30
"""Fewer held-out rows than this say little."""
FEW_GROUPS: Final = 8
"""Of fewer groups than this nothing can be drawn: single rows are drawn instead."""

_MAX_CELLS: Final = 20_000_000  # draws times rows: memory
_LEAST_DRAWS: Final = 200

GATED: Final[Mapping[str, float]] = {"macro_f1": 0.005, "spam_recall_at_1pct": 0.01, "substantive_lost": -0.01}
"""The figures that decide, and the least difference that matters; where it is negative, less is better."""

_IN_WORDS: Final = {
    "macro_f1": "macro-F1", "spam_recall_at_1pct": "spam caught at the same cost",
    "substantive_lost": "substantive called spam",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both models, each with its 95% interval; NaN where the rows allow none.

    Parameters
    ----------
    old, new, difference : tuple of (float, float, float)
        Value, low and high; the difference is new less old, drawn in pairs.
    """

    old: tuple[float, float, float]
    new: tuple[float, float, float]
    difference: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Flip:
    """A held-out comment on which the two models differ."""

    comment: Comment
    old: Verdict
    new: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models side by side on the same rows, which neither learned from.

    Parameters
    ----------
    old, new : Evaluation
        All figures of each.
    groups : int
        Posts, blogs and campaigns that the rows belong to: what the intervals draw.
    figures : Mapping
        macro_f1, spam_recall_at_1pct (spam caught where 1% of the substantive is lost), substantive_lost, and
        precision, recall and f1 of each label (``"spam f1"``).
    flips : tuple of Flip
        Every row whose label changes, in the order of the rows.
    """

    old: Evaluation
    new: Evaluation
    groups: int
    figures: Mapping[str, Figure]
    flips: tuple[Flip, ...]

    @property
    def refusal(self) -> str:
        """Why the new model should not take the old one's place; empty where it may.

        It may not where one of the figures that decide (`GATED`) is worse by as much as matters, and by more than
        chance: the whole 95% interval of the difference is on that side.
        """
        worse = []
        for name, least in GATED.items():
            figure = self.figures[name]
            value, *bounds = (bound / least for bound in figure.difference)
            if value <= -1 and max(bounds) < 0:
                worse.append(f"{_IN_WORDS[name]} {figure.new[0]:.3f} instead of {figure.old[0]:.3f}")
        return f"the old model is better on {self.old.n:,} held-out rows ({', '.join(worse)})" if worse else ""

    def to_json(self) -> dict[str, Any]:
        """Return what a manifest tells of it: figures with six places, None where there are none."""
        figures = {
            name: {side: [_rounded(value) for value in getattr(one, side)] for side in ("old", "new", "difference")}
            for name, one in self.figures.items()
        }
        return {"rows": self.old.n, "groups": self.groups, "flips": len(self.flips), "figures": figures,
                "worse": self.refusal}  # fmt: skip


def compare(
    comments: Sequence[Comment], old: Sequence[Verdict], new: Sequence[Verdict], groups: NDArray[np.int64]
) -> Comparison:
    """Compare the verdicts of two models.

    Parameters
    ----------
    comments : sequence of Comment, length n, at least 1
        Each with a label; neither model may have learned from them.
    old, new : sequence of Verdict, length n
        What each model says.
    groups : ndarray of int64, shape (n,)
        What belongs together: rows of a group are drawn together.

    Returns
    -------
    Comparison
    """
    drawn = np.unique(groups, return_inverse=True)[1]
    if len(set(drawn.tolist())) < FEW_GROUPS:
        drawn = np.arange(len(comments))
    weights = _weights(drawn)
    truth = np.array([LABELS.index(comment.label) for comment in comments if comment.label])
    found = [_Judged(truth, verdicts).figures(weights) for verdicts in (old, new)]
    figures = {
        name: Figure(_interval(found[0][name]), _interval(found[1][name]), _interval(found[1][name] - found[0][name]))
        for name in found[0]
    }
    flips = (Flip(*row) for row in zip(comments, old, new, strict=True))
    changed = tuple(flip for flip in flips if flip.old.label != flip.new.label)
    return Comparison(judge(comments, old), judge(comments, new), int(drawn.max()) + 1, figures, changed)


def refusal_anew(comparison: Comparison | None, unsaid: Sequence[Label]) -> str:
    """Return why a model that was learned from nothing should not take an old one's place; empty where it may.

    What goes on from a model is trusted unless it is worse by more than chance; what begins anew has to show that it is
    at least as good: on enough rows, and with all labels.

    Parameters
    ----------
    comparison : Comparison or None
        The two on held-out rows; None where they could not be compared.
    unsaid : sequence of str
        Labels that the old model says and the new one never does.
    """
    begins = "a model learned from nothing has to show that it is as good as the old one"
    if unsaid:
        return f"{begins}: this one never says {unsaid[0]}"
    if comparison is None or comparison.old.n < FEW_JUDGED:
        rows = comparison.old.n if comparison else 0
        return f"{begins}: {rows:,} held-out rows are too few, label more or go on from a model"
    figure = comparison.figures["macro_f1"]
    if figure.difference[0] < 0:
        sides = f"macro-F1 {figure.new[0]:.3f} instead of {figure.old[0]:.3f}"
        return f"{begins}: {sides} on {comparison.old.n:,} held-out rows"
    return ""


class _Judged:
    """What one model says of the rows, counted by however many times each row was drawn."""

    def __init__(self, truth: NDArray[np.int64], verdicts: Sequence[Verdict]) -> None:
        called = np.array([LABELS.index(verdict.label) for verdict in verdicts])
        self.cell = np.eye(9)[truth * 3 + called]
        self.present = sorted(set(truth.tolist()))
        spam = np.array([verdict.probabilities["spam"] for verdict in verdicts])
        self.order = np.lexsort((truth != 2, -spam))  # of equal ones a reader's comes first: no luck in ties
        self.is_spam, self.is_substantive = (truth[self.order] == label for label in (0, 2))

    def figures(self, weights: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Return each figure for each row of weights, shape (draws,); NaN where there is none."""
        tables = (weights @ self.cell).reshape(-1, 3, 3)
        hit, true, called = np.einsum("dii->di", tables), tables.sum(axis=2), tables.sum(axis=1)
        with np.errstate(invalid="ignore"):
            recall, f1 = hit / true, 2 * hit / (true + called)
            lost = tables[:, 2, 0] / true[:, 2]
        precision = np.where(true + called > 0, hit / np.maximum(called, 1), np.nan)
        scores = {"precision": precision, "recall": recall, "f1": f1}
        caught = np.array([self._caught(row[self.order]) for row in weights])
        found = {"macro_f1": _mean_known(f1[:, self.present]), "spam_recall_at_1pct": caught, "substantive_lost": lost}
        for number in self.present:
            found |= {f"{LABELS[number]} {name}": values[:, number] for name, values in scores.items()}
        return found

    def _caught(self, weight: NDArray[np.float64]) -> float:
        lost = np.cumsum(weight * self.is_substantive)
        spam = weight * self.is_spam
        if not len(lost) or lost[-1] == 0 or spam.sum() == 0:
            return float("nan")
        return float(spam[lost <= int(lost[-1] * MAX_LOST)].sum() / spam.sum())


def _mean_known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each row over what is no NaN; a draw may lack a label, but never all."""
    known = ~np.isnan(values)
    mean: NDArray[np.float64] = np.where(known, values, 0).sum(axis=1) / known.sum(axis=1)
    return mean


def _weights(drawn: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how often each row counts, shape (1 + draws, n): once each, then by draws of whole groups."""
    groups = int(drawn.max()) + 1
    draws = max(min(RESAMPLES, _MAX_CELLS // len(drawn)), _LEAST_DRAWS)
    times = np.random.default_rng(0).multinomial(groups, np.full(groups, 1 / groups), size=draws)
    return np.concatenate([np.ones((1, len(drawn))), times[:, drawn]])


def _interval(values: NDArray[np.float64]) -> tuple[float, float, float]:
    if np.isnan(values[0]):
        return (float("nan"),) * 3
    low, high = np.nanquantile(values, (0.025, 0.975))
    return float(values[0]), float(low), float(high)


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)

"""What a model's verdicts come to at every threshold, at every probability and in every group, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.languages import languages_of
from commentguard.records import LABELS, Comment, Label, Verdict

BINS: Final = 10
"""Bins of equal width of the calibration."""
POINTS: Final = 200
"""Points of a curve at most."""
GROUPS: Final = 40
"""Groups of one kind at most, the largest; the others are one group together."""

_Z: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the 95% interval of the share behind it.

    Parameters
    ----------
    hits, of : int
        How many, and of how many.

    Examples
    --------
    >>> share = Share(8, 10)
    >>> share.value, round(share.low, 3), round(share.high, 3)
    (0.8, 0.49, 0.943)
    """

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; NaN of none."""
        return self.hits / self.of if self.of else float("nan")

    @property
    def low(self) -> float:
        """The interval's lower end, by Wilson's score; 0 of none."""
        return max(0.0, self._middle - self._reach) if self.hits else 0.0

    @property
    def high(self) -> float:
        """The interval's upper end, by Wilson's score; 1 of none."""
        return min(1.0, self._middle + self._reach) if self.hits < self.of else 1.0

    @property
    def _middle(self) -> float:
        return (self.hits + _Z**2 / 2) / (self.of + _Z**2)

    @property
    def _reach(self) -> float:
        spread = self.hits * (self.of - self.hits) / self.of if self.of else 0.0
        return _Z * sqrt(spread + _Z**2 / 4) / (self.of + _Z**2)


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What calling spam from some probability on would do.

    Parameters
    ----------
    threshold : float
        The least probability of spam that is called spam.
    caught : Share
        Spam that is called spam.
    lost : Share
        Substantive comments that are called spam.
    precise : Share
        Of what is called spam, how much is.
    """

    threshold: float
    caught: Share
    lost: Share
    precise: Share

    def cost(self, ratio: float) -> float:
        """Return the cost in spam let through, where one substantive comment lost costs as much as `ratio` of it."""
        return self.caught.of - self.caught.hits + ratio * self.lost.hits


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision over recall as a label's threshold falls.

    Parameters
    ----------
    points : tuple of (float, float)
        Recall and precision, at most `POINTS`; empty where no row has the label.
    area : float
        The average precision: precision at each row of the label, averaged; NaN where no row has it.
    """

    points: tuple[tuple[float, float], ...]
    area: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows to which a label was given a probability within some bounds: their mean probability, and how many had it."""

    probability: float
    right: Share


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Rows that have something in common: how many verdicts were right, spam caught, substantive comments lost."""

    name: str
    right: Share
    caught: Share
    lost: Share


@dataclass(frozen=True, slots=True)
class Curves:
    """Figures behind an evaluation.

    Parameters
    ----------
    now : AtThreshold
        What the verdicts do as they are; its threshold is NaN, since pings have one of their own.
    thresholds : tuple of AtThreshold
        By probability alone, from 0.01 to 0.99.
    precision_recall : Mapping
        Label to its curve.
    calibration : Mapping
        Label to its bins, those that hold rows.
    groups : Mapping
        "type", "language" (as far as it can be told) and "source" to their groups, the largest first.
    """

    now: AtThreshold
    thresholds: tuple[AtThreshold, ...]
    precision_recall: Mapping[Label, Curve]
    calibration: Mapping[Label, tuple[Bin, ...]]
    groups: Mapping[str, tuple[GroupFigures, ...]]

    def cheapest(self, ratio: float) -> AtThreshold:
        """Return the threshold that costs least; of equal ones the highest."""
        return min(self.thresholds, key=lambda at: (at.cost(ratio), -at.threshold))


def curves_of(comments: Sequence[Comment], verdicts: Sequence[Verdict]) -> Curves:
    """Compare verdicts with the labels that people gave.

    Parameters
    ----------
    comments : sequence of Comment, length n > 0
        All with a label.
    verdicts : sequence of Verdict, length n
        Theirs, in the same order.

    Returns
    -------
    Curves
    """
    truth = np.array([LABELS.index(comment.label) for comment in comments if comment.label])
    called = np.array([LABELS.index(verdict.label) for verdict in verdicts])
    probabilities = np.array([[verdict.probabilities[label] for label in LABELS] for verdict in verdicts])
    keys: dict[str, Sequence[str]] = {
        "type": [comment.type for comment in comments],
        "language": languages_of([comment.text for comment in comments]),
        "source": [comment.source for comment in comments],
    }
    spam = probabilities[:, 0]
    return Curves(
        now=_at(float("nan"), truth, called == 0),
        thresholds=tuple(_at(percent / 100, truth, spam >= percent / 100) for percent in range(1, 100)),
        precision_recall={
            label: _precision_recall(truth == number, probabilities[:, number]) for number, label in enumerate(LABELS)
        },
        calibration={label: _bins(truth == number, probabilities[:, number]) for number, label in enumerate(LABELS)},
        groups={kind: _groups(names, truth, called) for kind, names in keys.items()},
    )


def _at(threshold: float, truth: NDArray[np.int64], called_spam: NDArray[np.bool_]) -> AtThreshold:
    caught, lost = (Share(int((called_spam & (truth == n)).sum()), int((truth == n).sum())) for n in (0, 2))
    return AtThreshold(threshold, caught, lost, Share(caught.hits, int(called_spam.sum())))


def _precision_recall(is_it: NDArray[np.bool_], probability: NDArray[np.float64]) -> Curve:
    if not is_it.any():
        return Curve((), float("nan"))
    order = np.argsort(-probability, kind="stable")
    last = np.append(np.flatnonzero(np.diff(probability[order])), len(order) - 1)  # equal ones are called together
    hits = np.cumsum(is_it[order])[last]
    recall, precision = hits / is_it.sum(), hits / (last + 1)
    shown = np.unique(np.linspace(0, len(last) - 1, min(POINTS, len(last))).astype(int))
    points = tuple(zip(recall[shown].tolist(), precision[shown].tolist(), strict=True))
    return Curve(points, float((np.diff(recall, prepend=0) * precision).sum()))


def _bins(is_it: NDArray[np.bool_], probability: NDArray[np.float64]) -> tuple[Bin, ...]:
    number = np.minimum((probability * BINS).astype(int), BINS - 1)
    held = [number == one for one in sorted(set(number.tolist()))]
    return tuple(Bin(float(probability[rows].mean()), Share(int(is_it[rows].sum()), int(rows.sum()))) for rows in held)


def _groups(names: Sequence[str], truth: NDArray[np.int64], called: NDArray[np.int64]) -> tuple[GroupFigures, ...]:
    largest = [name for name, _ in Counter(names).most_common()]
    if len(largest) > GROUPS:
        kept = set(largest[: GROUPS - 1])
        rest = f"{len(largest) - len(kept):,} others"
        names = [name if name in kept else rest for name in names]
        largest = [*largest[: GROUPS - 1], rest]
    of = np.array(names)
    return tuple(_group(name, truth[of == name], called[of == name]) for name in largest)


def _group(name: str, truth: NDArray[np.int64], called: NDArray[np.int64]) -> GroupFigures:
    now = _at(float("nan"), truth, called == 0)
    return GroupFigures(name, Share(int((truth == called).sum()), len(truth)), now.caught, now.lost)

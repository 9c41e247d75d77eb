"""Drift: whether comments differ from those that a model was judged on, by the shape of its verdicts.

The measure is the population stability index of credit scoring: the sum over classes of the difference of two shares
times the logarithm of their ratio. By its rule of thumb up to 0.1 says that nothing changed, from 0.25 that much did
(Lewis, "An Introduction to Credit Scoring", 1994; Siddiqi, "Credit Risk Scorecards", Wiley 2006). It is no test: with
few comments chance alone moves it (Yurdakul and Naranjo, Journal of Risk Model Validation 14, 2020), so that fewer than
`LEAST` are not compared. Blogs differ among each other by more than 0.25, so that a model which learned from several of
them warns only of what differs more than they did.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from commentguard.records import LABELS, Label, Verdict

EDGES: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Where the classes of confidence begin, which is the probability of the most probable label; the first begins at 0."""
LEAST: Final = 200
"""Comments that there must be on both sides to compare."""
LEAST_OF_SOURCE: Final = 30
"""Comments of a source from which on it tells how much sources differ."""
MUCH: Final = 0.25
"""Stability index from which on much has changed."""

Counts = Sequence[Sequence[float]]
"""A row for each of `records.LABELS`, a column for each class of `EDGES`."""

_SURE: Final = EDGES.index(0.9) + 1
_ROW: Final = {label: number for number, label in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class Shape:
    """Verdicts counted by label and class of confidence.

    Parameters
    ----------
    counts : list of list of int
        A row for each of `records.LABELS`, a column for each class of `EDGES`.
    """

    counts: list[list[int]] = field(default_factory=lambda: [[0] * (len(EDGES) + 1) for _ in LABELS])

    def add(self, label: Label, probabilities: Iterable[float]) -> None:
        """Count a verdict."""
        self.counts[_ROW[label]][bisect_right(EDGES, max(probabilities))] += 1

    def add_verdict(self, verdict: Verdict) -> None:
        """Count a verdict."""
        self.add(verdict.label, verdict.probabilities.values())


@dataclass(frozen=True, slots=True)
class Drift:
    """How far verdicts are from those by which a model was judged.

    Parameters
    ----------
    labels, confidence : float
        Stability index of the shares of the labels; of the classes of confidence, those expected being the ones that
        go with the labels found, so that other shares of labels alone are no drift of confidence.
    labels_limit, confidence_limit : float
        What they are above where much has changed.
    shares, expected_shares : tuple of float
        Of each of `records.LABELS`: found, and expected.
    sure, expected_sure : float
        Share of the comments that the model is sure of by 0.9 or more: found, and expected.
    """

    labels: float
    confidence: float
    labels_limit: float
    confidence_limit: float
    shares: tuple[float, ...]
    expected_shares: tuple[float, ...]
    sure: float
    expected_sure: float

    def warnings(self) -> Iterator[str]:
        """Yield a sentence for each of the two that has changed much."""
        if self.labels > self.labels_limit:
            told = zip(LABELS, self.shares, self.expected_shares, strict=True)
            shares = ", ".join(f"{label} {now:.0%} (then {before:.0%})" for label, now, before in told)
            index = _index(self.labels, self.labels_limit)
            yield f"other shares of labels than where the model was judged: {shares}; {index}; exports may lack spam"
        if self.confidence > self.confidence_limit:
            yield (
                f"the model is sure (90% or more) of {self.sure:.0%} of these comments, where {self.expected_sure:.0%}"
                f" was to be expected; {_index(self.confidence, self.confidence_limit)};"
                " label some (commentguard queue) and train on them"
            )


def _index(found: float, limit: float) -> str:
    return f"stability index {found:.2f}, above {limit:.2f}"


def drift(reference: object, counts: Counts) -> Drift | None:
    """Compare verdicts with those by which a model was judged.

    Parameters
    ----------
    reference : object
        What `reference_of` returned, as a manifest tells it.
    counts : sequence of (sequence of int)
        `Shape.counts` of the verdicts.

    Returns
    -------
    Drift or None
        None where the manifest tells nothing that can be used, or there are fewer than `LEAST` verdicts on a side.
    """
    expected = _usable(reference)
    if expected is None or min(sum(map(sum, expected[0])), sum(map(sum, counts))) < LEAST:
        return None
    return _compared(*expected, counts)


def reference_of(
    labels: Iterable[Label], probabilities: Iterable[Iterable[float]], sources: Iterable[str]
) -> dict[str, Any]:
    """Return the shape of verdicts by which a model was judged, for its manifest.

    Parameters
    ----------
    labels : iterable of str, length n
        What each row was called.
    probabilities : iterable of (iterable of float), length n
        Those of its labels, by models that did not learn from the row.
    sources : iterable of str, length n
        The blog of each: how much blogs differ from all of them together is the limit of what is drift, if it is more
        than `MUCH`; all but the most extreme one in twenty are to stay below.
    """
    whole, by_source = Shape(), defaultdict[str, Shape](Shape)
    for label, row, source in zip(labels, probabilities, sources, strict=True):
        whole.add(label, row)
        by_source[source].add(label, row)
    each = [shape.counts for shape in by_source.values() if sum(map(sum, shape.counts)) >= LEAST_OF_SOURCE]
    apart = [_compared(whole.counts, MUCH, MUCH, counts) for counts in each]
    limits = {
        "labels": max([MUCH, *_highest([one.labels for one in apart])]),
        "confidence": max([MUCH, *_highest([one.confidence for one in apart])]),
    }
    return {"verdicts": whole.counts, "limits": limits}


def _highest(values: Sequence[float]) -> list[float]:
    """Return the value that all but one in twenty stay below, in a list that is empty where there is none."""
    return [round(sorted(values)[int(0.95 * (len(values) - 1) + 0.5)], 3)] if values else []


def _usable(reference: object) -> tuple[Counts, float, float] | None:
    """Return counts and both limits of a manifest's reference, None where it is none."""
    try:
        told: Any = reference
        counts = [[float(count) for count in row] for row in told["verdicts"]]
        limits = float(told["limits"]["labels"]), float(told["limits"]["confidence"])
    except (TypeError, ValueError, KeyError, OverflowError):
        return None
    fits = [len(row) for row in counts] == [len(EDGES) + 1] * len(LABELS)
    finite = all(0 <= number < math.inf for row in (*counts, limits) for number in row)
    return (counts, *limits) if fits and finite else None


def _compared(expected: Counts, labels_limit: float, confidence_limit: float, found: Counts) -> Drift:
    labels, of_label = [sum(row) for row in found], [_shares(row, 0.5) for row in expected]
    confidence = [
        sum(share * row[column] for share, row in zip(_shares(labels), of_label, strict=True))
        for column in range(len(EDGES) + 1)
    ]
    classes = [sum(column) for column in zip(*found, strict=True)]
    total = sum(map(sum, expected))
    return Drift(
        labels=stability_index([sum(row) for row in expected], labels),
        confidence=stability_index([share * total for share in confidence], classes),
        labels_limit=labels_limit,
        confidence_limit=confidence_limit,
        shares=tuple(_shares(labels)),
        expected_shares=tuple(_shares([sum(row) for row in expected])),
        sure=sum(_shares(classes)[_SURE:]),
        expected_sure=sum(confidence[_SURE:]),
    )


def _shares(counts: Sequence[float], added: float = 0.0) -> list[float]:
    """Return counts as shares of their sum, with something added to each before."""
    total = sum(counts) + added * len(counts)
    return [(count + added) / total for count in counts]


def stability_index(expected: Sequence[float], found: Sequence[float]) -> float:
    """Return the population stability index of two rows of counts, 0 or more; half a count is added to each.

    Examples
    --------
    >>> stability_index([50, 50], [500, 500])
    0.0
    >>> round(stability_index([500, 500], [800, 200]), 2)
    0.41
    """
    pairs = zip(_shares(expected, 0.5), _shares(found, 0.5), strict=True)
    return sum((now - before) * math.log(now / before) for before, now in pairs)

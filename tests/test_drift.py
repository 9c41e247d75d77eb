"""Drift: chance and other shares of labels are no drift of confidence; what differs is told with shares and limits."""

from __future__ import annotations

import json

import numpy as np
import pytest

from commentguard.drift import EDGES, LEAST, MUCH, Drift, Shape, drift, reference_of, stability_index
from commentguard.records import LABELS, Label, Verdict

CALM = (0.2, 0.3, 0.5)
"""Shares of the labels at the blog that the model was judged on."""


def verdicts(n: int, shares: tuple[float, ...] = CALM, sureness: float = 8.0, seed: int = 0) -> list[Verdict]:
    """Return verdicts that are the surer the greater `sureness`."""
    rng = np.random.default_rng(seed)
    found: list[Verdict] = []
    for label in rng.choice(LABELS, n, p=shares).tolist():
        top = 0.4 + 0.6 * rng.beta(sureness, 1)
        found.append(Verdict(label, {one: top if one == label else (1 - top) / 2 for one in LABELS}, False))
    return found


def shape(found: list[Verdict]) -> Shape:
    counted = Shape()
    for verdict in found:
        counted.add_verdict(verdict)
    return counted


def reference(*blogs: list[Verdict]) -> object:
    """Return what a manifest tells of a model that was judged on these blogs."""
    rows = [(verdict, f"blog {number}") for number, blog in enumerate(blogs) for verdict in blog]
    told = reference_of(
        (verdict.label for verdict, _ in rows),
        (verdict.probabilities.values() for verdict, _ in rows),
        (source for _, source in rows),
    )
    return json.loads(json.dumps(told))


def compared(told: object, found: list[Verdict]) -> Drift:
    result = drift(told, shape(found).counts)
    assert result is not None
    return result


@pytest.mark.parametrize("seed", range(1, 6))
def test_chance_alone_is_no_drift(seed: int) -> None:
    found = compared(reference(verdicts(1_000)), verdicts(LEAST, seed=seed))
    assert max(found.labels, found.confidence) < MUCH
    assert not list(found.warnings())


def test_other_shares_of_labels_are_told_and_are_no_drift_of_confidence() -> None:
    found = compared(reference(verdicts(1_000)), verdicts(500, (0.7, 0.1, 0.2), seed=1))
    (told,) = found.warnings()
    assert told.startswith("other shares of labels than where the model was judged: spam 7")
    assert "above 0.25" in told
    assert found.confidence < 0.1


def test_less_confidence_is_told_with_what_was_expected() -> None:
    found = compared(reference(verdicts(1_000)), verdicts(500, sureness=2.0, seed=1))
    (told,) = found.warnings()
    assert told.startswith("the model is sure (90% or more) of ")
    assert found.sure < found.expected_sure
    assert found.labels < 0.1


def test_what_blogs_differ_by_among_themselves_is_no_drift() -> None:
    blogs = [verdicts(300, shares, seed=number)
             for number, shares in enumerate([CALM, (0.8, 0.1, 0.1), (0.02, 0.08, 0.9)])]  # fmt: skip
    fourth = verdicts(300, (0.7, 0.2, 0.1), seed=9)
    assert not list(compared(reference(*blogs), fourth).warnings())
    assert list(compared(reference(blogs[0]), fourth).warnings())


def test_few_comments_are_not_compared() -> None:
    many, few = verdicts(1_000), verdicts(LEAST - 1)
    assert drift(reference(many), shape(few).counts) is None
    assert drift(reference(few), shape(many).counts) is None


@pytest.mark.parametrize(
    "told",
    [
        None,
        "much",
        {},
        {"verdicts": [[1000]], "limits": {"labels": 1, "confidence": 1}},
        {"verdicts": [[-1.0] * 8] * 3, "limits": {"labels": 1, "confidence": 1}},
        {"verdicts": [[float("nan")] * 8] * 3, "limits": {"labels": 1, "confidence": 1}},
        {"verdicts": [[99] * 8] * 3, "limits": {"labels": "x", "confidence": 1}},
        {"verdicts": [[99] * 8] * 3, "limits": 7},
        {"verdicts": [[99], 3], "limits": {"labels": 1, "confidence": 1}},
    ],
)
def test_a_manifest_that_tells_nothing_usable_is_no_drift(told: object) -> None:
    assert drift(told, shape(verdicts(500)).counts) is None


def test_a_label_that_never_came_before_has_a_finite_index() -> None:
    found = compared(reference(verdicts(1_000, (0.0, 0.5, 0.5))), verdicts(500, (1.0, 0.0, 0.0)))
    assert 1 < found.labels < 20


def test_the_index_is_the_same_both_ways_and_0_for_equal_shares() -> None:
    first, second = [10.0, 40.0, 50.0], [30.0, 30.0, 40.0]
    assert stability_index(first, second) == pytest.approx(stability_index(second, first))
    assert stability_index(first, first) == 0


def test_classes_of_confidence_begin_at_their_edges() -> None:
    counted = Shape()
    label: Label = "off-topic"
    for edge in EDGES:
        counted.add(label, (edge, 0.0, 1 - edge))
    assert counted.counts[LABELS.index(label)] == [0] + [1] * len(EDGES)

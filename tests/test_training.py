"""Training: what is checked, held out, counted, warned of; the same rows give the same model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from commentguard import Comment, CommentGuard, DatasetError, Post, training
from commentguard.classifier import CommentClassifier
from commentguard.labelled import fingerprint
from commentguard.records import LABELS
from commentguard.training import FEW, label_from_status, train


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let training learn few trees, for speed."""

    def small(random_state: int) -> CommentClassifier:
        return CommentClassifier(trees=3, folds=2, random_state=random_state)

    monkeypatch.setattr(training, "CommentClassifier", small)


def rows(count: int = 20, posts: int = 10) -> list[Comment]:
    text = {"spam": "cheap pills {} http://shop.example", "off-topic": "test {}", "substantive": "The plums {} froze."}
    return [
        Comment(text=text[label].format(number), label=label, source="a", post=Post(id=str(number % posts)))
        for label in LABELS
        for number in range(count)
    ]


def test_a_model_is_learned_and_judged_on_held_out_posts() -> None:
    result = train(rows())
    assert result.counts == {"spam": 20, "off-topic": 20, "substantive": 20}
    assert result.evaluation is not None
    assert result.evaluation.n == 12
    assert CommentGuard(result.model).classify(rows()[0]).label == "spam"
    assert result.warnings == ()


def test_the_same_rows_give_the_same_model_and_another_row_another() -> None:
    first, second = train(rows(), test_size=0), train(rows(), test_size=0)
    assert first.model.manifest == second.model.manifest
    probabilities = [CommentGuard(result.model).predict_proba(rows()).tolist() for result in (first, second)]
    assert probabilities[0] == probabilities[1]


def test_rows_without_a_label_are_left_out() -> None:
    assert train([*rows(), Comment(text="no label")], test_size=0).counts == dict.fromkeys(LABELS, 20)


@pytest.mark.parametrize("size", [-0.1, 1.0, 2.0, float("nan")])
def test_a_share_that_is_none_is_told(size: float) -> None:
    with pytest.raises(DatasetError, match="test_size"):
        train(rows(), test_size=size)


@pytest.mark.parametrize("given", [[], [Comment(text="x")], [Comment(text="x", label="spam")] * 5])
def test_too_few_labels_are_told(given: list[Comment]) -> None:
    with pytest.raises(DatasetError, match="at least two labels"):
        train(given)


def test_without_held_out_rows_there_are_no_figures_and_that_is_told() -> None:
    result = train(rows(), test_size=0)
    assert result.evaluation is None
    assert any("no figures" in warning for warning in result.warnings)


def test_few_rows_missing_labels_and_a_single_post_are_warned_of() -> None:
    given = [row for row in rows(FEW - 1, posts=1) if row.label != "off-topic"]
    told = " ".join(train(given).warnings)
    assert f"only {FEW - 1} rows are labelled spam" in told
    assert "no row is labelled off-topic" in told
    assert "one post" in told


def test_two_rows_are_enough_to_learn_something() -> None:
    result = train([Comment(text="cheap pills", label="spam"), Comment(text="my plums", label="substantive")])
    assert np.isfinite(CommentGuard(result.model).predict_proba(rows())).all()


def test_going_on_from_a_model_moves_its_layer_alone(guard: CommentGuard) -> None:
    result = train(rows(), start=guard, test_size=0)
    after, before = result.model.parameters, guard.model.parameters
    assert after.forests is before.forests
    assert after.weights is before.weights
    assert after.layer is not None
    assert result.model.thresholds == guard.model.thresholds
    assert result.model.manifest["notes"]["parent"] == guard.fingerprint


def test_a_status_gives_a_label_only_where_no_person_did() -> None:
    mapping = {"approved": "substantive", "trash": "spam"}
    comment = Comment(text="x", status="trash")
    assert label_from_status(comment, mapping).label == "spam"  # type: ignore[arg-type]
    told = replace(comment, label="off-topic")
    assert label_from_status(told, mapping) is told  # type: ignore[arg-type]
    pending = Comment(text="x", status="pending")
    assert label_from_status(pending, mapping) is pending  # type: ignore[arg-type]


def test_the_fingerprint_changes_with_any_row_label_or_weight() -> None:
    given = rows(2)
    y = [str(row.label) for row in given]
    found = {
        fingerprint(given, y),
        fingerprint(given[::-1], y[::-1]),
        fingerprint(given, ["spam"] * len(y)),
        fingerprint(given[:-1], y[:-1]),
        fingerprint(given, y, np.full(len(y), 2.0)),
        fingerprint([replace(given[0], text="\ud800"), *given[1:]], y),
    }
    assert len(found) == 6
    assert fingerprint(given, y) == fingerprint(given, y, np.ones(len(y)))

"""Training: what is checked, held out, counted, warned of; the same rows give the same model."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from commentguard import Comment, CommentGuard, DatasetError, Label, Post, load_model, training
from commentguard.checks import FEW
from commentguard.classifier import CommentClassifier
from commentguard.drift import LEAST
from commentguard.labelled import MOST_KNOWN, fingerprint, row_labels, rows_file
from commentguard.records import LABELS
from commentguard.splits import Balance
from commentguard.storage import ROWS, save_model
from commentguard.training import label_from_status, train


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let training learn few trees, for speed."""

    def small(random_state: int) -> CommentClassifier:
        return CommentClassifier(trees=3, folds=2, random_state=random_state)

    monkeypatch.setattr(training, "CommentClassifier", small)


BALANCES: tuple[Balance, ...] = ("none", "campaign")


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
    assert result.warnings == ("only 12 rows were held out: the figures say little; label more",)


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


def test_old_and_new_model_are_judged_on_the_same_held_out_rows(guard: CommentGuard) -> None:
    result = train(rows(), start=guard)
    assert result.comparison is not None
    assert result.evaluation is result.comparison.new
    assert result.comparison.old.n == result.comparison.new.n == 12
    gate = result.model.manifest["notes"]["gate"]
    assert (gate["against"], gate["rows"], gate["groups"]) == (guard.fingerprint, 12, 12)
    assert json.loads(json.dumps(gate, allow_nan=False)) == gate


def test_a_worse_model_is_refused_its_place(starter_rows: list[Comment], guard: CommentGuard) -> None:
    comparison = train(starter_rows[:120], against=guard, test_size=0.5).comparison
    assert comparison is not None
    assert comparison.old.figures["macro_f1"] > comparison.new.figures["macro_f1"]
    assert "the old model is better" in comparison.refusal


def test_a_model_learned_from_nothing_has_to_show_that_it_is_as_good(guard: CommentGuard) -> None:
    assert "12 held-out rows are too few" in train(rows(), against=guard).refusal
    assert "0 held-out rows are too few" in train(rows(), against=guard, test_size=0).refusal
    two = [row for row in rows(60) if row.label != "off-topic"]
    assert "never says off-topic" in train(two, against=guard).refusal
    assert train(two).refusal == ""
    small = CommentGuard(train(two, test_size=0).model)
    assert train(two, against=small, test_size=0.4).refusal == ""
    assert train(rows(), start=guard, test_size=0).refusal == ""


def saved(comments: list[Comment], start: CommentGuard | None, folder: Path) -> CommentGuard:
    """Return a model that learned from these rows, and whose folder tells so."""
    result = train(comments, start=start, test_size=0)
    save_model(result.model, folder, beside={ROWS: rows_file(row_labels(result.rows))})
    return load_model(folder)


def test_an_old_model_is_not_judged_by_rows_that_it_learned_from(model_folder: Path, tmp_path: Path) -> None:
    start = load_model(model_folder)
    old = saved(rows(), start, tmp_path / "old")
    seen = train(rows(), start=start, against=old).comparison
    assert seen is not None
    assert seen.old.n == 12
    assert train(rows(), start=start, against=old).relearned
    assert (seen.flips, seen.figures["macro_f1"].difference) == ((), (0, 0, 0))  # learned from the same rows again
    orphan = saved(rows(10), start, tmp_path / "orphan")
    orphan.model.manifest["notes"]["parent"] = "of which nobody knows"
    some = train(rows(), start=start, against=orphan).comparison
    assert some is not None
    assert 0 < some.old.n < 12


def test_an_old_model_learned_from_nothing_learns_again_without_the_rows_held_out(
    tmp_path: Path, model_folder: Path
) -> None:
    old = saved(rows(), None, tmp_path / "old")
    found = train(rows(), against=old).comparison
    assert found is not None
    assert found.flips == ()
    lost = train(rows()[:30], start=load_model(model_folder), against=old)  # half of what it learned from is not there
    assert lost.comparison is None
    assert lost.evaluation is not None
    assert any("it can't be compared" in warning for warning in lost.warnings)


def test_a_model_that_is_gone_on_from_is_not_judged_by_what_it_learned(model_folder: Path, tmp_path: Path) -> None:
    old = saved(rows(), load_model(model_folder), tmp_path / "old")
    result = train(rows(), start=old)
    assert result.comparison is None
    assert any("knows all rows held out" in warning for warning in result.warnings)
    assert train(
        [*rows(), *(replace(row, id=f"{row.id}+", text=row.text + "!") for row in rows())], start=old
    ).comparison


def test_a_comment_that_comes_twice_is_learned_from_once() -> None:
    result = train([*rows(), *rows()], test_size=0)
    assert result.counts == dict.fromkeys(LABELS, 20)
    assert len(result.rows) == 60
    assert result.held_out is not None
    assert result.held_out.shape == (60, 3)


def test_settings_are_in_the_manifest_and_change_what_they_say() -> None:
    result = train(rows(), group="source", balance="label", test_size=0.3)
    notes = result.model.manifest["notes"]
    assert (notes["group"], notes["balance"], notes["test_size"]) == ("source", "label", 0.3)
    assert "all rows are of one blog: single rows, not blogs, were held out" in result.warnings
    assert result.evaluation is not None
    assert result.evaluation.n == 18


def test_a_campaign_that_counts_once_moves_the_model_less(guard: CommentGuard) -> None:
    text = "I found this place while looking for plums, what a read"
    campaign = [Comment(text=text, id=f"c{number}", author=f"Ann {number}", label="spam") for number in range(30)]
    spam = [
        CommentGuard(train([*rows(), *campaign], start=guard, test_size=0, balance=by).model).classify(campaign[0])
        for by in BALANCES
    ]
    assert spam[0].probabilities["spam"] > spam[1].probabilities["spam"]


def test_the_file_of_rows_holds_keys_and_labels_alone_whatever_their_order() -> None:
    told = rows_file(row_labels(rows(2)))
    assert told == rows_file(row_labels(rows(2)[::-1]))
    assert {(len(key), label in LABELS) for key, label in (line.split() for line in told.splitlines())} == {(8, True)}
    assert rows_file({str(number): "spam" for number in range(MOST_KNOWN + 1)}) == ""


def test_an_old_model_learns_again_with_the_labels_that_it_knew(model_folder: Path, tmp_path: Path) -> None:
    start = load_model(model_folder)
    old = saved(rows(), start, tmp_path / "old")
    turned: dict[str | None, Label] = {"spam": "substantive", "substantive": "spam", "off-topic": "off-topic"}
    found = train([replace(row, label=turned[row.label]) for row in rows()], start=start, against=old).comparison
    assert found is not None
    assert len(found.flips) >= 4
    assert found.old.figures["accuracy"] < found.new.figures["accuracy"]


def test_the_same_data_and_seed_give_the_same_files_byte_for_byte(guard: CommentGuard, tmp_path: Path) -> None:
    for name in ("one", "two"):
        result = train(rows(), start=guard, seed=4)
        save_model(result.model, tmp_path / name, beside={ROWS: rows_file(row_labels(result.rows))})
    assert sorted(os.listdir(tmp_path / "one")) == ["manifest.json", "rows.txt", "weights.npz"]
    for name in os.listdir(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_manifest_tells_by_which_verdicts_the_model_was_judged(
    guard: CommentGuard, starter_rows: list[Comment]
) -> None:
    learned = guard.model.manifest["notes"]["reference"]
    assert sum(map(sum, learned["verdicts"])) == len(starter_rows)
    few = train(rows(), start=guard, test_size=0).model.manifest["notes"]["reference"]
    assert few == learned
    many = train(starter_rows[:LEAST], start=guard, test_size=0).model.manifest["notes"]["reference"]
    assert sum(map(sum, many["verdicts"])) == LEAST


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

"""The gate: two models on the same rows, paired by chance, and when the new one is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from commentguard import Comment, Label, Verdict
from commentguard.gate import Comparison, Figure, compare, refusal_anew
from commentguard.records import LABELS

N = 120
TRUTH: list[Label] = [LABELS[number % 3] for number in range(N)]
ROWS = [Comment(text=f"note {number}", label=label) for number, label in enumerate(TRUTH)]


def verdicts(labels: Sequence[Label]) -> list[Verdict]:
    return [Verdict(label, {one: 0.8 if one == label else 0.1 for one in LABELS}, False) for label in labels]


def wrong(share: float, instead: Label = "off-topic") -> list[Verdict]:
    """Return verdicts of which every so-many-th is another label than the true one."""
    step = round(1 / share) if share else N + 1
    return verdicts([instead if number % step == 1 else label for number, label in enumerate(TRUTH)])


def side_by_side(old: list[Verdict], new: list[Verdict], size: int = 1) -> Comparison:
    return compare(ROWS, old, new, np.arange(N) // size)


def test_a_model_that_is_much_worse_is_refused_and_one_that_is_better_is_not() -> None:
    refused = side_by_side(wrong(0), wrong(0.25, "spam")).refusal
    assert refused.startswith("the old model is better on 120 held-out rows (macro-F1 0.")
    assert "\n" not in refused
    assert side_by_side(wrong(0.25, "spam"), wrong(0)).refusal == ""


def test_the_same_model_is_no_worse_and_nothing_flips() -> None:
    found = side_by_side(wrong(0.1), wrong(0.1))
    assert (found.refusal, found.flips) == ("", ())
    assert found.figures["macro_f1"].difference == (0, 0, 0)


def test_a_difference_that_chance_may_have_made_refuses_nothing() -> None:
    found = side_by_side(wrong(0), wrong(1 / 100))
    value, low, high = found.figures["macro_f1"].difference
    assert value < 0
    assert low < 0 <= high
    assert found.refusal == ""


def test_more_readers_called_spam_are_refused_though_all_else_is_better() -> None:
    old = wrong(0)
    old = [
        verdicts(["substantive"])[0] if row.label == "off-topic" else verdict
        for row, verdict in zip(ROWS, old, strict=True)
    ]
    new = [verdicts(["spam"])[0] if number % 9 == 2 else verdict for number, verdict in enumerate(wrong(0))]
    found = side_by_side(old, new)
    assert found.figures["macro_f1"].difference[1] > 0
    assert "substantive called spam" in found.refusal


def test_a_loss_too_small_to_matter_refuses_nothing_however_sure_it_is() -> None:
    figure = Figure((0.0, 0.0, 0.0), (0.004, 0.003, 0.005), (0.004, 0.003, 0.005))
    same = side_by_side(wrong(0), wrong(0))
    assert replace(same, figures={**same.figures, "substantive_lost": figure}).refusal == ""
    larger = Figure(
        *((3 * low, 3 * value, 3 * high) for low, value, high in (figure.old, figure.new, figure.difference))
    )
    assert replace(same, figures={**same.figures, "substantive_lost": larger}).refusal


def test_what_begins_anew_is_refused_where_it_is_worse_even_by_chance() -> None:
    found = side_by_side(wrong(0), wrong(1 / 100))
    assert "macro-F1 0.9" in refusal_anew(found, [])
    assert refusal_anew(side_by_side(wrong(1 / 100), wrong(0)), []) == ""
    assert "never says off-topic" in refusal_anew(side_by_side(wrong(0.1), wrong(0)), ["off-topic"])
    assert "0 held-out rows are too few" in refusal_anew(None, [])


def test_intervals_are_wider_where_rows_hang_together() -> None:
    rng = np.random.default_rng(0)
    bad = np.repeat(rng.random(N // 10) < 0.3, 10)
    new = verdicts(["spam" if one else label for one, label in zip(bad, TRUTH, strict=True)])
    single, whole = (side_by_side(wrong(0), new, size).figures["macro_f1"].new for size in (1, 10))
    assert single[0] == whole[0]
    assert whole[2] - whole[1] > single[2] - single[1]


def test_few_groups_are_drawn_row_by_row() -> None:
    found = side_by_side(wrong(0), wrong(0.25), size=N)
    low, high = found.figures["macro_f1"].new[1:]
    assert low < high
    assert found.groups == N


def test_every_row_whose_label_changes_is_a_flip() -> None:
    found = side_by_side(wrong(0), wrong(0.1))
    assert [flip.comment for flip in found.flips] == [
        row for number, row in enumerate(ROWS) if number % 10 == 1 and row.label != "off-topic"
    ]
    assert all(flip.old.label == flip.comment.label and flip.new.label == "off-topic" for flip in found.flips)


def test_figures_agree_with_the_evaluation_of_each_model() -> None:
    found = side_by_side(wrong(0.1), wrong(0.25, "spam"))
    for name in ("macro_f1", "spam_recall_at_1pct", "substantive_lost"):
        assert found.figures[name].old[0] == pytest.approx(found.old.figures[name])
        assert found.figures[name].new[0] == pytest.approx(found.new.figures[name])
    for label in LABELS:
        for name in ("precision", "recall", "f1"):
            assert found.figures[f"{label} {name}"].new[0] == pytest.approx(found.new.per_label[label][name])


def test_rows_of_one_label_have_the_figures_that_they_allow() -> None:
    rows = [row for row in ROWS if row.label == "spam"]
    found = compare(rows, verdicts(["spam"] * len(rows)), verdicts(["substantive"] * len(rows)), np.arange(len(rows)))
    assert math.isnan(found.figures["substantive_lost"].old[0])
    assert "off-topic f1" not in found.figures
    assert found.refusal


def test_what_the_manifest_tells_is_json_without_nan() -> None:
    rows = [row for row in ROWS if row.label == "spam"]
    found = compare(
        rows, verdicts(["spam"] * len(rows)), verdicts(["spam"] * len(rows)), np.arange(len(rows))
    ).to_json()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["figures"]["substantive_lost"]["old"] == [None, None, None]
    assert (found["rows"], found["flips"], found["worse"]) == (40, 0, "")

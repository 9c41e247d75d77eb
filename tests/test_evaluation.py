"""Figures: known values on hand-made rows, NaN where rows allow none."""

from __future__ import annotations

import json
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard import Comment, CommentGuard, DatasetError
from commentguard.evaluation import WORST, Evaluation, calibration_error, evaluate, judge
from commentguard.records import LABELS, Label, Verdict


def verdict(label: Label, share: float = 0.8) -> Verdict:
    return Verdict(label, {name: share if name == label else (1 - share) / 2 for name in LABELS}, False)


def judged(*pairs: tuple[Label, Label]) -> Evaluation:
    return judge([Comment(text="x", label=truth) for truth, _ in pairs], [verdict(called) for _, called in pairs])


def test_all_right_is_one_everywhere() -> None:
    found = judged(*[(label, label) for label in LABELS for _ in range(5)])
    for name in ("accuracy", "macro_f1", "macro_f1_low", "macro_f1_high", "mcc", "spam_auc", "offtopic_auc"):
        assert found.figures[name] == pytest.approx(1), name
    assert found.figures["spam_recall_at_1pct"] == 1
    assert found.figures["substantive_lost"] == 0
    assert found.figures["ece"] == pytest.approx(0.2)
    assert found.confusion == ((5, 0, 0), (0, 5, 0), (0, 0, 5))
    assert found.errors == ()


def test_figures_of_a_hand_made_table() -> None:
    found = judged(("spam", "spam"), ("spam", "substantive"), ("substantive", "substantive"), ("substantive", "spam"))
    assert found.figures["accuracy"] == 0.5
    assert found.figures["macro_f1"] == pytest.approx(0.5)
    assert found.figures["mcc"] == pytest.approx(0)
    assert found.figures["substantive_lost"] == 0.5
    assert found.confusion == ((1, 0, 1), (0, 0, 0), (1, 0, 1))
    assert found.per_label["spam"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n": 2}
    assert found.per_label["off-topic"]["n"] == 0
    assert len(found.errors) == 2


@pytest.mark.parametrize(
    ("labels", "unknown"),
    [
        (["spam"], {"mcc", "spam_auc", "offtopic_auc", "substantive_lost", "spam_recall_at_1pct"}),
        (["substantive"], {"mcc", "spam_auc", "offtopic_auc", "spam_recall_at_1pct"}),
        (["spam", "off-topic"], {"offtopic_auc", "substantive_lost", "spam_recall_at_1pct"}),
        (["spam", "substantive"], {"offtopic_auc"}),
    ],
)
def test_figures_that_the_rows_do_not_allow_are_unknown(labels: list[Label], unknown: set[str]) -> None:
    found = judged(*[(label, label) for label in labels for _ in range(3)])
    assert {name for name, value in found.figures.items() if isnan(value)} == unknown
    assert {name for name, value in found.to_json()["figures"].items() if value is None} == unknown


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=30))
def test_any_rows_have_figures_within_their_ranges(pairs: list[tuple[Label, Label]]) -> None:
    found = judged(*pairs)
    for name, value in found.figures.items():
        assert isnan(value) or (-1 if name == "mcc" else 0) - 1e-9 <= value <= 1 + 1e-9, name
    assert sum(map(sum, found.confusion)) == found.n == len(pairs)
    assert found.figures["macro_f1_low"] <= found.figures["macro_f1_high"]
    json.dumps(found.to_json(), allow_nan=False)


def test_groups_go_by_source_and_type() -> None:
    rows = [Comment(text="x", label="spam", source="a"), Comment(text="y", label="spam", source="b", type="pingback")]
    found = judge(rows, [verdict("spam"), verdict("substantive")])
    assert found.by["source"] == {
        "a": {"n": 1, "accuracy": 1.0, "spam": 1},
        "b": {"n": 1, "accuracy": 0.0, "spam": 1},
    }
    assert set(found.by["type"]) == {"comment", "pingback"}


def test_errors_stand_with_the_surest_first_and_are_bounded() -> None:
    rows = [Comment(text=str(number), label="spam") for number in range(WORST + 10)]
    verdicts = [verdict("substantive", 0.5 + number / 200) for number in range(WORST + 10)]
    errors = judge(rows, verdicts).errors
    assert len(errors) == WORST
    assert errors[0][0].text == str(WORST + 9)


def test_calibrated_probabilities_have_no_calibration_error() -> None:
    rng = np.random.default_rng(0)
    probabilities = np.tile([0.7, 0.2, 0.1], (20_000, 1))
    truth = rng.choice(3, 20_000, p=[0.7, 0.2, 0.1])
    assert calibration_error(truth, probabilities) < 0.01
    assert calibration_error(np.zeros(10, dtype=np.int64), probabilities[:10]) == pytest.approx(0.3)


def test_rows_without_a_label_are_left_out(guard: CommentGuard, starter_rows: list[Comment]) -> None:
    found = evaluate(guard, [Comment(text="no label"), *starter_rows[:30]])
    assert found.n == 30


def test_no_labelled_rows_are_told(guard: CommentGuard) -> None:
    with pytest.raises(DatasetError, match="no row has a label"):
        evaluate(guard, [Comment(text="x")])

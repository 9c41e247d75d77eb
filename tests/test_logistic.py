"""Logistic regression: what it adds up is what it says, alone and among others."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from commentguard.logistic import Logistic, damped
from commentguard.regression import fit_logistic

MODEL = Logistic(np.array([0.5, 0.0]), np.array([0.5, -3.0]), 0.25)
ANYTHING = st.floats(width=32)


@given(st.lists(st.tuples(ANYTHING, ANYTHING), min_size=1, max_size=5))
def test_log_odds_are_finite_and_the_sum_of_contributions_for_any_columns(rows: list[tuple[float, float]]) -> None:
    columns = damped(np.array(rows, dtype=np.float32))
    log_odds = MODEL.log_odds(columns)
    assert np.isfinite(log_odds).all()
    assert np.allclose(log_odds, MODEL.contributions(columns).sum(axis=1) + MODEL.bias)


@given(st.lists(st.tuples(ANYTHING, ANYTHING), min_size=2, max_size=9))
def test_a_row_has_the_same_log_odds_alone_and_among_others(rows: list[tuple[float, float]]) -> None:
    columns = damped(np.array(rows, dtype=np.float32))
    assert MODEL.log_odds(columns)[-1] == MODEL.log_odds(columns[-1:])[0]


def test_unknown_counts_as_none() -> None:
    assert damped(np.array([[np.nan, np.inf, -np.inf, -5]], dtype=np.float32))[0, [0, 2, 3]].tolist() == [0, 0, 0]


def test_the_column_that_tells_gets_the_weight() -> None:
    rng = np.random.default_rng(0)
    columns = rng.random((200, 3))
    target = columns[:, 1] > 0.5
    model = fit_logistic(columns, target, np.ones(200))
    assert np.abs(model.weights).argmax() == 1
    assert ((model.log_odds(columns) > 0) == target).mean() > 0.95


def test_rows_of_no_weight_teach_nothing() -> None:
    rng = np.random.default_rng(0)
    columns = rng.random((200, 2))
    target = columns[:, 0] > 0.5
    lies = np.concatenate([target, ~target])
    weight = np.concatenate([np.ones(200), np.zeros(200)])
    model = fit_logistic(np.concatenate([columns, columns]), lies, weight)
    assert ((model.log_odds(columns) > 0) == target).mean() > 0.95

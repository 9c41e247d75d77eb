"""Weights of n-grams learned from few rows: they tell the rows apart, stay near where they began, and need no order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from threadpoolctl import threadpool_info, threadpool_limits

from commentguard.ridge import even_weights, fit_ridge, telling

# The first column stands in all rows, the second in those with the target, the third in the others.
ROWS = sparse.csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1]], dtype=np.float32))
TARGET = np.array([True, True, False, False])
EVEN = np.ones(4)


def test_weights_tell_the_rows_apart_and_leave_alone_what_tells_nothing() -> None:
    weights, bias = fit_ridge(ROWS, TARGET, EVEN, strength=0.1, scale=telling(ROWS, TARGET, EVEN))
    assert ((ROWS @ weights + bias > 0) == TARGET).all()
    assert weights[1] > 0 > weights[2]
    assert weights[0] == 0


def test_the_order_of_the_rows_does_not_matter() -> None:
    order = np.array([3, 1, 0, 2])
    one = fit_ridge(ROWS, TARGET, EVEN, strength=0.1)
    other = fit_ridge(ROWS[order], TARGET[order], EVEN, strength=0.1)
    assert one[0] == pytest.approx(other[0], abs=1e-3)
    assert one[1] == pytest.approx(other[1], abs=1e-3)


def test_the_stronger_the_penalty_the_nearer_they_stay_to_where_they_began() -> None:
    start = np.array([0.5, -0.5, 0.5], dtype=np.float32), 0.25
    moved = []
    for strength in (0.01, 1.0, 100.0):
        weights, _ = fit_ridge(ROWS, TARGET, EVEN, strength=strength, bias_strength=strength, start=start)
        moved.append(float(np.abs(weights - start[0]).sum()))
    assert moved == sorted(moved, reverse=True)
    assert moved[-1] < 0.05


def test_one_thread_works_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()
    solve = scipy.optimize.minimize

    def watched(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        threads.update(library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas")
        return solve(*arguments, **options)

    monkeypatch.setattr("commentguard.ridge.minimize", watched)
    with threadpool_limits(2):
        fit_ridge(ROWS, TARGET, EVEN, strength=0.1)
    assert threads == {1}


def test_rows_without_weight_change_nothing() -> None:
    start = np.array([0.5, -0.5, 0.5], dtype=np.float32), 0.25
    weights, bias = fit_ridge(ROWS, TARGET, np.zeros(4), strength=0.1, start=start)
    assert weights.tolist() == start[0].tolist()
    assert bias == 0.25


@given(st.integers(1, 200), st.integers(1, 200))
def test_both_labels_count_about_alike_however_many_rows_they_have(some: int, others: int) -> None:
    target = np.arange(some + others) < some
    weights = even_weights(target, np.ones(some + others))
    assert weights[target].sum() + weights[~target].sum() <= some + others + 1e-9
    assert weights.min() > 0
    if min(some, others) >= 50:
        assert 0.8 < weights[target].sum() / weights[~target].sum() < 1.25


def test_what_is_to_stay_still_moves_less_than_the_rows() -> None:
    still = sparse.csr_matrix(np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float64) * 10)
    free, _ = fit_ridge(ROWS, TARGET, EVEN, strength=0.1, bias_strength=1.0)
    held, bias = fit_ridge(ROWS, TARGET, EVEN, strength=0.1, bias_strength=1.0, still=still)
    assert abs(held[1]) < 0.1 * abs(free[1])
    assert held[2] < 0
    assert ((ROWS @ held + bias > 0) == TARGET).all()

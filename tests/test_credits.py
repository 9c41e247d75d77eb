"""What leaves credit to features: step by step, and all that sets a row apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from commentguard.boosting import fit_forest
from commentguard.credits import Credits
from commentguard.forest import Forest, joined


def grown(seed: int, n: int = 150) -> tuple[NDArray[np.float32], Forest]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 6)).astype(np.float32)
    features[rng.random(features.shape) < 0.2] = np.nan
    features[:, 5] = 7  # nothing to ask
    target = np.nan_to_num(features[:, 0] + features[:, 1]) + rng.normal(size=n) > 0
    return features, fit_forest(
        features, target, np.ones(n), trees=5, leaves=8, learning_rate=0.1, columns=0.5, seed=seed
    )


def step_by_step(forest: Forest, row: NDArray[np.float32], groups: list[int]) -> list[float]:
    """Return how far each group moved the log-odds of a row, walked node by node."""
    found = [0.0] * (max(groups) + 1)
    for node in forest.roots.tolist():
        while forest.left[node] != node:
            value, feature = row[forest.feature[node]], int(forest.feature[node])
            left = forest.missing_left[node] if np.isnan(value) else value <= forest.threshold[node]
            child = int(forest.left[node] if left else forest.right[node])
            found[groups[feature]] += float(forest.value[child]) - float(forest.value[node])
            node = child
    return found


@settings(max_examples=5)
@given(st.integers(0, 10_000), st.sampled_from([[0, 1, 2, 3, 4, 5], [0, 0, 1, 1, 2, 2], [3, 2, 3, 0, 0, 1]]))
def test_credits_are_those_of_a_walk_node_by_node(seed: int, groups: list[int]) -> None:
    features, forest = grown(seed)
    forests = [forest, grown(seed + 2)[1]]
    all_trees = joined(grown(seed + 1)[1], *forests)
    credits = Credits.of(all_trees, [(5, 10), (10, 15)], np.array(groups))
    rounding = 5 * credits.quantum / 2  # of five trees
    assert rounding < 1e-3
    for one, each in zip(forests, credits.moved(all_trees.leaves(features)), strict=True):
        found = np.zeros((len(features), max(groups) + 1))
        found[:, credits.groups] = each * credits.quantum
        stepped = [step_by_step(one, row, groups) for row in features]
        np.testing.assert_allclose(found, stepped, rtol=0, atol=rounding * 1.001)
        total = found.sum(axis=1) + one.base
        np.testing.assert_allclose(total, one.log_odds(one.leaves(features)), rtol=0, atol=rounding * 6)


def test_no_sum_of_credits_runs_over() -> None:
    """Each row reaches the leaf of each tree that credits one feature most."""
    _, forest = grown(3, n=400)
    credits = Credits.of(forest, [(0, 5)], np.zeros(6, dtype=np.int64))
    tree_of = np.searchsorted(forest.roots, forest.ends, side="right") - 1
    strength = np.abs(credits.table[:, 0].astype(np.int64))
    strongest = [max(np.flatnonzero(tree_of == tree), key=strength.__getitem__) for tree in range(5)]
    exact = credits.table[strongest].astype(np.int64)
    assert credits.moved(np.array([strongest], dtype=np.uint8))[0, 0] == exact.sum(axis=0)
    assert abs(exact).sum() > 2**14


def test_only_features_that_were_asked_for_are_credited() -> None:
    _, forest = grown(3)
    asked = set(forest.feature[forest.left != np.arange(len(forest.left))].tolist())
    assert set(Credits.of(forest, [(0, 5)], np.arange(6)).groups.tolist()) == asked
    assert 5 not in asked


@pytest.mark.parametrize("n", [0, 3])
def test_trees_without_a_question_credit_nothing(n: int) -> None:
    features, target = np.zeros((40, 3), dtype=np.float32), np.arange(40) < 10
    forest = fit_forest(features, target, np.ones(40), trees=3, leaves=8, learning_rate=0.1, columns=0.5, seed=0)
    credits = Credits.of(forest, [(0, len(forest.roots))], np.arange(3))
    assert credits.moved(forest.leaves(features[:n])).shape == (1, n, 0)

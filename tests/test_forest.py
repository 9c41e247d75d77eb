"""Trees as arrays: the same sums as scikit-learn's, the same leaves as node by node."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from commentguard.boosting import _to_arrays, fit_forest
from commentguard.forest import MAX_DEPTH, Forest, joined


def some_rows(seed: int, n: int = 300, columns: int = 6) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, columns)).astype(np.float32)
    features[:, 1] = np.round(features[:, 1])  # many equal values
    features[:, 2] = np.where(rng.random(n) < 0.5, np.nan, features[:, 2])
    features[:, 3] = np.where(rng.random(n) < 0.3, np.nan, 1.0)  # the only question is whether it is known
    target = np.nan_to_num(features[:, 0] + features[:, 2]) + np.isnan(features[:, 3]) + rng.normal(size=n) > 0.3
    return features, target


def fitted(seed: int, leaves: int = 9) -> tuple[HistGradientBoostingClassifier, Forest]:
    features, target = some_rows(seed)
    model = HistGradientBoostingClassifier(
        max_iter=8, max_leaf_nodes=leaves, min_samples_leaf=2, random_state=seed, early_stopping=False
    )
    model.fit(features, target)
    return model, _to_arrays(model)


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.sampled_from([2, 9, 12, 13, 80]))
def test_log_odds_are_those_of_scikit_learn(seed: int, leaves: int) -> None:
    model, forest = fitted(seed, leaves)
    rng = np.random.default_rng(seed)
    new = rng.normal(scale=3, size=(200, 6)).astype(np.float32)
    new[rng.random(new.shape) < 0.3] = np.nan
    for features in (new, some_rows(seed)[0]):
        expected = model.decision_function(features)
        np.testing.assert_allclose(forest.log_odds(forest.leaves(features)), expected, rtol=0, atol=1e-6)


def test_values_on_a_threshold_go_the_way_scikit_learn_sends_them() -> None:
    low = np.float32(1) + np.arange(40, dtype=np.float32) * np.float32(2**-23)  # neighbours in single precision
    features = np.repeat(low, 20)[:, None]
    target = np.repeat(np.arange(40) % 3 == 0, 20)
    model = HistGradientBoostingClassifier(max_iter=10, early_stopping=False).fit(features, target)
    forest = _to_arrays(model)
    expected = model.decision_function(features)
    np.testing.assert_allclose(forest.log_odds(forest.leaves(features)), expected, rtol=0, atol=1e-6)


def one_step_at_a_time(forest: Forest, row: NDArray[np.float32]) -> list[int]:
    """Return the leaf that a row reaches in each tree, walked node by node."""
    found = []
    for node in forest.roots.tolist():
        while forest.left[node] != node:
            value = row[forest.feature[node]]
            left = forest.missing_left[node] if np.isnan(value) else value <= forest.threshold[node]
            node = int(forest.left[node] if left else forest.right[node])
        found.append(node)
    return found


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.sampled_from([9, 40]))
def test_leaves_are_those_of_a_walk_node_by_node(seed: int, leaves: int) -> None:
    forest = fitted(seed, leaves)[1]
    inner = forest.left != np.arange(len(forest.left))
    rng = np.random.default_rng(seed)
    odd = np.array([np.inf, -np.inf, np.nan, 0.0, *forest.threshold[inner]], dtype=np.float32)
    ends = rng.random(len(inner)) < 0.05  # questions that only an unknown value, or none, answers otherwise
    forest = replace(forest, threshold=np.where(ends, rng.choice(odd[:2], len(inner)), forest.threshold))
    rows = rng.choice(odd, (300, 6))
    assert forest.ends[forest.leaves(rows)].tolist() == [one_step_at_a_time(forest, row) for row in rows]


def test_a_row_has_the_same_sum_alone_and_among_others() -> None:
    _, forest = fitted(5)
    features, _ = some_rows(6)
    together = forest.log_odds(forest.leaves(features))
    alone = [float(forest.log_odds(forest.leaves(features[row : row + 1]))[0]) for row in range(len(features))]
    assert together.tolist() == alone


def test_joined_trees_add_what_they_add_apart() -> None:
    features, _ = some_rows(7)
    forests = [fitted(seed, leaves)[1] for seed, leaves in ((1, 9), (2, 40), (3, 2))]
    together = joined(*forests)
    together.check(6)
    found = together.sums(together.leaves(features), [(0, 8), (8, 16), (16, 24)])
    apart = [forest.log_odds(forest.leaves(features)) - forest.baseline for forest in forests]
    np.testing.assert_allclose(found, apart, rtol=0, atol=1e-12)


def test_no_forests_joined_have_no_trees() -> None:
    assert joined().leaves(np.zeros((3, 6), dtype=np.float32)).shape == (3, 0)


def test_no_rows_have_no_leaves() -> None:
    _, forest = fitted(1)
    leaves = forest.leaves(np.zeros((0, 6), dtype=np.float32))
    assert forest.log_odds(leaves).shape == (0,)


def test_trees_without_a_question_answer_with_their_baseline() -> None:
    features = np.zeros((40, 3), dtype=np.float32)
    target = np.arange(40) < 10
    forest = fit_forest(features, target, np.ones(40), trees=3, leaves=8, learning_rate=0.1, columns=0.5, seed=0)
    assert forest.log_odds(forest.leaves(features)) == pytest.approx(np.full(40, np.log(10 / 30)), abs=1e-6)


def test_features_that_are_unknown_in_all_rows_are_not_asked_for() -> None:
    features, target = some_rows(2)
    features[:, 5] = np.nan
    forest = fit_forest(features, target, np.ones(300), trees=5, leaves=8, learning_rate=0.1, columns=0.5, seed=0)
    assert not (forest.feature[forest.left != np.arange(len(forest.left))] == 5).any()


def test_the_same_seed_gives_the_same_trees() -> None:
    features, target = some_rows(9)
    first, second = (
        fit_forest(features, target, np.ones(300), trees=5, leaves=8, learning_rate=0.1, columns=0.5, seed=4)
        for _ in range(2)
    )
    for name in ("roots", "feature", "threshold", "missing_left", "left", "right", "value"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


@pytest.mark.parametrize("grows", [1, -1])
def test_what_must_grow_with_a_feature_does_so_whatever_the_rows_say(grows: int) -> None:
    rng = np.random.default_rng(3)
    features = rng.random((400, 2), dtype=np.float32)
    target = rng.random(400) < np.where(np.abs(features[:, 0] - 0.5) < 0.2, 0.1, 0.9)
    asked = {"trees": 20, "leaves": 8, "learning_rate": 0.2, "columns": 1.0, "seed": 0}
    line = np.stack([np.linspace(0, 1, 200), np.full(200, 0.5)], axis=1).astype(np.float32)
    free, bound = (
        fit_forest(features, target, np.ones(400), grows=direction, **asked)  # type: ignore[arg-type]
        for direction in (None, np.array([grows, 0], dtype=np.int8))
    )
    steps = [np.diff(forest.log_odds(forest.leaves(line))) * grows for forest in (free, bound)]
    assert steps[0].min() < -0.1
    assert steps[1].min() >= -1e-9


def test_learned_trees_pass_their_own_check() -> None:
    for seed in range(5):
        fitted(seed)[1].check(6)


def _set(forest: Forest, name: str, place: int, value: int) -> Forest:
    array = getattr(forest, name).copy()
    array[place] = value
    return replace(forest, **{name: array})


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda forest: _set(forest, "left", 0, len(forest.left)), "outside"),
        (lambda forest: _set(forest, "right", 0, -1), "outside"),
        (lambda forest: _set(forest, "roots", 0, 10_000), "outside"),
        (lambda forest: _set(forest, "feature", 0, 6), "features that don't exist"),
        (lambda forest: _set(forest, "feature", 0, -1), "features that don't exist"),
        (lambda forest: _set(forest, "left", int(forest.left[0]), 0), "cycles|leaf"),
        (lambda forest: _set(forest, "right", 0, int(forest.left[0])), "shared"),
        (
            lambda forest: _set(forest, "right", int(np.flatnonzero(forest.left == np.arange(len(forest.left)))[0]), 0),
            "leaf",
        ),
        (lambda forest: replace(forest, roots=forest.roots[:-1]), "shared"),
        (lambda forest: replace(forest, roots=forest.roots[:0]), "no trees"),
        (lambda forest: replace(forest, depth=0), "deeper"),
        (lambda forest: replace(forest, depth=-1), "too deep"),
        (lambda forest: replace(forest, depth=MAX_DEPTH + 1), "too deep"),
    ],
)
def test_arrays_that_are_no_trees_are_refused(damage, told: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(ValueError, match=told):
        damage(fitted(1)[1]).check(6)

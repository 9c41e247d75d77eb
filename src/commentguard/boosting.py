"""Learning the trees: scikit-learn's histogram gradient boosting, taken apart into arrays."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from commentguard.forest import Forest

_FEW: Final = 5_000
"""Rows up to which one thread learns: more of them would wait for each other longer than they work."""

_ROUNDS_PER_LEAF: Final = 50
"""A leaf holds at least one row of so many, within bounds: few rows allow small leaves."""


def fit_forest(
    features: NDArray[np.float32],
    target: NDArray[np.bool_],
    sample_weight: NDArray[np.float64],
    *,
    trees: int,
    leaves: int,
    learning_rate: float,
    columns: float,
    seed: int,
    grows: NDArray[np.int8] | None = None,
) -> Forest:
    """Learn boosted trees that tell rows with `target` from those without.

    Parameters
    ----------
    features : ndarray of float32, shape (n, n_features)
        What the trees may ask for; NaN where unknown.
    target : ndarray of bool, shape (n,)
        What is to be told; both values must occur.
    sample_weight : ndarray of float64, shape (n,)
        How much each row counts.
    trees, leaves : int
        Number of trees, and greatest number of leaves of each.
    learning_rate : float
        What each tree's answer is multiplied by.
    columns : float
        Share of the features that each question is chosen from, above 0 and up to 1.
    seed : int
        Of the features that each split may choose from.
    grows : ndarray of int8, shape (n_features,), or None
        For each feature 1 where the log-odds must not fall as it grows, -1 where they must not rise, 0 where both may
        be; None: 0 everywhere.

    Returns
    -------
    Forest
    """
    model = HistGradientBoostingClassifier(
        max_iter=trees,
        max_leaf_nodes=leaves,
        learning_rate=learning_rate,
        min_samples_leaf=int(np.clip(len(target) // _ROUNDS_PER_LEAF, 3, 30)),
        l2_regularization=5.0,
        max_features=columns,
        max_bins=63,
        early_stopping=False,
        random_state=seed,
        monotonic_cst=grows,
    )
    known = np.isfinite(features).any(axis=0)
    with threadpool_limits(None if len(target) > _FEW else 1, user_api="openmp"):
        model.fit(np.where(known, features, np.float32(0)), target, sample_weight=sample_weight)  # unknown: no split
    return _to_arrays(model)


def _to_arrays(model: HistGradientBoostingClassifier) -> Forest:
    # The trees have no public form; sklearn.ensemble._hist_gradient_boosting.predictor has kept this one since 0.21.
    nodes = [predictors[0].nodes for predictors in model._predictors]
    roots = np.cumsum([0, *(len(tree) for tree in nodes)])[:-1]
    flat = np.concatenate(nodes)
    shift = np.repeat(roots, [len(tree) for tree in nodes])
    own = np.arange(len(flat))
    leaf = flat["is_leaf"].astype(bool)
    left = np.where(leaf, own, flat["left"] + shift).astype(np.int32)
    right = np.where(leaf, own, flat["right"] + shift).astype(np.int32)
    return Forest(
        roots=roots.astype(np.int32),
        feature=np.where(leaf, 0, flat["feature_idx"]).astype(np.int16),
        threshold=_round_down(np.where(leaf, 0, flat["num_threshold"])),
        missing_left=flat["missing_go_to_left"].astype(bool),
        left=left,
        right=right,
        value=_mean_below(flat, left, right, leaf),
        baseline=float(np.ravel(model._baseline_prediction)[0]),
        depth=int(flat["depth"].max()),
    )


def _round_down(threshold: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the greatest number of single precision that is not above: it parts such numbers as the exact one does."""
    with np.errstate(over="ignore"):
        rounded = threshold.astype(np.float32)
    return np.where(rounded > threshold, np.nextafter(rounded, np.float32(-np.inf)), rounded)


def _mean_below(
    flat: NDArray[np.void], left: NDArray[np.int32], right: NDArray[np.int32], leaf: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return each leaf's value, and for an inner node the mean of the leaves below it, weighed by their rows."""
    value = np.where(leaf, flat["value"], 0.0)
    count = flat["count"].astype(np.float64)
    for depth in range(int(flat["depth"].max()) - 1, -1, -1):
        inner = np.flatnonzero(~leaf & (flat["depth"] == depth))
        first, second = left[inner], right[inner]
        value[inner] = (value[first] * count[first] + value[second] * count[second]) / (count[first] + count[second])
    return value.astype(np.float32)

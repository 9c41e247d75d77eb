"""Boosted trees as arrays: walked for many comments at once, with the evidence of each path."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAX_DEPTH: Final = 64
"""Steps of a walk that a forest may ask for."""


@dataclass(frozen=True)
class Forest:
    """The trees of one binary decision; their sum is its log-odds.

    All trees stand in one array of nodes. A leaf points to itself, so that a walk of `depth` steps ends in one.

    Parameters
    ----------
    roots : ndarray of int32, shape (n_trees,)
        Index of each tree's first node.
    feature : ndarray of int16, shape (n_nodes,)
        Column that the node asks for.
    threshold : ndarray of float32, shape (n_nodes,)
        The walk goes left where the column's value is not above it.
    missing_left : ndarray of bool, shape (n_nodes,)
        Whether it goes left where the value is unknown.
    left, right : ndarray of int32, shape (n_nodes,)
        Next nodes.
    value : ndarray of float32, shape (n_nodes,)
        What a leaf adds to the log-odds; for an inner node the mean of the leaves below it, weighed by the rows of
        the training data that came there.
    baseline : float
        Log-odds before any tree.
    depth : int
        Steps of the longest walk.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    baseline: float
    depth: int

    def check(self, n_features: int) -> None:
        """Refuse arrays that are no trees: walks and paths rely on it.

        Raises
        ------
        ValueError
            Where an index points outside, nodes form anything but trees whose leaves are within `depth` steps, or a
            node asks for a feature that does not exist.
        """
        nodes = np.arange(len(self.feature))
        if not len(self.roots) or not 0 <= self.depth <= MAX_DEPTH:
            raise ValueError("no trees, or too deep ones")
        if not all(_within(part, len(nodes)) for part in (self.roots, self.left, self.right)):
            raise ValueError("trees point outside themselves")
        if not _within(self.feature, n_features):
            raise ValueError("trees ask for features that don't exist")
        inner = self.left != nodes
        if (self.right[~inner] != nodes[~inner]).any():
            raise ValueError("a leaf leads on")
        # Each node has one way to it: as a root, or from one parent that stands before it.
        ways = np.concatenate([self.roots, self.left[inner], self.right[inner]])
        later = (self.left[inner] > nodes[inner]).all() and (self.right[inner] > nodes[inner]).all()
        if not later or (np.bincount(ways, minlength=len(nodes)) != 1).any():
            raise ValueError("trees with cycles or shared branches")
        level = self.roots
        for _ in range(self.depth):
            level = level[inner[level]]
            level = np.concatenate([self.left[level], self.right[level]])
        if inner[level].any():
            raise ValueError("trees deeper than they say")

    def leaves(self, features: NDArray[np.float32]) -> NDArray[np.int32]:
        """Return the leaf that each row reaches in each tree, shape (n, n_trees)."""
        node = np.repeat(self.roots[None, :], len(features), axis=0)
        offset = (np.arange(len(features), dtype=np.int64) * features.shape[1])[:, None]
        flat = features.ravel()
        for _ in range(self.depth):
            seen = flat[offset + self.feature[node]]
            go_left = (seen <= self.threshold[node]) | (np.isnan(seen) & self.missing_left[node])
            node = np.where(go_left, self.left[node], self.right[node])
        return node

    def log_odds(self, leaves: NDArray[np.int32]) -> NDArray[np.float64]:
        """Sum what the leaves add, shape (n,)."""
        total: NDArray[np.float64] = self.value[leaves].sum(axis=1, dtype=np.float64) + self.baseline
        return total

    @property
    def base(self) -> float:
        """Log-odds before any question is asked: the baseline and the mean answer of every tree."""
        return float(self.value[self.roots].sum(dtype=np.float64)) + self.baseline

    def contributions(
        self, leaves: NDArray[np.int32], group_of: NDArray[np.int64], n_groups: int
    ) -> NDArray[np.float64]:
        """Return how much each group of features moved the log-odds of each row.

        Parameters
        ----------
        leaves : ndarray of int32, shape (n, n_trees)
            From `leaves`.
        group_of : ndarray of int64, shape (n_features,)
            Each feature's group.
        n_groups : int
            Number of groups.

        Returns
        -------
        ndarray of float64, shape (n, n_groups)

        Notes
        -----
        Every step of a walk moves the expected value from a node's to its child's; the difference is credited to the
        feature asked for (Saabas, "Interpreting random forests", 2014). What is left of the log-odds, `base`, is the
        same for every row.
        """
        features, deltas = self._paths
        n, trees = leaves.shape
        steps = features.shape[1]
        row = np.repeat(np.arange(n), trees * steps)
        group = group_of[features][leaves].ravel()
        flat = np.bincount(row * n_groups + group, deltas[leaves].ravel(), n * n_groups).astype(np.float64)
        return flat.reshape(n, n_groups)

    @cached_property
    def _paths(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return for each node the features asked for on the way to it, and what each answer changed; padded with 0."""
        features = np.zeros((len(self.value), self.depth), dtype=np.int64)
        deltas = np.zeros((len(self.value), self.depth))
        level = self.roots.astype(np.int64)
        for step in range(self.depth):
            level = level[self.left[level] != level]
            for children in (self.left[level].astype(np.int64), self.right[level].astype(np.int64)):
                features[children], deltas[children] = features[level], deltas[level]
                features[children, step] = self.feature[level]
                deltas[children, step] = self.value[children] - self.value[level]
            level = np.concatenate([self.left[level], self.right[level]]).astype(np.int64)
        return features, deltas


def _within(indices: NDArray[np.int32] | NDArray[np.int16], size: int) -> bool:
    return bool(((indices >= 0) & (indices < size)).all())

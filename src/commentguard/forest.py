"""Boosted trees as arrays: walked for many comments at once, with the evidence of each path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAX_DEPTH: Final = 64
"""Steps of a walk that a forest may ask for."""

_QUESTIONS: Final = 11  # most of a part: trees of twelve leaves, as are learned by default, have one
_BITS: Final = (1 << np.arange(_QUESTIONS)).astype(np.uint16)[:, None, None]
_ROWS: Final = 256  # rows walked together: what is computed for them stays in the processor's cache


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
        """Return the leaf that each row reaches in each tree, shape (n, n_trees).

        All questions are asked at once, and a table says where their answers lead: faster than one step after another,
        of which each depends on the last.
        """
        found = np.empty((len(features), len(self.roots)), dtype=np.int32)
        for at in range(0, len(features), _ROWS):
            found[at : at + _ROWS] = self._parts.walk(features[at : at + _ROWS], self.roots).T
        return found

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
        found = np.empty((len(leaves), n_groups))
        for at in range(0, len(leaves), _ROWS):
            found[at : at + _ROWS] = self._moved(leaves[at : at + _ROWS], group_of, n_groups)
        return found

    def _moved(self, leaves: NDArray[np.int32], group_of: NDArray[np.int64], n_groups: int) -> NDArray[np.float64]:
        first, count, features, deltas = self._paths
        steps = count.take(leaves)
        each = steps.ravel()
        step = np.arange(each.sum()) + np.repeat(first.take(leaves).ravel() - (np.cumsum(each) - each), each)
        row = np.repeat(np.arange(0, len(leaves) * n_groups, n_groups), steps.sum(axis=1))
        added = np.bincount(row + group_of.take(features).take(step), deltas.take(step), len(leaves) * n_groups)
        return added.astype(np.float64).reshape(len(leaves), n_groups)

    @cached_property
    def _paths(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return for each node where its path begins and how long it is; of all paths features and what they changed.

        Paths stand one after the other, each from its root down.
        """
        features = np.zeros((len(self.value), self.depth), dtype=np.int64)
        deltas = np.zeros((len(self.value), self.depth))
        count = np.zeros(len(self.value), dtype=np.int64)
        level = self.roots.astype(np.int64)
        for step in range(self.depth):
            level = level[self.left[level] != level]
            for children in (self.left[level].astype(np.int64), self.right[level].astype(np.int64)):
                features[children], deltas[children] = features[level], deltas[level]
                features[children, step] = self.feature[level]
                deltas[children, step] = self.value[children] - self.value[level]
                count[children] = step + 1
            level = np.concatenate([self.left[level], self.right[level]]).astype(np.int64)
        there = np.arange(self.depth) < count[:, None]
        return np.cumsum(count) - count, count, features[there], deltas[there]

    @cached_property
    def _parts(self) -> _Parts:
        return _Parts.of(self)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Trees cut into parts of few questions, with a table of where each pattern of answers leads.

    The inner nodes of a tree are dealt out in their order, so that a walk only goes on to later parts. Bit q of the
    pattern of a part is the answer to its question q. An unknown value, of which no comparison is true, needs no
    question of its own: a node that sends it to the left asks whether the negated value lies below the negated
    threshold. Its bit means right, those of the others mean left.

    Parameters
    ----------
    column : ndarray of int64, shape (n_questions * n_parts,)
        What each question compares: twice a feature's number, one more where it is negated. All first questions stand
        before all second ones; the first part of each tree, in the order of the trees, before all second parts.
    threshold : ndarray of float32, shape (n_questions, n_parts, 1)
        What it is compared with; NaN where a part has fewer questions.
    exits : ndarray of int32, shape (n_entries * 2**n_questions,)
        For each node at which a walk enters a part, and each pattern, the node at which it leaves: a leaf or the entry
        of a later part.
    entry : ndarray of int64, shape (n_nodes,)
        Where a node's exits begin; -1 where no walk enters a part.
    part : ndarray of int64, shape (n_nodes,)
        The part of an inner node.
    """

    column: NDArray[np.int64]
    threshold: NDArray[np.float32]
    exits: NDArray[np.int32]
    entry: NDArray[np.int64]
    part: NDArray[np.int64]

    @classmethod
    def of(cls, forest: Forest) -> _Parts:
        """Cut trees into parts."""
        inner, tree, place = _in_trees(forest)
        most = int(place.max(initial=0)) + 1
        n_parts = -(-most // _QUESTIONS)
        n_questions = -(-most // n_parts)  # parts of equal size
        bit = place % n_questions
        part = np.full(len(forest.left), -1)
        part[inner] = place // n_questions * len(forest.roots) + tree
        nodes = np.full((n_questions, n_parts * len(forest.roots)), -1)
        nodes[bit, part[inner]] = inner
        tables = _tables(forest, part, dict(zip(inner.tolist(), bit.tolist(), strict=True)), n_questions)
        entry = np.full(len(forest.left), -1)
        entry[list(tables)] = np.arange(len(tables)) << n_questions
        return cls(*_questions(forest, nodes), np.concatenate(list(tables.values())), entry, part)

    def walk(self, features: NDArray[np.float32], roots: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the leaf that each row reaches in each tree, shape (n_trees, n)."""
        n_questions, n_parts, _ = self.threshold.shape
        columns = np.stack((features.T, -features.T), axis=1).reshape(-1, len(features))
        told = columns.take(self.column, axis=0).reshape(n_questions, n_parts, -1) <= self.threshold
        patterns = np.bitwise_or.reduce(told * _BITS[:n_questions], axis=0)
        node: NDArray[np.int32] = self.exits.take(patterns[: len(roots)] + self.entry[roots][:, None])
        for _ in range(len(roots), n_parts, len(roots)):
            tree, row = np.nonzero(self.entry.take(node) >= 0)
            inner = node[tree, row]
            node[tree, row] = self.exits.take(self.entry[inner] + patterns[self.part[inner], row])
        return node


def _in_trees(forest: Forest) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return all inner nodes in order, the tree of each, and its place among the inner nodes of its tree."""
    left, right = forest.left.tolist(), forest.right.tolist()
    tree_of = dict(zip(forest.roots.tolist(), range(len(forest.roots)), strict=True))
    sizes = [0] * len(forest.roots)
    found = []
    for node, child in enumerate(left):  # a parent stands before its children
        if child != node:
            tree = tree_of[child] = tree_of[right[node]] = tree_of[node]
            found.append((node, tree, sizes[tree]))
            sizes[tree] += 1
    nodes, trees, places = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return nodes, trees, places


def _tables(
    forest: Forest, part: NDArray[np.int64], bit_of: Mapping[int, int], n_questions: int
) -> dict[int, NDArray[np.int32]]:
    """Return for each node that is entered the node to which each pattern leads, shape (2**n_questions,)."""
    patterns = np.arange(1 << n_questions, dtype=np.int32)
    told = [(patterns >> bit & 1).astype(bool) for bit in range(n_questions)]
    tables = {root: np.full(len(patterns), root, dtype=np.int32) for root in forest.roots.tolist()}  # one may be a leaf
    parts, left, right, missing_left = (
        array.tolist() for array in (part, forest.left, forest.right, forest.missing_left)
    )
    for node in reversed(bit_of):
        children = (right[node], left[node]) if missing_left[node] else (left[node], right[node])
        ways = [tables.pop(child) if parts[child] == parts[node] else np.int32(child) for child in children]
        tables[node] = np.where(told[bit_of[node]], *ways)
    return tables


def _questions(forest: Forest, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return columns and thresholds of the nodes of each part (-1: none), as `_Parts` has them."""
    negated = forest.missing_left[nodes]
    threshold = forest.threshold[nodes]
    below = np.nextafter(-threshold, np.float32(-np.inf))
    nothing = (nodes < 0) | (negated & (threshold == np.inf))  # no value lies above infinity
    column = 2 * forest.feature[nodes].astype(np.int64) + negated
    return column.ravel(), np.where(nothing, np.float32(np.nan), np.where(negated, below, threshold))[:, :, None]


def _within(indices: NDArray[np.int32] | NDArray[np.int16], size: int) -> bool:
    return bool(((indices >= 0) & (indices < size)).all())

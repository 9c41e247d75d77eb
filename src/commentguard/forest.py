"""Boosted trees as arrays: walked for many comments at once, with the evidence of each path."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_DEPTH: Final = 64
"""Steps of a walk that a forest may ask for."""

_QUESTIONS: Final = 11  # inner nodes of a block: trees of twelve leaves, as are learned by default, fit in one
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
            found[at : at + _ROWS] = self._blocks.walk(features[at : at + _ROWS], len(self.roots)).T
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
    def _blocks(self) -> _Blocks:
        return _Blocks.of(self)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Trees cut into blocks of at most `_QUESTIONS` inner nodes, with a table of where each pattern of answers leads.

    The answer to question q is bit q of a block's pattern. So that an unknown value, which no comparison is true of,
    needs no question of its own, a node that sends it to the left asks whether the negated value lies below the negated
    threshold: its bit means right, those of the others mean left.

    Parameters
    ----------
    column : ndarray of int64, shape (_QUESTIONS * n_blocks,)
        What each question compares: twice a feature's number, one more where it is negated. All first questions stand
        before all second ones; the first blocks hold the roots.
    threshold : ndarray of float32, shape (_QUESTIONS, n_blocks, 1)
        What it is compared with; NaN where a block has fewer questions.
    exits : ndarray of int32, shape (n_blocks * 2**_QUESTIONS,)
        For each block and pattern the node that is reached: a leaf or the top of another block.
    block_of : ndarray of int32, shape (n_nodes,)
        The block whose top a node is; -1 for all others.
    levels : int
        Blocks on the longest walk.
    """

    column: NDArray[np.int64]
    threshold: NDArray[np.float32]
    exits: NDArray[np.int32]
    block_of: NDArray[np.int32]
    levels: int

    @classmethod
    def of(cls, forest: Forest) -> _Blocks:
        """Cut trees into blocks."""
        tops, levels = forest.roots.tolist(), [1] * len(forest.roots)
        nodes = np.full((_QUESTIONS, len(forest.left)), -1)
        exits = []
        for block, top in enumerate(tops):  # grows as blocks are cut off
            questions, ways = _block(forest, top)
            nodes[: len(questions), block] = questions
            exits.append(_exits(ways))
            cut_off = [way.node for way in ways if forest.left[way.node] != way.node]
            tops += cut_off
            levels += [levels[block] + 1] * len(cut_off)
        block_of = np.full(len(forest.left), -1, dtype=np.int32)
        block_of[tops] = np.arange(len(tops))
        return cls(*_questions(forest, nodes[:, : len(tops)]), np.concatenate(exits), block_of, max(levels))

    def walk(self, features: NDArray[np.float32], n_trees: int) -> NDArray[np.int32]:
        """Return the leaf that each row reaches in each tree, shape (n_trees, n)."""
        n_blocks = self.threshold.shape[1]
        columns = np.stack((features.T, -features.T), axis=1).reshape(-1, len(features))
        told = columns.take(self.column, axis=0).reshape(_QUESTIONS, n_blocks, -1) <= self.threshold
        patterns = np.bitwise_or.reduce(told * _BITS, axis=0) + (np.arange(n_blocks) << _QUESTIONS)[:, None]
        node: NDArray[np.int32] = self.exits.take(patterns[:n_trees])
        for _ in range(self.levels - 1):
            block = self.block_of.take(node)
            tree, row = np.nonzero(block >= 0)
            node[tree, row] = self.exits.take(patterns[block[tree, row], row])
        return node


class _Way(NamedTuple):
    """A way out of a block: the bits that are asked for on it, what they must be, and the node that it leads to."""

    mask: int
    answers: int
    node: int


def _block(forest: Forest, top: int) -> tuple[list[int], list[_Way]]:
    """Return the questions of the block below a node, level by level, and the ways out of it."""
    questions: list[int] = []
    ways = []
    open_ways = [_Way(0, 0, top)]
    for way in open_ways:  # grows with each question
        node, bit = way.node, 1 << len(questions)
        left, right = int(forest.left[node]), int(forest.right[node])
        if left == node or len(questions) == _QUESTIONS:
            ways.append(way)
            continue
        questions.append(node)
        if_true, if_false = (right, left) if forest.missing_left[node] else (left, right)
        open_ways += [_Way(way.mask | bit, way.answers | bit, if_true), _Way(way.mask | bit, way.answers, if_false)]
    return questions, ways


def _exits(ways: list[_Way]) -> NDArray[np.int32]:
    """Return the node that each pattern of a block leads to, shape (2**_QUESTIONS,)."""
    mask, answers, node = np.array(ways, dtype=np.int32).T[:, :, None]
    taken = (np.arange(1 << _QUESTIONS, dtype=np.uint16) & mask.astype(np.uint16)) == answers.astype(np.uint16)
    exits: NDArray[np.int32] = np.bitwise_or.reduce(taken * node, axis=0)  # of all ways one is taken
    return exits


def _questions(forest: Forest, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return columns and thresholds of the nodes of each block (-1: none), as `_Blocks` has them."""
    negated = forest.missing_left[nodes]
    threshold = forest.threshold[nodes]
    below = np.nextafter(-threshold, np.float32(-np.inf))
    nothing = (nodes < 0) | (negated & (threshold == np.inf))  # no value lies above infinity
    column = 2 * forest.feature[nodes].astype(np.int64) + negated
    return column.ravel(), np.where(nothing, np.float32(np.nan), np.where(negated, below, threshold))[:, :, None]


def _within(indices: NDArray[np.int32] | NDArray[np.int16], size: int) -> bool:
    return bool(((indices >= 0) & (indices < size)).all())

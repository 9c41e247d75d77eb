"""Boosted trees as arrays, walked for many comments at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.lazy import lazy

MAX_DEPTH: Final = 64
"""Steps of a walk that a forest may ask for."""
STEP: Final = 2.0**-40
"""What a leaf adds is rounded to a multiple of this: sums are exact, in whatever order."""

ARRAYS: Final = ("roots", "feature", "threshold", "missing_left", "left", "right", "value")
"""Names of the arrays of a `Forest`."""

_QUESTIONS: Final = 8  # most of a part: a byte has as many bits, and the tables stay in the processor's cache
_ROWS: Final = 192  # most rows walked together: what is computed for them stays in the processor's cache


@dataclass(frozen=True, eq=False)
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

    def leaves(self, features: NDArray[np.float32]) -> NDArray[np.unsignedinteger]:
        """Return the leaf that each row reaches in each tree, its number among `ends`, shape (n, n_trees).

        All questions are asked at once, and a table says where their answers lead: faster than one step after another,
        of which each depends on the last.
        """
        columns, n = features.T, len(features)
        found = np.empty((len(self.roots), n), dtype=self._number)
        for rows in in_blocks(n if len(self.roots) else 0, _ROWS):
            found[:, rows] = self._parts.walk(columns[:, rows])
        return found.T

    def log_odds(self, leaves: NDArray[np.unsignedinteger]) -> NDArray[np.float64]:
        """Sum what the leaves add, shape (n,)."""
        total: NDArray[np.float64] = self.sums(leaves, [(0, len(self.roots))])[0] + self.baseline
        return total

    def sums(self, leaves: NDArray[np.unsignedinteger], spans: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
        """Return what the leaves of some trees add, given from where to where they stand, shape (len(spans), n)."""
        found = np.empty((len(spans), len(leaves)))
        for rows in in_blocks(len(leaves), _ROWS):
            added = self._values.take(leaves.T[:, rows])
            for number, (first, last) in enumerate(spans):
                np.add.reduce(added[first:last], axis=0, out=found[number, rows])
        return found

    @lazy
    def ends(self) -> NDArray[np.int64]:
        """Nodes that are leaves, in order, shape (n_leaves,)."""
        return np.flatnonzero(self.left == np.arange(len(self.left)))

    @lazy
    def _values(self) -> NDArray[np.float64]:
        return rounded(self.value[self.ends].astype(np.float64))

    @lazy
    def _number(self) -> np.dtype[np.unsignedinteger]:
        """The smallest type for numbers of leaves: small tables of them stay in the processor's cache."""
        return np.min_scalar_type(len(self.ends))

    @property
    def base(self) -> float:
        """Log-odds before any question is asked: the baseline and the mean answer of every tree."""
        return float(self.value[self.roots].sum(dtype=np.float64)) + self.baseline

    @lazy
    def _parts(self) -> _Parts:
        return _Parts.of(self)


def in_blocks(n: int, most: int) -> Iterator[slice]:
    """Cut n rows into as few blocks of one size as have `most` rows each, or less."""
    if n <= most:
        return iter((slice(n),) if n else ())
    size = -(-n // -(-n // most))
    return (slice(first, first + size) for first in range(0, n, size))


def rounded(values: NDArray[np.number]) -> NDArray[np.float64]:
    """Return values as multiples of `STEP`."""
    steps: NDArray[np.float64] = np.rint(values / STEP) * STEP
    return steps


_INDICES: Final = np.zeros(0, dtype=np.int32)
_NUMBERS: Final = np.zeros(0, dtype=np.float32)
_NO_TREES: Final = Forest(
    _INDICES, _INDICES.astype(np.int16), _NUMBERS, _INDICES.astype(bool), _INDICES, _INDICES, _NUMBERS, 0.0, 0
)


@lru_cache(maxsize=4)
def joined(*forests: Forest) -> Forest:
    """Return the trees of some forests in one, to be walked together; its baseline is 0. No forests, no trees."""
    shifts = accumulate((len(forest.value) for forest in forests), initial=0)
    shifted = [_NO_TREES] + [
        replace(one, roots=one.roots + shift, left=one.left + shift, right=one.right + shift)
        for one, shift in zip(forests, shifts, strict=False)
    ]
    arrays = {name: np.concatenate([getattr(one, name) for one in shifted]) for name in ARRAYS}
    return Forest(**arrays, baseline=0.0, depth=max(one.depth for one in shifted))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Trees cut into parts of few questions, with tables of where each pattern of answers leads.

    The inner nodes of a tree are dealt out in their order, so that a walk only goes on to later parts. Bit q of the
    pattern of a part is the answer to its question q. Many nodes ask the same, which is answered once. An unknown
    value, of which no comparison is true, needs no question of its own: a node that sends it to the left asks whether
    the value is above the threshold, and its bit means right; all others ask whether it is not, and their bits mean
    left.

    Parameters
    ----------
    column : ndarray of int64, shape (n_distinct,)
        The feature that each distinct question asks for; first those that ask for values not above the threshold.
    threshold : ndarray of float32, shape (n_distinct, 1)
        What it is compared with.
    n_below : int
        How many ask for values not above it.
    asked : ndarray of int64, shape (n_questions * n_parts,)
        The number of each part's questions among the distinct ones, of no meaning where it has fewer. All first
        questions stand before all second ones; the first part of each tree, in the order of the trees, before all
        second parts.
    bits : ndarray of uint8, shape (n_questions, 1, 1)
        What each answer adds to the pattern.
    first : ndarray of int32, shape (n_trees, 1)
        Where the first part of each tree begins in the first table.
    tables : tuple of ndarray of the smallest types that do
        For each level of parts where each pattern leads. The last one tells the leaf. Each other one tells what to do
        with the next part's pattern: the low bits are a mask for it, 0 where the next part has nothing to say, and the
        high bits, shifted by n_questions, tell what it is added to.
    """

    column: NDArray[np.int64]
    threshold: NDArray[np.float32]
    n_below: int
    asked: NDArray[np.int64]
    bits: NDArray[np.uint8]
    first: NDArray[np.int32]
    tables: tuple[NDArray[np.integer], ...]

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
        column, threshold, n_below, number = _distinct(forest, inner)
        asked = np.zeros((n_questions, n_parts * len(forest.roots)), dtype=np.int64)
        asked[bit, part[inner]] = number
        bits = (1 << np.arange(n_questions)).astype(np.uint8)
        ways = _ways(forest, part, dict(zip(inner.tolist(), bit.tolist(), strict=True)), n_questions)
        level = np.maximum(part, 0) // len(forest.roots)
        by_level = [{node: way for node, way in ways.items() if level[node] == number} for number in range(n_parts)]
        first, (*tables, last) = _tables(forest.roots, by_level, n_questions)
        tables.append(np.searchsorted(forest.ends, last).astype(forest._number))
        return cls(column, threshold, n_below, asked.ravel(), bits[:, None, None], first, tuple(tables))

    def walk(self, columns: NDArray[np.float32]) -> NDArray[np.integer]:
        """Return the leaf that each row reaches in each tree, shape (n_trees, n), from columns of features."""
        n_questions, n_trees = len(self.bits), len(self.first)
        values = columns.take(self.column, axis=0)
        told = np.empty(values.shape, dtype=bool)
        np.less_equal(values[: self.n_below], self.threshold[: self.n_below], out=told[: self.n_below])
        np.greater(values[self.n_below :], self.threshold[self.n_below :], out=told[self.n_below :])
        answers = told.view(np.uint8).take(self.asked, axis=0).reshape(n_questions, -1, columns.shape[1])
        answers *= self.bits
        patterns = np.bitwise_or.reduce(answers, axis=0)
        reached: NDArray[np.integer] = self.tables[0].take(patterns[:n_trees] + self.first)
        for level, table in enumerate(self.tables[1:], start=1):
            pattern = patterns[level * n_trees : (level + 1) * n_trees]
            reached = table.take((reached >> n_questions) + (pattern & reached))
        return reached


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


def _distinct(
    forest: Forest, inner: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32], int, NDArray[np.int64]]:
    """Return the columns and thresholds of all distinct questions, how many are of the first kind, and each node's."""
    above, column, threshold = forest.missing_left[inner], forest.feature[inner], forest.threshold[inner]
    asked = list(zip(above.tolist(), column.tolist(), threshold.tolist(), strict=True))
    distinct = sorted(set(asked)) or [(False, 0, 0.0)]
    number = {question: place for place, question in enumerate(distinct)}
    kinds, columns, thresholds = zip(*distinct, strict=True)
    return (
        np.array(columns, dtype=np.int64),
        np.array(thresholds, dtype=np.float32)[:, None],
        kinds.count(False),
        np.array([number[question] for question in asked], dtype=np.int64),
    )


def _ways(
    forest: Forest, part: NDArray[np.int64], bit_of: Mapping[int, int], n_questions: int
) -> dict[int, NDArray[np.int32]]:
    """Return for each node that is entered the node to which each pattern leads, shape (2**n_questions,)."""
    patterns = np.arange(1 << n_questions, dtype=np.int32)
    told = [(patterns >> bit & 1).astype(bool) for bit in range(n_questions)]
    ways = {root: np.full(len(patterns), root, dtype=np.int32) for root in forest.roots.tolist()}  # one may be a leaf
    parts, left, right, missing_left = (
        array.tolist() for array in (part, forest.left, forest.right, forest.missing_left)
    )
    for node in reversed(bit_of):
        children = (right[node], left[node]) if missing_left[node] else (left[node], right[node])
        both = [ways.pop(child) if parts[child] == parts[node] else np.int32(child) for child in children]
        ways[node] = np.where(told[bit_of[node]], *both)
    return ways


def _tables(
    roots: NDArray[np.int32], by_level: Sequence[Mapping[int, NDArray[np.int32]]], n_questions: int
) -> tuple[NDArray[np.int32], list[NDArray[np.integer]]]:
    """Return where each tree begins in the first table, and the tables of all levels, as `_Parts` has them."""
    tables: list[NDArray[np.integer]] = []
    first = np.zeros(0, dtype=np.int64)
    for ways in by_level:
        nodes = np.bincount(tables[-1]).nonzero()[0] if tables else roots
        entered = np.array([node in ways for node in nodes.tolist()])
        stays = [ways.get(node, np.array([node], dtype=np.int32)) for node in nodes.tolist()]
        begins = np.cumsum([0, *map(len, stays[:-1])])
        if tables:
            steps = np.zeros(int(nodes.max()) + 1, dtype=np.int64)
            steps[nodes] = begins << n_questions | np.where(entered, (1 << n_questions) - 1, 0)
            tables[-1] = steps.astype(np.min_scalar_type(steps.max())).take(tables[-1])
        else:
            first = begins
        tables.append(np.concatenate(stays))
    return first.astype(np.int32)[:, None], tables


def _within(indices: NDArray[np.int32] | NDArray[np.int16], size: int) -> bool:
    return bool(((indices >= 0) & (indices < size)).all())

"""What each leaf of a forest credits to the features that were asked for on the way to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.forest import Forest, in_blocks

STEP: Final = 2.0**-18
"""What a leaf credits is rounded to a multiple of this: sums below 64 are exact in single precision, in any order."""

_ROWS: Final = 20  # most rows taken together: what is computed for them stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Credits:
    """How far each group of features moved the log-odds of some forests, looked up by the leaf reached in each tree.

    Every step of a walk moves the expected value from a node's to its child's; the difference is credited to the
    feature asked for (Saabas, "Interpreting random forests", 2014). What is left of the log-odds, `Forest.base`, is the
    same for every row.

    Parameters
    ----------
    table : ndarray of float32, shape (n_leaves, len(groups))
        What each leaf credits to each group, multiples of `STEP`; 0 where its tree belongs to none of the forests.
    trees : ndarray of float32, shape (n_forests, n_trees)
        1 where a tree belongs to a forest, else 0.
    groups : ndarray of int64, shape (n_groups,)
        The groups that any of the trees asks for.
    """

    table: NDArray[np.float32]
    trees: NDArray[np.float32]
    groups: NDArray[np.int64]

    @classmethod
    def of(cls, forest: Forest, spans: Sequence[tuple[int, int]], group_of: NDArray[np.int64]) -> Credits:
        """Look at some trees of a forest.

        Parameters
        ----------
        forest : Forest
            Trees.
        spans : sequence of (int, int)
            From where to where among them the trees of each of the forests stand, one forest after the other.
        group_of : ndarray of int64, shape (n_features,)
            Each feature's group.
        """
        begin, end = spans[0][0], spans[-1][1]
        leaf, node, parent = _climbed(forest, forest.roots[begin:end])
        groups, group = np.unique(group_of[forest.feature[parent]], return_inverse=True)
        moved = forest.value[node].astype(np.float64) - forest.value[parent]
        shape = len(forest.ends), len(groups)
        places = np.searchsorted(forest.ends, leaf) * len(groups) + group
        table = np.bincount(places, moved, shape[0] * shape[1]).reshape(shape)
        trees = np.arange(begin, end)
        among = np.array([(first <= trees) & (trees < last) for first, last in spans], dtype=np.float32)
        return cls((np.rint(table / STEP) * STEP).astype(np.float32), among, groups)

    def moved(self, leaves: NDArray[np.unsignedinteger]) -> NDArray[np.float32]:
        """Return how far each of `groups` moved the log-odds of each forest, shape (n, n_forests, len(groups)).

        Parameters
        ----------
        leaves : ndarray of an unsigned type, shape (n, n_trees)
            The leaf that each row reached in each of the trees.
        """
        found = np.empty((len(leaves), len(self.trees), len(self.groups)), dtype=np.float32)
        for rows in in_blocks(len(leaves), _ROWS):
            np.matmul(self.trees, self.table.take(leaves[rows], axis=0), out=found[rows])
        return found


def _climbed(forest: Forest, roots: NDArray[np.int32]) -> NDArray[np.int64]:
    """Climb from each leaf below some roots to its root.

    Returns
    -------
    ndarray of int64, shape (3, n_steps)
        Of all steps the leaf where the climb began, the node that was left, and the parent that was reached.
    """
    parent, below = np.full(len(forest.value), -1), np.zeros(len(forest.value), dtype=bool)
    below[roots] = True
    level = roots
    for _ in range(forest.depth):
        level = level[forest.left[level] != level]
        for children in (forest.left[level], forest.right[level]):
            parent[children], below[children] = level, True
        level = np.concatenate([forest.left[level], forest.right[level]])
    leaf = node = forest.ends[below[forest.ends]]
    climbs = [np.zeros((3, 0), dtype=np.int64)]
    for _ in range(forest.depth):
        on = parent[node] >= 0
        leaf, node = leaf[on], node[on]
        climbs.append(np.stack([leaf, node, parent[node]]))
        node = parent[node]
    return np.concatenate(climbs, axis=1)

"""What each leaf of a forest credits to the features that were asked for on the way to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.forest import Forest, rounded

_ROWS: Final = 128  # rows taken together: what is computed for them stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Credits:
    """How far each group of features moved the log-odds, looked up by the leaf that was reached in each tree.

    Every step of a walk moves the expected value from a node's to its child's; the difference is credited to the
    feature asked for (Saabas, "Interpreting random forests", 2014). What is left of the log-odds, `Forest.base`, is the
    same for every row. A tree asks for few features: there is a table for each pair of a tree and a group.

    Parameters
    ----------
    slot : ndarray of int32, shape (n_nodes,)
        Number of each leaf within its tree.
    tree : ndarray of int64, shape (n_pairs,)
        The tree of each pair; pairs stand in the order of their groups.
    first : ndarray of int32, shape (n_pairs, 1)
        Where each pair's table begins.
    table : ndarray of float64
        All tables, a value for each leaf; multiples of `forest.STEP`, so that sums are exact in any order.
    groups : ndarray of int64, shape (n_asked,)
        The groups that any tree asks for.
    starts : ndarray of int64, shape (n_asked,)
        The first pair of each of `groups`.
    """

    slot: NDArray[np.int32]
    tree: NDArray[np.int64]
    first: NDArray[np.int32]
    table: NDArray[np.float64]
    groups: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, forest: Forest, trees: slice, group_of: NDArray[np.int64]) -> Credits:
        """Make tables of some trees of a forest.

        Parameters
        ----------
        forest : Forest
            Trees.
        trees : slice
            Which of them.
        group_of : ndarray of int64, shape (n_features,)
            Each feature's group.
        """
        n_trees = len(forest.roots[trees])
        leaf, tree, (end, node, parent) = _climbed(forest, forest.roots[trees])
        sizes = np.bincount(tree[leaf], minlength=n_trees)
        slot = np.zeros(len(tree), dtype=np.int32)
        slot[leaf] = np.arange(len(leaf)) - (np.cumsum(sizes) - sizes)[tree[leaf]]
        pairs, pair = np.unique(group_of[forest.feature[parent]] * n_trees + tree[end], return_inverse=True)
        room = sizes[pairs % n_trees]
        first = np.cumsum(room) - room
        moved = np.bincount(
            first[pair] + slot[end], forest.value[node].astype(np.float64) - forest.value[parent], room.sum()
        )
        groups, starts = np.unique(pairs // n_trees, return_index=True)
        return cls(slot, pairs % n_trees, first.astype(np.int32)[:, None], rounded(moved), groups, starts)

    def moved(self, leaves: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return how far each of `groups` moved the log-odds of each row, shape (len(groups), n).

        Parameters
        ----------
        leaves : ndarray of int32, shape (n_trees, n)
            The leaf that each row reached in each of the trees.
        """
        found = np.empty((len(self.groups), leaves.shape[1]))
        for at in range(0, leaves.shape[1] if len(self.groups) else 0, _ROWS):
            places = self.slot.take(leaves[:, at : at + _ROWS]).take(self.tree, axis=0)
            places += self.first
            np.add.reduceat(self.table.take(places), self.starts, axis=0, out=found[:, at : at + _ROWS])
        return found


def _climbed(
    forest: Forest, roots: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Climb from each leaf below some roots to its root.

    Returns
    -------
    tuple of (ndarray of int64, shape (n_leaves,), ndarray of int64, shape (n_nodes,), ndarray of int64, shape (3, n))
        The leaves, tree by tree; the number of each node's root, -1 where it is none of these; and of all steps the
        leaf where the climb began, the node that was left, and the parent that was reached.
    """
    parent, tree = np.full(len(forest.value), -1), np.full(len(forest.value), -1)
    tree[roots] = np.arange(len(roots))
    level = roots
    for _ in range(forest.depth):
        level = level[forest.left[level] != level]
        for children in (forest.left[level], forest.right[level]):
            parent[children], tree[children] = level, tree[level]
        level = np.concatenate([forest.left[level], forest.right[level]])
    leaves = np.flatnonzero((forest.left == np.arange(len(tree))) & (tree >= 0))
    leaves = leaves[np.argsort(tree[leaves], kind="stable")]
    climbs = [np.zeros((3, 0), dtype=np.int64)]
    end = node = leaves
    for _ in range(forest.depth):
        below = parent[node] >= 0
        end, node = end[below], node[below]
        climbs.append(np.stack([end, node, parent[node]]))
        node = parent[node]
    return leaves, tree, np.concatenate(climbs, axis=1)

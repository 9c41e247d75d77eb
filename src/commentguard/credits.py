"""What each leaf of a forest credits to the features that were asked for on the way to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.forest import Forest, in_blocks

_MOST: Final = 2**15 - 1  # what a sum may come to: whole numbers of 16 bits
_ROWS: Final = 32  # most rows taken together: what is computed for them stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Credits:
    """How far each group of features moved the log-odds of some forests, looked up by the leaf reached in each tree.

    Every step of a walk moves the expected value from a node's to its child's; the difference is credited to the
    feature asked for (Saabas, "Interpreting random forests", 2014). What is left of the log-odds, `Forest.base`, is the
    same for every row.

    Parameters
    ----------
    table : ndarray of int16, shape (n_leaves, len(groups))
        What each leaf credits to each group, in quanta; 0 where its tree belongs to none of the forests.
    quantum : float
        What 1 means, in log-odds: as little as leaves no sum over the trees room to run over. Of the shipped model's
        forests 0.0002 and 0.0004.
    spans : sequence of (int, int)
        From where to where among all trees those of each forest stand.
    groups : ndarray of int64, shape (n_groups,)
        The groups that any of the trees asks for.
    """

    table: NDArray[np.int16]
    quantum: float
    spans: Sequence[tuple[int, int]]
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
        leaf, node, parent = _climbed(forest, forest.roots[spans[0][0] : spans[-1][1]])
        groups, group = np.unique(group_of[forest.feature[parent]], return_inverse=True)
        moved = forest.value[node].astype(np.float64) - forest.value[parent]
        shape = len(forest.ends), len(groups)
        place = np.searchsorted(forest.ends, leaf)
        table = np.bincount(place * len(groups) + group, moved, shape[0] * shape[1]).reshape(shape)
        root = np.full(len(forest.ends), -1)
        root[place] = parent  # the last step of a climb counts: steps are in the order of the climb
        quantum = _greatest_sum(np.abs(table), root) / max(_MOST - len(forest.roots), 1) or 1.0
        return cls(np.rint(table / quantum).astype(np.int16), quantum, spans, groups)

    def moved(self, leaves: NDArray[np.unsignedinteger]) -> NDArray[np.int16]:
        """Return how far each of `groups` moved the log-odds of each forest, in quanta.

        Of shape (n_forests, n, len(groups)).

        Parameters
        ----------
        leaves : ndarray of an unsigned type, shape (n, n_trees)
            The leaf that each row reached in each of all trees.
        """
        found = np.empty((len(self.spans), len(leaves), len(self.groups)), dtype=np.int16)
        for rows in in_blocks(len(leaves), _ROWS):
            for number, (first, last) in enumerate(self.spans):
                credited = self.table.take(leaves.T[first:last, rows], axis=0)
                np.add.reduce(credited, axis=0, dtype=np.int16, out=found[number, rows])
        return found


def _greatest_sum(strength: NDArray[np.float64], root: NDArray[np.int64]) -> float:
    """Return what a row's leaves credit to one group at most, given each leaf's strengths and root."""
    order = root.argsort(kind="stable")
    of_tree = np.maximum.reduceat(strength[order], np.unique(root[order], return_index=True)[1], axis=0)
    return float(of_tree.sum(axis=0).max(initial=0.0))


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

"""What each leaf of a forest credits to the features that were asked for on the way to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.forest import Forest, in_blocks, rounded

_ROWS: Final = 128  # most rows taken together: what is computed for them stays in the processor's cache
_SHARE: Final = 8  # trees whose credits to a group are added at once


@dataclass(frozen=True, slots=True)
class Credits:
    """How far each group of features moved the log-odds of some forests, looked up by the leaf reached in each tree.

    Every step of a walk moves the expected value from a node's to its child's; the difference is credited to the
    feature asked for (Saabas, "Interpreting random forests", 2014). What is left of the log-odds, `Forest.base`, is the
    same for every row. A tree asks for few groups: there is a table for the first group of each tree, one for the
    second, and so on.

    Parameters
    ----------
    tables : ndarray of float64, shape (n_tables, n_leaves)
        What each leaf credits to each group of its tree, 0 where the tree has fewer; multiples of `forest.STEP`, so
        that sums are exact in any order.
    order : ndarray of int64, shape (_SHARE * n_shares,)
        What is added up: the trees that ask for a group in shares of `_SHARE`, as places among ``n_tables * n_trees``.
        All first ones of the shares stand before all second ones. A share with fewer is filled up with zeros.
    starts : ndarray of int64, shape (n_forests * n_groups,)
        The first share of each group of each forest.
    groups : ndarray of int64, shape (n_groups,)
        The groups that any of the trees asks for.
    n_forests : int
        The forests.
    """

    tables: NDArray[np.float64]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    groups: NDArray[np.int64]
    n_forests: int

    @classmethod
    def of(cls, forest: Forest, spans: Sequence[tuple[int, int]], group_of: NDArray[np.int64]) -> Credits:
        """Make tables of some trees of a forest.

        Parameters
        ----------
        forest : Forest
            Trees.
        spans : sequence of (int, int)
            From where to where among them the trees of each of the forests stand, one forest after the other.
        group_of : ndarray of int64, shape (n_features,)
            Each feature's group.
        """
        sizes = [last - first for first, last in spans]
        tree, leaf, node, parent = _climbed(forest, forest.roots[spans[0][0] : spans[-1][1]])
        groups, group = np.unique(group_of[forest.feature[parent]], return_inverse=True)
        pairs, pair = np.unique(tree * len(groups) + group, return_inverse=True)
        of_tree, of_group = np.divmod(pairs, len(groups)) if len(pairs) else (pairs, pairs)
        asked = np.bincount(of_tree, minlength=sum(sizes))
        number = _numbered(of_tree, asked)
        n_tables = max(int(asked.max()), len(pairs) // len(asked) + 1)  # one tree at least has fewer groups
        moved = forest.value[node].astype(np.float64) - forest.value[parent]
        places = number[pair] * len(forest.ends) + np.searchsorted(forest.ends, leaf)
        tables = np.bincount(places, moved, n_tables * len(forest.ends)).reshape(n_tables, -1)

        total = np.arange(len(spans)).repeat(sizes)[of_tree] * len(groups) + of_group  # what each pair is added to
        by_total = total.argsort(kind="stable")
        total, counts = total[by_total], np.bincount(total, minlength=len(spans) * len(groups))
        shares = np.maximum(-(-counts // _SHARE), 1)
        starts = np.cumsum(shares) - shares
        later, place = np.divmod(_numbered(total, counts), _SHARE)
        order = np.full((_SHARE, shares.sum()), (n_tables - 1) * len(asked) + asked.argmin())
        order[place, starts[total] + later] = (number * len(asked) + of_tree)[by_total]
        return cls(rounded(tables), order.ravel(), starts, groups, len(spans))

    def moved(self, leaves: NDArray[np.unsignedinteger]) -> NDArray[np.float64]:
        """Return how far each of `groups` moved the log-odds of each forest, shape (n_forests, len(groups), n).

        Parameters
        ----------
        leaves : ndarray of an unsigned type, shape (n_trees, n)
            The leaf that each row reached in each of the trees.
        """
        found = np.empty((self.n_forests, len(self.groups), leaves.shape[1]))
        totals = found.reshape(len(self.starts), leaves.shape[1])
        for rows in in_blocks(leaves.shape[1] if len(self.groups) else 0, _ROWS):
            reached = leaves[:, rows]
            each = self.tables.take(reached, axis=1).reshape(-1, reached.shape[1]).take(self.order, axis=0)
            shares = np.add.reduce(each.reshape(_SHARE, -1, reached.shape[1]), axis=0)
            np.add.reduceat(shares, self.starts, axis=0, out=totals[:, rows])
        return found


def _numbered(of: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of each member within its set, from 0 up; sets stand in order."""
    numbers: NDArray[np.int64] = np.arange(len(of)) - (np.cumsum(counts) - counts)[of]
    return numbers


def _climbed(forest: Forest, roots: NDArray[np.int32]) -> NDArray[np.int64]:
    """Climb from each leaf below some roots to its root.

    Returns
    -------
    ndarray of int64, shape (4, n_steps)
        Of all steps the number of the root, the leaf where the climb began, the node that was left, and the parent that
        was reached.
    """
    parent, tree = np.full(len(forest.value), -1), np.full(len(forest.value), -1)
    tree[roots] = np.arange(len(roots))
    level = roots
    for _ in range(forest.depth):
        level = level[forest.left[level] != level]
        for children in (forest.left[level], forest.right[level]):
            parent[children], tree[children] = level, tree[level]
        level = np.concatenate([forest.left[level], forest.right[level]])
    leaf = node = forest.ends[tree[forest.ends] >= 0]
    climbs = [np.zeros((4, 0), dtype=np.int64)]
    for _ in range(forest.depth):
        below = parent[node] >= 0
        leaf, node = leaf[below], node[below]
        climbs.append(np.stack([tree[leaf], leaf, node, parent[node]]))
        node = parent[node]
    return np.concatenate(climbs, axis=1)

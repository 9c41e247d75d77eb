"""A personal layer: single decisions taken in at once over a model that stays as it is, and taken back as easily.

The layer is a logistic regression over n-grams, on top of the log-odds that the model has already. Two things keep it
from forgetting what the model knew: weights cost something, and so does whatever the layer says of everyday comments
(`everyday`). Blogs decide on one label mostly, and people correct mostly mistakes.

It is solved in the dual, one unknown a decision. With rows X, everyday rows A and strengths s of both penalties, the
weights are ``(s + s A'A)^-1 X'a``, so that decisions look at each other through ``X (1 - A' (1 + AA')^-1 A) X' / s``: a
product of n-grams of which what they share with everyday comments is taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from commentguard.adagrad import gram_matrix, to_weights
from commentguard.everyday import everyday_rows
from commentguard.features.batch import Batch
from commentguard.features.ngrams import WIDTH
from commentguard.labelled import checked_rows
from commentguard.linear import Weights, grams_of, no_weights
from commentguard.records import Comment
from commentguard.ridge import even_weights
from commentguard.scoring import DECISIONS, Parameters, score

KEPT: Final = 2_000
"""Decisions that a layer is made of, the newest ones: some 50 MB; what is older is for `commentguard.train`."""

_STRENGTH: Final = 0.1  # of the penalties on weights and on what is said of everyday comments; benchmarks/little.py
_BIAS_STRENGTH: Final = 10.0
_STEPS: Final = 100
_CHUNK: Final = 200  # comments whose n-grams are computed at a time
_CLOSE: Final = 1e-7  # log-odds that no longer move


@cache
def _half() -> NDArray[np.float64]:
    """Return the inverse of the Cholesky factor of ``1 + AA'``, A being the everyday rows."""
    rows = everyday_rows()
    return np.linalg.inv(np.linalg.cholesky(np.eye(rows.shape[0]) + (rows @ rows.T).toarray()))


def _grams(comments: Sequence[Comment]) -> sparse.csr_matrix:
    chunks = [grams_of(Batch(comments[at : at + _CHUNK])) for at in range(0, len(comments), _CHUNK)]
    rows = gram_matrix(chunks).astype(np.float64)
    rows.sum_duplicates()
    return rows


class PersonalLayer:
    """Decisions on comments, and the layer that follows from them.

    It follows from the decisions alone, not from how they came: one that is taken back leaves no trace. Of comments
    nothing is kept but their ids and hashed n-grams.

    Parameters
    ----------
    base : Parameters
        The model; its own additive layer, if it has one, is added to.
    """

    def __init__(self, base: Parameters) -> None:
        self._base = base
        self._ids: list[str] = []
        self._truth: NDArray[np.int64] = np.zeros(0, dtype=np.int64)  # index into LABELS
        self._known: NDArray[np.float64] = np.zeros((0, len(DECISIONS)))  # log-odds by the base
        self._rows = sparse.csr_matrix((0, WIDTH))
        self._shared: NDArray[np.float64] = np.zeros((0, len(_half())))  # with everyday comments
        self._inner: NDArray[np.float64] = np.zeros((0, 0))  # products of rows, without what is everyday
        self._pull: NDArray[np.float64] = np.zeros((0, len(DECISIONS)))  # of each row on each of `DECISIONS`

    def __len__(self) -> int:
        """Return the number of decisions."""
        return len(self._ids)

    def __contains__(self, identifier: object) -> bool:
        """Tell whether there is a decision on the comment of that id."""
        return identifier in self._ids

    def learn(self, comments: Sequence[Comment], y: Sequence[str]) -> None:
        """Take in decisions; a later one on the same id counts instead of the earlier one.

        Parameters
        ----------
        comments : sequence of Comment
            Comments; of all that were ever given, the last `KEPT` count.
        y : sequence of str
            A label each.

        Raises
        ------
        DatasetError
            Where numbers differ, a label is unknown, or something is no `Comment`.
        """
        listed, truth = checked_rows(comments, y, several=False)
        last = {comment.id: number for number, comment in enumerate(listed)}
        picked = sorted(last.values())[-KEPT:]
        if not picked:
            return
        new = [listed[number] for number in picked]
        self._keep([number for number, identifier in enumerate(self._ids) if identifier not in last])
        self._keep(list(range(max(0, len(self) + len(new) - KEPT), len(self))))
        rows = _grams(new)
        shared = (everyday_rows() @ rows.T).T @ _half().T
        self._rows = sparse.vstack([self._rows, rows], format="csr")
        self._shared = np.concatenate([self._shared, shared])
        inner = (self._rows @ rows.T).toarray() - self._shared @ shared.T
        self._inner = np.block([[self._inner, inner[: len(self)]], [inner.T]])
        self._ids += [comment.id for comment in new]
        self._truth = np.append(self._truth, truth[picked])
        self._known = np.concatenate([self._known, score(self._base, new).log_odds])
        self._pull = np.concatenate([self._pull, np.zeros((len(new), len(DECISIONS)))])

    def unlearn(self, identifier: str) -> bool:
        """Take back the decision on the comment of that id; return whether there was one."""
        there = identifier in self._ids
        self._keep([number for number, one in enumerate(self._ids) if one != identifier])
        return there

    def _keep(self, numbers: list[int]) -> None:
        if len(numbers) == len(self):
            return
        self._ids = [self._ids[number] for number in numbers]
        self._truth, self._known, self._pull = self._truth[numbers], self._known[numbers], self._pull[numbers]
        self._rows, self._shared = self._rows[numbers], self._shared[numbers]
        self._inner = self._inner[np.ix_(numbers, numbers)]

    def solved(self) -> Parameters:
        """Return the model with the layer that follows from all decisions.

        What tells off-topic from substantive moves only where something was called off-topic: with two labels at
        hand nobody chose between the two.
        """
        if not len(self):
            return self._base
        chosen = (self._truth == 1).any()
        about = (np.ones(len(self), dtype=bool), (self._truth != 0) & chosen)
        tables, biases = zip(*(self._table(column, rows) for column, rows in enumerate(about)), strict=True)
        return replace(self._base, layer=tables, layer_bias=biases)

    def _table(self, column: int, about: NDArray[np.bool_]) -> tuple[Weights, float]:
        """Return weights and bias of one decision, made of the rows that it is about."""
        before = self._base.layer[column] if self._base.layer else no_weights()
        bias = self._base.layer_bias[column]
        rows = np.flatnonzero(about)
        if not len(rows):
            return before, bias
        target = self._truth[rows] == column
        inner = self._inner[np.ix_(rows, rows)] / _STRENGTH + 1 / _BIAS_STRENGTH
        start = self._pull[rows, column]
        pull = np.zeros(len(self))
        pull[rows] = _solve(inner, self._known[rows, column], target, even_weights(target, np.ones(len(rows))), start)
        self._pull[:, column] = pull
        everyday = everyday_rows().T @ (_half().T @ (self._shared.T @ pull))
        moved = (self._rows.T @ pull - everyday) / _STRENGTH
        return to_weights(before[:-1] + moved), bias + float(pull.sum()) / _BIAS_STRENGTH


def _solve(
    inner: NDArray[np.float64],
    known: NDArray[np.float64],
    target: NDArray[np.bool_],
    weight: NDArray[np.float64],
    start: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how far each row pulls on the layer, shape (n,), by Newton's method from `start`.

    The layer adds ``inner @ pull`` to the log-odds `known` of the rows; the least loss is where each row's pull is its
    weight times what its probability lacks of the target. Steps that overshoot are halved.
    """
    sign = np.where(target, 1.0, -1.0)

    def loss(pull: NDArray[np.float64], added: NDArray[np.float64]) -> float:
        return float(weight @ np.logaddexp(0, -sign * (known + added)) + pull @ added / 2)

    pull, added = start, inner @ start
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(known + added, -500, 500)))
        curve = weight * chance * (1 - chance)
        aim = weight * (target - chance) + curve * added
        step = np.linalg.solve(np.eye(len(pull)) + curve[:, None] * inner, aim) - pull
        moved, before = inner @ step, loss(pull, added)
        size = 1.0
        while loss(pull + size * step, added + size * moved) > before + _CLOSE and size > _CLOSE:
            size /= 2
        pull, added = pull + size * step, added + size * moved
        if len(pull) == 0 or np.abs(moved).max() < _CLOSE:
            break
    return pull

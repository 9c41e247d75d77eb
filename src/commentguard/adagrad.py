"""Learning the weights of n-grams: logistic regression by AdaGrad, stopped early, which is its only regulariser.

Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12 (2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from commentguard.features.ngrams import WIDTH
from commentguard.linear import Grams, Weights

BATCH: Final = 64
"""Rows of one step."""

_EPSILON: Final = 1e-3  # sum of squared gradients that each weight starts from


def gram_matrix(chunks: Sequence[Grams]) -> sparse.csr_matrix:
    """Return the n-grams of all fields as one matrix, shape (n_rows, WIDTH)."""
    return sparse.vstack([_chunk_matrix(grams) for grams in chunks], format="csr", dtype=np.float32)


def _chunk_matrix(grams: Grams) -> sparse.csr_matrix:
    rows, columns, values = grams.entries()
    return sparse.csr_matrix((values.astype(np.float32), (rows, columns)), shape=(len(grams), WIDTH))


def to_weights(dense: NDArray[np.float32]) -> Weights:
    """Return learned weights as they are kept, with a 0 for no n-gram.

    They are rounded to half precision: sums of them are then exact, so that no score depends on the other comments of
    a batch.
    """
    return np.append(dense.astype(np.float16).astype(np.float32), np.float32(0))


def from_weights(weights: Weights) -> NDArray[np.float32]:
    """Return weights as they are learned; the inverse of `to_weights`."""
    return weights[:-1].copy()


def fit_weights(
    matrix: sparse.csr_matrix,
    target: NDArray[np.bool_],
    sample_weight: NDArray[np.float64],
    *,
    epochs: int,
    learning_rate: float,
    seed: int,
    offset: NDArray[np.float64] | None = None,
    start: tuple[NDArray[np.float32], float] | None = None,
) -> tuple[NDArray[np.float32], float]:
    """Learn weights that tell rows with `target` from those without.

    Parameters
    ----------
    matrix : csr_matrix, shape (n, width)
        N-grams of the rows, from `gram_matrix`.
    target : ndarray of bool, shape (n,)
        What is to be told.
    sample_weight : ndarray of float64, shape (n,)
        How much each row counts; 0 leaves it out.
    epochs : int
        Passes over the rows.
    learning_rate : float
        AdaGrad's step.
    seed : int
        Of the order of the rows.
    offset : ndarray of float64, shape (n,), or None
        Log-odds that a row has already; None: 0.
    start : tuple of (ndarray of float32, float) or None
        Weights and bias to go on from; None: 0.

    Returns
    -------
    tuple of (ndarray of float32, shape (width,), float)
        Weights and bias.
    """
    used = np.flatnonzero(sample_weight > 0)
    weights, bias = (start[0].copy(), start[1]) if start else (np.zeros(matrix.shape[1], dtype=np.float32), 0.0)
    squares = np.full(matrix.shape[1], _EPSILON, dtype=np.float32)
    bias_squares = _EPSILON
    known = np.zeros(len(target)) if offset is None else offset
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(used)
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            part = matrix[rows]
            odds = part @ weights + bias + known[rows]
            error = (1 / (1 + np.exp(-np.clip(odds, -50, 50))) - target[rows]) * sample_weight[rows]
            slots, inverse = np.unique(part.indices, return_inverse=True)
            pushes = part.data * np.repeat(error, np.diff(part.indptr))
            gradient = np.bincount(inverse, pushes, len(slots)).astype(np.float32)
            squares[slots] += gradient * gradient
            weights[slots] -= learning_rate * gradient / np.sqrt(squares[slots])
            bias_squares += float(error.sum()) ** 2
            bias -= learning_rate * float(error.sum()) / bias_squares**0.5
    return weights, bias

"""Learning the weights of n-grams from few rows: logistic regression with a penalty on large weights, solved whole.

Where rows are few, stopping early (`adagrad`) leaves more to chance than a penalty does; the answer here depends on
neither an order of the rows nor a seed. What each n-gram's weight may cost goes by a scale: `rarity` or `telling`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

_EVEN: Final = 5.0  # rows of each label that are taken as given before any is counted
_COMMON: Final = 10.0  # the same for how common an n-gram is
_STEPS: Final = 300


def fit_ridge(
    matrix: sparse.csr_matrix,
    target: NDArray[np.bool_],
    sample_weight: NDArray[np.float64],
    *,
    strength: float,
    scale: NDArray[np.float64],
    bias_strength: float = 0.0,
    offset: NDArray[np.float64] | None = None,
    start: tuple[NDArray[np.float32], float] | None = None,
) -> tuple[NDArray[np.float32], float]:
    """Learn weights that tell rows with `target` from those without.

    Parameters
    ----------
    matrix : csr_matrix, shape (n, width)
        N-grams of the rows, from `adagrad.gram_matrix`.
    target : ndarray of bool, shape (n,)
        What is to be told.
    sample_weight : ndarray of float64, shape (n,)
        How much each row counts; 0 leaves it out.
    strength : float
        Of the penalty, above 0: half of it, times the sum of (weight / scale) squared, is added to the loss.
    scale : ndarray of float64, shape (width,)
        By how much the weight of each n-gram may move; where it is 0, none.
    bias_strength : float
        The same for the bias; 0: it is free.
    offset : ndarray of float64, shape (n,), or None
        Log-odds that a row has already; None: 0.
    start : tuple of (ndarray of float32, float) or None
        Weights and bias that the penalty pulls back to; None: 0.

    Returns
    -------
    tuple of (ndarray of float32, shape (width,), float)
        Weights and bias. Since they are pulled back, they are bounded: the penalty is never above the loss that the
        rows had before.
    """
    used = np.flatnonzero(sample_weight > 0)
    weights, bias = (start[0].copy(), start[1]) if start else (np.zeros(matrix.shape[1], dtype=np.float32), 0.0)
    if not len(used):
        return weights, bias
    rows, weight = matrix[used], sample_weight[used]
    known = rows @ weights.astype(np.float64) + bias + (0.0 if offset is None else offset[used])
    columns = np.flatnonzero(np.bincount(rows.indices, minlength=matrix.shape[1]) * scale)
    scaled = (rows[:, columns].astype(np.float64) @ sparse.diags(scale[columns])).tocsr()
    back = scaled.T.tocsr()
    sign = np.where(target[used], 1.0, -1.0)

    def loss(moved: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        step, shift = moved[:-1], moved[-1]
        margin = sign * (known + scaled @ step + shift)
        push = -weight * sign / (1 + np.exp(np.minimum(margin, 500)))
        penalty = strength * float(step @ step) + bias_strength * shift**2
        slope = np.append(back @ push + strength * step, push.sum() + bias_strength * shift)
        return float(weight @ np.logaddexp(0, -margin)) + penalty / 2, slope

    found = minimize(
        loss, np.zeros(len(columns) + 1), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "gtol": 1e-4}
    ).x
    weights[columns] += (scale[columns] * found[:-1]).astype(np.float32)
    return weights, float(bias + found[-1])


def even_weights(target: NDArray[np.bool_], sample_weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights by which rows with `target` and those without count about alike, shape (n,).

    What is handed over is no sample of what comes in (exports leave out spam, say): how many rows have a label tells
    nothing. Of a label that has a handful of rows each counts little more than before.
    """
    total = float(sample_weight.sum())
    of_label = np.where(target, sample_weight[target].sum(), sample_weight[~target].sum())
    evened: NDArray[np.float64] = sample_weight * (total + 2 * _EVEN) / (2 * (of_label + _EVEN))
    return evened


def rarity(matrix: sparse.csr_matrix) -> NDArray[np.float64]:
    """Return a scale that lets rare n-grams move more than common ones, shape (width,).

    What moves then is about the rows given and those much like them; comments that share only everyday n-grams with
    them keep their scores. The mean of the squared lengths of the rows is left as it was.
    """
    rows = np.bincount(matrix.indices[matrix.data > 0], minlength=matrix.shape[1])
    return _keeping_length(matrix, np.log((matrix.shape[0] + _COMMON) / (rows + 1)))


def telling(
    matrix: sparse.csr_matrix, target: NDArray[np.bool_], sample_weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a scale that lets n-grams move by how unevenly they are spread over the two labels, shape (width,).

    The size of the log of the ratio of their shares, one row of each added (Wang and Manning, "Baselines and bigrams",
    ACL 2012).
    """
    there = (matrix > 0).astype(np.float64).T
    sides = (sample_weight * target, sample_weight * ~target)
    with_it, without = ((there @ side + 1) / (side.sum() + 2) for side in sides)
    scale: NDArray[np.float64] = np.abs(np.log(with_it / without))
    return scale


def _keeping_length(matrix: sparse.csr_matrix, scale: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = np.bincount(matrix.indices, matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[1])
    scaled = float(squares @ scale**2)
    kept: NDArray[np.float64] = scale * np.sqrt(squares.sum() / scaled) if scaled else scale
    return kept

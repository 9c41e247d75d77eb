"""Learning the weights of n-grams from few rows: logistic regression with a penalty on large weights, solved whole.

Where rows are few, stopping early (`adagrad`) leaves more to chance than a penalty does; the answer here depends on
neither an order of the rows nor a seed. What each n-gram's weight may cost can go by a scale, `telling`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

_EVEN: Final = 5.0  # rows of each label that are taken as given before any is counted
_STEPS: Final = 300


def fit_ridge(
    matrix: sparse.csr_matrix,
    target: NDArray[np.bool_],
    sample_weight: NDArray[np.float64],
    *,
    strength: float,
    scale: NDArray[np.float64] | None = None,
    bias_strength: float = 0.0,
    offset: NDArray[np.float64] | None = None,
    start: tuple[NDArray[np.float32], float] | None = None,
    still: sparse.csr_matrix | None = None,
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
    scale : ndarray of float64, shape (width,), or None
        By how much the weight of each n-gram may move; where it is 0, none. None: 1 for all.
    bias_strength : float
        The same for the bias; 0: it is free.
    offset : ndarray of float64, shape (n,), or None
        Log-odds that a row has already; None: 0.
    start : tuple of (ndarray of float32, float) or None
        Weights and bias that the penalty pulls back to; None: 0.
    still : csr_matrix, shape (m, width), or None
        Other rows, whose log-odds are to move little: what the weights, as they moved, say of them is penalised as the
        weights are. None: no such rows.

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
    sizes = np.ones(matrix.shape[1]) if scale is None else scale
    columns = np.flatnonzero(np.bincount(rows.indices, minlength=matrix.shape[1]) * sizes)
    scaled = _columns_of(rows, columns, sizes)
    held = _columns_of(matrix[:0] if still is None else still, columns, sizes)
    back, back_held = scaled.T.tocsr(), held.T.tocsr()
    sign = np.where(target[used], 1.0, -1.0)

    def loss(moved: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        step, shift = moved[:-1], moved[-1]
        margin, said = sign * (known + scaled @ step + shift), held @ step
        push = -weight * sign / (1 + np.exp(np.minimum(margin, 500)))
        penalty = strength * float(step @ step + said @ said) + bias_strength * shift**2
        slope = back @ push + strength * (step + back_held @ said)
        return float(weight @ np.logaddexp(0, -margin)) + penalty / 2, np.append(
            slope, push.sum() + bias_strength * shift
        )

    with threadpool_limits(1, user_api="blas"):  # steps are so short that threads, on a busy machine, only wait
        found = minimize(
            loss, np.zeros(len(columns) + 1), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "gtol": 1e-4}
        ).x
    weights[columns] += (sizes[columns] * found[:-1]).astype(np.float32)
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


def _columns_of(rows: sparse.csr_matrix, columns: NDArray[np.int64], sizes: NDArray[np.float64]) -> sparse.csr_matrix:
    """Return some columns of the rows, each multiplied by its size."""
    return (rows[:, columns].astype(np.float64) @ sparse.diags(sizes[columns])).tocsr()

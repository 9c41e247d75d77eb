"""Learning logistic regressions: what judges pings, what their pages add, and whether a comment fits its post."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from commentguard.logistic import Logistic

STRENGTH: Final = 0.5
"""Inverse of the regularisation, for weights of which the greatest is 2."""

_PENALTY: Final = 0.5  # on the weights of what was found at pages: of that there are some dozens of rows


def fit_logistic(
    columns: NDArray[np.float64], target: NDArray[np.bool_], sample_weight: NDArray[np.float64]
) -> Logistic:
    """Learn to tell rows with `target` from those without; both must occur.

    Parameters
    ----------
    columns : ndarray of float64, shape (n, n_columns)
        Finite numbers.
    target : ndarray of bool, shape (n,)
        What is to be told.
    sample_weight : ndarray of float64, shape (n,)
        How much each row counts, at least one above 0.
    """
    weight = 2 * sample_weight / sample_weight.max()
    mean = np.average(columns, axis=0, weights=weight)
    scale = columns.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=STRENGTH, max_iter=1_000).fit((columns - mean) / scale, target, sample_weight=weight)
    return Logistic(mean, fitted.coef_[0] / scale, float(fitted.intercept_[0]))


def fit_added(
    columns: NDArray[np.float32],
    target: NDArray[np.bool_],
    sample_weight: NDArray[np.float64],
    log_odds: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Learn what columns add to log-odds that rows have already; where all columns are 0, that is nothing.

    Parameters
    ----------
    columns : ndarray of float32, shape (n, n_columns)
        What is known of each row besides.
    target : ndarray of bool, shape (n,)
        What is to be told.
    sample_weight : ndarray of float64, shape (n,)
        How much each row counts, at least one above 0.
    log_odds : ndarray of float64, shape (n,)
        What is said of each row without the columns, by models that did not see it.

    Returns
    -------
    ndarray of float64, shape (n_columns,)
        A weight for each column.
    """
    values, sign = columns.astype(np.float64), np.where(target, 1.0, -1.0)
    weight = sample_weight / sample_weight.mean()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (log_odds + values @ weights)
        push = -weight * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        total = float(weight @ np.logaddexp(0, -margin) + _PENALTY * weights @ weights / 2)
        return total, push @ values + _PENALTY * weights

    found: NDArray[np.float64] = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B").x
    return found

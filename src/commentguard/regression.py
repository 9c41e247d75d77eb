"""Learning the logistic regressions that judge pingbacks and trackbacks."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from commentguard.logistic import Logistic, damped

STRENGTH: Final = 0.5
"""Inverse of the regularisation, for weights of which the greatest is 2."""


def fit_logistic(
    columns: NDArray[np.float32], target: NDArray[np.bool_], sample_weight: NDArray[np.float64]
) -> Logistic:
    """Learn to tell rows with `target` from those without; both must occur.

    Parameters
    ----------
    columns : ndarray of float32, shape (n, n_columns)
        Counts and shares, 0 up; NaN where unknown.
    target : ndarray of bool, shape (n,)
        What is to be told.
    sample_weight : ndarray of float64, shape (n,)
        How much each row counts, at least one above 0.
    """
    values = damped(columns)
    weight = 2 * sample_weight / sample_weight.max()
    mean = np.average(values, axis=0, weights=weight)
    scale = values.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=STRENGTH, max_iter=1_000).fit((values - mean) / scale, target, sample_weight=weight)
    return Logistic(mean, scale, fitted.coef_[0].astype(np.float64), float(fitted.intercept_[0]))

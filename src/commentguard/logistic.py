"""Logistic regression over a few named features: how pingbacks and trackbacks are judged, of which there are few.

Trees need thousands of rows to be right on the next blog; for pings there are hundreds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Logistic:
    """The log-odds of one decision as a weighted sum of standardised features.

    Parameters
    ----------
    mean, scale, weights : ndarray of float64, shape (n_columns,)
        What is taken off each column, what it is divided by, what it is multiplied by.
    bias : float
        Log-odds where every column has its mean.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float

    def contributions(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each column adds to the log-odds, shape (n, n_columns)."""
        added: NDArray[np.float64] = (damped(columns) - self.mean) / self.scale * self.weights
        return added

    def log_odds(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds of each row, shape (n,)."""
        added = np.ascontiguousarray(self.contributions(columns))  # the order of a sum goes by the layout in memory
        total: NDArray[np.float64] = added.sum(axis=1) + self.bias
        return total


def damped(columns: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return log(1 + x) of counts and shares, unknown ones as 0, so that no single column runs away."""
    known = np.nan_to_num(columns.astype(np.float64), nan=0.0, posinf=1e6, neginf=0.0)
    logarithms: NDArray[np.float64] = np.log1p(np.maximum(known, 0.0))
    return logarithms

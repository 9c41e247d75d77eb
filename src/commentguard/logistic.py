"""Logistic regression over a few named features: how pings are judged, and whether a comment is under its own post.

Trees need thousands of rows to be right on the next blog; of pings there are hundreds. Whether a comment fits its post
trees tell no better (MODEL_CARD.md, Choices).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Log-odds as a weighted sum of columns.

    Parameters
    ----------
    mean, weights : ndarray of float64, shape (n_columns,)
        What is taken off each column, what it is multiplied by then.
    bias : float
        Log-odds where every column has its mean.
    """

    mean: Numbers
    weights: Numbers
    bias: float

    def contributions(self, columns: Numbers) -> Numbers:
        """Return what each column adds to the log-odds, shape (n, n_columns), given columns of finite numbers."""
        added = np.subtract(columns, self.mean, order="C")  # the order of a sum goes by the layout in memory
        added *= self.weights
        return added

    def log_odds(self, columns: Numbers) -> Numbers:
        """Return the log-odds of each row, shape (n,)."""
        total: Numbers = np.add.reduce(self.contributions(columns), axis=1)
        total += self.bias
        return total


def damped(columns: NDArray[np.float32]) -> Numbers:
    """Return log(1 + x) of counts and shares, unknown ones as 0, so that no single column runs away."""
    known = np.nan_to_num(columns.astype(np.float64), nan=0.0, posinf=1e6, neginf=0.0)
    logarithms: Numbers = np.log1p(np.maximum(known, 0.0))
    return logarithms

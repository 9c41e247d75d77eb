"""How a signal is declared: a function from a batch to one number a comment, with the words a moderator reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch

Compute = Callable[[Batch], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Signal:
    """A named number about a comment.

    Parameters
    ----------
    name : str
        The function's name: feature name and reason code.
    compute : callable
        From a `Batch` of n comments to an array of shape (n,); NaN where the number is unknown.
    high, low : str
        What a moderator reads where a high (or low) value moved the verdict.
    """

    name: str
    compute: Compute
    high: str
    low: str

    def __call__(self, batch: Batch) -> NDArray[np.float64]:
        """Compute the signal for a batch."""
        return self.compute(batch)


def signal(high: str, low: str) -> Callable[[Compute], Signal]:
    """Declare a function as a signal, with its wordings for high and low values."""

    def declare(compute: Compute) -> Signal:
        return Signal(compute.__name__, compute, high, low)

    return declare


def signals_of(namespace: dict[str, object]) -> tuple[Signal, ...]:
    """Return the signals declared in a module, in the order of the file."""
    return tuple(value for value in namespace.values() if isinstance(value, Signal))

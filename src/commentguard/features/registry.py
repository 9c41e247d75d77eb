"""How a signal is declared: a function from a batch to one number a comment, with the words a moderator reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.facts import Share, shares

Compute = Callable[[Batch], NDArray[np.generic]]

_Shared = TypeVar("_Shared")


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
    logarithm : bool
        Whether the signal is the logarithm of 1 + that number; of all such signals it is taken in one go.
    share : Share or None
        The share that it is of what is counted; of all such signals they are taken in one go. None for all others.
    """

    name: str
    compute: Compute
    high: str
    low: str
    logarithm: bool = False
    share: Share | None = None

    def __call__(self, batch: Batch) -> NDArray[np.float64]:
        """Compute the signal for a batch."""
        values = self.compute(batch).astype(np.float64)
        return np.log1p(values) if self.logarithm else values


def signal(high: str, low: str, *, logarithm: bool = False) -> Callable[[Compute], Signal]:
    """Declare a function as a signal, with its wordings for high and low values; see `Signal`."""

    def declare(compute: Compute) -> Signal:
        return Signal(compute.__name__, compute, high, low, logarithm)

    return declare


def counted(high: str, low: str, *, logarithm: bool = False) -> Callable[[Callable[[], Share]], Signal]:
    """Declare a function as a signal that is a share of what is counted; the function says which."""

    def declare(told: Callable[[], Share]) -> Signal:
        share = told()

        @wraps(told)
        def compute(batch: Batch) -> NDArray[np.float64]:
            return shares(batch, np.array([share]))[:, 0]

        return Signal(told.__name__, compute, high, low, logarithm, share)

    return declare


def shared(compute: Callable[[Batch], _Shared]) -> Callable[[Batch], _Shared]:
    """Let several signals use what is computed once for a batch."""

    def once(batch: Batch) -> _Shared:
        kept = batch.kept
        if compute not in kept:
            kept[compute] = compute(batch)
        found: _Shared = kept[compute]
        return found

    return once


def signals_of(namespace: dict[str, object]) -> tuple[Signal, ...]:
    """Return the signals declared in a module, alone or in a tuple, in the order of the file."""
    declared = (value if isinstance(value, tuple) else (value,) for value in namespace.values())
    return tuple(one for values in declared for one in values if isinstance(one, Signal))

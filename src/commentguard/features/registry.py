"""How a signal is declared: a function from a batch to one number a comment, with the words a moderator reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch

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
    """

    name: str
    compute: Compute
    high: str
    low: str
    logarithm: bool = False

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The signal as a `Block` has it."""
        return (self,)

    def __call__(self, batch: Batch) -> NDArray[np.float64]:
        """Compute the signal for a batch."""
        values = self.compute(batch).astype(np.float64)
        return np.log1p(values) if self.logarithm else values


@dataclass(frozen=True, slots=True)
class Block:
    """Signals whose numbers lie side by side, so that one step takes them all.

    Parameters
    ----------
    signals : tuple of Signal
        Each as if it were declared alone.
    compute : callable
        From a `Batch` of n comments to n values of the first signal, n of the next and so on, in one row.
    """

    signals: tuple[Signal, ...]
    compute: Compute


def signal(high: str, low: str, *, logarithm: bool = False) -> Callable[[Compute], Signal]:
    """Declare a function as a signal, with its wordings for high and low values; see `Signal`."""

    def declare(compute: Compute) -> Signal:
        return Signal(compute.__name__, compute, high, low, logarithm)

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


def signals_of(namespace: dict[str, object]) -> tuple[Signal | Block, ...]:
    """Return the signals declared in a module, in the order of the file."""
    return tuple(value for value in namespace.values() if isinstance(value, Signal | Block))

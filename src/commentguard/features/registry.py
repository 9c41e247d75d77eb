"""How a signal is declared: a function from a batch to one number a comment, with the words a moderator reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from math import inf, log1p
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.facts import NOTHING, Share, shares

Compute = Callable[[Batch], NDArray[np.generic] | list[float]]
Having = Callable[[Batch], list[int]]
Measure = Callable[[Batch, list[int]], Sequence[float] | NDArray[np.generic]]


class Part(NamedTuple):
    """What is measured only where there is something to measure.

    Parameters
    ----------
    having : callable
        From a `Batch` to the numbers of the comments that have it: links, an address, ...
    measure : callable
        From a `Batch` and these numbers, at least one, to a value for each.
    otherwise : float
        The value of all other comments.
    """

    having: Having
    measure: Measure
    otherwise: float


class Declare(Protocol):
    """What `measured` returns: to be used as `signal` is."""

    def __call__(
        self, high: str, low: str, *, logarithm: bool = False, otherwise: float = 0.0
    ) -> Callable[[Measure], Signal]:
        """Declare a function as a signal; all other comments have the value `otherwise`."""


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
    part : Part or None
        Of which comments it is measured; what no comment of a batch has is not asked for. None where of all.
    """

    name: str
    compute: Compute
    high: str
    low: str
    logarithm: bool = False
    share: Share | None = None
    part: Part | None = None

    @property
    def greatest(self) -> float:
        """The greatest value that it can have: that of a whole, where it is a share of something; else no bound."""
        if self.share is None or self.share.among == NOTHING:
            return inf
        return log1p(1) if self.logarithm else 1.0

    def __call__(self, batch: Batch) -> NDArray[np.float64]:
        """Compute the signal for a batch."""
        values = np.asarray(self.compute(batch), dtype=np.float64)
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
            values: NDArray[np.float64] = shares(batch, np.array([share]))[0]
            return values

        return Signal(told.__name__, compute, high, low, logarithm, share)

    return declare


def measured(having: Having) -> Declare:
    """Let signals be declared that are measured of those comments alone that have something.

    Parameters
    ----------
    having : callable
        From a `Batch` to their numbers. Most comments have no links, and hardly any is a ping: signals of one `having`
        are skipped together.

    Returns
    -------
    callable
        The decorator, as `signal` is; what it declares is a function from a `Batch` and these numbers to their values.
    """

    def with_words(
        high: str, low: str, *, logarithm: bool = False, otherwise: float = 0.0
    ) -> Callable[[Measure], Signal]:
        def declare(measure: Measure) -> Signal:
            @wraps(measure)
            def compute(batch: Batch) -> NDArray[np.float64]:
                numbers, values = having(batch), np.full(len(batch), otherwise)
                if numbers:
                    values[numbers] = measure(batch, numbers)
                return values

            return Signal(measure.__name__, compute, high, low, logarithm, part=Part(having, measure, otherwise))

        return declare

    return with_words


of_hosted = measured(lambda batch: batch.hosted)
"""Declares a signal of the address that an author gave."""
of_pings = measured(lambda batch: batch.pings)
"""Declares a signal of pingbacks and trackbacks."""


def signals_of(namespace: dict[str, object]) -> tuple[Signal, ...]:
    """Return the signals declared in a module, alone or in a tuple, in the order of the file."""
    declared = (value if isinstance(value, tuple) else (value,) for value in namespace.values())
    return tuple(one for values in declared for one in values if isinstance(one, Signal))

"""All features that have a name, as one matrix: signals, then relevance."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features import context, linking, naming, pings, relevance, scraps, wording
from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.facts import shares

SIGNALS: Final = (
    *wording.SIGNALS,
    *scraps.SIGNALS,
    *linking.SIGNALS,
    *naming.SIGNALS,
    *pings.SIGNALS,
    *context.SIGNALS,
)
"""Every signal, in the order of its column. A new one is declared in one of these modules; nothing else to do."""

NAMES: Final[tuple[str, ...]] = (*(signal.name for signal in SIGNALS), *relevance.NAMES)
"""Names of the columns of `named_features`."""

_COUNTED: Final = np.array([number for number, signal in enumerate(SIGNALS) if signal.share])
_SHARES: Final = np.array([signal.share for signal in SIGNALS if signal.share])
_WHOLE: Final = [(number, one.compute) for number, one in enumerate(SIGNALS) if not (one.share or one.part)]
_MEASURED: Final = {number: signal.part for number, signal in enumerate(SIGNALS) if signal.part}
_PARTS: Final = [
    (
        having,
        np.array([[number] for number, part in _MEASURED.items() if part.having is having]),
        [part.measure for part in _MEASURED.values() if part.having is having],
    )
    for having in dict.fromkeys(part.having for part in _MEASURED.values())
]
_OTHERWISE: Final = np.array([[signal.part.otherwise if signal.part else 0.0] for signal in SIGNALS])
_LOGARITHMS: Final = np.array([number for number, signal in enumerate(SIGNALS) if signal.logarithm])


def named_features(batch: Batch, background: Background) -> NDArray[np.float32]:
    """Compute all named features of a batch.

    Parameters
    ----------
    batch : Batch
        n comments.
    background : Background
        How common each word is.

    Returns
    -------
    ndarray of float32, shape (n, len(NAMES))
        NaN where a number is unknown; ranges are in each signal's docstring.
    """
    columns = np.empty((len(NAMES), len(batch)), dtype=np.float32)
    signals = columns[: len(SIGNALS)]
    signals[:] = _OTHERWISE
    signals[_COUNTED] = shares(batch, _SHARES)
    for number, compute in _WHOLE:
        signals[number] = compute(batch)
    for having, rows, measures in _PARTS:
        numbers = having(batch)
        if numbers:
            signals[rows, numbers] = [measure(batch, numbers) for measure in measures]
    signals[_LOGARITHMS] = np.log1p(signals.take(_LOGARITHMS, axis=0), dtype=np.float64)
    columns[len(SIGNALS) :] = relevance.relevance(batch, background).T
    return columns.T

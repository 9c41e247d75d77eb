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

# While they are computed, signals stand in another order: what is done to several is done to neighbours. First come
# shares, those that are a logarithm last among them; then all others, those that are a logarithm first among them.
_ORDER: Final = sorted(SIGNALS, key=lambda one: (one.share is None, one.logarithm is (one.share is not None)))
_PLACES: Final = np.array([_ORDER.index(signal) for signal in SIGNALS])
_SHARES: Final = np.array([signal.share for signal in _ORDER if signal.share])
_OTHERS: Final = slice(len(_SHARES), len(SIGNALS))
_LOGARITHMIC: Final = [row for row, signal in enumerate(_ORDER) if signal.logarithm]
_LOGARITHMS: Final = slice(_LOGARITHMIC[0], _LOGARITHMIC[-1] + 1)
_WHOLE: Final = [(row, one.compute) for row, one in enumerate(_ORDER) if not (one.share or one.part)]
_MEASURED: Final = {row: signal.part for row, signal in enumerate(_ORDER) if signal.part}
_PARTS: Final = [
    (
        having,
        np.array([[row] for row, part in _MEASURED.items() if part.having is having]),
        [part.measure for part in _MEASURED.values() if part.having is having],
    )
    for having in dict.fromkeys(part.having for part in _MEASURED.values())
]
_OTHERWISE: Final = np.array([[signal.part.otherwise if signal.part else 0.0] for signal in _ORDER[_OTHERS]])


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
    signals = np.empty((len(SIGNALS), len(batch)), dtype=np.float32)
    signals[: len(_SHARES)] = shares(batch, _SHARES)
    signals[_OTHERS] = _OTHERWISE
    for row, compute in _WHOLE:
        signals[row] = compute(batch)
    for having, rows, measures in _PARTS:
        numbers = having(batch)
        if numbers:
            signals[rows, numbers] = [measure(batch, numbers) for measure in measures]
    np.log1p(signals[_LOGARITHMS], out=signals[_LOGARITHMS], dtype=np.float64)
    columns = np.empty((len(NAMES), len(batch)), dtype=np.float32)
    signals.take(_PLACES, axis=0, out=columns[: len(SIGNALS)], mode="clip")
    columns[len(SIGNALS) :] = relevance.relevance(batch, background).T
    return columns.T

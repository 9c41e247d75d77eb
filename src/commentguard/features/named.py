"""All features that have a name, as one matrix: signals, then relevance."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features import context, linking, naming, pings, relevance, scraps, wording
from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.registry import Block, Signal

_DECLARED: Final[tuple[Signal | Block, ...]] = (
    *wording.SIGNALS,
    *scraps.SIGNALS,
    *linking.SIGNALS,
    *naming.SIGNALS,
    *pings.SIGNALS,
    *context.SIGNALS,
)

SIGNALS: Final = tuple(signal for declared in _DECLARED for signal in declared.signals)
"""Every signal, in the order of its column. A new one is declared in one of these modules; nothing else to do."""

NAMES: Final[tuple[str, ...]] = (*(signal.name for signal in SIGNALS), *relevance.NAMES)
"""Names of the columns of `named_features`."""

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
    signals = np.concatenate([one.compute(batch) for one in _DECLARED]).reshape(len(SIGNALS), -1)
    signals[_LOGARITHMS] = np.log1p(signals[_LOGARITHMS])
    columns[: len(SIGNALS)] = signals
    columns[len(SIGNALS) :] = relevance.relevance(batch, background).T
    return columns.T

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

_COUNTED: Final = [number for number, signal in enumerate(SIGNALS) if signal.share]
_OTHERS: Final = [number for number, signal in enumerate(SIGNALS) if not signal.share]
_SHARES: Final = np.array([signal.share for signal in SIGNALS if signal.share])
_COMPUTED: Final = [signal.compute for signal in SIGNALS if not signal.share]
_ORDER: Final = np.array([*_COUNTED, *_OTHERS])  # in which signals are computed
_LOGARITHMS: Final = np.array([place for place, number in enumerate(_ORDER) if SIGNALS[number].logarithm])


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
    computed = np.concatenate([compute(batch) for compute in _COMPUTED]).reshape(len(_COMPUTED), -1)
    signals = np.concatenate([shares(batch, _SHARES).T, computed])
    signals[_LOGARITHMS] = np.log1p(signals.take(_LOGARITHMS, axis=0))
    columns[_ORDER] = signals
    columns[len(SIGNALS) :] = relevance.relevance(batch, background).T
    return columns.T

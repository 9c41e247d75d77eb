"""From the parts of a model to probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from commentguard.forest import Forest
from commentguard.scoring import added_odds


def constant(log_odds: float) -> Forest:
    """Return a forest of one leaf."""
    one = np.zeros(1, dtype=np.int32)
    return Forest(one, one.astype(np.int16), np.zeros(1, np.float32), np.zeros(1, bool), one, one,
                  np.zeros(1, np.float32), log_odds, 0)  # fmt: skip


def test_odds_of_several_forests_are_added() -> None:
    forests = [constant(np.log(2.0)), constant(np.log(3.0))]
    leaves = [np.zeros((4, 1), dtype=np.int32)] * 2
    assert np.exp(added_odds(forests, leaves, 4)).tolist() == pytest.approx([5.0] * 4)
    assert np.exp(added_odds(forests[:1], leaves[:1], 4)).tolist() == pytest.approx([2.0] * 4)


def test_without_a_forest_nothing_is_known() -> None:
    assert added_odds((), (), 2).tolist() == [0.0, 0.0]

"""All features as one matrix: finite or unknown, and for each comment the same whatever stands beside it."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from commentguard.features.background import Background
from commentguard.features.batch import Batch, Texts
from commentguard.features.named import NAMES, SIGNALS, named_features
from commentguard.records import Comment
from hostile import PHASES, comments

BACKGROUND = Background.fit(Texts.of(["the garden in spring", "cheap pills", "thanks for it"] * 9, 1_000))


@settings(max_examples=40, phases=PHASES)
@given(st.lists(comments(), min_size=1, max_size=5))
def test_features_of_any_comments_are_finite_or_unknown(batch: list[Comment]) -> None:
    found = named_features(Batch(batch), BACKGROUND)
    assert found.shape == (len(batch), len(NAMES))
    assert found.dtype == np.float32
    assert not np.isinf(found).any()


@settings(max_examples=30, phases=PHASES)
@given(st.lists(comments(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_features_do_not_depend_on_the_batch_or_its_order(batch: list[Comment], rng: random.Random) -> None:
    alone = [named_features(Batch([comment]), BACKGROUND)[0] for comment in batch]
    order = rng.sample(range(len(batch)), len(batch))
    together = named_features(Batch([batch[number] for number in order]), BACKGROUND)
    for place, number in enumerate(order):
        np.testing.assert_array_equal(together[place], alone[number])


@settings(max_examples=20, phases=PHASES)
@given(st.lists(comments(), min_size=1, max_size=5))
def test_each_signals_column_is_what_the_signal_gives_alone(batch: list[Comment]) -> None:
    columns = named_features(Batch(batch), BACKGROUND).T
    for signal, column in zip(SIGNALS, columns, strict=False):
        np.testing.assert_array_equal(column, signal(Batch(batch)).astype(np.float32), signal.name)


def test_each_column_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert NAMES[: len(SIGNALS)] == tuple(signal.name for signal in SIGNALS)

"""From probabilities to labels: thresholds, the unsure band, and how thresholds are chosen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from commentguard.decision import Thresholds, choose_thresholds, decide
from commentguard.records import LABELS, Label

SHARES = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(
    lambda pair: [pair[0], (1 - pair[0]) * pair[1], (1 - pair[0]) * (1 - pair[1])]
)


def decided(
    probabilities: NDArray[np.float64], thresholds: Thresholds, **rows: NDArray[np.bool_]
) -> tuple[list[Label], list[bool]]:
    each = [{name: bool(of[at]) for name, of in rows.items()} for at in range(len(probabilities))]
    chosen = [decide(row, thresholds, **of_row) for row, of_row in zip(probabilities.tolist(), each, strict=True)]
    return [LABELS[number] for number, _ in chosen], [review for _, review in chosen]


@pytest.mark.parametrize(
    ("row", "label", "review"),
    [
        ([0.9, 0.05, 0.05], "spam", False),
        ([0.8, 0.1, 0.1], "spam", False),
        ([0.79, 0.01, 0.2], "substantive", True),
        ([0.1, 0.8, 0.1], "off-topic", False),
        ([0.1, 0.5, 0.4], "off-topic", True),
        ([0.0, 0.3, 0.7], "substantive", False),
        ([0.0, 0.31, 0.69], "substantive", True),
        ([0.0, 0.0, 1.0], "substantive", False),
    ],
)
def test_labels_begin_at_their_thresholds(row: list[float], label: Label, review: bool) -> None:
    assert decided(np.array([row]), Thresholds(spam=0.8, off_topic=0.5, review=0.7)) == ([label], [review])


@given(SHARES, st.floats(0.5, 0.999), st.floats(0.2, 0.7))
def test_what_would_be_spam_by_probability_but_not_by_threshold_needs_review(
    row: list[float], spam: float, off_topic: float
) -> None:
    (label,), (review,) = decided(np.array([row]), Thresholds(spam=spam, off_topic=off_topic))
    assert (label == "spam") == (row[0] >= spam)
    if row[0] > 0.5 and label != "spam":
        assert review


def test_no_rows_have_no_labels() -> None:
    assert decided(np.zeros((0, 3)), Thresholds()) == ([], [])


def some(seed: int, n: int = 400) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    raw = rng.random((n, 3)) + 0.7 * np.eye(3)[truth]
    return raw / raw.sum(axis=1, keepdims=True), truth


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.01, 0.1, 1.0]))
def test_no_more_readers_are_lost_than_allowed(seed: int, max_lost: float) -> None:
    probabilities, truth = some(seed)
    chosen = choose_thresholds(probabilities, truth, max_lost=max_lost)
    lost = (probabilities[truth == 2, 0] >= chosen.spam).mean()
    assert lost <= max_lost
    assert 0.5 <= chosen.spam <= 0.999
    assert 0.2 <= chosen.off_topic <= 0.71


def test_the_split_between_off_topic_and_substantive_is_found() -> None:
    share = np.linspace(0, 1, 201)
    probabilities = np.stack([np.zeros(201), share, 1 - share], axis=1)
    truth = np.where(share >= 0.4, 1, 2)
    assert choose_thresholds(probabilities, truth).off_topic == pytest.approx(0.4, abs=0.021)


def test_without_substantive_rows_the_thresholds_stay_in_the_middle() -> None:
    probabilities, _ = some(1, 10)
    assert choose_thresholds(probabilities, np.zeros(10, dtype=np.int64)).spam == pytest.approx(0.5, abs=1e-5)


def test_pings_have_a_threshold_of_their_own() -> None:
    row = np.array([[0.6, 0.1, 0.3]] * 2)
    labels, _ = decided(row, Thresholds(spam=0.8, ping=0.55), is_ping=np.array([True, False]))
    assert labels == ["spam", "substantive"]


@given(st.integers(0, 10_000))
def test_no_more_pings_of_readers_are_lost_than_allowed(seed: int) -> None:
    probabilities, truth = some(seed)
    is_ping = np.arange(len(truth)) % 4 == 0
    chosen = choose_thresholds(probabilities, truth, is_ping, max_lost=0.05)
    assert (probabilities[(truth == 2) & is_ping, 0] >= chosen.ping).mean() <= 0.05
    assert (probabilities[(truth == 2) & ~is_ping, 0] >= chosen.spam).mean() <= 0.05


def test_what_promotes_nothing_is_called_spam_only_where_that_is_all_but_certain() -> None:
    rows = np.array([[0.89, 0.06, 0.05], [0.89, 0.06, 0.05], [0.91, 0.05, 0.04], [0.1, 0.1, 0.8]])
    labels, review = decided(rows, Thresholds(spam=0.8), harmless=np.array([True, False, True, True]))
    assert labels == ["off-topic", "spam", "spam", "substantive"]
    assert review == [True, False, False, False]


def test_what_promotes_nothing_and_fits_its_post_must_be_more_certain_to_be_called_spam() -> None:
    fits, strays, blatant = [0.97, 0.005, 0.025], [0.97, 0.025, 0.005], [0.99, 0.002, 0.008]
    labels, review = decided(np.array([fits, strays, blatant]), Thresholds(spam=0.8), harmless=np.ones(3, dtype=bool))
    assert (labels, review) == (["substantive", "spam", "spam"], [True, False, False])


def test_who_claims_what_is_untrue_is_looked_at_by_a_person() -> None:
    rows = np.array([[0.1, 0.05, 0.85], [0.9, 0.05, 0.05], [0.1, 0.05, 0.85]])
    labels, review = decided(rows, Thresholds(spam=0.8), doubtful=np.array([True, True, False]))
    assert labels == ["substantive", "spam", "substantive"]
    assert review == [True, False, False]


def test_with_few_rows_the_spam_threshold_is_drawn_towards_one_half() -> None:
    rng = np.random.default_rng(4)
    spam = rng.random(200)
    probabilities = np.stack([spam, np.zeros(200), 1 - spam], axis=1)
    truth = np.full(200, 2)
    sure, doubting = (choose_thresholds(probabilities, truth, doubt=doubt).spam for doubt in (0.0, 10.0))
    assert 0.5 < doubting < 0.6 < sure

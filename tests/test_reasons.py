"""Reasons: what is named, how it is worded, in which direction it counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.features.pages import NAMES as PAGES
from commentguard.reasons import (
    CODES,
    LEAST_WEIGHT,
    REASONS_AGAINST,
    REASONS_FOR,
    reasons_for,
    towards,
    what_decided,
    words_of,
)
from commentguard.records import LABELS, Label, Reason
from commentguard.scoring import FEATURES

LINKS = next(number for number, code in enumerate(CODES) if code.name == "link_count")
WORDING = next(number for number, code in enumerate(CODES) if code.name == "wording")
TYPICAL = np.zeros(len(FEATURES), dtype=np.float32)
VALUES = np.zeros(len(FEATURES) + len(PAGES), dtype=np.float32)


def evidence(**moved: float) -> np.ndarray:
    names = [code.name for code in CODES]
    found = np.zeros(len(CODES))
    for name, weight in moved.items():
        found[names.index(name)] = weight
    return found


def named(moved: np.ndarray, direction: float = 1.0, values: np.ndarray = VALUES) -> tuple[Reason, ...]:
    (reasons,) = reasons_for(moved[None], [direction], values[None], TYPICAL)
    return reasons


def test_evidence_towards_a_label_follows_the_two_decisions() -> None:
    assert {label: towards(label, np.array([2.0]), np.array([0.5])).tolist() for label in LABELS} == {
        "spam": [2.0], "off-topic": [-1.5], "substantive": [-2.5]
    }  # fmt: skip


def test_the_strongest_evidence_for_and_against_is_named() -> None:
    names = [code.name for code in CODES][:9]
    reasons = named(evidence(**{name: (1.0 + number) * (-1) ** number for number, name in enumerate(names)}))
    assert [reason.code for reason in reasons] == [names[8], names[7], names[6], names[5], names[4]]
    assert sum(reason.weight > 0 for reason in reasons) == REASONS_FOR
    assert sum(reason.weight < 0 for reason in reasons) == REASONS_AGAINST


def test_what_is_there_is_not_said_to_be_missing_where_it_is_typical() -> None:
    """Most readers give an address: of one who does it was said that "no address is given"."""
    typical, values = TYPICAL.copy(), VALUES.copy()
    columns = [FEATURES.index(name) for name in ("has_url", "name_words")]
    typical[columns] = values[columns] = 1
    moved = evidence(has_url=0.5, name_words=0.4)
    (present,) = reasons_for(moved[None], [1.0], values[None], typical)
    values[columns] = 0
    (absent,) = reasons_for(moved[None], [1.0], values[None], typical)
    assert [reason.text for reason in present] == ["an address is given", "a name of one word"]
    assert [reason.text for reason in absent] == ["no address is given", "a name of one word"]


def slow_reasons(weights: np.ndarray) -> list[tuple[str, float]]:
    """Name the evidence of one comment, one after the other."""
    strongest = sorted(range(len(CODES)), key=lambda code: -abs(weights[code]))
    supporting = [code for code in strongest if weights[code] >= LEAST_WEIGHT][:REASONS_FOR]
    opposing = [code for code in strongest if weights[code] <= -LEAST_WEIGHT][:REASONS_AGAINST]
    chosen = sorted(sorted((*supporting, *opposing)), key=lambda code: -abs(weights[code]))
    return [(CODES[code].name, round(float(weights[code]), 2)) for code in chosen]


@given(st.integers(0, 10_000), st.integers(0, 6))
def test_many_comments_have_the_reasons_that_each_has_alone(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    moved = rng.choice([0.0, 0.05, -0.05, 0.1, -0.1, 0.3, -0.3, 1.0, *rng.normal(size=9)], (n, len(CODES)))
    moved[rng.random(moved.shape) < rng.random()] = 0
    direction = rng.choice([1.0, -1.0], n)
    found = reasons_for(moved, direction.tolist(), np.tile(VALUES, (n, 1)), TYPICAL)
    weights = moved * direction[:, None]
    assert [[(reason.code, reason.weight) for reason in reasons] for reasons in found] == [
        slow_reasons(row) for row in weights
    ]


def test_weak_evidence_is_not_named() -> None:
    assert named(evidence(link_count=LEAST_WEIGHT * 0.9)) == ()


@pytest.mark.parametrize(("value", "words"), [(2.0, "high"), (-2.0, "low")])
def test_a_signal_is_worded_by_its_value_not_by_its_direction(value: float, words: str) -> None:
    values = VALUES.copy()
    values[CODES[LINKS].feature] = value
    for weight in (1.0, -1.0):
        (reason,) = named(evidence(link_count=weight), values=values)
        assert reason.text == getattr(CODES[LINKS], words)
        assert reason.weight == weight
        assert words_of(evidence(link_count=weight), values, TYPICAL)[LINKS] == reason.text


def test_gathered_evidence_is_worded_by_its_direction() -> None:
    (spam,) = named(evidence(wording=1.0))
    (calm,) = named(evidence(wording=-1.0), direction=-1.0)
    assert (spam.text, calm.text) == (CODES[WORDING].low, CODES[WORDING].high)
    assert (spam.weight, calm.weight) == (1.0, 1.0)


def test_an_unknown_value_is_said_to_be_unknown() -> None:
    values = VALUES.copy()
    values[CODES[LINKS].feature] = np.nan
    (reason,) = named(evidence(link_count=1.0), values=values)
    assert reason.text.startswith("not known: ")


@pytest.mark.parametrize(
    ("label", "probabilities", "decision", "direction"),
    [
        ("spam", [0.6, 0.3, 0.1], 0, 1),
        ("off-topic", [0.4, 0.5, 0.1], 1, 1),
        ("off-topic", [0.1, 0.5, 0.4], 1, 1),
        ("substantive", [0.4, 0.1, 0.5], 0, -1),
        ("substantive", [0.7, 0.1, 0.2], 0, -1),
        ("substantive", [0.1, 0.4, 0.5], 1, -1),
        ("substantive", [0.0, 0.0, 1.0], 0, -1),
    ],
)
def test_what_decided_is_told_by_the_decision_that_led_to_the_label(
    label: Label, probabilities: list[float], decision: int, direction: float
) -> None:
    assert what_decided(LABELS.index(label), probabilities) == (decision, direction)

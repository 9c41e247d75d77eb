"""Reasons: what is named, how it is worded, in which direction it counts."""

from __future__ import annotations

import numpy as np
import pytest

from commentguard.reasons import CODES, LEAST_WEIGHT, REASONS_AGAINST, REASONS_FOR, reasons_for, towards
from commentguard.records import LABELS
from commentguard.scoring import FEATURES

LINKS = next(number for number, code in enumerate(CODES) if code.name == "link_count")
WORDING = next(number for number, code in enumerate(CODES) if code.name == "wording")
TYPICAL = np.zeros(len(FEATURES), dtype=np.float32)


def found(**moved: float) -> np.ndarray:
    names = [code.name for code in CODES]
    table = np.zeros((2, len(CODES)))
    for name, weight in moved.items():
        table[0, names.index(name)] = weight
    return table


def test_evidence_towards_a_label_follows_the_two_decisions() -> None:
    table = np.array([[[2.0]], [[0.5]]])
    assert {label: float(towards(label, table)[0, 0]) for label in LABELS} == {
        "spam": 2.0, "off-topic": -1.5, "substantive": -2.5
    }  # fmt: skip


def test_the_strongest_evidence_for_and_against_is_named() -> None:
    names = [code.name for code in CODES][:9]
    table = found(**{name: (1.0 + number) * (-1) ** number for number, name in enumerate(names)})
    reasons = reasons_for("spam", "substantive", table, TYPICAL, TYPICAL)
    assert [reason.code for reason in reasons] == [names[8], names[7], names[6], names[5], names[4]]
    assert sum(reason.weight > 0 for reason in reasons) == REASONS_FOR
    assert sum(reason.weight < 0 for reason in reasons) == REASONS_AGAINST


def test_weak_evidence_is_not_named() -> None:
    assert reasons_for("spam", "substantive", found(link_count=LEAST_WEIGHT * 0.9), TYPICAL, TYPICAL) == ()


@pytest.mark.parametrize(("value", "words"), [(2.0, "high"), (-2.0, "low")])
def test_a_signal_is_worded_by_its_value_not_by_its_direction(value: float, words: str) -> None:
    values = TYPICAL.copy()
    values[CODES[LINKS].feature] = value
    for weight in (1.0, -1.0):
        (reason,) = reasons_for("spam", "substantive", found(link_count=weight), values, TYPICAL)
        assert reason.text == getattr(CODES[LINKS], words)
        assert reason.weight == weight


def test_gathered_evidence_is_worded_by_its_direction() -> None:
    (spam,) = reasons_for("spam", "substantive", found(wording=1.0), TYPICAL, TYPICAL)
    (calm,) = reasons_for("substantive", "spam", found(wording=-1.0), TYPICAL, TYPICAL)
    assert (spam.text, calm.text) == (CODES[WORDING].low, CODES[WORDING].high)
    assert (spam.weight, calm.weight) == (1.0, 1.0)


def test_an_unknown_value_is_said_to_be_unknown() -> None:
    values = TYPICAL.copy()
    values[CODES[LINKS].feature] = np.nan
    (reason,) = reasons_for("spam", "substantive", found(link_count=1.0), values, TYPICAL)
    assert reason.text.startswith("not known: ")


def test_between_off_topic_and_substantive_it_counts_for_nothing_that_a_comment_is_no_spam() -> None:
    table = found(wording=-3.0)
    assert reasons_for("off-topic", "substantive", table, TYPICAL, TYPICAL) == ()
    table[1, [code.name for code in CODES].index("context")] = 2.0
    (reason,) = reasons_for("off-topic", "substantive", table, TYPICAL, TYPICAL)
    assert (reason.code, reason.weight) == ("context", 2.0)
    assert reason.text == "fits neither the post nor its discussion"

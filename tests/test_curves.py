"""Thresholds, curves, calibration and groups: known values on hand-made rows."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from commentguard.curves import GROUPS, POINTS, Curves, Share, curves_of
from commentguard.records import Comment, Label, Verdict


def _row(truth: Label, spam: float, source: str = "") -> tuple[Comment, Verdict]:
    label: Label = "spam" if spam >= 0.5 else "substantive"
    verdict = Verdict(label, {"spam": spam, "off-topic": 0.0, "substantive": 1 - spam}, False)
    return Comment(text="plums", label=truth, source=source), verdict


def _curves(*rows: tuple[Comment, Verdict]) -> Curves:
    return curves_of([comment for comment, _ in rows], [verdict for _, verdict in rows])


ROWS = (_row("spam", 0.95), _row("spam", 0.6), _row("spam", 0.3), _row("substantive", 0.7), _row("substantive", 0.1))


def test_each_threshold_tells_what_it_catches_and_loses() -> None:
    found = {round(at.threshold * 100): at for at in _curves(*ROWS).thresholds}
    assert len(found) == 99
    assert (found[50].caught, found[50].lost, found[50].precise) == (Share(2, 3), Share(1, 2), Share(2, 3))
    assert (found[80].caught, found[80].lost) == (Share(1, 3), Share(0, 2))
    assert found[60].caught.hits == 2
    assert found[61].caught.hits == 1
    assert found[50].cost(10) == 1 + 10


def test_the_verdicts_as_they_are_stand_beside_the_thresholds() -> None:
    now = _curves(*ROWS).now
    assert isnan(now.threshold)
    assert (now.caught, now.lost) == (Share(2, 3), Share(1, 2))


@pytest.mark.parametrize(("ratio", "threshold"), [(0.1, 0.3), (10, 0.95)])
def test_the_cheapest_threshold_goes_by_what_a_lost_comment_costs(ratio: float, threshold: float) -> None:
    assert _curves(*ROWS).cheapest(ratio).threshold == threshold


def test_precision_over_recall_is_that_of_scikit_learn() -> None:
    curve = _curves(*ROWS).precision_recall["spam"]
    assert curve.points[0] == (1 / 3, 1.0)
    assert curve.points[-1] == (1.0, 0.6)
    expected = average_precision_score([1, 1, 1, 0, 0], [0.95, 0.6, 0.3, 0.7, 0.1])
    assert curve.area == pytest.approx(expected)


def test_a_label_that_no_row_has_has_no_curve() -> None:
    curve = _curves(*ROWS).precision_recall["off-topic"]
    assert curve.points == ()
    assert isnan(curve.area)


def test_curves_are_short_enough_to_be_drawn() -> None:
    rows = [_row("spam" if number % 3 else "substantive", number / 1000) for number in range(1000)]
    points = _curves(*rows).precision_recall["spam"].points
    assert len(points) <= POINTS
    assert points[-1][0] == 1.0


def test_calibration_tells_the_share_in_each_bin() -> None:
    bins = _curves(*ROWS, _row("substantive", 0.93)).calibration["spam"]
    assert [one.right for one in bins] == [Share(0, 1), Share(1, 1), Share(1, 1), Share(0, 1), Share(1, 2)]
    assert bins[-1].probability == pytest.approx(0.94)


def test_groups_stand_by_size_and_small_ones_together() -> None:
    rows = [_row("spam", 0.9, f"blog {number}") for number in range(GROUPS + 9)] + [_row("spam", 0.1, "blog 7")]
    groups = _curves(*rows).groups["source"]
    assert len(groups) == GROUPS
    assert (groups[0].name, groups[0].right, groups[0].caught) == ("blog 7", Share(1, 2), Share(1, 2))
    assert groups[-1].name == "10 others"
    assert sum(group.right.of for group in groups) == len(rows)


@given(st.integers(0, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_lies_around_its_share_within_0_and_1(pair: tuple[int, int]) -> None:
    share = Share(*pair)
    assert 0 <= share.low <= share.high <= 1
    assert isnan(share.value) or share.low <= share.value <= share.high


def test_intervals_are_wilsons() -> None:
    assert (Share(0, 10).low, Share(10, 10).high, Share(0, 0).low, Share(0, 0).high) == (0, 1, 0, 1)
    assert Share(0, 10).high == pytest.approx(0.2775, abs=1e-4)

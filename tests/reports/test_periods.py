"""Columns of a chart over time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commentguard.reports.periods import MONTHS, YEARS, listed, periods
from commentguard.reports.summary import Tally


def test_months_without_comments_have_a_column_too() -> None:
    found = periods({(2013, 12): Tally(1), (2014, 2): Tally(2)})
    assert [(period.name, period.tally.total) for period in found] == [("2013-12", 1), ("2014-01", 0), ("2014-02", 2)]


def test_many_months_become_years_whose_months_are_added() -> None:
    found = periods({(1990, 1): Tally(1), (1990, 5): Tally(2), (2014, 2): Tally(4)})
    assert [period.name for period in found] == [str(year) for year in range(1990, 2015)]
    assert found[0].tally.total == 3


MONTH = st.tuples(st.integers(1, 9999), st.integers(1, 12))


@given(st.dictionaries(MONTH, st.builds(Tally, st.integers(1, 9)), max_size=80))
def test_any_dates_have_a_bounded_number_of_columns(months: dict[tuple[int, int], Tally]) -> None:
    found = periods(months)
    assert len(found) <= max(MONTHS, YEARS)
    assert bool(found) == bool(months)


def test_the_latest_months_are_listed_first() -> None:
    found = listed({(2013, 12): Tally(1), (2014, 2): Tally(2), (2014, 1): Tally(1)}, 2)
    assert [period.name for period in found] == ["2014-02", "2014-01"]

"""Months and years in a row, for a chart over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from commentguard.reports.summary import Tally

MONTHS: Final = 240
"""Months that a chart has room for; more are shown as years."""
YEARS: Final = 60
"""Years that a chart has room for."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a year.

    Parameters
    ----------
    name : str
        ``"2014-03"`` or ``"2014"``.
    tally : Tally
        Its comments; empty where there are none.
    """

    name: str
    tally: Tally


def periods(months: Mapping[tuple[int, int], Tally]) -> list[Period]:
    """Return the columns of a chart over time, none left out between the first and the last.

    Parameters
    ----------
    months : Mapping
        (year, month) to what came in that month.

    Returns
    -------
    list of Period
        Months where all fit (`MONTHS`), else years; where there are more than `YEARS` years between the first and the
        last, as dates that nobody believes bring about, the latest years that hold something.

    Examples
    --------
    >>> [period.name for period in periods({(2014, 11): Tally(1), (2015, 1): Tally(2)})]
    ['2014-11', '2014-12', '2015-01']
    """
    if not months:
        return []
    first, last = min(months), max(months)
    span = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    if span <= MONTHS:
        ordinals = range(first[0] * 12 + first[1] - 1, first[0] * 12 + first[1] - 1 + span)
        keys = [(ordinal // 12, ordinal % 12 + 1) for ordinal in ordinals]
        return [Period(f"{year:04}-{month:02}", months.get((year, month), Tally())) for year, month in keys]
    years: dict[int, Tally] = {}
    for (year, _), tally in months.items():
        years.setdefault(year, Tally()).take(tally)
    few = last[0] - first[0] < YEARS
    shown = range(first[0], last[0] + 1) if few else sorted(years)[-YEARS:]
    return [Period(f"{year:04}", years.get(year, Tally())) for year in shown]


def listed(months: Mapping[tuple[int, int], Tally], most: int) -> list[Period]:
    """Return the latest months that hold something, at most so many, the latest first."""
    return [Period(f"{year:04}-{month:02}", months[year, month]) for year, month in sorted(months, reverse=True)[:most]]

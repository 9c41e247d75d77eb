"""How often each key was used, by site and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from commentguard.store.database import upsert_added
from commentguard.store.schema import usage

COUNTS: Final = ("calls", "spam", "ham", "missed_spam", "false_positives")
"""What is counted: checks, those answered spam and not, and what persons said was wrong."""


@dataclass(frozen=True, slots=True)
class Site:
    """What is counted of one site.

    Parameters
    ----------
    name : str
        The site's address as `places.place_of` writes it.
    counts : Mapping
        A number for each of `COUNTS`.
    """

    name: str
    counts: Mapping[str, int]


def today() -> str:
    """Return the day in UTC, as ``2026-11-23``."""
    return datetime.now(UTC).date().isoformat()


def count(connection: Connection, added: Mapping[tuple[str, str, str], Mapping[str, int]]) -> None:
    """Add to the counts.

    Parameters
    ----------
    connection : Connection
        From `Store.writing`.
    added : Mapping
        Key's name, site and day to how much each of `COUNTS` grows.
    """
    rows = [
        {"key": key, "site": site[:500], "day": day, **{name: numbers.get(name, 0) for name in COUNTS}}
        for (key, site, day), numbers in sorted(added.items())
    ]
    upsert_added(connection, usage, rows, COUNTS)


def totals(connection: Connection, key: str, since: str = "") -> dict[str, int]:
    """Return the counts of a key since a day, all sites together."""
    row = connection.execute(
        select(*(func.coalesce(func.sum(usage.c[name]), 0) for name in COUNTS)).where(
            usage.c.key == key, usage.c.day >= since
        )
    ).one()
    return {name: int(value) for name, value in zip(COUNTS, row, strict=True)}


def sites(connection: Connection, key: str, month: str) -> list[Site]:
    """Return the sites that a key was used for in a month (``2026-11``), by name."""
    rows = connection.execute(
        select(usage.c.site, *(func.sum(usage.c[name]) for name in COUNTS))
        .where(usage.c.key == key, usage.c.day.like(f"{month}-%"))
        .group_by(usage.c.site)
        .order_by(usage.c.site)
    )
    return [Site(name, {key: int(value) for key, value in zip(COUNTS, values, strict=True)}) for name, *values in rows]


def days_ago(days: int, now: date | None = None) -> str:
    """Return the day so many days ago.

    Examples
    --------
    >>> days_ago(60, date(2026, 3, 1))
    '2025-12-31'
    """
    return ((now or datetime.now(UTC).date()) - timedelta(days=days)).isoformat()

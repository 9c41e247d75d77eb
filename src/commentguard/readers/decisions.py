"""Decisions of persons on comments, as a labels file holds them: which one of several on a comment counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from commentguard.readers.report import Reading
from commentguard.readers.rows import UnreadableRow, as_label, as_text

Row = tuple[str, Mapping[str, Any]]
"""Place and values of a JSON object."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_MIXED: Final = "decisions on one id are about different comments, the latest counts; keep a labels file for each blog"


class _Held(NamedTuple):
    time: datetime
    place: str
    row: Mapping[str, Any]


def is_decision(row: Mapping[str, Any]) -> bool:
    """Tell whether an object of JSON is a decision on a comment, not a comment."""
    return isinstance(row.get("comment"), dict) and "text" not in row and "label" in row


def unwrapped(rows: Iterable[Row], reading: Reading) -> Iterator[Row]:
    """Yield rows of comments: those that are some already, then those of decisions, each with the label decided on."""
    decisions: list[Row] = []
    for place, row in rows:
        if is_decision(row):
            decisions.append((place, row))
        else:
            yield place, row
    for place, row in settled(decisions, reading):
        yield place, {**row["comment"], "id": row.get("id"), "label": row["label"]}


def settled(rows: Iterable[Row], reading: Reading) -> Iterator[Row]:
    """Yield the latest decision for each id, in the order in which ids first occur; all are held until then.

    Of decisions of one time the later in the file counts. What has no id or an unknown label is skipped.
    """
    held: dict[str, _Held] = {}
    for place, row in rows:
        try:
            key = _checked_id(row)
        except UnreadableRow as reason:
            reading.skip(place, str(reason))
            continue
        new, old = _Held(_time(row, reading), place, row), held.get(key)
        if old is not None and _text(old.row) != _text(row):
            reading.warn(_MIXED)
        if old is None or new.time >= old.time:
            held[key] = new
    yield from ((one.place, one.row) for one in held.values())


def time_of(value: object) -> datetime | None:
    """Return a time of ISO 8601 in UTC, which it is also taken for where it names no zone; None for anything else.

    Examples
    --------
    >>> time_of("2026-03-01T12:00:00+02:00")
    datetime.datetime(2026, 3, 1, 10, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        found = datetime.fromisoformat(str(value))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _time(row: Mapping[str, Any], reading: Reading) -> datetime:
    time = time_of(row.get("time"))
    if time is None:
        reading.warn("the time of a decision can't be read; it counts as the earliest")
    return time or _NEVER


def _checked_id(row: Mapping[str, Any]) -> str:
    if not is_decision(row):
        raise UnreadableRow("it is no decision on a comment")
    as_label(row["label"])
    identifier = as_text(row.get("id"))
    if not identifier:
        raise UnreadableRow("it does not say which comment it is about (id)")
    return identifier


def _text(row: Mapping[str, Any]) -> object:
    return row["comment"].get("text")

"""Dates as the platforms write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate
from typing import Final

_US: Final = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?\.?[Mm]?\.?)?\s*$", re.ASCII
)
_UNIX: Final = re.compile(r"(\d{9,10})(?:\.\d{1,9})?$|(\d{13})$", re.ASCII)
_ISO: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?))?", re.ASCII)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDED: Final = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:,|\s+at)?(\s.*)?$", re.ASCII)
_BEFORE_CHRIST: Final = re.compile(r"\s-\d{4}\s+\d", re.ASCII)
_ZONE: Final = re.compile(r"\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{1,2}|[+-]\d{2})?$", re.ASCII | re.IGNORECASE)


def parse_date(value: object) -> datetime | None:
    """Read a date in any form the platforms write: ISO 8601, US, RFC 822, seconds since 1970.

    Parameters
    ----------
    value : str, int, float or None
        The date as it stands in the export.

    Returns
    -------
    datetime or None
        The date as written, its time zone left out (seconds since 1970 are UTC); None where it can't be read, as
        with ``0000-00-00 00:00:00``.

    Examples
    --------
    >>> parse_date("03/08/2008 04:40:07 PM")
    datetime.datetime(2008, 3, 8, 16, 40, 7)
    >>> parse_date("2009-05-13T02:13:44+02:00")
    datetime.datetime(2009, 5, 13, 2, 13, 44)
    >>> parse_date("0000-00-00 00:00:00") is None
    True
    """
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _unix(float(value))
        if isinstance(value, str):
            return _written(value.strip()[:100])
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return None
    return None


def _unix(seconds: float) -> datetime:
    seconds = seconds / 1000 if abs(seconds) > 1e11 else seconds
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _written(text: str) -> datetime | None:
    if not text:
        return None
    if len(text) == 19 and text[4] == text[7] == "-" and text[10] in " T":
        return datetime.fromisoformat(text)
    iso = _ISO.match(text)
    if iso:
        if not _ZONE.match(text, iso.end()):
            return None
        return datetime.fromisoformat(f"{iso[1]}T{(iso[2] or '00:00').replace(',', '.')}")
    worded = _WORDED.match(text)
    if worded and worded[1][:3].lower() in _MONTHS:
        text = f"{_MONTHS.index(worded[1][:3].lower()) + 1}/{worded[2]}/{worded[3]}{worded[4] or ''}"
    us = _US.match(text)
    if us:
        return _american(us)
    if _UNIX.match(text):
        return _unix(float(text))
    if text[0].isdigit() and len(text) < 9:
        return datetime.strptime(text, "%Y%m%d")
    if _BEFORE_CHRIST.search(text):
        return None
    parts = parsedate(text) or parsedate(f"{text} 00:00:00")
    return datetime(*parts[:6]) if parts and parts[0] > 0 else None


def _american(match: re.Match[str]) -> datetime:
    month, day, year = int(match[1]), int(match[2]), int(match[3])
    hour, minute, second = int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
    if match[7]:
        hour = hour % 12 + (12 if match[7] in "Pp" else 0)
    if month > 12:
        month, day = day, month
    return datetime(year, month, day, hour, minute, second)

"""What a reading run has to say besides its comments: what was skipped, what was repaired."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from commentguard.errors import ExportFormatError
from commentguard.records import Post

LISTED: Final = 1000
"""How many skipped records and how many different warnings a report keeps; beyond that it only counts."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that could not be read.

    Parameters
    ----------
    place : str
        Where it stands in the input, e.g. ``"line 12"`` or ``"comment 3"``.
    reason : str
        Why it could not be read; never quotes the record.
    """

    place: str
    reason: str


@dataclass
class ReadReport:
    """An account of one reading run; filled while the comments are drawn, complete once they are exhausted.

    Parameters
    ----------
    format : str
        The name of the format that was read, a key of `FORMATS`; empty until it is known.
    comments : int
        How many comments were yielded.
    skipped : list of Skipped
        The first 1,000 records that could not be read.
    skipped_count : int
        How many records could not be read in all.
    truncated : bool
        True where the input ended before its format says that it ends.

    Examples
    --------
    >>> report = ReadReport()
    >>> report.warn("a bare & was read as text")
    >>> report.warn("a bare & was read as text")
    >>> report.warnings
    ['a bare & was read as text (2 times)']
    """

    format: str = ""
    comments: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    skipped_count: int = 0
    truncated: bool = False
    _warned: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def warnings(self) -> list[str]:
        """What was repaired or left out, each once, with how often it occurred where that is more than once."""
        return [f"{text} ({times:,} times)" if times > 1 else text for text, times in self._warned.items()]

    def warn(self, message: str, times: int = 1) -> None:
        """Count a warning; one that is new is kept while there are fewer than 1,000 different ones."""
        if message in self._warned or len(self._warned) < LISTED:
            self._warned[message] = self._warned.get(message, 0) + times

    def skip(self, place: str, reason: str) -> None:
        """Count a record that could not be read; the first 1,000 are listed."""
        self.skipped_count += 1
        if len(self.skipped) < LISTED:
            self.skipped.append(Skipped(place, reason))


@dataclass
class Reading:
    """What one reading run hands to the reader of a format: its options and where its findings go.

    Parameters
    ----------
    name : str
        What messages call the input: its path, or ``"standard input"``.
    report : ReadReport
        Where skipped records and warnings are counted.
    strict : bool
        True where a record that can't be read and an input that is cut off are errors.
    columns : Mapping or None
        Our field to the table's column; None for the usual names.
    posts : Mapping
        Posts of a posts file by their id; empty without one.
    part : str
        The file of a folder that is read now; empty outside folders.
    lonely_post : callable or None
        Called with each post that has no comments, by formats that hold such posts; None where nobody asks.
    """

    name: str
    report: ReadReport
    strict: bool = False
    columns: Mapping[str, str] | None = None
    posts: Mapping[str, Post] = field(default_factory=dict)
    part: str = ""
    lonely_post: Callable[[Post], None] | None = None

    def warn(self, message: str, times: int = 1) -> None:
        """Report something that was read past or repaired."""
        self.report.warn(message, times)

    def skip(self, place: str, reason: str) -> None:
        """Report a record that can't be read.

        Raises
        ------
        ExportFormatError
            In a strict run.
        """
        if self.strict:
            raise self.error(f"{place}: {reason}; mend it, or read without strict to skip it")
        self.report.skip(f"{self.part}: {place}" if self.part else place, reason)

    def cut_off(self, how: str) -> None:
        """Report that the input ends too early; what was read of it stays read.

        Raises
        ------
        ExportFormatError
            In a strict run.
        """
        if self.strict:
            raise self.error(f"{how}; fetch or export it again")
        if not self.report.truncated:
            self.report.warn(f"{self.name}: {how}; what stood before was read")
        self.report.truncated = True

    def error(self, message: str) -> ExportFormatError:
        """Return the error that says `message` of this input, in one line."""
        return ExportFormatError(one_line(f"{self.name}: {message}"))


def one_line(message: str) -> str:
    """Return the message without line breaks and control characters, at most 1,000 characters long."""
    shown = "".join(character if character.isprintable() else " " for character in message)
    return shown if len(shown) <= LISTED else f"{shown[:LISTED]}..."


def display_name(source: object) -> str:
    """Return what messages call a source: its path, its stream's name, or what it is.

    Examples
    --------
    >>> display_name("-")
    'standard input'
    """
    if isinstance(source, (str, os.PathLike)):
        path = os.fspath(source)
        return "standard input" if path == "-" else os.fsdecode(path).encode("utf-8", "replace").decode()
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "the input"

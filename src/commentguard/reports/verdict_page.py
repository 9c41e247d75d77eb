"""Verdicts as a table on a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TextIO

from commentguard.records import Comment, Verdict
from commentguard.reports.pages import write_page
from commentguard.reports.samples import Sample, sample_of
from commentguard.reports.summary import Tally

ROWS: Final = 10_000
"""Verdicts that a page holds: what a browser still shows with ease."""


@dataclass
class _Rows:
    """The rows of a table as they are drawn, the first `ROWS` of them; all are counted."""

    verdicts: Iterable[tuple[Comment, Verdict]]
    tally: Tally = field(default_factory=Tally)

    def __iter__(self) -> Iterator[Sample]:
        for comment, verdict in self.verdicts:
            self.tally.add(verdict)
            if self.tally.total <= ROWS:
                yield sample_of(comment, verdict)


def write_verdicts(verdicts: Iterable[tuple[Comment, Verdict]], stream: TextIO) -> int:
    """Write verdicts as a page with a table, each as it is drawn.

    Texts are shortened, e-mail and IP addresses left out. The page tells at its end how many verdicts there were.

    Parameters
    ----------
    verdicts : iterable of (Comment, Verdict)
        Any number; all are drawn and counted.
    stream : text stream
        Where to.

    Returns
    -------
    int
        How many verdicts came after the first `ROWS` and are not on the page.

    Raises
    ------
    MissingPackageError
        When Jinja2 is not installed.
    """
    rows = _Rows(verdicts)
    write_page("verdicts.html", stream, rows=rows, most=ROWS)
    return max(0, rows.tally.total - ROWS)

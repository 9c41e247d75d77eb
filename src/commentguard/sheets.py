"""Tables that a person fills in: comments to label go out as CSV, labels come back however a spreadsheet saved them."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TextIO

from commentguard.labels import Decision
from commentguard.readers import ReadReport, escape_cell
from commentguard.readers.report import Reading, display_name, one_line
from commentguard.readers.rows import FIELDS, RowReader
from commentguard.readers.source import Source, opened
from commentguard.readers.table import table_rows
from commentguard.records import LABELS, Comment, Label, Verdict

QUEUE_COLUMNS: Final = (
    "id", "label", "predicted", "spam", "off_topic", "substantive",
    "type", "author", "author_url", "post_title", "text",
)  # fmt: skip
"""The columns of a table to fill in; `id` and `label` must come back."""

MAX_CELL: Final = 32_000
"""The longest text of a cell, in characters: spreadsheets break longer ones apart."""

_REMEDY: Final = "keep the columns id and label of the table that commentguard queue wrote"
_SHARES: Final[Mapping[Label, str]] = {label: label.replace("-", "_") for label in LABELS}
_DASHES: Final = re.compile(r"[\s_\u2010-\u2015\u2212-]+")
_WHOLE: Final = re.compile(r"(\d{1,18})[.,]0+")
_LABELS: Final[Mapping[str, Label]] = {"spam": "spam", "offtopic": "off-topic", "substantive": "substantive"}


@dataclass(frozen=True, slots=True)
class Filled:
    """A row that a person filled in.

    Parameters
    ----------
    id : str
        The comment's id as it stands in the table.
    label : {"spam", "off-topic", "substantive"}
        What the person said.
    verdict : Verdict or None
        What the model had said, without reasons; None where the table does not hold it. Whether it needed review is
        not in a table: False.
    comment : Comment or None
        The comment as far as the table holds it; None where its text is missing.
    """

    id: str
    label: Label
    verdict: Verdict | None
    comment: Comment | None


def write_queue(judged: Iterable[tuple[Comment, Verdict]], stream: TextIO) -> None:
    """Write comments as CSV with an empty label; no cell is run as a formula."""
    writer = csv.writer(stream)
    writer.writerow(QUEUE_COLUMNS)
    for comment, verdict in judged:
        shares = (f"{verdict.probabilities[label]:.6f}" for label in _SHARES)
        title = comment.post.title if comment.post else ""
        cells = (comment.id, "", verdict.label, *shares, comment.type, comment.author, comment.author_url, title)
        writer.writerow([escape_cell(cell) for cell in (*cells, comment.text[:MAX_CELL])])


def read_filled(path: str | os.PathLike[str], report: ReadReport, strict: bool = False) -> list[Filled]:
    """Return the rows of a table that a person labelled, each id once.

    Parameters
    ----------
    path : str or path
        CSV with any separator, line ends, encoding and order of columns; ``"-"`` for standard input. Labels may have
        spaces around them and any case.
    report : ReadReport
        Told of rows that can't be used, and of ids with two labels: the later row counts.
    strict : bool
        True where a row that can't be used is an error.

    Raises
    ------
    ExportFormatError
        When there is no such file, or no column `id` or `label` in it; in a strict run, a row that can't
        be used.
    """
    reading = Reading(one_line(display_name(path)), report, strict)
    found: dict[str, Filled] = {}
    with opened(path) as stream:
        for place, row in table_rows(Source(stream, reading), reading, remedy=_REMEDY, needed=("id", "label")):
            filled = _filled(place, row, reading)
            if filled is None:
                continue
            if filled.id in found and found[filled.id].label != filled.label:
                reading.warn("an id has two labels; the later row counts")
            found[filled.id] = filled
    return list(found.values())


def label_in(cell: str) -> Label | None:
    """Return the label that a person wrote into a cell; None where it is none of them.

    Examples
    --------
    >>> label_in(" Off Topic"), label_in("SPAM"), label_in("ham")
    ('off-topic', 'spam', None)
    """
    return _LABELS.get(_DASHES.sub("", cell.strip(" \t\r\n'\"\u00a0\ufeff")).casefold())


def _filled(place: str, row: Mapping[str, str], reading: Reading) -> Filled | None:
    cell, identifier = row.get("label", "").strip(), row.get("id", "").strip()
    if not cell:
        return None
    label = label_in(cell)
    if label is None or not identifier:
        reason = "it has no id" if label else f"its label is none of {', '.join(LABELS)}"
        reading.skip(place, f"{reason}; mend the cell and import again")
        return None
    return Filled(identifier, label, _verdict(row), _comment(place, {**row, "id": identifier}, reading))


def _verdict(row: Mapping[str, str]) -> Verdict | None:
    predicted = label_in(row.get("predicted", ""))
    with suppress(KeyError, ValueError):  # a spreadsheet may have written 0,5 for 0.5
        shares = {label: float(row[column].replace(",", ".")) for label, column in _SHARES.items()}
        if predicted and all(0 <= share <= 1 for share in shares.values()):
            return Verdict(predicted, shares, False)
    return None


def _comment(place: str, row: Mapping[str, str], reading: Reading) -> Comment | None:
    if "text" not in row:
        return None
    fields = {key: value for key, value in row.items() if key in FIELDS and key != "label"}
    return next(iter(RowReader(reading).comments([(place, fields)])), None)


def decided(
    filled: Iterable[Filled], comments: Iterable[Comment] | None, time: datetime, labeller: str
) -> Iterator[Decision]:
    """Yield the decisions that stand in a table.

    Parameters
    ----------
    filled : iterable of Filled
        The rows.
    comments : iterable of Comment or None
        The export that the rows came from: what is not in it gives no decision. None: take comments as the table
        has them, without thread and the post's text.
    time : datetime
        When the decisions were made, with time zone.
    labeller : str
        Who made them.
    """
    if comments is None:
        yield from (
            Decision(row.comment, row.label, time, labeller, row.verdict) for row in filled if row.comment is not None
        )
        return
    wanted = {_whole(row.id): row for row in filled} | {row.id: row for row in filled}
    left = len({row.id for row in wanted.values()})
    for comment in comments:
        row = wanted.get(comment.id)
        if row is not None:
            yield Decision(comment, row.label, time, labeller, row.verdict)
            left -= 1
        if not left:
            return


def _whole(identifier: str) -> str:
    """Return 12 for 12.0: what some programs make of a column of numbers with gaps."""
    match = _WHOLE.fullmatch(identifier)
    return match[1] if match else identifier

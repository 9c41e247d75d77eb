"""Comments in a table: CSV or TSV with any separator, quoting and column names."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from commentguard.readers.cells import unescape_cell
from commentguard.readers.decoding import MAX_RECORD, decoded, lines
from commentguard.readers.report import Reading
from commentguard.readers.rows import FIELDS, RowReader
from commentguard.readers.source import Source
from commentguard.records import Comment

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("comment_id",),
    "type": ("comment_type",),
    "text": ("comment", "content", "body", "message", "comment_text", "comment_content", "comment_body"),
    "author": ("name", "author_name", "comment_author", "user", "username"),
    "author_url": ("url", "website", "comment_author_url"),
    "author_email": ("email", "comment_author_email"),
    "author_ip": ("ip", "ip_address", "comment_author_ip"),
    "user_agent": ("agent", "comment_agent"),
    "date": ("time", "timestamp", "created_at", "created", "comment_date"),
    "parent_id": ("parent", "comment_parent"),
    "status": ("approved", "comment_approved"),
    "source": ("blog", "site"),
    "post_title": ("title",),
    "post_id": ("comment_post_id",),
}
"""Our field to other names of a column that are understood without being told, compared without case."""

_END: Final = "\ue000end of the table\ue001"
_OUR_VERDICTS: Final = frozenset({"needs_review", "spam", "substantive"})


def read(source: Source, reading: Reading) -> Iterator[Comment]:
    """Yield the comments of a table, one a row.

    `reading.columns` tells our field to their column; without it columns are found by our names and `SYNONYMS`.
    Columns without a field are kept in `Comment.extra`. The `'` that our own CSV has before cells that a spreadsheet
    would run is taken off. A `label` column is what a person said, save in a table of verdicts, where it is passed
    over. Threads are made as in JSON Lines where there is a `post_id` column.

    Raises
    ------
    ExportFormatError
        When no column holds the text, or a column that was named is missing.
    """
    yield from RowReader(reading).comments(table_rows(source, reading))


def table_rows(
    source: Source,
    reading: Reading,
    synonyms: Mapping[str, Sequence[str]] = SYNONYMS,
    remedy: str = "name it with --columns text=NAME",
    needed: Sequence[str] = ("text",),
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield place and values by our field names of each row.

    `remedy` is the advice where there is no column for one of the fields that are `needed`.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD))
    feed = _Feed(lines(decoded(source, reading), reading))
    header_line = next(feed.texts, "")
    if header_line.lower().startswith("sep=") and len(header_line.strip()) == 5:
        header_line = next(feed.texts, "")
    separator = separator_of(header_line)
    rows = _rows(csv.reader(chain((header_line,), feed.texts, (_END,)), delimiter=separator), feed, reading)
    header = next(rows, ("", []))[1]
    names = [unescape_cell(name).strip() for name in header]
    fields = _fields(names, reading, synonyms)
    for field in needed:
        if field not in fields:
            raise reading.error(f"no column holds the comment's {field} (columns: {', '.join(names[:30])}); {remedy}")
    for place, cells in rows:
        if len(cells) > len(names) and any(cells[len(names) :]):
            reading.skip(place, "it has more cells than the header; quote cells that hold the separator")
            continue
        yield (
            place,
            {field: unescape_cell(cell) for field, cell in zip(fields, cells, strict=False) if field is not None},
        )


def separator_of(line: str) -> str:
    """Return the separator of a table: what its header has most of outside quotes, a comma where it has none.

    Examples
    --------
    >>> separator_of('id;text;"a,b,c"')
    ';'
    """
    outside = "".join(line.split('"')[::2])
    return max(",", "\t", ";", "|", key=outside.count)


class _Feed:
    """The lines that a CSV parser draws, and the number of the one it drew last."""

    def __init__(self, numbered: Iterator[tuple[int, str]]) -> None:
        self.number = 0
        self.texts = self._draw(numbered)

    def _draw(self, numbered: Iterator[tuple[int, str]]) -> Iterator[str]:
        for self.number, line in numbered:
            yield line


def _rows(parsed: Iterator[list[str]], feed: _Feed, reading: Reading) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows that hold anything; the end mark inside a cell tells that a quote was never closed."""
    while True:
        place = f"line {feed.number + 1:,}"
        try:
            cells = next(parsed, None)
        except csv.Error as error:
            reading.skip(place, f"it is no row of a table ({error})")
            continue
        if cells is None or cells == [_END]:
            return
        if cells and cells[-1].endswith(_END):
            reading.cut_off(f"the quote opened in the row at {place} is not closed")
            cells[-1] = cells[-1].removesuffix(_END)
            if not cells[-1] and len(cells) == 1:
                return
        if any(cells):
            yield place, cells


def _fields(names: Sequence[str], reading: Reading, synonyms: Mapping[str, Sequence[str]]) -> list[str | None]:
    """Return for each column the field or extra key that its cells go to, None for a column to pass over."""
    chosen = dict(reading.columns or {})
    _check(chosen, names, reading)
    taken: dict[int, str] = {names.index(column): field for field, column in chosen.items()}
    folded = [name.lower().replace(" ", "_") for name in names]
    for field in FIELDS:
        for name in (field, *synonyms.get(field, ())):
            if field not in taken.values() and name in folded and folded.index(name) not in taken:
                taken[folded.index(name)] = field
    fields: list[str | None] = [taken.get(place, name or None) for place, name in enumerate(names)]
    for place, name in enumerate(names):
        if place not in taken and name in (*FIELDS, "post", "thread"):
            fields[place] = f"column_{name}"
    if set(folded) >= _OUR_VERDICTS and "label" in fields and "label" not in chosen:
        reading.warn("this is a table of verdicts: its labels are the model's, not a person's, and were passed over")
        fields[fields.index("label")] = "verdict_label"
    return fields


def _check(chosen: Mapping[str, str], names: Sequence[str], reading: Reading) -> None:
    for field, column in chosen.items():
        if field not in FIELDS:
            raise reading.error(f"columns: there is no field {field!r}; fields are {', '.join(FIELDS)}")
        if column not in names:
            raise reading.error(f"there is no column {column!r}; columns are {', '.join(names[:30])}")
    if len(set(chosen.values())) < len(chosen):
        raise reading.error("columns: one column is named for two fields; name each column once")

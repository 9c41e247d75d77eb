"""Rows of WordPress's comments table, as `wp comment list --format=json` and `--format=csv` write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from commentguard.readers.jsonl import json_rows
from commentguard.readers.report import Reading
from commentguard.readers.rows import RowReader, as_text
from commentguard.readers.source import Source
from commentguard.readers.table import table_rows
from commentguard.readers.wordpress import STATUSES, label_of
from commentguard.records import Comment

_COLUMNS: Final = {
    "comment_id": "id",
    "comment_post_id": "post_id",
    "comment_author": "author",
    "comment_author_email": "author_email",
    "comment_author_url": "author_url",
    "comment_author_ip": "author_ip",
    "comment_date": "date",
    "comment_content": "text",
    "comment_approved": "status",
    "comment_agent": "user_agent",
    "comment_type": "type",
    "comment_parent": "parent_id",
}
_REMEDY: Final = (
    "export with --fields=comment_ID,comment_post_ID,comment_date,comment_approved,comment_author,comment_author_url,"
    "comment_type,comment_parent,comment_content"
)
_SYNONYMS: Final = {field: (column,) for column, field in _COLUMNS.items()}


def read(source: Source, reading: Reading) -> Iterator[Comment]:
    """Yield the comments of WordPress's database rows, from JSON or CSV.

    The status spam is a label too, as in a WXR export. Titles and texts of posts come from the posts file. Threads
    are made of earlier rows of the same post; `wp comment list` writes the latest comment first unless it is told
    ``--order=ASC``, and then there are none.

    Raises
    ------
    ExportFormatError
        When the rows have no `comment_content`.
    """
    if source.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        rows: Iterator[tuple[str, Mapping[str, Any]]] = json_rows(source, reading)
    else:
        rows = table_rows(source, reading, _SYNONYMS, _REMEDY)
    yield from RowReader(reading).comments((place, _translated(row, reading)) for place, row in rows)


def _translated(row: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    named = {_COLUMNS.get(key.lower(), key): value for key, value in row.items()}
    if "text" not in named:
        raise reading.error(f"its rows have no comment_content; {_REMEDY}")
    status = as_text(named.get("status")).strip().lower()
    named["status"] = STATUSES.get(status, status)
    named.setdefault("label", label_of(status))
    if as_text(named.get("parent_id")) == "0":
        del named["parent_id"]
    return named

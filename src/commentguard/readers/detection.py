"""What an input is, told by its first bytes."""

from __future__ import annotations

import csv
import re
import zlib
from typing import Final

from commentguard.errors import ExportFormatError
from commentguard.readers.decoding import decode_head
from commentguard.readers.source import GZIP_MAGIC, HEAD
from commentguard.readers.table import SYNONYMS, separator_of

_BINARY: Final = (
    (b"PK\x03\x04", "a ZIP archive; unpack it and read the file in it"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ", "an xz archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it first"),
    (b"SQLite format 3", "a SQLite database; export its comments as JSON Lines or CSV"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\x7fELF", "a program"),
)
_XML: Final = (
    ("wordpress", re.compile(r"<(?:rss|[\w.-]+:comment|item|channel)[\s>]|wordpress\.org/export")),
    ("disqus", re.compile(r"<(?:[\w.-]+:)?disqus[\s>]")),
    ("blogengine", re.compile(r"<post>|<post\s(?![^<>]*dsq:)")),
)
_MOVABLE_TYPE: Final = re.compile(
    r"(?:AUTHOR|TITLE|BASENAME|STATUS|DATE|ALLOW COMMENTS|ALLOW PINGS|CONVERT BREAKS|PRIMARY CATEGORY|UNIQUE URL):"
)
_HELP: Final = "name the format with --format (wordpress, disqus, movabletype, blogengine, wp-cli, table, jsonl)"


def detect_format(head: bytes) -> str:
    """Return the name of the format that an input begins in.

    Parameters
    ----------
    head : bytes
        The first bytes of the input, gzipped or not; 64 KiB are enough.

    Returns
    -------
    str
        A key of `commentguard.readers.FORMATS`.

    Raises
    ------
    ExportFormatError
        When it is none of these, with what it seems to be and what to do.

    Examples
    --------
    >>> detect_format(b'{"id": "1", "text": "Nice sunset"}')
    'jsonl'
    """
    if head.startswith(GZIP_MAGIC):
        head = _unpacked(head)
    for magic, what in _BINARY:
        if head.startswith(magic):
            raise ExportFormatError(f"this is {what}; readable formats: {_HELP}")
    text = decode_head(head).replace("\0", "").lstrip("\ufeff \t\r\n")
    if not text:
        raise ExportFormatError("there is nothing in it; export the comments again")
    found = _json(text) or (_markup(text) if text.startswith("<") else None)
    found = found or _movable_type(text) or _table(text) or _markup(text)
    if found is None:
        page = re.match(r"(?:<!doctype\s+html|<html)", text, re.IGNORECASE)
        what = "this is a web page, no export" if page else "this is in no format known here"
        raise ExportFormatError(f"{what}; {_HELP}, or for a table the text's column with --columns text=NAME")
    return found


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD)
    except zlib.error:
        raise ExportFormatError("its gzip data is damaged; fetch or export it again") from None


def _json(text: str) -> str | None:
    if not re.match(r"\{\s*[\"}]|\[\s*[\{\]]", text):
        return None
    first = text.split("\n", 1)[0] if text[0] == "{" else text[:HEAD]
    return "wp-cli" if re.search(r"\"comment_(?:ID|post_ID|content|approved)\"\s*:", first) else "jsonl"


def _markup(text: str) -> str | None:
    """Tell XML formats by the first of their elements, so that notices of a server before it do no harm."""
    if "<" not in text[:2000]:
        return None
    found = [(match.start(), name) for name, pattern in _XML if (match := pattern.search(text))]
    return min(found)[1] if found else None


def _movable_type(text: str) -> str | None:
    if not _MOVABLE_TYPE.match(text):
        return None
    return "movabletype" if re.search(r"^-----\s*$|^(?:BODY|COMMENT|DATE):", text, re.MULTILINE) else None


def _table(text: str) -> str | None:
    line = re.split(r"[\r\n]", text, maxsplit=1)[0]
    if line.lower().startswith("sep="):
        line = re.split(r"\r?\n", text, maxsplit=2)[1:2][0] if "\n" in text else ""
    try:
        header = next(csv.reader([line], delimiter=separator_of(line)))
    except (csv.Error, StopIteration):
        return None
    names = {name.strip().lower().replace(" ", "_") for name in header}
    if {"comment_id", "comment_content"} <= names or {"comment_id", "comment_post_id"} <= names:
        return "wp-cli"
    return "table" if names & {"text", *SYNONYMS["text"]} else None

"""Our own comments in JSON: one object a line, or one array of objects; decisions on them; the posts they refer to."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from commentguard.readers.decisions import is_decision, unwrapped
from commentguard.readers.decoding import MAX_RECORD, clip, decoded, lines
from commentguard.readers.report import Reading, ReadReport
from commentguard.readers.rows import RowReader, as_post, as_text
from commentguard.readers.source import Source, opened
from commentguard.records import Comment, Post

_STEP: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}]|"', re.DOTALL)


def read(source: Source, reading: Reading) -> Iterator[Comment]:
    """Yield the comments of a JSON Lines file, or of one JSON array.

    A row that refers to its post by `post_id` and brings no `thread` gets as its thread the earlier rows of that
    post that were published and are not dated later; at most the latest 50 messages
    (`commentguard.readers.threads.THREAD_MESSAGES`). Keys without a field are kept in `Comment.extra`.

    Decisions of a labels file (`commentguard.labels`) come last, each as its comment with the label that was decided
    on latest, or with none where the decision was withdrawn; they are held until then.
    """
    yield from RowReader(reading).comments(unwrapped(json_rows(source, reading), reading))


def read_posts(path: str | os.PathLike[str], strict: bool = False) -> dict[str, Post]:
    """Return the posts of a posts file by their id.

    Parameters
    ----------
    path : str or path
        JSON Lines with `id`, `title`, `text`, `url`, `date`; may be gzipped.
    strict : bool
        True where an unreadable line is an error; else it is left out.

    Raises
    ------
    ExportFormatError
        When the file can't be read or holds no post with an id.
    """
    reading = Reading(os.fspath(path), ReadReport(), strict)
    with opened(path) as stream:
        rows = json_rows(Source(stream, reading), reading)
        found = {as_text(row["id"]): as_post({**row, "text": clip(as_text(row.get("text")))}) for _, row in rows
                 if row.get("id") is not None}  # fmt: skip
    if not found:
        raise reading.error('holds no posts; each line must be {"id": ..., "title": ..., "text": ...}')
    return found


def json_rows(source: Source, reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield place and object of each JSON object in lines or in one array; what is none is skipped."""
    chunks = decoded(source, reading)
    first = ""
    for chunk in chunks:
        first = (first + chunk).lstrip() if not first else first + chunk
        if first:
            break
    rest = chain((first,), chunks)
    return _array_rows(rest, reading) if first.startswith("[") else _line_rows(rest, reading)


def _line_rows(chunks: Iterator[str], reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    of_decisions = False
    for number, line in lines(chunks, reading):
        if not line.strip():
            continue
        row = _object(line)
        if isinstance(row, dict):
            of_decisions = is_decision(row)
            yield f"line {number:,}", row
        elif of_decisions and not line.endswith("\n"):
            # What a power cut leaves of a labels file: nothing is missing but this one line.
            reading.skip(f"line {number:,}", "the decision was not written to its end; decide again")
        elif not line.endswith("\n") and row is None:
            reading.cut_off(f"line {number:,}, the last, is not whole")
            reading.skip(f"line {number:,}", "the file ends inside it")
        else:
            reading.skip(f"line {number:,}", "it is no JSON object")


def _object(text: str) -> object:
    """Return what JSON text stands for, or None where it is not JSON."""
    try:
        return json.loads(text, strict=False, parse_constant=str)
    except (ValueError, RecursionError):
        return None


def _array_rows(chunks: Iterator[str], reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, text in enumerate(_array_objects(chunks, reading), start=1):
        row = _object(text)
        if isinstance(row, dict):
            yield f"element {place:,}", row
        else:
            reading.skip(f"element {place:,}", "it is no JSON object")


def _array_objects(chunks: Iterator[str], reading: Reading) -> Iterator[str]:
    """Yield the text of each object of an array, found by its braces, however damaged it is inside."""
    buffer, pos, begin, depth = "", 0, -1, 0
    while True:
        match = _STEP.search(buffer, pos)
        if match is None or match[0] == '"':
            kept = begin if begin >= 0 else (match.start() if match else len(buffer))
            if len(buffer) - kept > MAX_RECORD:
                reading.cut_off("an object of the array is longer than 64 million characters")
                return
            grown = _grown(chunks, len(buffer) - kept)
            if not grown:
                break
            pos = (match.start() if match else len(buffer)) - kept
            buffer, begin = buffer[kept:] + grown, begin if begin < 0 else 0
            continue
        pos = match.end()
        if match[0] == "{":
            begin = match.start() if depth == 0 else begin
            depth += 1
        elif match[0] == "}" and depth:
            depth -= 1
            if depth == 0:
                yield buffer[begin:pos]
                begin = -1
    if depth or not buffer.rstrip().endswith("]"):
        reading.cut_off("the JSON array is not closed")


def _grown(chunks: Iterator[str], size: int) -> str:
    """Return the next text, as much as is already held, so that growing costs linear time."""
    found: list[str] = []
    held = 0
    for chunk in chunks:
        found.append(chunk)
        held += len(chunk)
        if held >= size:
            break
    return "".join(found)

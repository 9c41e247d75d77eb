"""Reading bytes in tests."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from commentguard.errors import ExportFormatError
from commentguard.readers import ReadReport, read_comments
from commentguard.records import Comment


def read(data: bytes | str, **options: Any) -> tuple[list[Comment], ReadReport]:  # noqa: ANN401
    """Return the comments of an input that is already in memory, and the report on it."""
    report = ReadReport()
    content = data.encode() if isinstance(data, str) else data
    return list(read_comments(BytesIO(content), report=report, **options)), report


def texts(data: bytes | str, **options: Any) -> list[str]:  # noqa: ANN401
    """Return the texts of an input's comments."""
    return [comment.text for comment in read(data, **options)[0]]


def attempt(data: bytes, **options: Any) -> list[Comment] | ExportFormatError:  # noqa: ANN401
    """Return the comments of an input, or the error that reading it raised."""
    try:
        return list(read_comments(BytesIO(data), **options))
    except ExportFormatError as error:
        return error

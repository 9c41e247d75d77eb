"""Readers of the platforms' exports: every comment with its post and what stood under it, streamed.

Read with `read_comments`; a `ReadReport` tells what was skipped or repaired on the way.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import BinaryIO, Final

from commentguard.errors import ExportFormatError
from commentguard.readers import blogengine, disqus, jsonl, movabletype, table, wordpress, wpcli
from commentguard.readers.cells import escape_cell, unescape_cell
from commentguard.readers.dates import parse_date
from commentguard.readers.decoding import MAX_TEXT, clip
from commentguard.readers.detection import detect_format
from commentguard.readers.folders import dataset_in, read_posts_folder
from commentguard.readers.identifiers import Identifiers
from commentguard.readers.report import Reading, ReadReport, Skipped, display_name, one_line
from commentguard.readers.source import Source, opened
from commentguard.readers.threads import THREAD_MESSAGES
from commentguard.records import Comment, Post

__all__ = [
    "FORMATS",
    "MAX_TEXT",
    "THREAD_MESSAGES",
    "Format",
    "ReadReport",
    "Skipped",
    "detect_format",
    "escape_cell",
    "parse_date",
    "read_comments",
    "read_posts",
    "unescape_cell",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that comments can be read from.

    Parameters
    ----------
    description : str
        What it is, for a person who chooses.
    read : callable
        Yields the comments of a source.
    """

    description: str
    read: Callable[[Source, Reading], Iterator[Comment]]


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "wordpress": Format("WordPress export (WXR)", wordpress.read),
        "disqus": Format("Disqus export (XML)", disqus.read),
        "movabletype": Format("Movable Type and TypePad export (text)", movabletype.read),
        "blogengine": Format("BlogEngine.NET post file (XML), or a folder of them", blogengine.read),
        "wp-cli": Format("rows of WordPress's database: wp comment list --format=json or csv", wpcli.read),
        "table": Format("CSV or TSV with a header", table.read),
        "jsonl": Format("commentguard's own JSON Lines", jsonl.read),
    }
)
"""Name to format, for all that `read_comments` reads."""


def read_comments(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    posts: str | os.PathLike[str] | None = None,
    report: ReadReport | None = None,
    strict: bool = False,
) -> Iterator[Comment]:
    """Yield the comments of an export, one by one, in the order of the input.

    Nothing is read before the first comment is drawn, and never the whole file at once. What is broken in an export
    is read past and reported. Texts over 1,000,000 characters keep their head and tail (`MAX_TEXT`); a thread keeps
    the latest 50 messages (`THREAD_MESSAGES`). An id that occurs again gets ``#2``, ``#3`` and so on.

    Parameters
    ----------
    source : str, path or binary file object
        A file, ``"-"`` for standard input, a stream, a folder of BlogEngine.NET posts, or a folder with
        comments.jsonl and posts.jsonl. Gzip is seen by content.
    format : str or None
        A key of `FORMATS`; None to tell it by content.
    columns : Mapping or None
        For a table: our field to the name of their column, e.g. ``{"text": "body"}``; None for the usual names.
    posts : str, path or None
        JSON Lines of posts that rows refer to by `post_id`; None when there is none.
    report : ReadReport or None
        Filled while comments are drawn; None when nobody asks.
    strict : bool
        True to raise where a record can't be read or the input is cut off, instead of reporting it.

    Yields
    ------
    Comment
        Comments, pingbacks and trackbacks, whatever their status.

    Raises
    ------
    ExportFormatError
        While comments are drawn: when there is no such file, it can't be read, it is empty or of no known format, it
        declares entities, or, in a strict run, something in it can't be read.

    Examples
    --------
    >>> from io import BytesIO
    >>> [comment.text for comment in read_comments(BytesIO(b'{"id": "1", "text": "Nice sunset"}'))]
    ['Nice sunset']
    """
    report = ReadReport() if report is None else report
    yield from _comments(source, format, posts, Reading(one_line(display_name(source)), report, strict, columns))


def read_posts(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    posts: str | os.PathLike[str] | None = None,
    report: ReadReport | None = None,
    strict: bool = False,
) -> Iterator[Post]:
    """Yield the posts of an export, in the order of the input; one may come more than once.

    Posts that nobody commented on come from WordPress exports, and from JSON Lines of posts (`id`, `title`, `text`,
    `url`, `date`); other formats name a post with its comments only.

    Parameters
    ----------
    source, format, columns, posts, report, strict
        As in `read_comments`.

    Yields
    ------
    Post

    Raises
    ------
    ExportFormatError
        As in `read_comments`.

    Examples
    --------
    >>> from io import BytesIO
    >>> [post.title for post in read_posts(BytesIO(b'{"id": "1", "title": "Sunsets", "text": "How they come about."}'))]
    ['Sunsets']
    """
    lonely: list[Post] = []
    report = ReadReport() if report is None else report
    reading = Reading(one_line(display_name(source)), report, strict, columns, lonely_post=lonely.append)
    last: Post | None = None
    for comment in _comments(source, format, posts, reading):
        post = comment.post or _post_read_as_comment(comment)
        if post is not None and post is not last:
            yield post
            last = post
        yield from lonely
        lonely.clear()
    yield from lonely


def _post_read_as_comment(comment: Comment) -> Post | None:
    """Return the post that a row of a posts file is, which has a title as no comment has; None for a comment."""
    title, url = comment.extra.get("title"), comment.extra.get("url", "")
    if not isinstance(title, str):
        return None
    return Post(comment.id, title, comment.text, url if isinstance(url, str) else "", comment.date)


def _comments(
    source: str | os.PathLike[str] | BinaryIO,
    format: str | None,
    posts: str | os.PathLike[str] | None,
    reading: Reading,
) -> Iterator[Comment]:
    if format is not None and format not in FORMATS:
        raise ExportFormatError(one_line(f"there is no format {format!r}; formats are {', '.join(FORMATS)}"))
    if isinstance(source, (str, os.PathLike)) and os.fspath(source) != "-" and os.path.isdir(source):
        found = _folder(os.fsdecode(source), format, posts, reading)
    else:
        found = _file(source, format, posts, reading)
    yield from _finished(found, reading)


def _folder(
    folder: str, format: str | None, posts: str | os.PathLike[str] | None, reading: Reading
) -> Iterator[Comment]:
    dataset = dataset_in(folder) if format in (None, "jsonl") else None
    if dataset is not None:
        yield from _file(dataset.comments, "jsonl", posts or dataset.posts, reading)
    elif format in (None, "blogengine"):
        reading.report.format = "blogengine"
        yield from read_posts_folder(folder, reading)
    else:
        raise reading.error(f"is a folder, and {format} is no format of folders; name the export file in it")


def _file(
    source: str | os.PathLike[str] | BinaryIO,
    format: str | None,
    posts: str | os.PathLike[str] | None,
    reading: Reading,
) -> Iterator[Comment]:
    with opened(source) as stream:
        content = Source(stream, reading)
        if not content.head.strip(b"\xef\xbb\xbf\0 \t\r\n"):
            what = "holds nothing that can be read" if reading.report.truncated else "is empty"
            raise reading.error(f"{what}; export the comments again")
        name = format or _detected(content, reading)
        reading.report.format = name
        if posts is not None:
            if name not in ("jsonl", "table", "wp-cli"):
                reading.warn(f"the posts file is not used: {FORMATS[name].description} brings its own posts")
            else:
                reading.posts = jsonl.read_posts(posts, reading.strict)
        if reading.columns and name != "table":
            reading.warn(f"columns are not used: this is no table but {FORMATS[name].description}")
        yield from FORMATS[name].read(content, reading)


def _detected(content: Source, reading: Reading) -> str:
    try:
        return detect_format(content.head)
    except ExportFormatError as error:
        if reading.columns and b"\0" not in content.head[:4096]:
            return "table"
        raise reading.error(str(error)) from None


def _finished(comments: Iterator[Comment], reading: Reading) -> Iterator[Comment]:
    """Yield the comments counted, with ids that occur once and texts of bounded length."""
    seen = Identifiers()
    repeated: dict[str, int] = {}
    post: Post | None = None
    clipped: Post | None = None
    for comment in comments:
        if len(comment.text) > MAX_TEXT:
            reading.warn("a text longer than 1,000,000 characters was cut to its head and tail")
            comment = replace(comment, text=clip(comment.text))
        if comment.post is not None and len(comment.post.text) > MAX_TEXT:
            if comment.post is not post:
                reading.warn("a post's text longer than 1,000,000 characters was cut to its head and tail")
                post, clipped = comment.post, replace(comment.post, text=clip(comment.post.text))
            comment = replace(comment, post=clipped)
        if not seen.add(comment.id):
            reading.warn("an id occurs more than once; later comments with it got #2, #3 and so on")
            comment = replace(comment, id=_next_id(comment.id, seen, repeated))
        reading.report.comments += 1
        yield comment


def _next_id(identifier: str, seen: Identifiers, repeated: dict[str, int]) -> str:
    number = repeated.get(identifier, 1) + 1
    while not seen.add(f"{identifier}#{number}"):
        number += 1
    repeated[identifier] = number
    return f"{identifier}#{number}"

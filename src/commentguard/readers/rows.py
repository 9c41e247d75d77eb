"""One row of named values, from JSON or a table, to one comment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from commentguard.readers.dates import parse_date
from commentguard.readers.decoding import tidy
from commentguard.readers.report import Reading
from commentguard.readers.threads import THREAD_MESSAGES, OpenThreads
from commentguard.records import (
    COMMENT_TYPES,
    LABELS,
    LINK_PLACES,
    Comment,
    CommentType,
    Label,
    Post,
    SourcePage,
    ThreadMessage,
)

FIELDS: Final = (
    "id", "type", "text", "author", "author_url", "author_email", "author_ip", "user_agent", "date", "parent_id",
    "label", "status", "source", "post_id", "post_title", "post_text", "post_url", "post_date",
)  # fmt: skip
"""What a column of a table or a key of a JSON object can be called."""

_TYPES: Final[Mapping[str, CommentType]] = {kind: kind for kind in COMMENT_TYPES}
_NESTED: Final = ("post", "thread", "source_page")
_KNOWN: Final = frozenset((*FIELDS, *_NESTED))
_POST_FIELDS: Final = ("id", "title", "text", "url", "date")


class UnreadableRow(Exception):
    """A row that is no comment; the message is the reason."""


def as_text(value: object) -> str:
    """Return a value of a row as text: nothing for None, a nested value as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, (bool, list, dict)):
        return tidy(json.dumps(value, ensure_ascii=False, default=str))
    return str(value)


def as_type(value: str) -> CommentType | None:
    """Return the type of a comment, or None for a platform's own; empty means comment."""
    return _TYPES.get(value.strip().lower() or "comment")


def as_label(value: object) -> Label | None:
    """Return the label that stands in a row, None for an empty one.

    Raises
    ------
    UnreadableRow
        When it is none of the labels.
    """
    word = as_text(value).strip()
    if not word:
        return None
    if word not in LABELS:
        raise UnreadableRow(f"its label is none of {', '.join(LABELS)}")
    return word


def tidy_value(value: object, depth: int = 20) -> object:
    """Return a JSON value with all its strings made printable; what lies deeper than `depth` becomes JSON text."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, dict) and depth:
        return {tidy(key): tidy_value(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list) and depth:
        return [tidy_value(item, depth - 1) for item in value]
    return as_text(value) if isinstance(value, (dict, list)) else value


class RowReader:
    """Makes comments of rows and remembers the threads of posts that rows refer to by `post_id`.

    Parameters
    ----------
    reading : Reading
        Where unreadable rows are reported, and the posts of a posts file.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._threads = OpenThreads(reading)

    def comments(self, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterable[Comment]:
        """Yield a comment a row; `rows` are pairs of place and named values."""
        for place, row in rows:
            try:
                comment = self._comment(row)
            except UnreadableRow as reason:
                self._reading.skip(place, str(reason))
            else:
                yield comment
        if self._threads.later_left_out:
            self._reading.warn(
                "comments do not stand in the order of their dates, so that some threads are shorter; "
                "export them oldest first"
            )

    def _comment(self, row: Mapping[str, Any]) -> Comment:
        if "text" not in row:
            raise UnreadableRow("it has no text")
        if isinstance(row["text"], (dict, list)):
            raise UnreadableRow("its text is not text")
        extra = {key: tidy_value(value) for key, value in row.items() if key not in _KNOWN}
        kind = as_type(as_text(row.get("type")))
        if kind is None:
            extra["platform_type"] = as_text(row["type"])
        post, post_id = self._post(row, extra)
        comment = Comment(
            text=as_text(row["text"]),
            id=as_text(row.get("id")),
            type=kind or COMMENT_TYPES[0],
            author=as_text(row.get("author")),
            author_url=as_text(row.get("author_url")),
            author_email=as_text(row.get("author_email")),
            author_ip=as_text(row.get("author_ip")),
            user_agent=as_text(row.get("user_agent")),
            date=self._date(row.get("date")),
            parent_id=as_text(row.get("parent_id")) or None,
            post=post,
            thread=self._thread(row.get("thread"), extra),
            label=as_label(row.get("label")),
            status=as_text(row.get("status")),
            source=as_text(row.get("source")),
            source_page=self._source_page(row.get("source_page"), extra),
            extra=extra,
        )
        return self._threads.follow(post_id, comment) if post_id and row.get("thread") is None else comment

    def _date(self, value: object) -> datetime | None:
        date = parse_date(value)
        if date is None and value not in (None, "", "0000-00-00 00:00:00"):
            self._reading.warn("a date could not be read")
        return date

    def _post(self, row: Mapping[str, Any], extra: dict[str, Any]) -> tuple[Post | None, str]:
        """Return the row's post and the `post_id` by which it refers to it, empty where it does not."""
        inline = row.get("post")
        if isinstance(inline, dict):
            return as_post(inline), ""
        if inline is not None:
            extra["post"] = tidy_value(inline)
        post_id = as_text(row.get("post_id"))
        told = {name: row.get(f"post_{name}") for name in _POST_FIELDS}
        if not any(as_text(value) for value in told.values()):
            return None, ""
        known = self._reading.posts.get(post_id)
        if known is None and post_id and self._reading.posts:
            self._reading.warn("a comment's post is not in the posts file")
        return known or as_post(told), post_id

    def _source_page(self, value: object, extra: dict[str, Any]) -> SourcePage | None:
        if isinstance(value, dict):
            return as_source_page(value)
        if value is not None:
            extra["source_page"] = tidy_value(value)
        return None

    def _thread(self, value: object, extra: dict[str, Any]) -> tuple[ThreadMessage, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self._reading.warn("a thread is not a list; kept unread")
            extra["thread"] = tidy_value(value)
            return ()
        return tuple(
            ThreadMessage(as_text(message.get("author")), as_text(message.get("text")))
            if isinstance(message, dict)
            else ThreadMessage(text=as_text(message))
            for message in value[-THREAD_MESSAGES:]
        )


def as_source_page(row: Mapping[str, Any]) -> SourcePage:
    """Return what a JSON object says was found at a ping's source; what can't be meant is as if it were not there."""
    place, rel = row.get("place"), row.get("rel")
    outgoing, nearness = row.get("outgoing"), row.get("nearness")
    return SourcePage(
        reached=row.get("reached") is True,
        problem=as_text(row.get("problem"))[:200],
        links_back=row.get("links_back") is True,
        place=next((one for one in LINK_PLACES if one == place), None),
        rel=tuple(sorted({as_text(one)[:20] for one in rel[:10]})) if isinstance(rel, list) else (),
        around=as_text(row.get("around"))[:300],
        title=as_text(row.get("title"))[:200],
        language=as_text(row.get("language"))[:20] or None,
        outgoing=min(max(outgoing, 0), 1_000_000) if isinstance(outgoing, int) else 0,
        nearness=float(nearness) if isinstance(nearness, (int, float)) and 0 <= nearness <= 1 else None,
    )


def as_post(row: Mapping[str, Any]) -> Post:
    """Return the post that a JSON object or the post's columns describe."""
    return Post(
        id=as_text(row.get("id")),
        title=as_text(row.get("title")),
        text=as_text(row.get("text")),
        url=as_text(row.get("url")),
        date=parse_date(row.get("date")),
    )

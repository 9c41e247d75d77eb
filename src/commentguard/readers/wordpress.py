"""WordPress eXtended RSS (WXR): the export of every WordPress, and what other platforms are converted to."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from commentguard.readers.dates import parse_date
from commentguard.readers.decoding import decoded
from commentguard.readers.report import Reading
from commentguard.readers.rows import as_type
from commentguard.readers.source import Source
from commentguard.readers.threads import with_threads
from commentguard.readers.vocabulary import Event, Vocabulary
from commentguard.readers.xml import events
from commentguard.records import Comment, Label, Post

ITEM_SIZE: Final = 100_000_000
"""How many characters of one post's comments are held at a time; a post with more is read in parts."""

STATUSES: Final = {"1": "approved", "0": "pending", "approve": "approved", "hold": "pending"}
"""WordPress's short words for what it did with a comment."""

_COMMENT_FIELDS: Final = frozenset(
    f"wp:comment_{name}"
    for name in (
        "id", "author", "author_email", "author_url", "author_IP", "date", "date_gmt", "content", "approved", "type",
        "parent", "user_id", "agent",
    )
)  # fmt: skip
_POST_FIELDS: Final = frozenset(
    {"title", "link", "pubDate", "content:encoded", "description", "wp:post_id", "wp:post_date"}
)
_VOCABULARY: Final = Vocabulary(
    containers=frozenset({"rss", "channel", "item", "wp:comment", "wp:commentmeta"}),
    fields=_COMMENT_FIELDS | _POST_FIELDS | {"wp:meta_key", "wp:meta_value", "wp:base_blog_url"},
    namespaces={
        r"wordpress\.org/export/[\d.]*/?$": "wp",
        r"purl\.org/rss/1\.0/modules/content/?$": "content",
    },
)


def read(source: Source, reading: Reading) -> Iterator[Comment]:
    """Yield the comments, pingbacks and trackbacks of a WXR export, post by post, in file order.

    The thread of a comment is what was approved under its post earlier, by date and then by place in the file; at
    most the latest 50 messages (`commentguard.readers.threads.THREAD_MESSAGES`). A label is set only where a person
    gave one: Akismet's `akismet_user_result`, or the status spam. What Akismet itself found is kept as
    `extra["akismet_result"]`; PHP-serialised metadata is never read.

    Raises
    ------
    ExportFormatError
        When this is no WXR, or its document type declares entities.
    """
    return _Export(reading).comments(events(decoded(source, reading), _VOCABULARY, reading))


class _Export:
    """The state of one pass: what is known of the blog, the post and the comment that the scanner is in."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.channel: dict[str, str] = {}
        self.post: dict[str, str] = {}
        self.comment: dict[str, str] = {}
        self.meta: dict[str, str] = {}
        self.filled = self.channel
        self.held: list[dict[str, str]] = []
        self.size = 0
        self.count = 0

    def comments(self, scanned: Iterator[Event]) -> Iterator[Comment]:
        seen = False
        for event in scanned:
            kind, name, text, whole = event
            if kind == "field":
                if whole:
                    self.filled.setdefault(name, text)
            elif kind == "start":
                seen = True
                self.start(name)
            else:
                yield from self.end(event)
        yield from self.flush()
        if not seen:
            raise self.reading.error("holds no <rss>, <channel> or <item>; is it a WordPress export (WXR)?")

    def start(self, name: str) -> None:
        if name == "item":
            self.filled = self.post = {}
        elif name == "wp:comment":
            self.filled = self.comment = {}
        elif name == "wp:commentmeta":
            self.filled = self.meta = {}

    def end(self, event: Event) -> Iterator[Comment]:
        if event.name == "wp:commentmeta":
            key = self.meta.get("wp:meta_key", "").strip()
            if key in ("akismet_result", "akismet_user_result"):
                self.comment[key] = self.meta.get("wp:meta_value", "").strip()
            self.filled = self.comment
        elif event.name == "wp:comment":
            self.filled = self.post
            self.keep(event.whole)
            if self.size > ITEM_SIZE:
                self.reading.warn("a post has more comments than are held at a time; their threads are cut there")
                yield from self.flush()
        elif event.name == "item":
            yield from self.flush()
            self.filled, self.post = self.channel, {}

    def keep(self, whole: bool) -> None:
        """Hold a comment until its post is whole; one that the file cuts off only where its text was whole."""
        self.count += 1
        if not whole and "wp:comment_content" not in self.comment:
            self.reading.skip(f"comment {self.count:,}", "the file ends inside it")
            return
        self.held.append(self.comment)
        self.size += 1000 + sum(map(len, self.comment.values()))

    def flush(self) -> Iterator[Comment]:
        """Yield the comments that are held, now that their post is known."""
        if not self.held:
            return
        post = _post(self.post) if self.post else None
        source = _host(self.channel.get("link", "")) or _host(self.channel.get("wp:base_blog_url", ""))
        comments = [_comment(values, post, source) for values in self.held]
        self.held, self.size = [], 0
        yield from with_threads(comments)


def _host(address: str) -> str:
    try:
        return urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""


def _post(values: dict[str, str]) -> Post:
    return Post(
        id=values.get("wp:post_id", "").strip(),
        title=html.unescape(values.get("title", "").strip()),
        text=values.get("content:encoded", "") or values.get("description", ""),
        url=values.get("link", "").strip(),
        date=parse_date(values.get("wp:post_date")) or parse_date(values.get("pubDate")),
    )


def _comment(values: dict[str, str], post: Post | None, source: str) -> Comment:
    def value(name: str) -> str:
        return values.get(f"wp:comment_{name}", "").strip()

    status, kind = value("approved").lower(), as_type(value("type"))
    extra: dict[str, str] = {}
    if kind is None:
        extra["platform_type"] = value("type")
    if value("user_id") not in ("", "0"):
        extra["user_id"] = value("user_id")
    if values.get("akismet_result"):
        extra["akismet_result"] = values["akismet_result"]
    return Comment(
        text=values.get("wp:comment_content", ""),
        id=value("id"),
        type=kind or "comment",
        author=value("author"),
        author_url=value("author_url"),
        author_email=value("author_email"),
        author_ip=value("author_IP"),
        user_agent=value("agent"),
        date=parse_date(value("date")) or parse_date(value("date_gmt")),
        parent_id=value("parent") if value("parent") not in ("", "0") else None,
        post=post,
        label=label_of(status, values.get("akismet_user_result", "")),
        status=STATUSES.get(status, status),
        source=source,
        extra=extra,
    )


def label_of(status: str, user_result: str = "") -> Label | None:
    """Return what a person said of a comment: to Akismet if they did, else by the status spam; else None.

    Examples
    --------
    >>> label_of("spam"), label_of("1"), label_of("1", "false")
    ('spam', None, 'substantive')
    """
    if user_result == "true":
        return "spam"
    if user_result == "false":
        return "substantive"
    return "spam" if status == "spam" else None

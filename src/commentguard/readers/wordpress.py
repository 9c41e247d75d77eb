"""WordPress eXtended RSS (WXR): the export of every WordPress, and what other platforms are converted to."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from commentguard.readers.dates import parse_date
from commentguard.readers.decoding import decoded
from commentguard.readers.markup import ATTRIBUTES
from commentguard.readers.report import Reading
from commentguard.readers.rows import as_type
from commentguard.readers.source import Source
from commentguard.readers.threads import with_threads
from commentguard.readers.vocabulary import Event, Vocabulary
from commentguard.readers.xml import events
from commentguard.records import Comment, Label, Post

ITEM_SIZE: Final = 40_000_000
"""How many characters of one post's comments are held at a time (a comment counts 1,000 more): some 25,000 comments.

A post with more is read in parts, whose threads begin anew; a warning says so."""

STATUSES: Final = {"1": "approved", "0": "pending", "approve": "approved", "hold": "pending"}
"""WordPress's short words for what it did with a comment."""

_VALUES: Final = tuple(
    f"wp:comment_{name}"
    for name in (
        "id", "author", "author_email", "author_url", "author_IP", "date", "date_gmt", "approved", "type", "parent",
        "user_id", "agent",
    )
)  # fmt: skip
_TEXT: Final = "wp:comment_content"
_AKISMET: Final = ("akismet_result", "akismet_user_result")
_POST_FIELDS: Final = frozenset(
    {"title", "link", "pubDate", "content:encoded", "description", "wp:post_id", "wp:post_date"}
)
_CONTENT: Final = r"(?:<!\[CDATA\[(?:[^\]<]++|\](?!\]>)|<(?!/wp:))*+\]\]>|[^<]*+)"
_KEY: Final = r"(?!(?:<!\[CDATA\[)?+\s*+akismet_)(?:<!\[CDATA\[[^\]<]*+\]\]>|[^<&]*+)"
_PASSED: Final = "|".join(
    [rf"{name}(?:{ATTRIBUTES}>{_CONTENT}</{name}>|\s*+/>)"
     for name in ("category", "dc:creator", "guid", "excerpt:encoded")]
    + [rf"wp:{name}(?:>{_CONTENT}</wp:{name}>|\s*+/>)" for name in (
        "post_date_gmt", "post_name", "post_parent", "post_type", "post_password", "comment_status", "ping_status",
        "status", "menu_order", "is_sticky",
    )]
    + [rf"wp:{name}>\s*+<wp:meta_key>{_KEY}</wp:meta_key>\s*+<wp:meta_value>{_CONTENT}</wp:meta_value>\s*+</wp:{name}>"
       for name in ("postmeta", "commentmeta")]
)  # fmt: skip
_VOCABULARY: Final = Vocabulary(
    containers=frozenset({"rss", "channel", "item", "wp:comment", "wp:commentmeta"}),
    fields=_POST_FIELDS | {*_VALUES, _TEXT, "wp:meta_key", "wp:meta_value", "wp:base_blog_url", "excerpt:encoded"},
    namespaces={
        r"wordpress\.org/export/[\d.]*/?$": "wp",
        r"purl\.org/rss/1\.0/modules/content/?$": "content",
    },
    passed=_PASSED,
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
        self.around: dict[str, dict[str, str]] = {}
        self.earlier: dict[str, str] = {}
        self.post: dict[str, str] = {}
        self.comment: dict[str, str] = {}
        self.held: list[dict[str, str]] = []
        self.size = 0
        self.count = 0

    def comments(self, scanned: Iterator[Event]) -> Iterator[Comment]:
        seen = False
        for event in scanned:
            if event.kind == "start":
                seen = seen or bool(event.name)
                self.start(event)
            elif event.name == "wp:comment":
                self.keep(event)
                if self.size > ITEM_SIZE:
                    self.reading.warn("a post has more comments than are held at a time; their threads are cut there")
                    yield from self.flush()
            elif event.name == "wp:commentmeta":
                key = event.fields.get("wp:meta_key", "").strip()
                if key in _AKISMET:
                    self.comment[key] = event.fields.get("wp:meta_value", "").strip()
            elif event.name == "item":
                if not self.held and self.post and self.reading.lonely_post is not None:
                    self.reading.lonely_post(_post(self.post))
                yield from self.flush()
                self.post = {}
        yield from self.flush()
        if not seen:
            raise self.reading.error("holds no <rss>, <channel> or <item>; is it a WordPress export (WXR)?")

    def start(self, event: Event) -> None:
        if event.name == "item":
            self.post = event.fields
        elif event.name == "wp:comment":
            self.comment = event.fields
        elif event.name in ("rss", "channel", ""):
            self.earlier = self.around.get(event.name, {}) | self.earlier
            self.around[event.name] = event.fields

    def keep(self, event: Event) -> None:
        """Hold a comment until its post is whole; one that the file cuts off only where its text was whole."""
        self.count += 1
        if not event.whole and _TEXT not in event.fields:
            self.reading.skip(f"comment {self.count:,}", "the file ends inside it")
            return
        self.held.append(event.fields)
        self.size += 1000 + sum(map(len, event.fields.values()))

    def flush(self) -> Iterator[Comment]:
        """Yield the comments that are held, now that their post is known."""
        if not self.held:
            return
        post = _post(self.post) if self.post else None
        around = (self.earlier, *self.around.values())
        addresses = (fields.get(name, "") for name in ("link", "wp:base_blog_url") for fields in around)
        source = next(filter(None, map(_host, addresses)), "")
        drafts = [_draft(values, post, source) for values in self.held]
        self.held, self.size = [], 0
        yield from with_threads(drafts)


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


def _draft(values: dict[str, str], post: Post | None, source: str) -> dict[str, Any]:
    identifier, author, email, url, ip, date, date_gmt, approved, kind, parent, user, agent = (
        values.get(name, "").strip() for name in _VALUES
    )
    status, known = approved.lower(), as_type(kind)
    extra: dict[str, str] = {}
    if known is None:
        extra["platform_type"] = kind
    if user not in ("", "0"):
        extra["user_id"] = user
    if values.get("akismet_result"):
        extra["akismet_result"] = values["akismet_result"]
    return {
        "text": values.get(_TEXT, ""),
        "id": identifier,
        "type": known or "comment",
        "author": author,
        "author_url": url,
        "author_email": email,
        "author_ip": ip,
        "user_agent": agent,
        "date": parse_date(date) or parse_date(date_gmt),
        "parent_id": parent if parent not in ("", "0") else None,
        "post": post,
        "label": label_of(status, values.get("akismet_user_result", "")),
        "status": STATUSES.get(status, status),
        "source": source,
        "extra": extra,
    }


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

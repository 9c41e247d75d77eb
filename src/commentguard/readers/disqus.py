"""Disqus's XML export (its schema 1.0): threads first, then all posts, i.e. comments, in one list."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final

from commentguard.readers.dates import parse_date
from commentguard.readers.decoding import decoded
from commentguard.readers.markup import attributes
from commentguard.readers.report import Reading
from commentguard.readers.source import Source
from commentguard.readers.threads import OpenThreads
from commentguard.readers.vocabulary import Event, Vocabulary
from commentguard.readers.xml import events
from commentguard.records import Comment, Post

_FIELDS: Final = frozenset(
    {
        "id", "forum", "link", "title", "message", "createdAt", "ipAddress", "name", "email", "username", "url",
        "isDeleted", "isSpam", "isApproved",
    }
)  # fmt: skip
_VOCABULARY: Final = Vocabulary(
    containers=frozenset({"disqus", "category", "thread", "post", "parent", "author"}),
    fields=_FIELDS,
    namespaces={r"//disqus\.com/?$": ""},
)


def read(source: Source, reading: Reading) -> Iterator[Comment]:
    """Yield the comments of a Disqus export in file order.

    The status is ``"spam"``, ``"deleted"``, ``"pending"`` or ``"approved"``; spam is a label too. A comment's post is
    the Disqus thread: its title and link, seldom a text. The thread of a comment is what was approved under the same
    post, earlier in the file and not dated later; at most the latest 50 messages
    (`commentguard.readers.threads.THREAD_MESSAGES`).

    Raises
    ------
    ExportFormatError
        When this is no Disqus export, or its document type declares entities.
    """
    return _Export(reading).comments(events(decoded(source, reading), _VOCABULARY, reading))


class _Export:
    """The state of one pass: the threads so far, and the thread or post that the scanner is in."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.posts: dict[str, Post] = {}
        self.sources: dict[str, str] = {}
        self.source = ""
        self.open = OpenThreads(reading)
        self.outer = ""
        self.values: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self.count = 0

    def comments(self, scanned: Iterator[Event]) -> Iterator[Comment]:
        seen = False
        for event in scanned:
            if event.kind == "start":
                seen = seen or bool(event.name)
                self.start(event)
            else:
                yield from self.end(event)
        if not seen:
            raise self.reading.error("holds no <disqus>; is it a Disqus export?")
        if self.open.later_left_out:
            self.reading.warn("comments do not stand in the order of their dates, so that some threads are shorter")

    def start(self, event: Event) -> None:
        named = attributes(event.attributes).items()
        identifier = next((value for name, value in named if name.rpartition(":")[2] == "id"), "")
        if event.name in ("thread", "post") and not self.outer:
            self.outer, self.values, self.fields = event.name, {"dsq:id": identifier}, event.fields
        elif event.name in ("thread", "parent") and self.outer == "post":
            self.values[event.name] = identifier

    def end(self, event: Event) -> Iterator[Comment]:
        self.source = self.source or event.fields.get("forum", "").strip()
        if event.name == "author" and self.outer:
            for name, text in event.fields.items():
                self.values.setdefault(f"author {name}", text.strip())
        if not event.name or event.name != self.outer:
            return
        self.outer, values = "", self.fields | self.values
        if event.name == "thread":
            self.keep_thread(values)
            return
        self.count += 1
        if not event.whole and "message" not in values:
            self.reading.skip(f"post {self.count:,}", "the file ends inside it")
            return
        yield self.open.follow(values.get("thread", ""), self.comment(values))

    def keep_thread(self, values: dict[str, str]) -> None:
        identifier = values["dsq:id"]
        self.posts[identifier] = Post(
            id=identifier,
            title=html.unescape(values.get("title", "").strip()),
            text=values.get("message", ""),
            url=values.get("link", "").strip(),
            date=parse_date(values.get("createdAt")),
        )
        self.sources[identifier] = values.get("forum", "").strip()

    def comment(self, values: dict[str, str]) -> Comment:
        thread = values.get("thread", "")
        status = _status(values)
        username = values.get("author username", "")
        return Comment(
            text=values.get("message", ""),
            id=values["dsq:id"],
            author=values.get("author name", "") or username,
            author_url=values.get("author url", "") or values.get("author link", ""),
            author_email=values.get("author email", ""),
            author_ip=values.get("ipAddress", "").strip(),
            date=parse_date(values.get("createdAt")),
            parent_id=values.get("parent") or None,
            post=self.posts.get(thread) or (Post(id=thread) if thread else None),
            label="spam" if status == "spam" else None,
            status=status,
            source=self.sources.get(thread) or self.source,
            extra={"username": username} if username else {},
        )


def _status(values: dict[str, str]) -> str:
    def flag(name: str) -> bool:
        return values.get(name, "").strip().lower() in ("true", "1")

    if flag("isSpam"):
        return "spam"
    if flag("isDeleted"):
        return "deleted"
    return "approved" if flag("isApproved") or "isApproved" not in values else "pending"

"""BlogEngine.NET: one XML file a post, its comments inside it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from commentguard.readers.dates import parse_date
from commentguard.readers.decoding import decoded
from commentguard.readers.markup import attributes
from commentguard.readers.report import Reading
from commentguard.readers.source import Source
from commentguard.readers.threads import with_threads
from commentguard.readers.vocabulary import Vocabulary
from commentguard.readers.xml import events
from commentguard.records import Comment, CommentType, Post

_VOCABULARY: Final = Vocabulary(
    containers=frozenset({"post", "comments", "comment"}),
    fields=frozenset(
        {"title", "content", "pubDate", "slug", "date", "author", "email", "country", "ip", "website", "moderatedby"}
    ),
    namespaces={},
)
_NOBODY: Final = "00000000-0000-0000-0000-000000000000"


def read(source: Source, reading: Reading) -> Iterator[Comment]:
    """Yield the comments of one BlogEngine.NET post in file order.

    The status is ``"spam"``, ``"deleted"``, ``"approved"`` or ``"pending"``; spam is a label too. The post's id is
    the file's name, as BlogEngine.NET has it. The thread of a comment is what was approved earlier, by date and then
    by place in the file; at most the latest 50 messages (`commentguard.readers.threads.THREAD_MESSAGES`).

    Raises
    ------
    ExportFormatError
        When this is no such post, or its document type declares entities.
    """
    post: dict[str, str] = {}
    astray: dict[str, str] = {}
    comments: list[dict[str, str]] = []
    told: dict[str, str] = {}
    seen = False
    for event in events(decoded(source, reading), _VOCABULARY, reading):
        seen = seen or bool(event.name)
        if event.name == "post":
            post = event.fields | post
        elif event.name in ("comments", ""):
            astray |= event.fields
        elif event.name == "comment" and event.kind == "start":
            told = {f"@{name.lower()}": value for name, value in attributes(event.attributes).items()}
        elif event.name == "comment" and (event.whole or "content" in event.fields):
            comments.append(event.fields | told)
        elif event.name == "comment":
            reading.skip(f"comment {len(comments) + 1:,}", "the file ends inside it")
    if not seen:
        raise reading.error("holds no <post>; is it a BlogEngine.NET post file?")
    about = _post(astray | post, reading.name)
    yield from with_threads([_draft(values, about) for values in comments])


def _post(values: dict[str, str], name: str) -> Post:
    stem = PurePath(name).name.removesuffix(".gz").removesuffix(".xml")
    return Post(
        id=stem if name.removesuffix(".gz").endswith(".xml") else "",
        title=html.unescape(values.get("title", "").strip()),
        text=values.get("content", ""),
        date=parse_date(values.get("pubDate")),
    )


def _draft(values: dict[str, str], post: Post) -> dict[str, Any]:
    email = values.get("email", "").strip()
    kinds: dict[str, CommentType] = {"pingback": "pingback", "trackback": "trackback"}
    parent = values.get("@parentid", "")
    status = _status(values)
    extra = {name: values[name].strip() for name in ("country", "moderatedby") if values.get(name, "").strip()}
    return {
        "text": values.get("content", ""),
        "id": values.get("@id", ""),
        "type": kinds.get(email.lower(), "comment"),
        "author": values.get("author", "").strip(),
        "author_url": values.get("website", "").strip(),
        "author_email": "" if email.lower() in kinds else email,
        "author_ip": values.get("ip", "").strip(),
        "date": parse_date(values.get("date")),
        "parent_id": parent if parent not in ("", _NOBODY) else None,
        "post": post,
        "label": "spam" if status == "spam" else None,
        "status": status,
        "extra": extra,
    }


def _status(values: dict[str, str]) -> str:
    for word in ("spam", "deleted"):
        if values.get(f"@{word}", "").lower() == "true":
            return word
    return "approved" if values.get("@approved", "true").lower() == "true" else "pending"

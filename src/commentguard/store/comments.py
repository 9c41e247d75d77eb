"""The comments that a server has seen: threads of those that come later are made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, update

from commentguard.readers import THREAD_MESSAGES
from commentguard.readers.decoding import clip, tidy
from commentguard.records import Comment, Label, ThreadMessage, Verdict
from commentguard.store.database import insert_new, rows_of
from commentguard.store.identities import Identities
from commentguard.store.schema import comments

_FIRST_SEEN: Final = (
    select(comments.c.number)
    .where(comments.c.source == bindparam("own_source"), comments.c.id == bindparam("own_id"))
    .scalar_subquery()
)
_THREAD: Final = (
    select(comments.c.author, comments.c.text)
    .where(
        comments.c.place == bindparam("place"),
        comments.c.label != "spam",
        comments.c.number < func.coalesce(_FIRST_SEEN, 2**62),
    )
    .order_by(comments.c.number.desc())
    .limit(THREAD_MESSAGES)
)
"""Made once: making it takes longer than the database takes to answer."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A comment that was judged.

    Parameters
    ----------
    comment : Comment
        As it came.
    place : str
        Its post, as `posts.place_of_post` names it.
    verdict : Verdict
        What was said of it.
    time : int
        When, in seconds since 1970.
    """

    comment: Comment
    place: str
    verdict: Verdict
    time: int


def add_comments(connection: Connection, seen: Iterable[Seen], identities: Identities) -> None:
    """Keep comments for later threads; one that was seen before stays as it is."""
    insert_new(connection, comments, [_row(one, identities) for one in seen if one.place])


def thread_at(connection: Connection, place: str, source: str, identifier: str) -> tuple[ThreadMessage, ...]:
    """Return what stood under a post when a comment arrived, oldest first: nothing that is spam.

    Parameters
    ----------
    connection : Connection
        From `Store.reading`.
    place : str
        The post.
    source, identifier : str
        The comment's own: where it was seen before, the thread is what stood before it then.
    """
    if not place:
        return ()
    asked = {"place": place, "own_source": source[:500], "own_id": identifier[:500]}
    return tuple(ThreadMessage(author, text) for author, text in reversed(rows_of(connection, _THREAD, asked)))


def comment_with_id(connection: Connection, source: str, identifier: str) -> Comment | None:
    """Return a comment that was seen, without what is kept as hashes only; None where it was not."""
    row = connection.execute(
        select(comments).where(comments.c.source == source[:500], comments.c.id == identifier[:500])
    ).first()
    if row is None:
        return None
    return Comment(
        text=row.text, id=row.id, type=row.type, author=row.author, author_url=row.author_url, source=row.source
    )


def relabel(connection: Connection, source: str, identifier: str, label: Label) -> None:
    """Let a person's decision count for later threads."""
    connection.execute(
        update(comments).where(comments.c.source == source[:500], comments.c.id == identifier[:500]).values(label=label)
    )


def _row(seen: Seen, identities: Identities) -> dict[str, Any]:
    comment = seen.comment
    return {
        "source": tidy(comment.source[:500]),
        "id": tidy(comment.id[:500]),
        "place": tidy(seen.place),
        "type": comment.type,
        "author": tidy(comment.author[:10_000]),
        "author_url": tidy(comment.author_url[:10_000]),
        "text": tidy(clip(comment.text)),
        **identities.of(comment),
        "seen": seen.time,
        "label": seen.verdict.label,
        "spam": seen.verdict.probabilities["spam"],
    }

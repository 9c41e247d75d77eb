"""The posts of a store: what comments stand under, found again by permalink or by the platform's id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from sqlalchemy import Connection, bindparam, select

from commentguard.readers import parse_date
from commentguard.readers.decoding import clip, tidy
from commentguard.records import Post
from commentguard.store.database import rows_of, upsert
from commentguard.store.places import host_of, place_of
from commentguard.store.schema import posts

_KEPT = ("host", "id", "title", "text", "url", "date")


_FOUND: Final = (posts.c.id, posts.c.title, posts.c.text, posts.c.url, posts.c.date)
_AT: Final = select(*_FOUND).where(posts.c.place == bindparam("place"))


def place_of_post(post: Post) -> str:
    """Return the name under which a store knows a post: its address, else its id; empty where it has neither."""
    return place_of(post.url) or (f"#{post.id[:400]}" if post.id else "")


def put_posts(connection: Connection, found: Iterable[Post]) -> int:
    """Keep posts; one that is known is replaced.

    Parameters
    ----------
    connection : Connection
        From `Store.writing`.
    found : iterable of Post
        Posts with an address or an id; others are left out.

    Returns
    -------
    int
        How many were kept.
    """
    kept: set[str] = set()
    for some in _batched(found):
        rows = {place: _row(post) for post in some if (place := place_of_post(post))}
        upsert(connection, posts, [rows[place] for place in sorted(rows)], _KEPT)
        kept |= rows.keys()
    return len(kept)


def post_at(connection: Connection, url: str) -> Post | None:
    """Return the post at a permalink, None where it is unknown."""
    place = place_of(url)
    if not place:
        return None
    return _post(rows_of(connection, _AT, {"place": place}))


def post_with_id(connection: Connection, identifier: str, site: str = "") -> Post | None:
    """Return the post with a platform's id, None where it is unknown.

    Parameters
    ----------
    connection : Connection
        From `Store.reading`.
    identifier : str
        The platform's id of the post.
    site : str
        The blog's address, for ids of several blogs may be the same; empty to take the post of any.
    """
    if not identifier:
        return None
    query = select(*_FOUND).where(posts.c.id == identifier[:400])
    if site:
        query = query.where(posts.c.host.in_((host_of(site), "")))
    return _post(connection.execute(query.order_by(posts.c.host.desc(), posts.c.place).limit(1)).all())


def _batched(found: Iterable[Post]) -> Iterator[list[Post]]:
    """Yield posts in lists, so that few of a big export are held at a time."""
    posts_left = iter(found)
    while some := list(islice(posts_left, 200)):
        yield some


def _row(post: Post) -> dict[str, str]:
    return {
        "place": tidy(place_of_post(post)),
        "host": tidy(host_of(post.url)),
        "id": tidy(post.id[:400]),
        "title": tidy(post.title),
        "text": tidy(clip(post.text)),
        "url": tidy(post.url[:10_000]),
        "date": post.date.isoformat() if post.date else "",
    }


def _post(rows: Sequence[Sequence[str]]) -> Post | None:
    if not rows:
        return None
    id_, title, text, url, date = rows[0]
    return Post(id=id_, title=title, text=text, url=url, date=parse_date(date))

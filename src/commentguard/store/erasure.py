"""Erasing: what was kept of one author, or what is older than the owner wants it kept."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, select, update

from commentguard.objects import as_line
from commentguard.readers.decoding import clip, tidy
from commentguard.store.identities import Identities
from commentguard.store.schema import comments, labels


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased: comments that were seen, decisions of persons, and quotations in other decisions."""

    comments: int
    labels: int
    quotations: int = 0


def erase_author(connection: Connection, author: str, identities: Identities) -> Erased:
    """Erase what was kept of an author, also where decisions on comments of others hold it as their context.

    Quotations are known by the author's name where that is given, else by the comments that are erased: a quotation of
    one that is too old to be kept is found by name alone.

    Parameters
    ----------
    connection : Connection
        From `Store.writing`.
    author : str
        An e-mail address, an IP address, or else a name, whatever its case.
    identities : Identities
        Those of the store.
    """

    def of_author(table: Table) -> ColumnElement[bool]:
        if "@" in author:
            return table.c.email == identities.email(author)
        return table.c.ip == identities.ip(author) if _is_ip(author) else table.c.name == identities.name(author)

    by_name = "" if "@" in author or _is_ip(author) else identities.name(author)
    written = _written(connection, of_author)
    gone, decided = (connection.execute(delete(table).where(of_author(table))).rowcount for table in (comments, labels))

    def is_authors(message: dict[str, Any]) -> bool:
        name, text = str(message.get("author", "")), str(message.get("text", ""))
        return (name, text) in written or (by_name != "" and identities.name(name) == by_name)

    return Erased(gone, decided, _unquote(connection, is_authors))


def _written(connection: Connection, of_author: Callable[[Table], ColumnElement[bool]]) -> set[tuple[str, str]]:
    """Return names and texts of an author's comments, as threads quote them."""
    seen = connection.execute(select(comments.c.author, comments.c.text).where(of_author(comments)))
    found = {(row.author, row.text) for row in seen}
    for line in connection.scalars(select(labels.c.decision).where(of_author(labels))):
        comment = json.loads(line)["comment"]
        found.add((tidy(comment.get("author", "")[:10_000]), tidy(clip(comment["text"]))))
    return found


def _unquote(connection: Connection, is_authors: Callable[[dict[str, Any]], bool]) -> int:
    """Take messages out of the threads that decisions hold; return how many."""
    changed: list[dict[str, Any]] = []
    count = 0
    for row in connection.execute(select(labels.c.source, labels.c.id, labels.c.decision)):
        decision = json.loads(row.decision)
        thread = decision["comment"].get("thread", [])
        left = [message for message in thread if not is_authors(message)]
        if len(left) < len(thread):
            count += len(thread) - len(left)
            decision["comment"] |= {"thread": left}
            changed.append({"of_source": row.source, "of_id": row.id, "decision": tidy(as_line(decision))})
    if changed:
        at = (labels.c.source == bindparam("of_source")) & (labels.c.id == bindparam("of_id"))
        connection.execute(update(labels).where(at), changed)
    return count


def erase_before(connection: Connection, time: int, with_labels: bool) -> Erased:
    """Erase the comments seen before a time, in seconds since 1970; decisions of persons too where asked for."""
    gone = connection.execute(delete(comments).where(comments.c.seen < time)).rowcount
    decided = connection.execute(delete(labels).where(labels.c.decided < time)).rowcount if with_labels else 0
    return Erased(gone, decided)


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True

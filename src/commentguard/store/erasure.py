"""Erasing: what was kept of one author, or what is older than the owner wants it kept."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, delete

from commentguard.store.identities import Identities
from commentguard.store.schema import comments, labels


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased: comments that were seen, and decisions of persons."""

    comments: int
    labels: int


def erase_author(connection: Connection, author: str, identities: Identities) -> Erased:
    """Erase what was kept of an author.

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

    return Erased(*(connection.execute(delete(table).where(of_author(table))).rowcount for table in (comments, labels)))


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

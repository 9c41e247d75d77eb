"""Keys that clients show: 12 characters, as platforms ask for, of which a store keeps hashes alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from commentguard.errors import StoreError
from commentguard.store.schema import keys, limits

LENGTH: Final = 12
"""WordPress refuses keys of another length before it asks."""

_LETTERS: Final = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class Key:
    """What a store keeps of a key.

    Parameters
    ----------
    name : str
        The name that the owner gave it.
    digest : str
        Its hash.
    per_minute : int or None
        How many comments a minute it may ask about; None for any number.
    """

    name: str
    digest: str = field(repr=False)
    per_minute: int | None = None


def add_key(connection: Connection, name: str, per_minute: int | None = None) -> str:
    """Make a key and return it: the only time that it can be seen.

    Parameters
    ----------
    connection : Connection
        From `Store.writing`.
    name : str
        What the owner calls it.
    per_minute : int or None
        How many comments a minute it may ask about; None for any number.

    Raises
    ------
    StoreError
        When there is a key of that name.
    """
    if connection.scalar(select(keys.c.name).where(keys.c.name == name)) is not None:
        raise StoreError(f"there is a key named {name!r} already; choose another name, or remove that key first")
    key = "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))
    connection.execute(insert(keys).values(name=name, digest=_digest(key), made=int(time.time())))
    if per_minute is not None:
        connection.execute(insert(limits).values(name=name, per_minute=per_minute))
    return key


def remove_key(connection: Connection, name: str) -> bool:
    """Make a key worthless; tell whether there was one of that name."""
    connection.execute(delete(limits).where(limits.c.name == name))
    return connection.execute(delete(keys).where(keys.c.name == name)).rowcount > 0


def stored_keys(connection: Connection) -> list[Key]:
    """Return all keys, oldest first."""
    rows = connection.execute(
        select(keys.c.name, keys.c.digest, limits.c.per_minute)
        .select_from(keys.outerjoin(limits, keys.c.name == limits.c.name))
        .order_by(keys.c.made, keys.c.name)
    )
    return [Key(*row) for row in rows]


def key_in(stored: Iterable[Key], shown: str) -> Key | None:
    """Return the key that a client showed, None for one that is not valid; takes the same time whichever is wrong."""
    digest = _digest(shown)
    found = None
    for key in stored:
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found


def _digest(key: str) -> str:
    # Keys are random and of 62 bits: a plain hash can't be searched for them as one of a password could.
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()

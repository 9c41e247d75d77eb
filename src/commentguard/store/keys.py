"""Keys that clients show: 12 characters, as platforms ask for, of which a store keeps hashes alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import time
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from commentguard.errors import StoreError
from commentguard.store.schema import keys

LENGTH: Final = 12
"""WordPress refuses keys of another length before it asks."""

_LETTERS: Final = string.ascii_lowercase + string.digits


def add_key(connection: Connection, name: str) -> str:
    """Make a key and return it: the only time that it can be seen.

    Raises
    ------
    StoreError
        When there is a key of that name.
    """
    if connection.scalar(select(keys.c.name).where(keys.c.name == name)) is not None:
        raise StoreError(f"there is a key named {name!r} already; choose another name, or remove that key first")
    key = "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))
    connection.execute(insert(keys).values(name=name, digest=_digest(key), made=int(time.time())))
    return key


def remove_key(connection: Connection, name: str) -> bool:
    """Make a key worthless; tell whether there was one of that name."""
    return connection.execute(delete(keys).where(keys.c.name == name)).rowcount > 0


def key_names(connection: Connection) -> list[str]:
    """Return the names of all keys, oldest first."""
    return list(connection.scalars(select(keys.c.name).order_by(keys.c.made, keys.c.name)))


def name_of_key(connection: Connection, key: str) -> str | None:
    """Return the name of a key that is valid, None for any other; takes the same time whichever is wrong.

    Parameters
    ----------
    connection : Connection
        From `Store.reading`.
    key : str
        What a client showed.
    """
    digest = _digest(key)
    found = None
    for name, kept in connection.execute(select(keys.c.name, keys.c.digest)):
        if hmac.compare_digest(kept, digest):
            found = name
    return found


def _digest(key: str) -> str:
    # Keys are random and of 62 bits: a plain hash can't be searched for them as one of a password could.
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()

"""Personal data as keyed hashes: enough to find what is to be erased, useless to whoever takes the database."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from commentguard.errors import StoreError
from commentguard.records import Comment

SECRET_VARIABLE: Final = "COMMENTGUARD_SECRET"
"""The environment's variable that holds the secret of the hashes, where there is no file for it."""

_LEAST: Final = 16


@dataclass(frozen=True, slots=True)
class Identities:
    """Makes the keyed hashes of one store.

    Parameters
    ----------
    secret : bytes
        What the hashes are keyed with; kept outside the database.

    Examples
    --------
    >>> Identities(b"x" * 32).email(" Ada@Mail.example") == Identities(b"x" * 32).email("ada@mail.example")
    True
    """

    secret: bytes = field(repr=False)

    def email(self, address: str) -> str:
        """Return the hash of an e-mail address whatever its case; empty for none."""
        return self._hash("email", address.strip().lower())

    def ip(self, address: str) -> str:
        """Return the hash of an IP address; empty for none."""
        return self._hash("ip", address.strip().lower())

    def name(self, name: str) -> str:
        """Return the hash of a name, whatever its case and spaces; empty for none."""
        return self._hash("name", " ".join(name.casefold().split()))

    def of(self, comment: Comment) -> dict[str, str]:
        """Return the columns that stand for a comment's author: `email`, `ip`, `name`."""
        return {
            "email": self.email(comment.author_email),
            "ip": self.ip(comment.author_ip),
            "name": self.name(comment.author),
        }

    def _hash(self, kind: str, value: str) -> str:
        if not value:
            return ""
        data = value.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, digest_size=16, key=self.secret[:64], person=kind.encode()).hexdigest()


def secret_beside(database: Path) -> bytes:
    """Return the secret that stands beside a database file, `NAME.secret`; made, for its owner alone, where it is new.

    Raises
    ------
    StoreError
        When it can't be read or written.
    """
    place = database.with_name(f"{database.name}.secret")
    try:
        if not place.exists():
            _make(place)
        secret = place.read_bytes().strip()
    except OSError as error:
        raise StoreError(f"{place}: can't be read or written ({error.strerror}); change its permissions") from None
    return _checked(secret, str(place))


def secret_of_environment() -> bytes:
    """Return the secret that the environment holds.

    Raises
    ------
    StoreError
        When it holds none, or a short one.
    """
    secret = os.environ.get(SECRET_VARIABLE, "").encode()
    if not secret:
        raise StoreError(
            f"this store has no place for the secret that e-mail addresses are hashed with: set {SECRET_VARIABLE} "
            "to a long random text, the same for every program that uses the store"
        )
    return _checked(secret, SECRET_VARIABLE)


def _make(place: Path) -> None:
    """Write a new secret; where another process was faster, its secret stays."""
    handle, temporary = tempfile.mkstemp(prefix=".commentguard", dir=place.parent)  # mode 0600
    try:
        with open(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, place)
    finally:
        os.unlink(temporary)


def _checked(secret: bytes, name: str) -> bytes:
    if len(secret) < _LEAST:
        raise StoreError(f"{name}: the secret is too short; it takes at least {_LEAST} characters")
    return hashlib.blake2b(secret, digest_size=32).digest()

"""What an owner sets for a server, handed to its worker processes through the environment."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import Final

VARIABLE: Final = "COMMENTGUARD_SERVE"
"""The environment's variable in which worker processes find the settings."""

MAX_BODY: Final = 4 * 1024 * 1024
"""Longest request, in bytes: a comment of a million characters in the longest encoding."""

BODY_SECONDS: Final = 20.0
"""How long a client may take to send a request's body."""


MAX_HEAD: Final = 64 * 1024
"""Longest head of a request, in bytes: the address and all headers."""

SLOW_SECONDS: Final = 20.0
"""How long a connection may be silent before its first request, a request's head may take, an answer not be read."""

MAX_CONNECTIONS: Final = 20_000
"""Connections that one process holds; more are refused."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an owner sets for a server.

    Parameters
    ----------
    store : str
        The store's address, as `commentguard.store.database.open_store` takes it.
    model : str or None
        A model folder; None for the one that comes along.
    off_topic_is_spam : bool
        True to answer clients of the Akismet protocol, which know spam and ham alone, that off-topic is spam.
    keep_days : int
        For how many days comments are kept as context of later ones; 0 for none at all.
    fetch_from : tuple of str
        Hosts, as `commentguard.store.places.host_of` writes them, from which posts may be fetched by their permalink.
    workers : int
        How many processes answer.
    """

    store: str
    model: str | None = None
    off_topic_is_spam: bool = False
    keep_days: int = 365
    fetch_from: tuple[str, ...] = ()
    workers: int = 1

    def to_environment(self) -> None:
        """Leave the settings to the processes that this one starts."""
        os.environ[VARIABLE] = json.dumps(asdict(self))

    @classmethod
    def from_environment(cls) -> Settings:
        """Return the settings that the process that started this one left."""
        found = json.loads(os.environ[VARIABLE])
        return cls(**{**found, "fetch_from": tuple(found["fetch_from"])})

"""Who may ask, and how much: the keys of a store, held in memory, and a limit for those that have one."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from commentguard.errors import CommentGuardError, StoreError
from commentguard.store.database import Store
from commentguard.store.keys import Key, key_in, stored_keys

_SECONDS: Final = 5.0
"""How often the keys are read: one that is removed is worthless by then."""

_UNKNOWN_SECONDS: Final = 1.0
"""How often they are read for keys that are not among them: whoever guesses loads the store no more than that."""

_LONGEST: Final = 100


class TooManyError(CommentGuardError):
    """A key has asked more than it may.

    Parameters
    ----------
    message : str
        What is said to the client.
    seconds : int
        When it may ask again.
    """

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Access:
    """The keys of a store, and what is left to each; used in one event loop.

    Parameters
    ----------
    store : Store
        The database.
    workers : int
        How many processes share the limits, each with its part.
    failed : callable
        Called where the keys could not be read again; those that were read before go on to count.

    Raises
    ------
    StoreError
        When the store can't be asked.
    """

    def __init__(self, store: Store, workers: int, failed: Callable[[], None]) -> None:
        self._store = store
        self._workers = workers
        self._failed = failed
        self._keys = self._stored()
        self._next = 0.0
        self._reading: asyncio.Task[None] | None = None
        self._left: dict[str, tuple[float, float]] = {}

    async def key_of(self, shown: str) -> Key | None:
        """Return the key that a client showed, None where it is not valid.

        Raises
        ------
        StoreError
            When it is not known, and the store can't be asked.
        """
        if not 0 < len(shown) <= _LONGEST:
            return None
        found = key_in(self._keys, shown)
        if found is None:  # it may be new
            if self._reading is None or (self._reading.done() and time.monotonic() >= self._next):
                self._next = time.monotonic() + _UNKNOWN_SECONDS
                self._reading = asyncio.create_task(self._read())
            await asyncio.shield(self._reading)
            found = key_in(self._keys, shown)
        return found

    def spend(self, key: Key, comments: int = 1) -> None:
        """Count comments that a key asks about.

        One request is never too big: it may take more than is left, and the next ones wait the longer.

        Raises
        ------
        TooManyError
            When nothing is left.
        """
        if key.per_minute is None:
            return
        most = key.per_minute / self._workers
        now = time.monotonic()
        left, then = self._left.get(key.name, (most, now))
        left = min(left + (now - then) * most / 60, most)
        wait = (min(1.0, most) - left) * 60 / most
        if wait > 1e-6:
            raise TooManyError(
                f"this key may ask about {key.per_minute:,} comments a minute; ask again later", math.ceil(wait)
            )
        self._left[key.name] = left - comments, now

    async def refresh(self) -> None:
        """Read the keys again and again."""
        while True:
            await asyncio.sleep(_SECONDS)
            with suppress(StoreError):
                await self._read()

    async def _read(self) -> None:
        try:
            self._keys = await asyncio.to_thread(self._stored)
        except StoreError:
            self._failed()
            raise
        names = {key.name for key in self._keys}
        self._left = {name: left for name, left in self._left.items() if name in names}

    def _stored(self) -> list[Key]:
        with self._store.reading() as connection:
            return stored_keys(connection)

"""What was checked, kept as context of later checks and counted: written soon, and nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from sqlalchemy import Connection

from commentguard.errors import StoreError
from commentguard.store.comments import Seen, add_comments
from commentguard.store.database import Store
from commentguard.store.usage import count, today
from commentguard.store.writer import Writer

_SECONDS: Final = 0.05
"""How long checks are gathered: a transaction costs more than what is written in it."""

_CHARACTERS: Final = 20_000_000
"""Texts that wait at most: more than that come only while the database does not take any."""


class Journal:
    """Gathers checks and writes them; used in one event loop.

    Parameters
    ----------
    store : Store
        The database.
    writer : Writer
        Writes to it.
    failed : callable
        Called where checks could not be written, and are lost.
    """

    def __init__(self, store: Store, writer: Writer, failed: Callable[[], None]) -> None:
        self._store = store
        self._writer = writer
        self._failed = failed
        self._counts: dict[tuple[str, str, str], dict[str, int]] = {}
        self._seen: list[Seen] = []
        self._characters = 0
        self._written: Future[None] | None = None
        self._is_timed = False

    def add(self, key: str, site: str, spam: bool, seen: Seen | None) -> None:
        """Take a check.

        Parameters
        ----------
        key, site : str
            Who asked, and for which site.
        spam : bool
            Whether the answer was spam.
        seen : Seen or None
            What is kept; None to count alone.
        """
        counts = self._counts.setdefault((key, site[:500], today()), {"calls": 0, "spam": 0, "ham": 0})
        counts["calls"] += 1
        counts["spam" if spam else "ham"] += 1
        if seen is not None:
            if self._characters > _CHARACTERS:
                self._failed()
            else:
                self._seen.append(seen)
                self._characters += len(seen.comment.text)
        if not self._is_timed:
            self._is_timed = True
            asyncio.get_running_loop().call_later(_SECONDS, self._on_time)

    def _on_time(self) -> None:
        self._is_timed = False
        if self._written is None or self._written.done():
            self.write()
        elif self._counts:  # the database is slow: it gets the rest when it has taken this
            self._is_timed = True
            asyncio.get_running_loop().call_later(_SECONDS, self._on_time)

    def write(self) -> None:
        """Hand over to the writer what has been gathered, before anything that is handed to it from now on."""
        if not self._counts:
            return
        counts, seen = self._counts, self._seen
        self._counts, self._seen, self._characters = {}, [], 0

        def write(connection: Connection) -> None:
            count(connection, counts)
            add_comments(connection, seen, self._store.identities)

        try:
            self._written = self._writer.write(write)
        except StoreError:
            self._failed()
        else:
            self._written.add_done_callback(lambda done: self._failed() if done.exception() else None)

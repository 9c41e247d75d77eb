"""What the endpoints share: the model, the store, and who may ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from commentguard.errors import StoreError
from commentguard.guard import load_model
from commentguard.labels import Decision
from commentguard.records import Comment, Label, Post, ThreadMessage, Verdict
from commentguard.server.access import Access
from commentguard.server.fetching import fetching
from commentguard.server.journal import Journal
from commentguard.server.judge import Judge, Judged, judging
from commentguard.server.metrics import Metrics
from commentguard.server.settings import Settings
from commentguard.store.comments import Seen
from commentguard.store.database import Store, open_store
from commentguard.store.erasure import erase_before
from commentguard.store.labels import put_labels
from commentguard.store.posts import put_posts
from commentguard.store.usage import count, today
from commentguard.store.writer import Writer, writing_to

_FIRST: Final = Comment(
    text="Which flour do you take? See https://flour.example/rye",
    author="Ada",
    author_url="https://ada.example/",
    post=Post(title="Rye bread", text="Rye takes its time.", url="https://blog.example/rye"),
    thread=(ThreadMessage("Bea", "Mine took all night."),),
)
"""Judged before anybody asks: the first comment reads lists that all others need."""

_PURGE_SECONDS: Final = 3_600.0


@dataclass
class Service:
    """All that the endpoints of one worker process work with; get one from `running_service`.

    Parameters
    ----------
    settings : Settings
        What the owner set.
    store : Store
        The database.
    access : Access
        Knows who may ask.
    writer : Writer
        Writes to it.
    journal : Journal
        Gathers checks for it.
    judge : Judge
        Gives verdicts.
    metrics : Metrics
        Counts.
    """

    settings: Settings
    store: Store
    access: Access
    writer: Writer
    journal: Journal
    judge: Judge
    metrics: Metrics

    def remember(self, judged: Judged, key: str, site: str, spam: bool, keep: bool = True) -> None:
        """Count a check, and keep the comment as context of later ones; written soon, and nobody waits for it.

        Parameters
        ----------
        judged : Judged
            What was said.
        key, site : str
            Who asked, and for which site.
        spam : bool
            Whether the answer was spam.
        keep : bool
            False to count alone.
        """
        self.metrics.verdicts.labels(judged.verdict.label).inc()
        keep = keep and self.settings.keep_days > 0
        seen = Seen(judged.comment, judged.place, judged.verdict, int(time.time())) if keep else None
        self.journal.add(key, site, spam, seen)

    async def learn(self, decided: list[tuple[Judged, Label]], labeller: str, key: str) -> None:
        """Keep decisions of a person; they are on the disk when this returns.

        Raises
        ------
        StoreError
            When they can't be written: none is kept then.
        """
        time = datetime.now(UTC)
        decisions = [
            Decision(judged.comment, label, time, labeller, judged.verdict, judged.model) for judged, label in decided
        ]
        counts: dict[tuple[str, str, str], dict[str, int]] = {}
        for judged, label in decided:
            found = counts.setdefault((key, judged.comment.source, today()), {})
            wrong = _wrong(judged.verdict, label)
            if wrong:
                found[wrong] = found.get(wrong, 0) + 1

        def write(connection: Connection) -> None:
            put_labels(connection, decisions, self.store.identities)
            count(connection, counts)

        self.journal.write()  # a decision finds the comment that was checked just before
        try:
            await asyncio.shield(asyncio.wrap_future(self.writer.write(write)))
        except StoreError as error:
            self._note(error)
            raise
        for _, label in decided:
            self.metrics.labels.labels(label).inc()

    async def maintain(self) -> None:
        """Do what is to be done from time to time, until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._purge())
            group.create_task(self.access.refresh())

    async def _purge(self) -> None:
        """Erase what is older than the owner wants it kept, again and again."""
        while True:
            try:
                await asyncio.wrap_future(self.writer.write(self._erase_old))
            except StoreError as error:
                self._note(error)
            await asyncio.sleep(_PURGE_SECONDS)

    def _erase_old(self, connection: Connection) -> None:
        erase_before(connection, int(time.time()) - self.settings.keep_days * 86_400, with_labels=False)

    def _note(self, error: BaseException | None) -> None:
        if error is not None:
            self.metrics.store_errors.inc()


def _wrong(verdict: Verdict, label: Label) -> str:
    """Return what a decision shows to have been wrong; empty where the verdict was right about spam."""
    if (verdict.label == "spam") == (label == "spam"):
        return ""
    return "missed_spam" if label == "spam" else "false_positives"


def _keep(writer: Writer, post: Post) -> None:
    def write(connection: Connection) -> None:
        put_posts(connection, [post])

    writer.write(write)


@contextmanager
def running_service(settings: Settings) -> Iterator[Service]:
    """Open the store, load the model and start the threads that work; what was taken is written when it ends."""
    metrics = Metrics()
    store = open_store(settings.store)
    try:
        guard = load_model(settings.model)
        guard.classify(_FIRST)
        with (
            writing_to(store) as writer,
            fetching(frozenset(settings.fetch_from), lambda post: _keep(writer, post)) as fetcher,
            judging(guard, store, metrics.store_errors.inc, fetcher.want) as judge,
        ):
            access = Access(store, settings.workers, metrics.store_errors.inc)
            journal = Journal(store, writer, metrics.store_errors.inc)
            try:
                yield Service(settings, store, access, writer, journal, judge, metrics)
            finally:
                journal.write()
    finally:
        store.close()

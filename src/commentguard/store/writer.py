"""One thread that writes what many requests hand over, several of them in one transaction."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from commentguard.errors import StoreError
from commentguard.store.database import Store

Write = Callable[[Connection], None]
"""Something to be written within a transaction."""

_TOGETHER: Final = 256
_WAITING: Final = 10_000
"""Writes that wait at most: more than that come only while the database does not take any."""


@dataclass(frozen=True, slots=True)
class _Task:
    write: Write
    done: Future[None] = field(default_factory=Future)


class Writer:
    """Writes in the order in which writes are handed over; get one from `writing_to`.

    What is written together is committed together: the disk is waited for once and not for every request.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tasks: queue.Queue[_Task | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._work, name="commentguard-writer", daemon=True)

    def write(self, write: Write) -> Future[None]:
        """Hand something over; the future is done when it is on the disk, and holds the error where it can't be.

        Raises
        ------
        StoreError
            When too much waits already.
        """
        task = _Task(write)
        try:
            self._tasks.put_nowait(task)
        except queue.Full:
            raise StoreError(f"{self._store.name}: takes no more for now; check the disk") from None
        return task.done

    def _work(self) -> None:
        while True:
            tasks, last = self._drawn()
            for task in tasks:
                task.done.set_running_or_notify_cancel()
            self._write(tasks)
            if last:
                return

    def _drawn(self) -> tuple[list[_Task], bool]:
        """Wait for a task; return it with those that came meanwhile, and whether it was said that none follow."""
        tasks: list[_Task] = []
        task = self._tasks.get()
        while task is not None and len(tasks) < _TOGETHER:
            tasks.append(task)
            try:
                task = self._tasks.get_nowait() if len(tasks) < _TOGETHER else task
            except queue.Empty:
                break
        return tasks, task is None

    def _write(self, tasks: list[_Task]) -> None:
        if not tasks:
            return
        begun = False
        try:
            with self._store.writing() as connection:
                begun = True
                for task in tasks:
                    task.write(connection)
        except Exception as error:
            if begun and len(tasks) > 1:  # one of them may be at fault: the others are written
                self._write_apart(tasks)
                return
            for task in tasks:
                _settle(task, error)
        else:
            for task in tasks:
                _settle(task, None)

    def _write_apart(self, tasks: list[_Task]) -> None:
        """Write each in a transaction of its own; where two in a row fail it is the database, and the rest fail too."""
        failed: Exception | None = None
        in_a_row = 0
        for task in tasks:
            if in_a_row < 2:
                try:
                    with self._store.writing() as connection:
                        task.write(connection)
                    failed, in_a_row = None, 0
                except Exception as error:
                    failed, in_a_row = error, in_a_row + 1
            _settle(task, failed)


def _settle(task: _Task, error: Exception | None) -> None:
    if task.done.cancelled():  # whoever asked went away before it was begun
        return
    if error is None:
        task.done.set_result(None)
    else:
        task.done.set_exception(error)


@contextmanager
def writing_to(store: Store) -> Iterator[Writer]:
    """Start a writer; what was handed over is written when the block ends."""
    writer = Writer(store)
    writer._thread.start()
    try:
        yield writer
    finally:
        writer._tasks.put(None)
        writer._thread.join()

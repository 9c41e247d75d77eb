"""Progress on standard error: shown only to a person who waits."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")

PATIENCE: Final = 1.0
"""Seconds of work before progress is shown."""

_REDRAWN: Final = 0.2


def counted(items: Iterable[Item], quiet: bool = False) -> Iterator[Item]:
    """Yield items; while they take longer than a second, show how many there were, where a person can see it.

    Nothing is shown where standard error is no terminal, or where standard output is one: there the results
    themselves show how far the work is.
    """
    if quiet or not _watched():
        yield from items
        return
    began = drawn = time.monotonic()
    progress: Progress | None = None
    number = 0
    try:
        for number, item in enumerate(items, start=1):
            yield item
            now = time.monotonic()
            if progress is None and now - began > PATIENCE:
                progress = _started(number)
            if progress is not None and now - drawn > _REDRAWN:
                drawn = now
                progress.update(progress.task_ids[0], completed=number, rate=f"{number / (now - began):,.0f}")
    finally:
        if progress is not None:
            progress.stop()


def _watched() -> bool:
    return bool(sys.stderr and sys.stderr.isatty() and not (sys.stdout and sys.stdout.isatty()))


def _started(number: int) -> Progress:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f} comments, {task.fields[rate]} a second"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    progress.add_task("", total=None, completed=number, rate=f"{number / PATIENCE:,.0f}")
    progress.start()
    return progress

"""Batches judged by several processes: in order, streaming, with a bounded number of them in flight.

`joblib.Parallel` would not do: it draws the next batch whenever one is done, however far behind the reader of its
results is, and it draws it in another thread. So its processes are asked through futures.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import resource_tracker
from typing import Final, Protocol, TypeVar

import joblib
from joblib.externals.loky import ProcessPoolExecutor

from commentguard.errors import WorkersError
from commentguard.records import Comment, Verdict
from commentguard.worker import Judge, Row, judged_by_file, row_of

IN_FLIGHT: Final = 2
"""Batches in flight for each worker: one that it works on, one that waits for it."""

_ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Judged = tuple[list[Comment], Sequence[Verdict]]


class Coming(Protocol):
    """Verdicts that are to come: a future of the standard library's or of Dask's."""

    def result(self) -> Sequence[Verdict]:
        """Wait for them and return them."""

    def done(self) -> bool:
        """Tell whether they have come."""


Ahead = TypeVar("Ahead", bound=Coming)


def in_processes(judge: Judge, batches: Iterable[list[Comment]], n_jobs: int) -> Iterator[Judged]:
    """Yield each batch with its verdicts, in order, judged by processes of this machine.

    An input of one batch is judged here: starting a process takes longer.

    Parameters
    ----------
    judge : callable
        Makes verdicts of a batch. Each process loads it once, and all share its arrays.
    batches : iterable of list of Comment
        Drawn in the calling thread, two for each process (`IN_FLIGHT`) ahead of what was yielded. Where that fails,
        what was drawn before is judged and yielded first.
    n_jobs : int
        How many processes, as joblib has it: -1 for one a core.

    Raises
    ------
    WorkersError
        When a process ends before its work is done.
    """
    n_jobs = joblib.effective_n_jobs(n_jobs)
    stream = until_fault(batches)
    first = list(islice(stream, 2))
    if n_jobs == 1 or len(first) < 2 or isinstance(first[1], Exception):
        for batch in chain(first, stream):
            if isinstance(batch, Exception):
                raise batch
            yield batch, judge(batch)
        return
    with _in_file(judge) as place, _processes(n_jobs) as executor:

        def submit(rows: Sequence[Row]) -> Future[Sequence[Verdict]]:
            with _interrupts_held():
                return executor.submit(judged_by_file, place, rows)

        yield from in_order(submit, chain(first, stream), lambda: n_jobs, _give_up)


def in_order(
    submit: Callable[[Sequence[Row]], Ahead],
    batches: Iterable[list[Comment] | Exception],
    workers: Callable[[], int],
    give_up: Callable[[list[Ahead]], object],
) -> Iterator[Judged]:
    """Yield each batch with its verdicts, in order.

    Parameters
    ----------
    submit : callable
        Sends a batch to a worker and returns a future.
    batches : iterable of (list of Comment, or Exception)
        Drawn while fewer than two for each worker (`IN_FLIGHT`) wait to be yielded; an exception is raised once all
        before it are yielded.
    workers : callable
        Tells how many workers there are now.
    give_up : callable
        Takes the futures that nobody waits for any more.
    """
    waiting: deque[tuple[list[Comment], Ahead]] = deque()
    fault: Exception | None = None
    try:
        for batch in batches:
            if isinstance(batch, Exception):
                fault = batch
                break
            waiting.append((batch, submit([row_of(comment) for comment in batch])))
            while waiting and (waiting[0][1].done() or len(waiting) >= IN_FLIGHT * workers()):
                yield _first_of(waiting)
        while waiting:
            yield _first_of(waiting)
    finally:
        if waiting:
            give_up([future for _, future in waiting])
    if fault is not None:
        raise fault


def _first_of(waiting: deque[tuple[list[Comment], Ahead]]) -> Judged:
    batch, future = waiting.popleft()
    return batch, future.result()


def until_fault(batches: Iterable[list[Comment]]) -> Iterator[list[Comment] | Exception]:
    """Yield batches, and in place of raising an error the error."""
    try:
        yield from batches
    except Exception as error:
        yield error


@contextmanager
def _processes(n_jobs: int) -> Iterator[Executor]:
    """Start processes on demand; end them with the block, at once where it ends by an exception."""
    executor = ProcessPoolExecutor(max_workers=n_jobs, env=_ONE_THREAD)
    try:
        yield executor
    except BaseException as error:
        executor.shutdown(kill_workers=True)
        if isinstance(error, BrokenProcessPool):
            raise WorkersError("a worker process was ended (out of memory, or killed): use fewer jobs") from error
        raise
    executor.shutdown()


def _give_up(futures: list[Future[Sequence[Verdict]]]) -> None:
    """Cancel what was not begun, and wait until that is known: killing processes before upsets their pool."""
    wait([future for future in futures if future.cancel()], timeout=1)


@contextmanager
def _in_file(judge: Judge) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="commentguard-", ignore_cleanup_errors=True) as folder:
        place = os.path.join(folder, "judge")
        joblib.dump(judge, place)
        yield place


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let processes that start here never see Ctrl-C, which a terminal sends to all: the calling one ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Where it starts in there, it lets interrupts through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

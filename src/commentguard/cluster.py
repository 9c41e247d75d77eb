"""Batches judged by a Dask cluster, in order and streaming; needs the extra ``commentguard[dask]``."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from commentguard import __version__
from commentguard.errors import MissingPackageError, WorkersError
from commentguard.parallel import Coming, Judged, in_order, until_fault
from commentguard.records import Comment
from commentguard.worker import Judge, Row, judged, unpacked

if TYPE_CHECKING:
    from distributed import Client

PATIENCE: Final = 30
"""Seconds that a scheduler, and then its first worker, may take to answer."""


def on_cluster(judge: Judge, batches: Iterable[list[Comment]], cluster: str | Client) -> Iterator[Judged]:
    """Yield each batch with its verdicts, in order, judged by the workers of a Dask cluster.

    The workers must have this version of commentguard; the judge is sent to them. Comments go there without e-mail and
    IP addresses. A worker may die or join midway: what it had is judged by another, or by the next one that joins.

    Parameters
    ----------
    judge : callable
        Makes verdicts of a batch.
    batches : iterable of list of Comment
        Drawn in the calling thread, two for each thread of the workers (`parallel.IN_FLIGHT`) ahead of what was
        yielded. Where that fails, what was drawn before is judged and yielded first.
    cluster : str or distributed.Client
        The scheduler's address, e.g. ``"tcp://10.0.0.5:8786"``, or a client, which is left open.

    Raises
    ------
    MissingPackageError
        When Dask is not installed.
    WorkersError
        When no scheduler answers, it has no workers, they can't load the judge, or the cluster goes away.
    """
    with _connected(cluster) as client, _faults_in_words():
        there = client.submit(unpacked, __version__, pickle.dumps(judge), pure=False)
        fault = there.exception()
        if fault is not None:
            told = f"workers can't load the model ({type(fault).__name__}: {fault})"
            raise WorkersError(f"{told}; install commentguard {__version__} on each of them") from fault

        def submit(rows: Sequence[Row]) -> Coming:
            future: Coming = client.submit(judged, there, rows, pure=False)
            return future

        yield from in_order(
            submit, until_fault(batches), lambda: max(1, sum(client.nthreads().values())), client.cancel
        )


@contextmanager
def _connected(cluster: str | Client) -> Iterator[Client]:
    if not isinstance(cluster, str):
        yield cluster
        return
    try:
        from dask import config
        from distributed import Client
    except ImportError:
        raise MissingPackageError("Dask is not installed: pip install commentguard[dask]") from None
    # Batches are part of the graph, so that they outlive a worker; Dask's advice to scatter large ones is not wanted.
    with config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"}):
        try:
            client = Client(cluster, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise WorkersError(
                f"{cluster}: no Dask scheduler answers here; start one (dask scheduler), or mend the address "
                "(tcp://HOST:PORT)"
            ) from error
        with client:
            try:
                client.wait_for_workers(1, timeout=PATIENCE)
            except OSError as error:  # TimeoutError is one
                raise WorkersError(f"{cluster}: has no workers; start some (dask worker {cluster})") from error
            yield client


@contextmanager
def _faults_in_words() -> Iterator[None]:
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        yield
    except KilledWorker as error:
        raise WorkersError("the cluster's workers died one after the other; give them more memory") from error
    except (CommClosedError, CancelledError) as error:
        raise WorkersError("the cluster went away; start it again, and then this run") from error

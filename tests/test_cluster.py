"""A real Dask cluster on this machine: every verdict once, equal to the local ones, whatever becomes of a worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commentguard import Comment, CommentGuard
from commentguard.errors import WorkersError

distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install commentguard[dask]")
pytestmark = pytest.mark.integration

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Return a function that starts a command of Dask's; whatever it started ends with the tests."""
    folder = tmp_path_factory.mktemp("dask")
    started: list[subprocess.Popen[bytes]] = []

    def run(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard", "--host", "127.0.0.1"]
        with (folder / "log").open("ab") as log:
            started.append(subprocess.Popen(command, cwd=folder, stdout=log, stderr=log))
        return started[-1]

    yield run
    for process in reversed(started):
        process.terminate()
    for process in started:
        process.wait(30)


@pytest.fixture(scope="module")
def scheduling(start: Start, tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.Popen[bytes], str]:
    """Return the process and the address of a scheduler that has no workers yet."""
    file = tmp_path_factory.mktemp("scheduler") / "told.json"
    process = start("scheduler", "--port", "0", "--scheduler-file", str(file))
    for _ in range(600):
        if file.exists() and (text := file.read_text()):
            return process, json.loads(text)["address"]
        time.sleep(0.1)
    raise TimeoutError("the scheduler did not start")


@pytest.fixture(scope="module")
def scheduler(scheduling: tuple[subprocess.Popen[bytes], str]) -> str:
    return scheduling[1]


@pytest.fixture(scope="module")
def workers(start: Start, scheduler: str) -> list[subprocess.Popen[bytes]]:
    """Return two workers of the scheduler, each a process of its own that nobody starts again."""
    started = [start("worker", scheduler, "--nthreads", "1", "--no-nanny") for _ in range(2)]
    with distributed.Client(scheduler, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=120)
    return started


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentguard.cluster.PATIENCE", 1)


@pytest.mark.usefixtures("impatient")
def test_an_address_where_nobody_answers_is_told_with_the_remedy(guard: CommentGuard) -> None:
    with pytest.raises(WorkersError, match=r"^tcp://127.0.0.1:1: no Dask scheduler answers here; start one"):
        next(guard.classify_many([Comment(text="x")], cluster="tcp://127.0.0.1:1"))


@pytest.mark.usefixtures("impatient")
def test_a_cluster_without_workers_is_told_with_the_remedy(guard: CommentGuard, scheduler: str) -> None:
    with pytest.raises(WorkersError, match=r"has no workers; start some \(dask worker tcp://127.0.0.1"):
        next(guard.classify_many([Comment(text="x")], cluster=scheduler))


@pytest.mark.usefixtures("workers")
def test_workers_of_another_version_are_told_which_to_install(
    guard: CommentGuard, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commentguard.cluster.__version__", "7.0")
    with pytest.raises(WorkersError, match=r"this worker has commentguard .*; install commentguard 7.0 on each"):
        next(guard.classify_many([Comment(text="x")], cluster=scheduler))


@pytest.mark.usefixtures("workers")
def test_the_command_works_on_the_cluster(scheduler: str, model_folder: Path) -> None:
    command = [sys.executable, "-m", "commentguard", "classify", "datasets/starter", "--model", str(model_folder)]
    root = Path(__file__).parents[1]
    alone, there = (
        subprocess.run([*command, *options], cwd=root, capture_output=True, check=True)
        for options in ([], ["--dask", scheduler])
    )
    assert there.stdout == alone.stdout
    assert there.stderr == alone.stderr


def test_a_worker_may_die_midway_and_every_verdict_comes_once_in_order(
    guard: CommentGuard, scheduler: str, workers: list[subprocess.Popen[bytes]], starter_rows: list[Comment]
) -> None:
    alone = list(guard.classify_many(starter_rows))
    found = []
    for pair in guard.classify_many(starter_rows, batch_size=10, cluster=scheduler):
        found.append(pair)
        if len(found) == 200:
            os.kill(workers[0].pid, signal.SIGKILL)
    assert workers[0].wait(10) == -signal.SIGKILL
    assert found == alone


@pytest.mark.usefixtures("workers")
def test_a_scheduler_that_goes_away_midway_is_told_in_one_line(
    guard: CommentGuard, scheduling: tuple[subprocess.Popen[bytes], str], starter_rows: list[Comment]
) -> None:
    process, address = scheduling
    found = guard.classify_many(starter_rows, batch_size=10, cluster=address)
    next(found)
    process.kill()
    with pytest.raises(WorkersError, match=r"^the cluster went away; start it again, and then this run$"):
        list(found)

"""A server over its life: killed while it works, its workers dying, a model promoted, posts fetched."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

import httpx
from sqlalchemy import func, select

from commentguard.server.akismet import THANKS
from commentguard.store.database import Store
from commentguard.store.labels import stored_labels
from commentguard.store.posts import post_at
from commentguard.store.schema import labels, metadata
from commentguard.versions import new_version, promote, versions

from .running import BLOG, Running, server, until
from .test_fetching import answered, site

pytestmark = pytest.mark.integration

CLIENTS = 6
ENOUGH = 60
"""Decisions that are acknowledged before the server is killed."""


def _submit(running: Running, client: int, thanked: set[str], ended: threading.Event) -> None:
    """Hand decisions over until the server is gone, each twice, as a client does that lost an answer."""
    with httpx.Client(base_url=running.url, timeout=30) as http:
        for number in range(10_000):
            text = f"decision {number} of client {client}"
            told = {"api_key": running.key, "blog": BLOG, "user_ip": "192.0.2.7", "comment_content": text}
            try:
                for _ in range(2):
                    if http.post("/1.1/submit-spam", data=told).text == THANKS:
                        thanked.add(text)
            except httpx.HTTPError:
                break
            if ended.is_set():
                break


def _stored(store: Store) -> Counter[str]:
    with store.reading() as connection:
        return Counter(one.comment.text for one in stored_labels(connection))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_acknowledged_decision_is_lost_or_doubled_by_kill_9(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTGUARD_SECRET", "a secret of the tests alone")
    address = f"sqlite:///{tmp_path}/store.db" if kind == "sqlite" else request.getfixturevalue("postgres_address")
    thanked: set[str] = set()
    ended = threading.Event()
    with server(address, "--workers", "2") as running:
        threads = [threading.Thread(target=_submit, args=(running, n, thanked, ended)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            until(lambda: len(thanked) >= ENOUGH)
        finally:
            os.killpg(running.process.pid, signal.SIGKILL)
            ended.set()
            for thread in threads:
                thread.join(60)
    with server(address) as running:
        found = _stored(running.store)
        assert thanked <= set(found)
        assert set(found.values()) == {1}
        with running.store.reading() as connection:
            assert connection.scalar(select(func.count()).select_from(labels)) == len(found)
        metadata.drop_all(running.store.engine)  # other tests use the same PostgreSQL


def _workers(running: Running) -> set[int]:
    children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
    if not children.exists():
        pytest.skip("this system does not tell the children of a process")
    return {pid for pid in map(int, children.read_text().split()) if _answers_requests(pid)}


@pytest.mark.parametrize("asked", [False, True], ids=["at rest", "while it is asked whether it lives"])
def test_a_worker_that_dies_is_replaced_in_seconds_and_the_others_go_on(tmp_path: Path, asked: bool) -> None:
    with server(f"sqlite:///{tmp_path}/store.db", "--workers", "2") as running:
        workers = _workers(running)
        victim = min(workers)
        if asked:
            os.kill(victim, signal.SIGSTOP)  # it is asked twice a second, and can't say
            time.sleep(1)
        os.kill(victim, signal.SIGKILL)

        def answers() -> bool:
            try:
                return running.client.get("/healthz").status_code == 200
            except httpx.HTTPError:  # the connection was that worker's
                return False

        until(answers)
        until(lambda: len(_workers(running) - {victim}) == 2)
        assert running.json("GET", "/metrics", None).status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux spreads connections over sockets")
def test_connections_that_are_kept_are_spread_over_the_workers(tmp_path: Path) -> None:
    with server(f"sqlite:///{tmp_path}/store.db", "--workers", "2") as running, ExitStack() as held:
        workers = _workers(running)
        until(lambda: all(_sockets(pid) for pid in workers))
        before = {pid: _sockets(pid) for pid in workers}
        for _ in range(60):
            held.enter_context(socket.create_connection(("127.0.0.1", running.port)))
        until(lambda: sum(_sockets(pid) - before[pid] for pid in workers) >= 60)
        assert min(_sockets(pid) - before[pid] for pid in workers) >= 10


def _sockets(pid: int) -> int:
    return sum(
        os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket:")
        for name in os.listdir(f"/proc/{pid}/fd")
        if os.path.islink(f"/proc/{pid}/fd/{name}")
    )


def _answers_requests(pid: int) -> bool:
    """Tell a worker from the process that watches over what the others leave behind."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has just gone
        return False


def test_a_server_that_is_asked_to_end_writes_what_it_took_and_exits_with_0(tmp_path: Path) -> None:
    for workers in ("1", "2"):
        with server(f"sqlite:///{tmp_path}/{workers}.db", "--workers", workers) as running:
            assert running.post("submit-spam", {"comment_content": "x"}).text == THANKS
            running.process.terminate()
            assert running.process.wait(60) == 0
            assert _stored(running.store) == {"x": 1}


def test_a_promoted_model_is_taken_over_without_a_dropped_request(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTGUARD_MODELS", str(tmp_path))
    with new_version(tmp_path) as folder:
        shutil.copytree(model_folder, folder, dirs_exist_ok=True)
    with server(f"sqlite:///{tmp_path}/store.db", model=None) as running:
        before = running.client.get("/healthz").json()["model"]
        promote(tmp_path, versions(tmp_path)[-1])
        assert running.post("comment-check", {"comment_content": "x"}).headers["x-commentguard-model"] != before
        assert running.client.get("/healthz").json()["model"] != before


def test_a_post_that_nobody_gave_is_fetched_from_a_listed_host(tmp_path: Path) -> None:
    with site(answered()) as url, server(f"sqlite:///{tmp_path}/store.db", "--fetch-from", url) as running:
        for permalink in (f"{url}/rye", "http://other.example/rye"):
            assert running.post("comment-check", {"comment_content": "x", "permalink": permalink}).is_success

        def fetched(address: str) -> bool:
            with running.store.reading() as connection:
                return post_at(connection, address) is not None

        until(lambda: fetched(f"{url}/rye"))
        assert not fetched("http://other.example/rye")

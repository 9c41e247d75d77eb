"""A server whose store is out of order: verdicts go on, and no decision is thanked for that is not kept."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

import httpx
import uvicorn
from sqlalchemy import event
from starlette.applications import Starlette

from commentguard.server.akismet import THANKS
from commentguard.server.app import create_app
from commentguard.server.protocol import Protocol
from commentguard.server.settings import Settings
from commentguard.store.database import Store, open_store
from commentguard.store.keys import add_key

from .running import BLOG, GOOD, server, until


@contextmanager
def serving(app: Starlette) -> Iterator[httpx.Client]:
    """Run an application in a thread of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        one = uvicorn.Server(uvicorn.Config(app, http=Protocol, ws="none", log_level="error"))
        thread = threading.Thread(target=one.run, args=([listening],))
        thread.start()
        try:
            until(lambda: one.started)
            with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=30) as client:
                yield client
        finally:
            one.should_exit = True
            thread.join(30)


class Blog:
    """A blog that asks a server within this process."""

    def __init__(self, app: Starlette, client: httpx.Client, store: Store, key: str) -> None:
        self.app, self.store, self._client, self._key = app, store, client, key

    def form(self, path: str, text: str) -> httpx.Response:
        told = {**GOOD, "api_key": self._key, "blog": BLOG, "user_ip": "192.0.2.7", "permalink": f"{BLOG}rye"}
        return self._client.post(f"/1.1/{path}", data={**told, "comment_content": text})

    def json(self, path: str, value: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._key}"}
        return self._client.post(f"/v1/{path}", json=value, headers=headers)

    def is_answered(self) -> bool:
        found = self.json("classify", {"text": "Rye takes its time.", "post_url": f"{BLOG}rye"})
        return self.form("comment-check", "Rye takes its time.").text in ("true", "false") and found.status_code == 200

    def is_told_to_come_back(self, text: str) -> bool:
        """Tell whether a decision is refused by both protocols, and for a while only."""
        refused = [
            self.form("submit-spam", text),
            self.json("labels", {"id": text[:100], "label": "spam", "comment": {"text": text}}),
        ]
        assert THANKS not in refused[0].text
        assert self.kept(text) == 0
        return all(one.status_code == 503 and int(one.headers["retry-after"]) > 0 for one in refused)

    def kept(self, text: str) -> int:
        with sqlite3.connect(str(self.store.engine.url.database)) as other:
            (found,) = other.execute("SELECT count(*) FROM commentguard_labels WHERE instr(decision, ?)", (text,))
        other.close()
        return int(found[0])


@contextmanager
def asking(folder: Path) -> Iterator[Blog]:
    address = f"sqlite:///{folder}/store.db"
    store = open_store(address)
    with store.writing() as connection:
        key = add_key(connection, "blog")
    app = create_app(Settings(address, "default"))
    with serving(app) as client:
        yield Blog(app, client, store, key)
    store.close()


@pytest.fixture
def blog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Blog]:
    monkeypatch.setattr("commentguard.store.database._WAIT", 0.1)
    with asking(tmp_path) as found:
        yield found


def test_a_locked_database_keeps_decisions_waiting_and_no_verdict(blog: Blog) -> None:
    other = sqlite3.connect(str(blog.store.engine.url.database), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert blog.is_answered()
    assert blog.is_told_to_come_back("while it is locked")
    assert blog.is_answered()
    other.execute("ROLLBACK")
    other.close()
    assert blog.form("submit-spam", "after").text == THANKS
    assert blog.kept("after") == 1


def test_a_full_disk_refuses_decisions_and_no_verdict(blog: Blog) -> None:
    engine = blog.app.state.service.store.engine

    @contextmanager
    def full() -> Iterator[None]:
        def fill(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute("PRAGMA max_page_count=1")  # it is never less than what there is: not a page more

        event.listen(engine, "checkout", fill)
        yield
        event.remove(engine, "checkout", fill)
        event.listen(engine, "checkout", lambda connection, *_: connection.execute("PRAGMA max_page_count=100000"))

    with full():
        assert blog.is_answered()
        assert blog.is_told_to_come_back("x" * 100_000)
        assert blog.is_answered()
    assert blog.form("submit-spam", "y" * 100_000).text == THANKS
    assert blog.kept("y" * 100_000) == 1


def test_a_store_that_can_not_be_read_keeps_no_verdict_back(blog: Blog) -> None:
    with blog.store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE commentguard_posts")
    assert blog.is_answered()
    assert blog.is_answered()


def test_what_was_checked_is_kept_when_the_server_ends(tmp_path: Path) -> None:
    with asking(tmp_path) as blog:
        assert blog.is_answered()
    with sqlite3.connect(f"{tmp_path}/store.db") as connection:
        assert connection.execute("SELECT sum(calls) FROM commentguard_usage").fetchone() == (2,)
        assert connection.execute("SELECT count(*) FROM commentguard_comments").fetchone() == (2,)
    connection.close()


@pytest.mark.integration
def test_more_idle_connections_than_a_shell_allows_files_keep_nobody_out(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="this system knows no such limit")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    with ExitStack() as held:
        try:
            running = held.enter_context(server(f"sqlite:///{tmp_path}/store.db"))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(600):
            held.enter_context(socket.create_connection(("127.0.0.1", running.port), 10))
        for _ in range(3):
            assert running.post("comment-check", {**GOOD, "is_test": "1"}).text in ("true", "false")
        until(lambda: running.client.get("/healthz").status_code == 200)

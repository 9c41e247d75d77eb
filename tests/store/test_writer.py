"""Writes that are handed over by many threads and committed together."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed (pip install 'commentguard[server]')")

from sqlalchemy import Connection, insert, select

from commentguard.errors import StoreError
from commentguard.store.database import Store, open_store
from commentguard.store.schema import settings
from commentguard.store.writer import Write, Writer, writing_to


def put(name: str) -> Write:
    def write(connection: Connection) -> None:
        connection.execute(insert(settings).values(name=name, value=""))

    return write


def names(store: Store) -> set[str]:
    with store.reading() as connection:
        return set(connection.scalars(select(settings.c.name))) - {"format"}


def test_what_was_handed_over_is_written_when_the_block_ends(store: Store) -> None:
    with writing_to(store) as writer:
        for number in range(600):
            writer.write(put(str(number)))
    assert names(store) == {str(number) for number in range(600)}


def test_one_that_fails_takes_no_other_with_it(store: Store) -> None:
    with writing_to(store) as writer:
        done = [writer.write(put(name)) for name in ("a", "a", "b")]
    assert done[0].exception() is None
    assert isinstance(done[1].exception(), StoreError)
    assert done[2].exception() is None
    assert names(store) == {"a", "b"}


def test_a_write_that_nobody_waits_for_any_more_does_no_harm(store: Store) -> None:
    with writing_to(store) as writer:
        dropped: Future[None] = writer.write(put("a"))
        dropped.cancel()
        assert writer.write(put("b")).result(10) is None
    assert "b" in names(store)


def test_a_locked_database_fails_what_waits_and_then_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentguard.store.database._WAIT", 0.05)
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    with writing_to(store) as writer:
        other.execute("BEGIN IMMEDIATE")
        done = [writer.write(put(str(number))) for number in range(50)]
        assert all(isinstance(one.exception(10), StoreError) for one in done)
        other.execute("ROLLBACK")
        assert writer.write(put("later")).exception(10) is None
    other.close()
    store.close()
    assert names(store) == {"later"}


def test_more_than_can_wait_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentguard.store.writer._WAITING", 1)
    going = threading.Event()

    def fill(writer: Writer) -> None:
        for number in range(3):
            writer.write(put(str(number)))

    def wait(connection: Connection) -> None:
        assert going.wait(10)

    with writing_to(store) as writer:
        first = writer.write(wait)
        with pytest.raises(StoreError, match="takes no more"):
            fill(writer)
        going.set()
        assert first.result(10) is None

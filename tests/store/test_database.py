"""Opening a store, and what its transactions promise."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed (pip install 'commentguard[server]')")

from sqlalchemy import insert, select, update

from commentguard.errors import MissingPackageError, StoreError
from commentguard.records import Post
from commentguard.store.database import Store, open_store
from commentguard.store.posts import post_at, put_posts
from commentguard.store.schema import keys, settings


def test_a_store_opened_again_still_holds_what_was_written(address: str, store: Store) -> None:
    with store.writing() as connection:
        put_posts(connection, [Post(title="Rye", url="https://blog.example/rye")])
    again = open_store(address)
    with again.reading() as connection:
        assert post_at(connection, "https://blog.example/rye") is not None
    again.close()


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.writing() as connection:
            connection.execute(insert(keys).values(name="a", digest="b", made=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.reading() as connection:
        assert connection.execute(select(keys)).all() == []


def test_writers_wait_for_each_other(store: Store) -> None:
    def add() -> None:
        for _ in range(10):
            with store.writing() as connection:
                found = connection.scalar(select(settings.c.value).where(settings.c.name == "n").with_for_update())
                value = str(int(found or 0) + 1)
                connection.execute(update(settings).where(settings.c.name == "n").values(value=value))

    with store.writing() as connection:
        connection.execute(insert(settings).values(name="n", value="0"))
    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        assert connection.scalar(select(settings.c.value).where(settings.c.name == "n")) == "40"


def test_a_store_of_a_later_version_is_refused(address: str, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(update(settings).values(value="99"))
    with pytest.raises(StoreError, match="a later version"):
        open_store(address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("comments.db", "no address of a store"),
        ("mysql://u:hidden@host/db", "a SQLite file or a PostgreSQL database"),
        ("sqlite://", "names no file"),
        ("sqlite:////no/such/folder/x.db", "there is no folder"),
    ],
)
def test_an_address_that_is_none_is_told_in_one_line_without_its_password(address: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as found:
        open_store(address)
    assert "hidden" not in str(found.value)
    assert "\n" not in str(found.value)


def test_a_database_that_does_not_answer_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("COMMENTGUARD_SECRET", "a secret of the tests alone")
    with pytest.raises(StoreError, match="check that it can be reached") as found:
        open_store("postgresql+psycopg://nobody:hidden@127.0.0.1:1/none")
    assert "hidden" not in str(found.value)
    assert "\n" not in str(found.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("hello " * 1000)
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{tmp_path}/x.db")


def test_postgres_without_a_secret_says_how_to_set_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.delenv("COMMENTGUARD_SECRET", raising=False)
    with pytest.raises(StoreError, match="set COMMENTGUARD_SECRET"):
        open_store("postgresql+psycopg://nobody@127.0.0.1:1/none")


def test_the_secret_stands_beside_the_file_for_its_owner_alone(tmp_path: Path) -> None:
    first = open_store(f"sqlite:///{tmp_path}/store.db")
    place = tmp_path / "store.db.secret"
    assert stat.S_IMODE(os.stat(place).st_mode) == 0o600
    second = open_store(f"sqlite:///{tmp_path}/store.db")
    assert first.identities.email("ada@mail.example") == second.identities.email("ada@mail.example")
    other = open_store(f"sqlite:///{tmp_path}/other.db")
    assert first.identities.email("ada@mail.example") != other.identities.email("ada@mail.example")
    for one in (first, second, other):
        one.close()


def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    with store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    store.close()


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(MissingPackageError, match=r"commentguard\[postgres\]"):
        open_store("postgresql+psycopg://nobody@127.0.0.1:1/none")


def test_a_locked_database_is_told_after_a_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentguard.store.database._WAIT", 0.1)
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"), store.writing():
        pass
    other.close()
    store.close()

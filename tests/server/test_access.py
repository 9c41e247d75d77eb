"""Who may ask, and how much."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

from sqlalchemy import event

from commentguard.errors import StoreError
from commentguard.server.access import Access, TooManyError
from commentguard.store.database import Store, open_store
from commentguard.store.keys import Key, add_key, remove_key

from .running import BLOG, GOOD, Running, until


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/store.db")


def made(store: Store, name: str, per_minute: int | None = None) -> str:
    with store.writing() as connection:
        return add_key(connection, name, per_minute)


def with_access(store: Store, work: Callable[[Access, list[str]], Coroutine[Any, Any, None]]) -> int:
    """Let something work with the keys of a store; return how often that could not be read."""
    statements: list[str] = []
    failed: list[None] = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))

    async def run() -> None:
        access = Access(store, 1, lambda: failed.append(None))
        statements.clear()
        await work(access, statements)

    asyncio.run(run())
    store.close()
    return len(failed)


def test_whoever_guesses_keys_does_not_load_the_store(store: Store) -> None:
    key = made(store, "blog")

    async def work(access: Access, statements: list[str]) -> None:
        guesses = [f"guess{number:07}" for number in range(1_000)]
        assert await asyncio.gather(*map(access.key_of, guesses)) == [None] * 1_000
        assert (await access.key_of("x" * 101), await access.key_of("")) == (None, None)
        found = await access.key_of(key)
        assert found is not None
        assert found.name == "blog"
        assert len(statements) <= 2

    assert with_access(store, work) == 0


def test_a_new_key_is_known_when_it_is_shown_and_a_removed_one_soon_forgotten(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commentguard.server.access._SECONDS", 0.02)

    async def work(access: Access, statements: list[str]) -> None:
        key = made(store, "new")
        both = await asyncio.gather(access.key_of(key), access.key_of(key))
        assert [one and one.name for one in both] == ["new", "new"]
        with store.writing() as connection:
            remove_key(connection, "new")
        refreshing = asyncio.create_task(access.refresh())
        async with asyncio.timeout(5):
            while await access.key_of(key):
                await asyncio.sleep(0.01)
        refreshing.cancel()

    assert with_access(store, work) == 0


def test_keys_that_are_known_count_while_the_store_can_not_be_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commentguard.server.access._SECONDS", 0.01)
    key = made(store, "blog")

    async def work(access: Access, statements: list[str]) -> None:
        with store.writing() as connection:
            connection.exec_driver_sql("DROP TABLE commentguard_keys")
        refreshing = asyncio.create_task(access.refresh())
        await asyncio.sleep(0.1)
        assert await access.key_of(key)
        with pytest.raises(StoreError):
            await access.key_of("guess0000000")
        refreshing.cancel()

    assert with_access(store, work) >= 2


def test_a_key_with_a_limit_may_ask_so_often_a_minute_and_waits_for_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr("commentguard.server.access.time.monotonic", lambda: now)
    access = Access(store, 2, lambda: None)
    key = Key("blog", "", 120)  # 60 for each of two processes: one a second
    for _ in range(60):
        access.spend(key)
    with pytest.raises(TooManyError, match="120 comments a minute") as caught:
        access.spend(key)
    assert caught.value.seconds == 1
    now += 1
    access.spend(key, 30)  # a request of many is never too big, and the next ones wait the longer
    with pytest.raises(TooManyError) as caught:
        access.spend(key)
    assert caught.value.seconds == 30
    access.spend(Key("other", "", 120))
    now += 3_600
    access.spend(key, 60)
    with pytest.raises(TooManyError):
        access.spend(key)
    for _ in range(1_000):
        access.spend(Key("without", "", None))
    store.close()


def test_a_limit_is_told_in_the_words_of_each_protocol(running: Running) -> None:
    key = made(running.store, "limited", 2)
    told = {"api_key": key, "is_test": "1", **GOOD}
    until(lambda: running.post("verify-key", {"key": key, **told}).text == "valid")  # wrong keys came just before
    assert running.post("comment-check", told).text in ("true", "false")
    found = running.post("comment-check", told)
    assert found.status_code == 429
    assert found.text not in ("true", "false", "invalid")
    assert "2 comments a minute" in found.headers["x-akismet-debug-help"]
    assert 1 <= int(found.headers["retry-after"]) <= 60
    refused = running.json("POST", "/v1/classify", {"text": "x"}, Authorization=f"Bearer {key}")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "2 comments a minute" in refused.json()["error"]
    assert running.post("comment-check", {"is_test": "1", "blog": BLOG, **GOOD}).text in ("true", "false")

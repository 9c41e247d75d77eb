"""Stores to test: a SQLite file, and a PostgreSQL where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from commentguard.store.database import Store


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    monkeypatch.setenv("COMMENTGUARD_SECRET", "a secret of the tests alone")
    return str(request.getfixturevalue("postgres_address"))


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """Return an open store without anything in it."""
    from commentguard.store.database import open_store
    from commentguard.store.schema import metadata

    opened = open_store(address)
    yield opened
    metadata.drop_all(opened.engine)
    opened.close()

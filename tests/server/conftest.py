"""One server for all tests that can share one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

collect_ignore = ["clients"]  # programs of their own

if TYPE_CHECKING:
    from .running import Running


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start a server with the shipped model and an empty store."""
    from .running import server

    folder = tmp_path_factory.mktemp("server")
    with server(f"sqlite:///{folder}/store.db") as one:
        yield one

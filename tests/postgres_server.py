"""A PostgreSQL of the tests' own: in a temporary folder, on loopback, gone when they end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_HOMES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/pgsql/bin"))


def _program(name: str) -> str | None:
    return next((str(home / name) for home in _HOMES if (home / name).is_file()), None) or shutil.which(name)


@contextmanager
def postgres() -> Iterator[str]:
    """Start one and yield the address of its database; skip the test where there is none to start."""
    initdb, server = _program("initdb"), _program("postgres")
    if initdb is None or server is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install 'commentguard[postgres]')")
    with tempfile.TemporaryDirectory(prefix="commentguard-postgres-") as folder:  # pytest's own let no other user in
        yield from _run(initdb, server, folder)


def _run(initdb: str, server: str, data: str) -> Iterator[str]:
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    if user:
        shutil.chown(data, user)
    run = {"user": user, "cwd": data, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([initdb, "-D", data, "-U", "tester", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"],
                   check=True, **run)  # type: ignore[call-overload]  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"]
    process = subprocess.Popen([server, *options], **run)  # type: ignore[call-overload]
    try:
        _wait(port)
        yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # without waiting for clients
        process.wait(20)


def _wait(port: int) -> None:
    import psycopg

    for _ in range(100):
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=tester dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("PostgreSQL did not start")

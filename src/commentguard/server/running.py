"""Running the server: one process, or several that share a socket and a store."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from commentguard.errors import MissingPackageError, ServerError

try:
    import httptools  # noqa: F401 - what uvicorn reads requests with
    import httpx  # noqa: F401 - what posts are fetched with
    import msgspec  # noqa: F401
    import prometheus_client  # noqa: F401
    import starlette  # noqa: F401
    import uvicorn
except ImportError as error:
    raise MissingPackageError(
        f"the server needs {error.name}; install all it needs: pip install 'commentguard[server]'"
    ) from None

from commentguard.guard import load_model
from commentguard.server.protocol import Protocol
from commentguard.server.settings import MAX_CONNECTIONS, Settings
from commentguard.server.workers import Workers, listening_at
from commentguard.store.database import open_store
from commentguard.store.keys import stored_keys


def serve(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int = 8080,
    workers: int = 1,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Answer until a signal ends the process; what was acknowledged is on the disk whenever that is.

    Parameters
    ----------
    settings : Settings
        What the owner set.
    host : str
        The address to listen at.
    port : int
        0 for any that is free.
    workers : int
        Processes that answer.
    ready : callable or None
        Called with the server's address once it listens; None when nobody asks.

    Raises
    ------
    ServerError
        When the address can't be listened at, or is reachable from outside while the store has no key.
    StoreError, ModelFormatError
        When the store or the model can't be opened.
    """
    store = open_store(settings.store)  # said here, and once: workers would say it in many lines, again and again
    with store.reading() as connection:
        has_keys = bool(stored_keys(connection))
    store.close()
    if not has_keys and not _is_loopback(host):
        raise ServerError(
            f"{host} can be reached from outside, and the store has no key; add one: commentguard keys add"
        )
    load_model(settings.model)
    listening = listening_at(host, port, workers)
    replace(settings, workers=workers).to_environment()
    _allow_connections()
    config = uvicorn.Config(
        "commentguard.server.app:create_app", factory=True, workers=workers, access_log=False,
        log_level="error",  # who sends what is no HTTP must not fill the log
        server_header=False, http=Protocol, proxy_headers=False, ws="none", lifespan="on", timeout_keep_alive=30,
        timeout_graceful_shutdown=10, backlog=2048,
        timeout_worker_healthcheck=60,  # a worker that starts on a busy machine is slow, not hung
    )  # fmt: skip
    if ready is not None:
        ready(f"http://{_shown(listening[0])}")
    if workers == 1:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=listening)
        return
    with tempfile.TemporaryDirectory(prefix="commentguard-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        for name in ("SIGTERM", "SIGHUP"):  # workers get the supervisor's handlers, not this program's
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_DFL)
        Workers(config, sockets=listening).run()


def _allow_connections() -> None:
    """Let this process and its workers hold as many connections as they may; shells allow 1,024 files by default."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    wanted = MAX_CONNECTIONS + 1_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

"""HTTP as strangers speak it: heads that never end, clients that send or read a byte now and then, too many at once."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from commentguard.server.settings import MAX_CONNECTIONS, MAX_HEAD, SLOW_SECONDS

_OTHER_FILES: Final = 200
"""Files that a process has open beside its connections."""

_BODY: Final = float("-inf")
"""For the size of a head: none is being read, and what comes is not counted."""


@cache
def most_connections() -> int:
    """Return how many connections this process may hold: fewer than the system lets it, so as to say why not."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MAX_CONNECTIONS
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MAX_CONNECTIONS if files == resource.RLIM_INFINITY else min(MAX_CONNECTIONS, max(files - _OTHER_FILES, 1))


class Protocol(HttpToolsProtocol):
    """Uvicorn's own, which waits for any client, and for any head, without end."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - they are uvicorn's
        super().__init__(*given, **named)
        self._head: float = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, for some seconds."""
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            self._refuse(503, "too many connections; ask again later")
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        self._head += len(data)
        super().data_received(data)
        if self._head > MAX_HEAD:
            self._refuse(431, f"the head of the request is longer than {MAX_HEAD:,} bytes")
        elif self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._watch()  # between requests, or in the rest of one that has its answer

    def on_headers_complete(self) -> None:
        """Hand a request over; the rest of it is waited for there."""
        self._head = _BODY
        self._relax()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect the next head."""
        self._head = 0
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Wait for a client that does not read what it asked for, for some seconds."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        super().resume_writing()
        self._relax()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._relax()
        super().connection_lost(exc)

    def _watch(self) -> None:
        self._relax()
        if not self.transport.is_closing():
            self._timer = self.loop.call_later(SLOW_SECONDS, self._give_up)

    def _relax(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if self._head > 0:
            self._refuse(408, "the request took too long; send it again")
        else:  # nobody asked anything, or the answer is not read
            self.transport.abort()

    def _refuse(self, status: int, why: str) -> None:
        if self.transport.is_closing():
            return
        told = f'{{"error":"{why}"}}'.encode()
        head = b"content-type: application/json\r\ncontent-length: %d\r\nretry-after: 5\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head % len(told) + told)
        self.transport.close()

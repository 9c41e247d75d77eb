"""Load on a server: few connections that are kept, requests made beforehand, answers read no further than needed.

What the generator itself costs is taken from the server's share of the machine, so there is as little of it as Python
allows.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, cast

import numpy as np

Answered = Callable[["Connection", int, bytes], None]

_LENGTH: Final = b"content-length: "


@dataclass
class Outcome:
    """What came of a load: how long answers took, in seconds, what they were, and the time that all took."""

    latencies: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return the time within which a share (0 to 100) of the answers came, in milliseconds."""
        return float(np.percentile(self.latencies, share)) * 1e3 if self.latencies else float("nan")

    def note(self, seconds: float, status: int, body: bytes) -> None:
        """Count an answer with its time, by its status, and by its word where it is one of the protocol's."""
        self.latencies.append(seconds)
        word = body.decode("ascii", "replace") if len(body) <= 7 else ""
        self.answers[f"{status} {word}".strip()] += 1


class Connection(asyncio.Protocol):
    """A connection that carries one request at a time."""

    def __init__(self, answered: Answered) -> None:
        self.due = 0.0
        self.waits = False
        self._answered = answered
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write."""
        self._transport = cast(asyncio.Transport, transport)

    def send(self, request: bytes, due: float) -> None:
        """Send a request; its time counts from when it was due."""
        assert self._transport is not None
        self.due, self.waits = due, True
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Read until the answer is whole."""
        self._data = data = self._data + data if self._data else data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return
        head = data[:end].lower()
        at = head.find(_LENGTH)
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(data) < end + 4 + length:
            return
        self._data = b""
        self.waits = False
        self._answered(self, int(head[9:12]), data[end + 4 : end + 4 + length])

    def connection_lost(self, error: Exception | None) -> None:
        """Count a request that will have no answer."""
        if self.waits:
            self.waits = False
            self._answered(self, 0, b"")

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()


async def _connected(port: int, number: int, answered: Answered) -> list[Connection]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(lambda: Connection(answered), "127.0.0.1", port))[1] for _ in range(number)]


async def closed_loop(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Outcome:
    """Let each connection ask again as soon as it is answered: how many answers there can be."""
    outcome = Outcome()
    clock = time.perf_counter
    end = clock() + seconds
    finished = asyncio.Event()
    left = connections

    def answered(connection: Connection, status: int, body: bytes) -> None:
        nonlocal left
        now = clock()
        outcome.note(now - connection.due, status, body)
        if now < end and status:
            connection.send(next(requests), now)
            return
        left -= 1
        if not left:
            finished.set()

    opened = await _connected(port, connections, answered)
    began = clock()
    for connection in opened:
        connection.send(next(requests), clock())
    await finished.wait()
    outcome.seconds = clock() - began
    for connection in opened:
        connection.close()
    return outcome


async def open_loop(port: int, requests: Iterator[bytes], rate: float, seconds: float, connections: int) -> Outcome:
    """Let requests come at random times, whether others are answered or not, as those of many blogs do.

    A request that finds no connection free waits for one, and its time runs: a slow server can't make its load easier.
    """
    outcome = Outcome()
    clock = time.perf_counter
    waiting: deque[float] = deque()
    open_requests = 0
    finished = asyncio.Event()
    all_sent = False

    def answered(connection: Connection, status: int, body: bytes) -> None:
        nonlocal open_requests
        now = clock()
        outcome.note(now - connection.due, status, body)
        open_requests -= 1
        if not status:  # the connection is gone
            pass
        elif waiting:
            connection.send(next(requests), waiting.popleft())
        else:
            idle.append(connection)
        if all_sent and not open_requests:
            finished.set()

    opened = await _connected(port, connections, answered)
    idle = list(opened)
    rng = random.Random(0)
    began = due = clock()
    while due < began + seconds and len(waiting) < 2 * rate:  # behind by two seconds it has lost
        await asyncio.sleep(max(due - clock(), 0))
        while due <= clock():
            open_requests += 1
            if idle:
                idle.pop().send(next(requests), due)
            else:
                waiting.append(due)
            due += rng.expovariate(rate)
    all_sent = True
    if open_requests:
        await finished.wait()
    outcome.seconds = clock() - began
    for connection in opened:
        connection.close()
    return outcome

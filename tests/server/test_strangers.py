"""What strangers send: too long, too slow, no HTTP at all; and that others are answered meanwhile."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message
from uvicorn import Config
from uvicorn.server import ServerState

from commentguard.server import protocol, requests
from commentguard.server.protocol import Protocol
from commentguard.server.settings import MAX_BODY, MAX_HEAD

from .running import GOOD, Running


def answer(connection: socket.socket) -> bytes:
    """Read until the other side ends the connection, or an answer is there."""
    found = b""
    try:
        while not found.endswith((b"}", b"invalid")) and (data := connection.recv(65_536)):
            found += data
    except ConnectionResetError:
        pass
    return found


def asked(running: Running, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", running.port), 10) as connection:
        connection.sendall(raw)
        return answer(connection)


def works(running: Running) -> bool:
    return running.post("comment-check", {**GOOD, "is_test": "1"}).text in ("true", "false")


def test_a_body_of_a_megabyte_is_taken_and_a_longer_one_than_allowed_is_refused_in_the_words_of_each(
    running: Running,
) -> None:
    long = {"comment_content": "rye and oats " * 80_000, "is_test": "1"}
    assert running.post("comment-check", long).text in ("true", "false")
    found = running.post("comment-check", {"comment_content": "x" * (MAX_BODY + 1)})
    assert (found.status_code, found.text) == (200, "invalid")
    assert f"{MAX_BODY:,} bytes" in found.headers["x-akismet-debug-help"]
    refused = running.json("POST", "/v1/classify", {"text": "x" * (MAX_BODY + 1)})
    assert refused.status_code == 413
    assert f"{MAX_BODY:,} bytes" in refused.json()["error"]
    assert works(running)


def test_a_body_without_end_is_not_read_to_its_end(running: Running) -> None:
    head = f"POST /v1/classify HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {running.key}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {100 * MAX_BODY}\r\n\r\n"
    assert b" 413 " in asked(running, head.encode())


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"\x00\xff\xfe\r\n\r\n", b" 400 "),
        (b"POST / HTTP/9.9\r\n\r\n", b" 400 "),
        (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", b" 400 "),
        (b"GET /%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n", b" 404 "),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", b" 400 "),
        (b"POST /v1/classify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b" 40"),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 4 * MAX_HEAD, b" 431 "),
        (b"GET /healthz HTTP/1.1\r\n" + b"a: b\r\n" * MAX_HEAD, b" 431 "),
        (b"GET /" + b"x" * 4 * MAX_HEAD, b" 431 "),
        (b"\r\n" * MAX_HEAD, b" 431 "),
    ],
    ids=str,
)
def test_what_is_no_request_is_refused_and_hurts_nobody(running: Running, raw: bytes, told: bytes) -> None:
    found = asked(running, raw)
    assert found == b"" or told in found.partition(b"\r\n")[0]  # what is still being sent may cut the answer off
    assert works(running)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=%&&&=%zz%", "application/x-www-form-urlencoded"),
        (b"--x\r\nContent-Disposition: form-data; name=api_key\r\n\r\n", "multipart/form-data; boundary=x"),
        (b'{"api_key": 1', "application/json"),
        (b"\x1f\x8b\x00", "application/octet-stream"),
    ],
)
def test_a_form_that_is_none_is_invalid_and_no_json_a_clear_error(running: Running, body: bytes, kind: str) -> None:
    found = running.client.post("/1.1/comment-check", content=body, headers={"Content-Type": kind})
    assert (found.status_code, found.text) == (200, "invalid")
    headers = {"Content-Type": kind, "Authorization": f"Bearer {running.key}"}
    refused = running.client.post("/v1/classify", content=body, headers=headers)
    assert refused.status_code in (400, 415)
    assert refused.json()["error"]


class _Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.ended = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview[int]) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.ended.is_set()

    def close(self) -> None:
        self.ended.set()

    abort = close

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


@contextmanager
def connection(state: ServerState) -> Iterator[tuple[Protocol, _Transport]]:
    """Connect to an application that answers nothing."""

    async def silent(scope: object, receive: object, send: object) -> None:
        await asyncio.sleep(60)

    made, transport = Protocol(Config(silent, ws="none", lifespan="off"), state, {}), _Transport()
    made.connection_made(transport)
    try:
        yield made, transport
    finally:
        for task in state.tasks:
            task.cancel()
        made.connection_lost(None)


async def _dribble(made: Protocol, transport: _Transport, data: bytes) -> None:
    for byte in data:
        if transport.is_closing():
            return
        made.data_received(bytes([byte]))
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", b""),
        (b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 100, b"HTTP/1.1 408 "),
        (b"\r\n" * 50, b"HTTP/1.1 408 "),
    ],
    ids=["silent", "a slow head", "empty lines"],
)
def test_a_client_that_takes_too_long_to_ask_is_given_up(
    data: bytes, told: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "SLOW_SECONDS", 0.1)

    async def run() -> None:
        with connection(ServerState()) as (made, transport):
            sending = asyncio.create_task(_dribble(made, transport, data))
            await asyncio.wait_for(transport.ended.wait(), 5)
            await sending
            assert transport.written.startswith(told)
            assert bool(transport.written) == bool(told)

    asyncio.run(run())


def test_a_client_whose_request_is_whole_may_wait_for_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "SLOW_SECONDS", 0.05)

    async def run() -> None:
        with connection(ServerState()) as (made, transport):
            made.data_received(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(0.2)
            assert not transport.is_closing()

    asyncio.run(run())


def test_a_client_that_does_not_read_its_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "SLOW_SECONDS", 0.05)

    async def run() -> None:
        with connection(ServerState()) as (made, transport):
            made.data_received(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            made.pause_writing()
            await asyncio.wait_for(transport.ended.wait(), 5)

    asyncio.run(run())


def test_requests_sent_at_once_are_answered_in_their_order_also_without_a_body(running: Running) -> None:
    raw = "".join(f"{method} /{path} HTTP/1.1\r\nHost: x\r\n\r\n" for method, path in (
        ("HEAD", "healthz"), ("GET", "none"), ("HEAD", "none"), ("GET", "healthz"),
    ))  # fmt: skip
    found = b""
    with socket.create_connection(("127.0.0.1", running.port), 10) as connection:
        connection.sendall(raw.encode())
        while not found.endswith(b"}") or b'"status"' not in found:
            found += connection.recv(65_536)
    assert [int(part[:3]) for part in found.split(b"HTTP/1.1 ")[1:]] == [200, 404, 404, 200]


def test_a_client_may_ask_whether_to_send_its_body(running: Running) -> None:
    head = b"POST /1.1/verify-key HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    with socket.create_connection(("127.0.0.1", running.port), 10) as connection:
        connection.sendall(head)
        assert connection.recv(4_000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"a=b")
        assert answer(connection).startswith(b"HTTP/1.1 200 ")


def test_more_connections_than_allowed_are_refused_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "most_connections", lambda: 1)

    async def run() -> None:
        state = ServerState()
        with connection(state) as (_, first), connection(state) as (_, second):
            assert not first.is_closing()
            assert second.is_closing()
            assert second.written.startswith(b"HTTP/1.1 503 ")
            assert b"too many connections" in second.written

    asyncio.run(run())


def test_a_body_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "BODY_SECONDS", 0.05)

    async def dribbled() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def run() -> None:
        with pytest.raises(HTTPException, match="too long") as caught:
            await requests.body_of(Request({"type": "http", "headers": []}, dribbled))
        assert caught.value.status_code == 408

    asyncio.run(run())

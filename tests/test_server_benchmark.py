"""The load of benchmarks/server.py: all requests are counted, and waiting counts as time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import islice, repeat

import pytest

pytest.importorskip("uvloop", reason="the server is not installed (pip install 'commentguard[server]')")

from load import Outcome, closed_loop, open_loop
from serving import checks, with_places

from commentguard.records import Comment, Post
from commentguard.server.forms import parse_form, read_check

ASKED = b"GET / HTTP/1.1\r\n\r\n"


def against(answer: bytes, seconds: float, work: Callable[[int], Awaitable[Outcome]]) -> Outcome:
    """Put a load on a server that takes its time for each answer; an empty answer ends the connection."""
    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        while await reader.read(1_000):
            await asyncio.sleep(seconds)
            if not answer:
                break
            writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async def run() -> Outcome:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            outcome = await work(server.sockets[0].getsockname()[1])
            await asyncio.gather(*filter(None, serving))
            return outcome

    return asyncio.run(run())


def test_a_closed_loop_counts_every_answer_by_its_word() -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ntrue"
    found = against(answer, 0.01, lambda port: closed_loop(port, repeat(ASKED), 2, 0.1))
    assert list(found.answers) == ["200 true"]
    assert found.answers["200 true"] == len(found.latencies) >= 4
    assert found.percentile(50) >= 10


def test_in_an_open_loop_the_wait_for_a_slow_server_is_time() -> None:
    answer = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
    found = against(answer, 0.05, lambda port: open_loop(port, repeat(ASKED), 100, 0.2, 1))
    assert list(found.answers) == ["503"]
    assert found.percentile(100) > 200  # some twenty came within 0.2 s, and each took 0.05 s


def test_a_connection_that_ends_without_an_answer_is_counted() -> None:
    found = against(b"", 0, lambda port: closed_loop(port, repeat(ASKED), 2, 0.1))
    assert found.answers == {"0": 2}


def test_no_two_checks_are_of_the_same_comment() -> None:
    comments = with_places([Comment(text="rye & oats", author="Ada É", post=Post(title="Bread")), Comment(text="x")])
    raw = list(islice(checks(comments, "abcdef123456"), 6))
    assert all(b"Host: abcdef123456." in one for one in raw)
    found = [read_check(parse_form(one.partition(b"\r\n\r\n")[2])).comment for one in raw]
    assert len({one.id for one in found}) == 6
    assert [one.text for one in found[:3]] == ["rye & oats", "x", "rye & oats"]
    assert found[2].author == "Ada É 2"
    assert found[0].post is not None

"""Faults that a server meets, each while good requests come.

Long bodies, idle crowds, slow and broken clients, a full disk, a locked database, an hour's worth of requests.
"""

from __future__ import annotations

import http.client
import json
import os
import resource
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import click
import uvloop
from load import Outcome, open_loop
from serving import Served, checks, served, with_places

from commentguard.records import Comment, Post

THANKS = "Thanks for making the web a better place."
GOOD_RATE = 100
"""Good checks a second while something else goes wrong."""


def posts_of(comments: Sequence[Comment]) -> list[Post]:
    """Return the posts of comments, each once."""
    return list({comment.post: None for comment in comments if comment.post is not None})


def ask(server: Served, method: str, path: str, body: bytes, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Send one request; return status, body and headers of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def form(server: Served, path: str, **fields: str) -> tuple[int, str, dict[str, str]]:
    """Send a form as clients of Akismet do."""
    told = {"api_key": server.key, "blog": "https://blog.example", "user_ip": "192.0.2.7", **fields}
    return ask(
        server, "POST", f"/1.1/{path}", urlencode(told).encode(), Content_Type="application/x-www-form-urlencoded"
    )


def native(server: Served, method: str, path: str, value: object) -> tuple[int, str, dict[str, str]]:
    """Send JSON."""
    told = {"Content_Type": "application/json", "Authorization": f"Bearer {server.key}"}
    return ask(server, method, path, json.dumps(value).encode(), **told)


class Good:
    """Good checks that come from a thread while a block runs; `tell` says what became of them."""

    def __init__(self, server: Served, comments: Sequence[Comment], seconds: float) -> None:
        self._outcome: Outcome | None = None

        def run() -> None:
            self._outcome = uvloop.run(open_loop(server.port, checks(comments, server.key), GOOD_RATE, seconds, 32))

        self._thread = threading.Thread(target=run)

    def __enter__(self) -> Good:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Wait for the last answer."""
        self._thread.join()

    def tell(self) -> None:
        """Print how many were answered, and how soon."""
        assert self._outcome is not None
        answers = dict(self._outcome.answers)
        bad = sum(count for word, count in answers.items() if word not in ("200 true", "200 false"))
        click.echo(
            f"  good checks meanwhile: {len(self._outcome.latencies):,}, not answered well: {bad}; "
            f"p50 {self._outcome.percentile(50):.1f}, p99 {self._outcome.percentile(99):.1f}, "
            f"max {self._outcome.percentile(100):.0f} ms{f'; {answers}' if bad else ''}"
        )


def bodies(comments: Sequence[Comment]) -> None:
    """Send bodies of a megabyte, and longer ones than the server takes."""
    text = " ".join(comment.text for comment in comments)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), posts_of(comments)) as server:
        before = server.megabytes()
        with Good(server, comments, 10) as good:
            for size in (1_000_000, 3_000_000):
                long = (text * (size // len(text) + 1))[:size]
                began = time.perf_counter()
                status, word, _ = form(server, "comment-check", comment_content=long)
                took = time.perf_counter() - began
                click.echo(f"  {size:,} characters: {status} {word} in {took:.2f} s")
            long = (text * (5_000_000 // len(text) + 1))[:5_000_000]
            status, word, headers = form(server, "comment-check", comment_content=long)
            click.echo(f"  5,000,000 characters, Akismet: {status} {word}: {headers.get('x-akismet-debug-help')}")
            status, word, _ = native(server, "POST", "/v1/classify", {"text": long})
            click.echo(f"  5,000,000 characters, JSON: {status} {word}")
        good.tell()
        click.echo(f"  memory {before:.0f} to {server.megabytes():.0f} MB")


def crowd(comments: Sequence[Comment], number: int = 10_000) -> None:
    """Hold connections open on which nobody asks, one half of them after half a request."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))
    if allowed < number + 200:
        click.echo(f"  only {allowed - 200:,} connections: this system allows {allowed:,} files")
        number = allowed - 200
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), posts_of(comments)) as server:
        before = server.megabytes()
        held: list[socket.socket] = []
        began = time.perf_counter()
        for at in range(number):
            held.append(socket.create_connection(("127.0.0.1", server.port), 10))
            if at % 2:
                held[-1].sendall(b"POST /1.1/comment-check HTTP/1.1\r\nHost: x\r\n")
        click.echo(f"  {len(held):,} connections made in {time.perf_counter() - began:.1f} s")
        with Good(server, comments, 8) as good:
            time.sleep(4)
            click.echo(f"  memory {before:.0f} to {server.megabytes():.0f} MB")
        good.tell()
        time.sleep(max(began + 30 - time.perf_counter(), 0))
        click.echo(f"  after {time.perf_counter() - began:.0f} s: {_told(held)}")
        for connection in held:
            connection.close()


def _told(connections: Sequence[socket.socket]) -> str:
    """Say what connections were told, and how many are still open."""
    found: Counter[str] = Counter()
    for connection in connections:
        connection.setblocking(False)
        try:
            data = connection.recv(100)
            found[data[9:12].decode() if data else "closed"] += 1
        except BlockingIOError:
            found["open"] += 1
        except OSError:
            found["closed"] += 1
    return ", ".join(f"{count:,} {word}" for word, count in found.most_common())


def slow(comments: Sequence[Comment], number: int = 200) -> None:
    """Send heads and bodies byte by byte."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), posts_of(comments)) as server:
        whole = next(checks(comments, server.key))
        head = whole.partition(b"\r\n\r\n")[0]
        heads = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(number)]
        sending = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(number)]
        start = f"POST /v1/classify HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\n"
        start += "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        for connection in sending:
            connection.sendall(start.encode())
        with Good(server, comments, 24) as good:
            for second in range(24):
                for at, connection in enumerate((*heads, *sending)):
                    try:
                        connection.send(head[second : second + 1] if at < number else b"a")
                    except OSError:
                        pass
                time.sleep(1)
        good.tell()
        click.echo(f"  heads of a byte a second: {_told(heads)}")
        click.echo(f"  bodies of a byte a second: {_told(sending)}")


def malformed(comments: Sequence[Comment]) -> None:
    """Send what is no request, or none that makes sense."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), posts_of(comments)) as server:
        whole = next(checks(comments, server.key))
        with Good(server, comments, 5) as good:
            for name, raw in _nonsense(server.key):
                click.echo(f"  {name}: {_status(server.port, raw)}")
            cut: Counter[str] = Counter()
            for at in range(0, len(whole), max(len(whole) // 300, 1)):
                broken = whole[:at] + os.urandom(3) + whole[at + 3 :]
                cut[_status(server.port, broken)] += 1
            click.echo(f"  a good request with three bytes changed: {dict(cut)}")
        good.tell()


def _nonsense(key: str) -> Iterator[tuple[str, bytes]]:
    post = b"POST /1.1/comment-check HTTP/1.1\r\nHost: x\r\n"
    native = b"POST /v1/classify HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n" % key.encode()
    yield "no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n"
    yield "an address that is none", b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n"
    yield "a head of 200,000 bytes", b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"
    yield "a head without end", b"GET / HTTP/1.1\r\nX: " + b"x" * 2_000_000
    yield "two lengths", post + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"
    yield "a chunk that is none", native + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    for name, kind, body in (
        ("percent signs", "application/x-www-form-urlencoded", b"api_key=%s&blog=%%zz%%&user_ip=%%" % key.encode()),
        ("no UTF-8", "application/x-www-form-urlencoded", b"api_key=%s&blog=\xff&user_ip=\xfe" % key.encode()),
        ("broken multipart", "multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n"),
        ("broken JSON", "application/json", b'{"text": "\xff"'),
        ("another type", "image/png", b"\x89PNG"),
    ):
        rest = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
        yield f"{name}, Akismet", post + rest
        yield f"{name}, JSON", native + rest


def _status(port: int, raw: bytes) -> str:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.sendall(raw)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            body = answer.read().decode("utf-8", "replace")
    except TimeoutError:
        return "waits for more"
    except (OSError, http.client.HTTPException):
        return "closed"
    return f"{answer.status} {body if len(body) < 10 else ''}".strip()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mount a small file system where this process may; yield whether it did."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        done = False
    try:
        yield done
    finally:
        if done:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def full_disk(comments: Sequence[Comment]) -> None:
    """Fill the disk, and empty it again."""
    comments = comments[:500]
    with tempfile.TemporaryDirectory() as name, small_disk(Path(name), 40) as mounted:
        if not mounted:
            click.echo("  skipped: no small file system can be mounted here (it takes root)")
            return
        with served(Path(name), posts_of(comments)) as server:
            thanked = _decide(server, "before", 10)
            filler = Path(name) / "filler"
            with filler.open("wb", buffering=0) as file:
                try:
                    while file.write(bytes(4_096)):
                        pass
                except OSError:
                    pass
            with Good(server, comments, 6) as good:
                time.sleep(3)
                thanked |= _decide(server, "while it is full", 10)
            good.tell()
            filler.unlink()
            thanked |= _decide(server, "after", 10)
            click.echo(f"  thanked for and lost: {len(thanked - _kept(server))} of {len(thanked)}")


def _decide(server: Served, when: str, number: int) -> set[str]:
    """Hand decisions over by both protocols; say what was answered, and return the texts that were thanked for."""
    answers: Counter[str] = Counter()
    thanked: set[str] = set()
    for at in range(number):
        text = f"decision {at} {when}"
        if at % 2:
            status, word, headers = form(server, "submit-spam", comment_content=text)
            is_kept = word == THANKS
        else:
            row = {"id": text, "label": "spam", "comment": {"text": text}}
            status, _, headers = native(server, "POST", "/v1/labels", row)
            is_kept = status == 200
        if is_kept:
            thanked.add(text)
        retry = headers.get("retry-after")
        kind = "Akismet" if at % 2 else "JSON"
        answers[f"{kind} {status}{f', again in {retry} s' if retry else ''}{', kept' if is_kept else ''}"] += 1
    click.echo(f"  decisions {when}: {'; '.join(f'{count} {word}' for word, count in sorted(answers.items()))}")
    return thanked


def _kept(server: Served) -> set[str]:
    with sqlite3.connect(server.file) as connection:
        rows = connection.execute("SELECT decision FROM commentguard_labels").fetchall()
    connection.close()
    return {json.loads(decision)["comment"]["text"] for (decision,) in rows}


def locked(comments: Sequence[Comment]) -> None:
    """Keep the database locked for longer than the server waits for it."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), posts_of(comments)) as server:
        other = sqlite3.connect(server.file, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with Good(server, comments, 15) as good:
            began = time.perf_counter()
            thanked = _decide(server, "while it is locked", 1)
            click.echo(f"  answered after {time.perf_counter() - began:.1f} s")
            time.sleep(max(began + 13 - time.perf_counter(), 0))
            other.execute("ROLLBACK")
            other.close()
            thanked |= _decide(server, "after", 4)
        good.tell()
        click.echo(f"  thanked for and lost: {len(thanked - _kept(server))} of {len(thanked)}")


def memory(comments: Sequence[Comment], minutes: float, rate: float) -> None:
    """Let checks of ever new comments, posts and keys come, and watch the memory."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), posts_of(comments)) as server:
        requests = _ever_new(comments, server.key)
        click.echo(f"  started: {server.megabytes():.0f} MB")
        steps = max(round(minutes * 6), 3)
        for step in range(steps):
            outcome = uvloop.run(open_loop(server.port, requests, rate, 60 * minutes / steps, 64))
            bad = {word: count for word, count in outcome.answers.items() if word[:3] != "200"}
            if step in {0, 1, steps // 4, steps // 2, 3 * steps // 4, steps - 1}:
                click.echo(
                    f"  after {(step + 1) * 60 * minutes / steps:4.0f} s: {server.megabytes():.0f} MB; "
                    f"{outcome.rate:,.0f} a second, p99 {outcome.percentile(99):.0f} ms{f'; {bad}' if bad else ''}"
                )


def _ever_new(comments: Sequence[Comment], key: str) -> Iterator[bytes]:
    """Yield checks whose post, author, text and, one in ten, (wrong) key never came before."""
    for number, request in enumerate(checks(comments, key)):
        head, _, body = request.partition(b"\r\n\r\n")
        mark = b"%d" % number
        body = body.replace(b"comment_content=", b"comment_content=%s+" % mark).replace(
            b"&user_ip=", b"&user_ip=%s" % mark
        )
        if number % 3 == 0:
            body = body.replace(b"permalink=", b"permalink=http%%3A%%2F%%2Fnew.example%%2F%s%%2F" % mark)
        if number % 10 == 0:
            body = b"api_key=%012d&%s" % (number, body)
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
        yield b"\r\n".join((*lines, b"Content-Length: %d" % len(body), b"", body))


def faults(comments: Sequence[Comment], minutes: float, rate: float) -> dict[str, Callable[[], None]]:
    """Return what can go wrong, by name."""
    found = with_places(list(islice(comments, 2_000)))
    return {
        "bodies": lambda: bodies(found),
        "crowd": lambda: crowd(found),
        "slow": lambda: slow(found),
        "malformed": lambda: malformed(found),
        "disk": lambda: full_disk(found),
        "locked": lambda: locked(found),
        "memory": lambda: memory(found, minutes, rate),
    }

"""A server as a process with its store, requests as blogs send them, and what comes of a load; see `server`.

`commentguard serve` runs as a process of its own with a SQLite store, the posts imported; the requests are those that
WordPress sends, each of another comment. The load is made by this process on the same machine: what it takes of the
processors is missing to the server. Latencies are those of an open loop: requests come at random times, whether others
are answered or not.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import click
import uvloop
from load import Outcome, closed_loop, open_loop

from commentguard.objects import post_to_json
from commentguard.records import Comment, Post

COMMAND: Final = (sys.executable, "-c", "from commentguard.cli import main; main(prog_name='commentguard')")
CONNECTIONS: Final = 32


@dataclass(frozen=True)
class Served:
    """A server that runs: its port, a key that it takes, its store's file, and its process."""

    port: int
    key: str
    file: Path
    process: subprocess.Popen[bytes]

    @property
    def pids(self) -> list[int]:
        """The process and its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def seconds(self) -> float:
        """Return the processor time that the server has taken so far."""
        ticks = 0
        for pid in self.pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Return the memory that the server holds."""
        return sum(_resident(pid) for pid in self.pids)


def _resident(pid: int) -> float:
    match = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(match[1]) / 1024 if match else 0.0


@contextmanager
def served(folder: Path, posts: Sequence[Post] = (), *options: str) -> Iterator[Served]:
    """Start a server over a store in a folder; it is ended with the block."""
    file = folder / "store.db"
    store = ("--store", f"sqlite:///{file}")
    if posts:
        lines = folder / "posts.jsonl"
        lines.write_text("".join(f"{json.dumps(post_to_json(post))}\n" for post in posts), encoding="utf-8")
        subprocess.run([*COMMAND, "posts", "import", "--quiet", str(lines), *store], check=True)
    name = f"benchmark {os.urandom(4).hex()}"
    key = subprocess.run([*COMMAND, "keys", "add", name, *store], check=True, capture_output=True, text=True)
    arguments = ["serve", "--port", "0", *store, "--model", "default", *options]
    process = subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        said = process.stderr.readline().decode()
        match = re.search(r":(\d+);", said)
        if match is None:
            raise click.ClickException(said + process.stderr.read().decode())
        found = Served(int(match[1]), key.stdout.strip(), file, process)
        asyncio.run(closed_loop(found.port, itertools.repeat(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), 1, 0))
        yield found
    finally:
        process.terminate()
        process.wait(60)
        assert process.stderr is not None
        said = process.stderr.read().decode()
        process.stderr.close()
        if said:
            click.echo(f"the server said: {said[:2_000]}", err=True)


def with_places(comments: Sequence[Comment]) -> list[Comment]:
    """Return comments whose posts all have an address and an id, so that a server finds them."""
    number = {post: at for at, post in enumerate(dict.fromkeys(comment.post for comment in comments))}
    return [
        replace(
            comment,
            post=replace(
                comment.post or Post(),
                id=str(number[comment.post]),
                url=f"https://blog.example/{number[comment.post]}",
            ),
        )
        for comment in comments
    ]


def checks(comments: Sequence[Comment], key: str, path: str = "comment-check") -> Iterator[bytes]:
    """Yield requests as WordPress sends them, without end; each is of another comment, told apart by its author."""
    parts = [_form(comment) for comment in comments]
    for number in itertools.count():
        body = b"comment_author=%s+%d&%s" % (*parts[number % len(parts)][:1], number, parts[number % len(parts)][1])
        yield (
            b"POST /1.1/%s HTTP/1.1\r\nHost: %s.localhost\r\nUser-Agent: WordPress/6.1.9 | Akismet/5.0.1\r\n"
            b"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: %d\r\n\r\n%s"
        ) % (path.encode(), key.encode(), len(body), body)


def _form(comment: Comment) -> tuple[bytes, bytes]:
    assert comment.post is not None
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"
    fields = {
        "blog": "https://blog.example",
        "blog_charset": "UTF-8",
        "blog_lang": "en_US",
        "comment_author_email": "reader@mail.example",
        "comment_author_url": comment.author_url,
        "comment_content": comment.text,
        "comment_date_gmt": "2026-03-01 12:00:00",
        "comment_parent": "0",
        "comment_post_ID": comment.post.id,
        "comment_post_modified_gmt": "2026-03-01 10:00:00",
        "comment_type": comment.type,
        "permalink": comment.post.url,
        "referrer": comment.post.url,
        "user_agent": agent,
        "user_ip": "192.0.2.7",
        "user_ID": "0",
        "akismet_comment_nonce": "passed",
        "POST_author": comment.author,
        "POST_comment": comment.text,
        "POST_comment_post_ID": comment.post.id,
        "POST_submit": "Post Comment",
        "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.5",
        "HTTP_HOST": "blog.example",
        "HTTP_USER_AGENT": agent,
        "REMOTE_ADDR": "192.0.2.7",
        "REQUEST_URI": "/wp-comments-post.php",
    }
    author = urlencode({"": comment.author.encode("utf-8", "replace")})[1:]
    return author.encode(), urlencode(
        {name: value.encode("utf-8", "replace") for name, value in fields.items()}
    ).encode()


def _line(name: str, outcome: Outcome, took: float) -> str:
    wrong = {word: count for word, count in outcome.answers.items() if word not in ("200 true", "200 false")}
    return (
        f"{name:32} {outcome.rate:7,.0f} {outcome.percentile(50):8.1f} {outcome.percentile(99):8.1f} "
        f"{outcome.percentile(100):8.0f} {took / max(len(outcome.latencies), 1) * 1e6:8.0f}   {wrong or 'none'}"
    )


def load(comments: Sequence[Comment], seconds: float, workers: Sequence[int], rates: Sequence[float]) -> None:
    """Print rates and latencies."""
    found = with_places(comments)
    posts = list({comment.post: None for comment in found if comment.post is not None})
    click.echo(f"{len(comments):,} comments under {len(posts):,} posts; server and load share {os.cpu_count()} cores")
    click.echo(f"{'':32} {'checks/s':>7} {'p50 ms':>7} {'p99 ms':>8} {'max ms':>8} {'us each':>8}   other answers")
    for number in workers:
        with tempfile.TemporaryDirectory() as folder:
            with served(Path(folder), posts, "--workers", str(number)) as server:
                requests = checks(found, server.key)

                def run(
                    name: str, work: Callable[[], Outcome], server: Served = server, number: int = number
                ) -> Outcome:
                    before = server.seconds()
                    outcome = work()
                    click.echo(_line(f"{number} worker{'s'[: number - 1]}, {name}", outcome, server.seconds() - before))
                    return outcome

                uvloop.run(closed_loop(server.port, requests, CONNECTIONS, 2))
                for connections in (1, CONNECTIONS):
                    run(
                        f"{connections} ask{'s'[: connections == 1]} again and again",
                        lambda: uvloop.run(closed_loop(server.port, requests, connections, seconds)),  # noqa: B023
                    )
                for rate in rates:
                    outcome = run(
                        f"{rate:,.0f} come a second",
                        lambda: uvloop.run(open_loop(server.port, requests, rate, seconds, 4 * CONNECTIONS)),  # noqa: B023
                    )
                    if outcome.rate < 0.9 * rate:
                        break  # more would only wait longer

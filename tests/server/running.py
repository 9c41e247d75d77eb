"""A server started as a person would start it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from commentguard.store.database import Store, open_store
from commentguard.store.keys import add_key

BLOG = "https://blog.example/"
SPAM = {"comment_author": "cheap pills", "comment_content": "Buy cheap pills now at http://pills.example best price!!"}
GOOD = {
    "comment_author": "Ada",
    "comment_content": "I let the rye dough rest a second night and the crumb became far less sticky than yours.",
}


@dataclass
class Running:
    """A server that runs: its address, a key that it takes, its store, its process, and a client to ask it with."""

    url: str
    key: str
    store: Store
    process: subprocess.Popen[bytes]
    client: httpx.Client

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def post(self, path: str, fields: Mapping[str, object]) -> httpx.Response:
        """Post a form with the key, the blog and an address in it."""
        told = {"api_key": self.key, "blog": BLOG, "user_ip": "192.0.2.7", **fields}
        return self.client.post(f"/1.1/{path}", data=told)

    def json(self, method: str, path: str, value: object, **headers: str) -> httpx.Response:
        """Send JSON with the key."""
        told = {"Authorization": f"Bearer {self.key}", **headers}
        return self.client.request(method, path, json=value, headers=told)


def until(told: Callable[[], object], seconds: int = 10) -> None:
    """Wait until something is so, for some seconds at most."""
    for _ in range(20 * seconds):
        if told():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")


@contextmanager
def server(store: str, *options: str, model: str | None = "default") -> Iterator[Running]:
    """Start a server and wait until it answers; it is ended with the block."""
    opened = open_store(store)
    with opened.writing() as connection:
        key = add_key(connection, f"tests {os.urandom(4).hex()}")
    command = [sys.executable, "-c", "from commentguard.cli import main; main(prog_name='commentguard')", "serve"]
    arguments = ["--port", "0", "--store", store, *(["--model", model] if model else []), *options]
    process = subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stderr is not None
        said = process.stderr.readline().decode()
        match = re.search(r"http://\S+?(?=;)", said)
        assert match, said + process.stderr.read().decode()
        with httpx.Client(base_url=match[0], timeout=60) as client:
            client.get("/healthz").raise_for_status()
            yield Running(match[0], key, opened, process, client)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)
        if process.stderr is not None:
            process.stderr.close()
        opened.close()

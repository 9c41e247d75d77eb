"""A server started as a person would start it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
    """A server that runs: its address, a key that it takes, its store and its process."""

    url: str
    key: str
    store: Store
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def post(self, path: str, fields: Mapping[str, object], **options: object) -> httpx.Response:
        """Post a form with the key, the blog and an address in it."""
        told = {"api_key": self.key, "blog": BLOG, "user_ip": "192.0.2.7", **fields}
        return httpx.post(f"{self.url}/1.1/{path}", data=told, timeout=30, **options)  # type: ignore[arg-type]

    def json(self, method: str, path: str, value: object, **headers: str) -> httpx.Response:
        """Send JSON with the key."""
        told = {"Authorization": f"Bearer {self.key}", **headers}
        return httpx.request(method, f"{self.url}{path}", json=value, headers=told, timeout=30)


@contextmanager
def server(store: str, model: Path, *options: str) -> Iterator[Running]:
    """Start a server and wait until it answers; it is ended with the block."""
    opened = open_store(store)
    with opened.writing() as connection:
        key = add_key(connection, f"tests {os.urandom(4).hex()}")
    command = [sys.executable, "-c", "from commentguard.cli import main; main(prog_name='commentguard')", "serve"]
    arguments = ["--port", "0", "--store", store, "--model", str(model), *options]
    process = subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stderr is not None
        said = process.stderr.readline().decode()
        match = re.search(r"http://\S+?(?=;)", said)
        assert match, said + process.stderr.read().decode()
        running = Running(match[0], key, opened, process)
        httpx.get(f"{running.url}/healthz", timeout=30).raise_for_status()
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(30)
        if process.stderr is not None:
            process.stderr.close()
        opened.close()

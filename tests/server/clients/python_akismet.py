"""Asks a server with PyPI's python-akismet, which puts the key before the host; prints what it was told."""

from __future__ import annotations

import datetime
import json
import socket
import sys

from akismet import Akismet  # type: ignore[attr-defined] # the folder that holds python-akismet comes first on the path

lookup = socket.getaddrinfo


def lookup_of_this_machine(host: str, *rest: object, **named: object) -> object:
    """Take every name under localhost for this machine, as a resolver with such a zone does."""
    return lookup("127.0.0.1" if str(host).endswith("localhost") else host, *rest, **named)  # type: ignore[arg-type]


socket.getaddrinfo = lookup_of_this_machine  # type: ignore[assignment]
port, key = sys.argv[1:]
client = Akismet(key, blog="https://blog.example", application_user_agent="tests/1")
client.protocol, client.domain = "http", f"localhost:{port}"
told = {
    "user_ip": "192.0.2.7", "user_agent": "Browser/1", "comment_content": "Rye, from python-akismet",
    "permalink": "https://blog.example/rye", "comment_date": datetime.datetime(2026, 3, 1),
}  # fmt: skip
client.submit_spam(**told)
client.submit_ham(**told)
answers = [
    client.check(**told, user_role="administrator"),
    client.check(**told, comment_author="akismet-guaranteed-spam"),
]
sys.stdout.write(json.dumps(answers))

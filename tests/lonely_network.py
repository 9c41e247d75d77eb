"""A network of its own for tests: this thread and those it starts see nothing but a loopback device, and us on it.

The loopback device gets addresses that the public network has set aside for black holes (AS112, RFC 7534 and 7535), so
that what only connects to public addresses connects to us.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
import struct
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

PUBLIC = "192.31.196.7"
OTHER_PUBLIC = "192.175.48.9"
METADATA = "169.254.169.254"

_CLONE_NEWNET = 0x40000000
_RESOLVERS = Path("/etc/resolv.conf")

Answer = Callable[[socket.socket, bytes], None]
"""What a server does with a connection, told the head of the request."""


@contextmanager
def lonely_network() -> Iterator[None]:
    """Move this thread into a network namespace; skip the test where that is not permitted."""
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if libc is None or not hasattr(libc, "unshare"):
        pytest.skip("this system has no network namespaces")
    with open("/proc/thread-self/ns/net") as outside:
        if libc.unshare(_CLONE_NEWNET) != 0:
            pytest.skip(f"no network namespace: {os.strerror(ctypes.get_errno())} (needs root)")
        try:
            _loopback()
            yield
        finally:
            assert libc.setns(outside.fileno(), 0) == 0


def _loopback() -> None:
    steps = ["link set lo up", *(f"addr add {address}/32 dev lo" for address in (PUBLIC, OTHER_PUBLIC, METADATA))]
    steps += [f"addr add {resolver()}/32 dev lo"] if not resolver().startswith("127.") else []
    for step in steps:
        try:
            subprocess.run(["ip", *step.split()], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip(f"no addresses for a network namespace: ip {step} failed")


def resolver() -> str:
    """Return the address at which this system looks names up."""
    text = _RESOLVERS.read_text(encoding="utf-8") if _RESOLVERS.exists() else ""
    told = re.search(r"^nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$", text, re.MULTILINE)
    return told[1] if told else "127.0.0.1"


class Names:
    """A name server: each name stands for a list of answers, the last of which is given from then on.

    Parameters
    ----------
    answers : dict
        Name to the addresses of its first answer, of its second, and so on; None: nothing is answered at all.
    """

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]] | None] = {}
        self.asked: Counter[str] = Counter()

    def reply(self, query: bytes) -> bytes | None:
        """Return the answer to a query, None for none."""
        name, place = "", 12
        while size := query[place]:
            name += query[place + 1 : place + 1 + size].decode("ascii") + "."
            place += size + 1
        (kind,) = struct.unpack_from("!H", query, place + 1)
        known = self.answers.get(name.rstrip(".").lower(), [])
        if known is None:
            return None
        family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
        key = f"{name} {kind}"
        addresses = known[min(self.asked[key], len(known) - 1)] if known else []
        self.asked[key] += 1
        packed = [_packed(address, family) for address in addresses if (":" in address) == (kind == 28)]
        records = [struct.pack("!HHHIH", 0xC00C, kind, 1, 0, len(one)) + one for one in packed] if family else []
        head = query[:2] + struct.pack("!HHHHH", 0x8180 if known else 0x8183, 1, len(records), 0, 0)
        return head + query[12 : place + 5] + b"".join(records)


def _packed(address: str, family: int | None) -> bytes:
    return socket.inet_pton(family or socket.AF_INET, address)


@contextmanager
def names() -> Iterator[Names]:
    """Answer what this network asks for names."""
    found = Names()
    found.answers["probe.example"] = [[PUBLIC]]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind((resolver(), 53))
        heard.settimeout(0.05)
        ended = threading.Event()

        def work() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    query, place = heard.recvfrom(4_096)
                    reply = found.reply(query)
                    if reply is not None:
                        heard.sendto(reply, place)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            answered = ""
            with suppress(OSError):
                answered = socket.gethostbyname("probe.example")
            if answered != PUBLIC:
                pytest.skip("this system looks names up somewhere else than resolv.conf says")
            yield found
        finally:
            ended.set()
            thread.join()


@contextmanager
def served(answer: Answer, address: str = PUBLIC, port: int = 80) -> Iterator[list[bytes]]:
    """Answer connections to an address as told; yields the heads of the requests so far."""
    heads: list[bytes] = []
    threads: list[threading.Thread] = []
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with ExitStack() as stack:
        heard = stack.enter_context(socket.create_server((address, port), family=family))
        heard.settimeout(0.01)
        ended = threading.Event()

        def one(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.settimeout(5)
                head = _head(connection) if port != 443 else b""
                heads.append(head)
                answer(connection, head)

        def work() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    connection, _ = heard.accept()
                    threads.append(threading.Thread(target=one, args=(connection,)))
                    threads[-1].start()

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield heads
        finally:
            ended.set()
            for each in (thread, *threads):
                each.join()


def _head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        data = connection.recv(4_096)
        if not data:
            break
        head += data
    return head


def page(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """Return an answer in HTTP that ends with its connection."""
    return b"\r\n".join((b"HTTP/1.1 " + status, b"Content-Type: text/html", *headers, b"", body))


def sent(*pieces: bytes, pause: float = 0.0) -> Answer:
    """Return what sends some pieces, with a pause before each but the first."""

    def answer(connection: socket.socket, head: bytes) -> None:
        for number, piece in enumerate(pieces):
            time.sleep(pause if number else 0)
            connection.sendall(piece)

    return answer


def endless(start: bytes, piece: bytes, pause: float = 0.0, most: int = 1 << 26) -> Answer:
    """Return what sends a start and then a piece over and over, until the other side ends it or had `most` bytes."""

    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(start)
        for _ in range(0, most, len(piece)):
            time.sleep(pause)
            connection.sendall(piece)
        raise AssertionError("the other side never had enough")

    return answer

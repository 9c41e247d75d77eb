"""Fetching a page that a stranger named: only addresses that were checked, never for long, never much.

Needs the extra ``commentguard[pings]``. The one place of this library that asks another server for a page.
"""

from __future__ import annotations

import codecs
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from commentguard import __version__
from commentguard.errors import CommentGuardError, MissingPackageError

try:
    import httpcore
    import httpx
except ImportError:
    raise MissingPackageError("pages are fetched with httpx: pip install 'commentguard[pings]'") from None

SECONDS: Final = 10.0
"""How long fetching one page may take: names, redirects, encryption, headers and body together."""

REDIRECTS: Final = 3
"""Redirects that are followed, each to an address that is checked like the first."""

PORTS: Final = frozenset((80, 443, 8080, 8443))
"""Ports that strangers may send us to."""

_MAX_URL: Final = 2_000
_MAX_HEADERS: Final = 128 * 1024
_ELSEWHERE: Final = (301, 302, 303, 307, 308)
_PAGES: Final = ("text/html", "application/xhtml+xml")
_HOST: Final = re.compile(rb"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}", re.IGNORECASE)
_UNICAST: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_METADATA: Final = frozenset((ipaddress.ip_address("168.63.129.16"),))  # of a cloud; those of all others are not global
_CHARSET: Final = re.compile(rb"""<meta[^>]{1,200}?charset\s{0,9}=\s{0,9}["']?([\w.:-]{2,40})""", re.IGNORECASE)
_OF_TEXT: Final = re.compile(r"(?:utf-(?:8|16)|ascii|iso8859|cp\d|koi8|mac|gb|big5|euc|shift|iso2022|tis|hz|johab)")


class FetchError(CommentGuardError):
    """A page was not fetched: it must not be asked for, it took too long, or it is no page. Names no IP address."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched.

    Parameters
    ----------
    url : str
        Where it stands, after redirects.
    body : bytes
        Its first bytes, decompressed; no more than were asked for.
    charset : str
        The encoding that its server names; empty where it names none.
    """

    url: str
    body: bytes
    charset: str = ""

    @property
    def text(self) -> str:
        r"""Its text, by the encoding that its server, else the page itself, names, else as UTF-8.

        Examples
        --------
        >>> Page("", b'<meta charset="windows-1252">caf\xe9').text[-4:]
        'café'
        """
        told = _CHARSET.search(self.body[:2_048])
        for name in (self.charset, told[1].decode("ascii", "replace") if told else ""):
            with suppress(LookupError, ValueError):  # of no such encoding; of one that is none of text
                if name and _OF_TEXT.match(codecs.lookup(name).name):
                    return self.body.decode(name, "replace")
        return self.body.decode("utf-8-sig", "replace")


def fetch_page(url: str, max_bytes: int, seconds: float = SECONDS, listed: Callable[[str], bool] | None = None) -> Page:
    """Fetch a page of HTML.

    The address that a host's name stands for is looked up once, checked, and connected to as such, for each redirect
    anew: it can't be another one by then. No proxy is used, no cookie kept, nothing run.

    Parameters
    ----------
    url : str
        Where it should be: http or https.
    max_bytes : int
        Bytes of the page, decompressed, that are read; what comes behind is left.
    seconds : float
        How long all of it may take.
    listed : callable or None
        Tells whether a host, with its port where it has one, may be asked: then any port may be, and a number as it
        is, since somebody chose them. A name must stand for public addresses even so. None: every host of the public
        network may be, at `PORTS`.

    Returns
    -------
    Page

    Raises
    ------
    FetchError
        When there is none to be had.
    """
    budget = _Budget(time.monotonic() + seconds, max_bytes + _MAX_HEADERS)
    place = _checked(url, None, listed)
    for _ in range(REDIRECTS + 1):
        try:
            found = _asked(place, max_bytes, _Backend(budget, numbers=listed is not None))
        except httpcore.TimeoutException:
            raise FetchError("it takes too long") from None
        except httpcore.ConnectError:
            raise FetchError("its server can't be reached") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ValueError, zlib.error):
            raise FetchError("it does not answer as a page does") from None
        if isinstance(found, Page):
            return found
        place = _checked(found, place, listed)
    raise FetchError("it redirects too often")


def _checked(url: str, base: httpx.URL | None, listed: Callable[[str], bool] | None) -> httpx.URL:
    """Return an address that may be asked for, as far as it tells by itself."""
    try:
        found = base.join(url) if base is not None else httpx.URL(url)
        if len(url) > _MAX_URL or not 0 < _port(found) < 65_536:
            raise ValueError
    except (httpx.InvalidURL, ValueError):
        raise FetchError("it is no address") from None
    if found.scheme not in ("http", "https") or not _HOST.fullmatch(found.raw_host) or found.userinfo:
        raise FetchError("it is no address of a page")
    if listed is not None and not listed(found.netloc.decode("ascii")):
        raise FetchError("its host is not listed")
    if listed is None and _port(found) not in PORTS:
        raise FetchError("its port is none of the web")
    return found


def _port(url: httpx.URL) -> int:
    return url.port if url.port is not None else 443 if url.scheme == "https" else 80


def _asked(url: httpx.URL, max_bytes: int, backend: httpcore.NetworkBackend) -> Page | str:
    """Return the page at an address, or what it redirects to."""
    host = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    headers: dict[bytes | str, bytes | str]
    headers = {"Host": url.netloc, "User-Agent": f"commentguard/{__version__}", "Accept": "text/html",
               "Accept-Encoding": "gzip", "Connection": "close"}  # fmt: skip
    with (
        httpcore.ConnectionPool(ssl_context=_encryption(), network_backend=backend) as pool,
        pool.stream("GET", host, headers=headers) as response,
    ):
        told = httpx.Headers(response.headers)
        if response.status in _ELSEWHERE:
            return str(told.get("Location", ""))
        if response.status != 200:
            raise FetchError(f"it answers with status {response.status}")
        kind, _, rest = told.get("Content-Type", "").partition(";")
        if kind.strip().lower() not in _PAGES:
            raise FetchError("it is no page")
        packing = told.get("Content-Encoding", "identity").strip().lower()
        if packing not in ("identity", "gzip", "x-gzip"):
            raise FetchError("it is compressed in a way that was not asked for")
        body = _body(response.iter_stream(), packing != "identity", max_bytes)
    charset = rest.lower().partition("charset=")[2].partition(";")[0].strip(" \t\"'")
    return Page(str(url), body, charset[:40])


@lru_cache(maxsize=1)
def _encryption() -> ssl.SSLContext:
    return ssl.create_default_context()


def _body(chunks: Iterable[bytes], packed: bool, max_bytes: int) -> bytes:
    """Return the first bytes of a body; no more than those are ever decompressed."""
    found, taken = bytearray(), 0
    unpacking = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        taken += len(chunk)
        found += unpacking.decompress(chunk, max_bytes - len(found)) if packed else chunk
        if len(found) >= max_bytes or taken >= max_bytes or unpacking.eof:
            break
    return bytes(found[:max_bytes])


@dataclass
class _Budget:
    """What is left of the time and of the bytes that one page may take, over all its redirects."""

    until: float
    left: int

    def seconds(self) -> float:
        """Return the time that is left, always above 0."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise FetchError("it takes too long")
        return left

    def spend(self, data: bytes) -> bytes:
        self.left -= len(data)
        if self.left < 0:
            raise FetchError("it sends too much")
        return data


class _Backend(httpcore.NetworkBackend):
    """Looks a name up once, checks what it stands for, and connects to exactly that."""

    def __init__(self, budget: _Budget, numbers: bool) -> None:
        self._budget = budget
        self._numbers = numbers

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        addresses = self._addresses(host, port)
        while True:
            address = addresses.pop(0)
            share = self._budget.seconds() / (len(addresses) + 1)
            try:
                plain = httpcore.SyncBackend().connect_tcp(address, port, timeout=share, socket_options=socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not addresses:
                    raise
            else:
                return _Stream(plain, self._budget)

    def _addresses(self, host: str, port: int) -> list[str]:
        """Return the few first addresses of a host, all of them checked."""
        if self._numbers:
            with suppress(ValueError):
                return [str(ipaddress.ip_address(host))]
        found = _looked_up(host, port, self._budget.seconds())
        if not found or not all(map(is_public, found)):
            raise FetchError(
                "its host stands for an address that is not public"
                + ("; list the number itself to allow it" if self._numbers else "")
            )
        return found[:4]


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses that a host stands for; the resolver knows no time limit, so that a thread waits for it."""
    answer: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(info[4][0]) for info in told)))
        except (OSError, UnicodeError):
            answer.put(None)

    threading.Thread(target=ask, name="commentguard-lookup", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        raise FetchError("it takes too long") from None
    if found is None:
        raise FetchError("its host is unknown")
    return found


def is_public(address: str) -> bool:
    """Tell whether a numeric address is one of the public network, whatever it is wrapped in.

    Examples
    --------
    >>> [is_public(one) for one in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "fe80::1%eth0")]
    [True, False, False, False, False]
    """
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour
        if number in _NAT64:
            inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if number.teredo is not None or number not in _UNICAST:
            return False
    return number.is_global and not (number.is_multicast or number.is_reserved or number in _METADATA)


class _Stream(httpcore.NetworkStream):
    """A connection each step of which ends with the page's time, however slowly the other side drips."""

    def __init__(self, inner: httpcore.NetworkStream, budget: _Budget) -> None:
        self._inner = inner
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._budget.spend(self._inner.read(max_bytes, self._budget.seconds()))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._budget.seconds())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            inner = self._inner.start_tls(ssl_context, server_hostname, self._budget.seconds())
        except httpcore.ConnectError:
            raise FetchError("its encryption is broken") from None
        return _Stream(inner, self._budget)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as in the class above
        return self._inner.get_extra_info(info)

"""Fetching posts from the owner's own sites: only listed hosts, only addresses that were checked, never for long."""

from __future__ import annotations

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from string import punctuation
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from commentguard import __version__
from commentguard.errors import CommentGuardError
from commentguard.records import Post
from commentguard.store.places import host_of, place_of

SECONDS: Final = 10.0
"""How long fetching one page may take, redirects included."""

MAX_PAGE: Final = 512 * 1024
"""Longest page that is read, in bytes; what comes behind is left."""

REDIRECTS: Final = 3
_WAITING: Final = 200
_AGAIN_SECONDS: Final = 3_600.0
_REMEMBERED: Final = 10_000
_NOT_THE_POST: Final = (
    "script, style, noscript, template, nav, header, footer, aside, form, iframe, svg, #respond, #disqus_thread, "
    "#sidebar, .sidebar, .widget, .comment, .comments, .comment-list, .commentlist, [id^=comment], [class^=comment]"
)


class FetchError(CommentGuardError):
    """A page was not fetched: its host is not listed, its address is private, it took too long, or it is no page."""


def fetch_post(url: str, hosts: frozenset[str]) -> Post:
    """Return the post that stands at an address.

    The address that a host's name stands for is looked up once, checked, and connected to as such, for each redirect
    anew: it can't be another one by then. A name must stand for addresses of the public network; where the blog is on
    this machine or network, its owner lists the number itself.

    Parameters
    ----------
    url : str
        Where the post should be.
    hosts : frozenset of str
        Hosts that may be asked, as `commentguard.store.places.host_of` writes them.

    Returns
    -------
    Post
        Its title and text; its address is `url`.

    Raises
    ------
    FetchError
        When there is none to be had.
    """
    until = time.monotonic() + SECONDS
    place = url
    for _ in range(REDIRECTS + 1):
        answer = _page(place, hosts, until)
        if isinstance(answer, bytes):
            return _post(answer, url)
        place = urljoin(place, answer)
    raise FetchError("it redirects too often")


def _page(url: str, hosts: frozenset[str], until: float) -> bytes | str:
    """Return the page at an address, or the address that it redirects to."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise FetchError("it is no address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise FetchError("it is no address of a page")
    if host_of(url) not in hosts:
        raise FetchError("its host is not listed")
    address = _address(parts.hostname, port)
    connection = http.client.HTTPConnection(parts.hostname, port)
    try:
        with _ended_at(until, address, parts) as opened:
            connection.sock = opened
            return _answer(connection, parts, until)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchError(f"it does not answer as a page does ({type(error).__name__})") from None
    finally:
        connection.close()


def _address(host: str, port: int) -> str:
    """Return an address of a host, checked: of the public network, or written as a number by the owner."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(host))
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise FetchError("its host is unknown") from None
    if not found or not all(map(_is_public, found)):
        raise FetchError("its host stands for an address that is not public; list the number itself to allow it")
    return found[0]


def _is_public(address: str) -> bool:
    number = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    return number.is_global and not number.is_multicast and (mapped is None or mapped.is_global)


@contextmanager
def _ended_at(until: float, address: str, parts: SplitResult) -> Iterator[socket.socket]:
    """Connect; whatever the other side does, the connection is cut when the time is over."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    left = max(0.1, until - time.monotonic())
    raw = socket.create_connection((address, port), timeout=left)
    cut = threading.Timer(max(0.1, until - time.monotonic()), _cut, (raw,))
    cut.daemon = True
    cut.start()
    try:
        if parts.scheme == "https":
            with ssl.create_default_context().wrap_socket(raw, server_hostname=parts.hostname) as safe:
                yield safe
        else:
            yield raw
    finally:
        cut.cancel()
        raw.close()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _answer(connection: http.client.HTTPConnection, parts: SplitResult, until: float) -> bytes | str:
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=punctuation)
    connection.request("GET", target, headers={
        "Host": parts.netloc, "Accept": "text/html", "Accept-Encoding": "identity", "Connection": "close",
        "User-Agent": f"commentguard/{__version__}",
    })  # fmt: skip
    with connection.getresponse() as response:
        if response.status in (301, 302, 303, 307, 308):
            return response.headers.get("Location", "")
        if response.status != 200:
            raise FetchError(f"it answers with status {response.status}")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchError("it comes compressed although that was not asked for")
        if response.headers.get_content_type() not in ("text/html", "application/xhtml+xml"):
            raise FetchError("it is no page")
        found = response.read(MAX_PAGE)
    if time.monotonic() > until:
        raise FetchError("it takes too long")
    return found


def _post(page: bytes, url: str) -> Post:
    tree = LexborHTMLParser(page)
    named = tree.css_first("meta[property='og:title']") or tree.css_first("h1") or tree.css_first("title")
    title = (named.attributes.get("content") or named.text()) if named is not None else ""
    for node in tree.css(_NOT_THE_POST):
        if node.tag not in ("body", "html", "article", "main"):
            node.decompose()
    body = tree.css_first("article") or tree.css_first("main") or tree.body
    text = " ".join(body.text(separator=" ").split()) if body is not None else ""
    if not text:
        raise FetchError("there is no text in it")
    return Post(title=" ".join(title.split()), text=text, url=url)


class Fetcher:
    """Fetches posts that comments stand under and that nobody gave; get one from `fetching`.

    The comment that asks first is judged without: nobody waits for another server.

    Parameters
    ----------
    hosts : frozenset of str
        Hosts that may be asked.
    keep : callable
        Called with each post that was fetched.
    """

    def __init__(self, hosts: frozenset[str], keep: Callable[[Post], None]) -> None:
        self._hosts = hosts
        self._keep = keep
        self._asked: dict[str, float] = {}
        self._urls: queue.Queue[str | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._work, name="commentguard-fetcher", daemon=True)

    def want(self, url: str) -> None:
        """Ask for the post at an address; it comes later, or not at all."""
        place, now = place_of(url), time.monotonic()
        if host_of(url) not in self._hosts or now < self._asked.get(place, 0.0):
            return
        if len(self._asked) >= _REMEMBERED:
            self._asked.clear()
        self._asked[place] = now + _AGAIN_SECONDS
        with suppress(queue.Full):
            self._urls.put_nowait(url)

    def _work(self) -> None:
        while (url := self._urls.get()) is not None:
            with suppress(CommentGuardError):
                self._keep(fetch_post(url, self._hosts))


@contextmanager
def fetching(hosts: frozenset[str], keep: Callable[[Post], None]) -> Iterator[Fetcher]:
    """Start a fetcher; what it was asked for and has not fetched is dropped when the block ends."""
    fetcher = Fetcher(hosts, keep)
    fetcher._thread.start()
    try:
        yield fetcher
    finally:
        with suppress(queue.Empty):
            while True:
                fetcher._urls.get_nowait()
        fetcher._urls.put(None)
        fetcher._thread.join(SECONDS)

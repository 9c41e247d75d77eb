"""Fetching posts from the owner's own sites: only listed hosts, only addresses that were checked, never for long."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from commentguard.errors import CommentGuardError
from commentguard.fetching import SECONDS, FetchError, fetch_page
from commentguard.records import Post
from commentguard.store.places import host_of, place_of

MAX_PAGE: Final = 512 * 1024
"""Longest page that is read, in bytes; what comes behind is left."""

_WAITING: Final = 200
_AGAIN_SECONDS: Final = 3_600.0
_REMEMBERED: Final = 10_000
_NOT_THE_POST: Final = (
    "script, style, noscript, template, nav, header, footer, aside, form, iframe, svg, #respond, #disqus_thread, "
    "#sidebar, .sidebar, .widget, .comment, .comments, .comment-list, .commentlist, [id^=comment], [class^=comment]"
)


def fetch_post(url: str, hosts: frozenset[str]) -> Post:
    """Return the post that stands at an address.

    Where the blog is on this machine or network, its owner lists the number itself: a name must stand for addresses
    of the public network; see `commentguard.fetching.fetch_page`.

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
    page = fetch_page(url, MAX_PAGE, SECONDS, lambda host: host_of(f"//{host}") in hosts)
    return _post(page.text, url)


def _post(page: str, url: str) -> Post:
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

"""Pingbacks and trackbacks checked at their source: whether the page that claims to link to the post does, and how.

Needs the extra ``commentguard[pings]``. Nothing here is done unless it is asked for: it asks strangers' servers.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from typing import Final

from commentguard.fetching import FetchError, Page, fetch_page
from commentguard.records import Comment, Post, SourcePage
from commentguard.sourcepage import examine

MAX_PAGE: Final = 150 * 1024
"""Bytes of a page that are read, decompressed; as many as WordPress reads."""

IN_FLIGHT: Final = 16
"""Pages that are asked for at a time."""

_HELD: Final = 1_000  # comments that wait for a page before theirs
_REMEMBERED: Final = 200  # pages that are kept, since one may link to several posts

_Answer = Future[Page | str]


def verify(source: str, target: str, post: Post | None = None) -> SourcePage:
    """Return what the page that a ping names says of the post.

    The page is asked for as `commentguard.fetching.fetch_page` does: only at public addresses, at most three redirects,
    10 seconds and 150 KB in all. Nothing on it is run.

    Parameters
    ----------
    source : str
        The page's address: a ping's `author_url`.
    target : str
        The post's address: what a link must lead to. Scheme, ``www.``, fragment, last slash, percent encoding and
        tracking parameters make no difference.
    post : Post or None
        The post, to tell how near the page is to it; None where it is unknown.

    Returns
    -------
    SourcePage
        A page that could not be had is a finding too: `reached` is False and `problem` says why.

    Examples
    --------
    >>> verify("file:///etc/passwd", "https://blog.example/rye").problem
    'it is no address of a page'
    """
    return _finding(_fetched(source), target, post)


@dataclass
class Checks:
    """What was asked and found, counted as comments pass through `verified`.

    Attributes
    ----------
    asked, linking, unreached : int
        Pings whose page was asked for, those whose page links back, those whose page could not be had.
    pages : int
        Pages that were asked for.
    left_alone : int
        Pings that could not be checked: the address of their post or of their page is unknown.
    """

    asked: int = 0
    linking: int = 0
    unreached: int = 0
    pages: int = 0
    left_alone: int = 0


def verified(comments: Iterable[Comment], checks: Checks | None = None) -> Iterator[Comment]:
    """Yield comments, pings among them with what was found at their source, in the same order.

    A ping that brings its `source_page` along is not checked again; one without the address of its post or of its
    page is left as it is. An address is asked once for all pings that name it, `IN_FLIGHT` of them at a time.

    Parameters
    ----------
    comments : iterable of Comment
        Drawn at most 1,000 ahead of what was yielded.
    checks : Checks or None
        Counted into; None where nobody asks.

    Raises
    ------
    Exception
        What drawing a comment raised, once all that were drawn before are yielded.
    """
    checks = Checks() if checks is None else checks
    waiting: deque[tuple[Comment, _Answer | None]] = deque()
    pages = _Pages(checks)
    fault: Exception | None = None
    stream = iter(comments)
    while True:
        try:
            comment = next(stream)
        except StopIteration:
            break
        except Exception as error:
            fault = error
            break
        waiting.append((comment, pages.of(comment)))
        while waiting and (len(waiting) > _HELD or waiting[0][1] is None or waiting[0][1].done()):
            yield _with_finding(*waiting.popleft(), checks)
    while waiting:
        yield _with_finding(*waiting.popleft(), checks)
    if fault is not None:
        raise fault


class _Pages:
    """Asks for pages in threads of their own, each of which ends with its page's time."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._known: OrderedDict[str, _Answer] = OrderedDict()
        self._running: set[_Answer] = set()

    def of(self, comment: Comment) -> _Answer | None:
        """Return the page of a ping that is to come; None where there is nothing to ask."""
        if comment.type == "comment" or comment.source_page is not None:
            return None
        if not comment.author_url or comment.post is None or not comment.post.url:
            self._checks.left_alone += 1
            return None
        self._checks.asked += 1
        url = comment.author_url.partition("#")[0].strip()
        if url not in self._known:
            self._known[url] = self._asked(url)
            self._checks.pages += 1
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[url]

    def _asked(self, url: str) -> _Answer:
        self._running = {one for one in self._running if not one.done()}
        if len(self._running) >= IN_FLIGHT:
            self._running = wait(self._running, return_when=FIRST_COMPLETED).not_done
        answer: _Answer = Future()
        self._running.add(answer)
        # Nobody waits for threads of pages when the program ends before: they are daemons, as those of a pool are not.
        threading.Thread(target=lambda: answer.set_result(_fetched(url)), daemon=True).start()
        return answer


def _fetched(url: str) -> Page | str:
    """Return a page, or why there is none."""
    try:
        return fetch_page(url, MAX_PAGE)
    except FetchError as error:
        return str(error)
    except Exception as error:  # whatever a stranger's server brings about must not end a run
        return f"it could not be read ({type(error).__name__})"


def _finding(page: Page | str, target: str, post: Post | None) -> SourcePage:
    if isinstance(page, str):
        return SourcePage(reached=False, problem=page)
    return examine(page.text, page.url, target, post)


def _with_finding(comment: Comment, answer: _Answer | None, checks: Checks) -> Comment:
    if answer is None or comment.post is None:
        return comment
    found = _finding(answer.result(), comment.post.url, comment.post)
    checks.linking += found.links_back
    checks.unreached += not found.reached
    return replace(comment, source_page=found)

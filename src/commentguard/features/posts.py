"""What is known of a post, computed once however many comments stand under it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.documents import Document, documents_of
from commentguard.features.texts import lay_out
from commentguard.records import Post
from commentguard.text.characters import SCRIPTS
from commentguard.text.html import plain_text
from commentguard.text.urls import host, registered_domain

TITLE_LIMIT: Final = 200
"""Characters looked at of a post's title."""
POST_LIMIT: Final = 20_000
"""Characters looked at of a post."""

_KEPT: Final = 40_000_000  # bytes or so of posts and what is known of them: some 4,000 of middling length
_OVERHEAD: Final = 1_000  # bytes that a short post takes, too
_TOGETHER: Final = 16  # posts laid out at a time: what is computed for them stays in the processor's cache


@dataclass(slots=True, eq=False)
class PostSide:
    """What is known of a post.

    Parameters
    ----------
    title, body : Document
        The words of its title and of its text.
    scripts : ndarray of float64, shape (len(SCRIPTS),)
        Share of each script in the letters of both, 0 to 1; NaN where there are none.
    about_site : float
        Share of the title's words, one more assumed, that tests and remarks on a site are made of, 0 to 1.
    home : str
        Registered domain of its address; empty where it has none.
    weighed : tuple of (object, tuple of float)
        What `subjects` computed last of it, and the token of the background by which it did.
    """

    title: Document
    body: Document
    scripts: NDArray[np.float64]
    about_site: float
    home: str
    weighed: tuple[object, tuple[float, float, float]] = (None, (0.0, 0.0, 0.0))

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return self.title.size + self.body.size + _OVERHEAD


class _Kept:
    """The posts that were asked for last, as many as fit; several threads may ask."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._sides: OrderedDict[Post, PostSide] = OrderedDict()
        self._lock = Lock()

    def find(self, post: Post) -> PostSide | None:
        with self._lock:
            side = self._sides.get(post)
            if side is not None:
                self._sides.move_to_end(post)
            return side

    def keep(self, post: Post, side: PostSide) -> None:
        size = _size(post, side)
        with self._lock:
            if post in self._sides or size > self._limit:
                return
            self._sides[post] = side
            self._size += size
            while self._size > self._limit:
                self._size -= _size(*self._sides.popitem(last=False))


def _size(post: Post, side: PostSide) -> int:
    return len(post.title) + len(post.text) + side.size


_KEPT_SIDES: Final = _Kept(_KEPT)


def sides_of(posts: Sequence[Post]) -> list[PostSide]:
    """Return what is known of each post."""
    sides = {number: _KEPT_SIDES.find(post) for number, post in enumerate(posts)}
    unknown = [number for number, side in sides.items() if side is None]
    for at in range(0, len(unknown), _TOGETHER):
        together = unknown[at : at + _TOGETHER]
        for number, side in zip(together, _look_at([posts[number] for number in together]), strict=True):
            sides[number] = side
            _KEPT_SIDES.keep(posts[number], side)
    return [side for side in sides.values() if side is not None]


def _look_at(posts: Sequence[Post]) -> list[PostSide]:
    titles, bodies = lay_out(
        ([plain_text(post.title) for post in posts], TITLE_LIMIT),
        ([plain_text(post.text) for post in posts], POST_LIMIT),
    )
    letters = titles.counts(SCRIPTS) + bodies.counts(SCRIPTS)
    total = letters.sum(axis=1, keepdims=True)
    scripts = np.where(total > 0, letters / np.maximum(total, 1), np.nan)
    about_site = titles.count_in("site", "test") / (titles.word_counts + 1)
    words = zip(documents_of(titles), documents_of(bodies), strict=True)
    return [
        PostSide(title, body, scripts[number].copy(), float(about_site[number]), _home(post))
        for number, (post, (title, body)) in enumerate(zip(posts, words, strict=True))
    ]


def _home(post: Post) -> str:
    name = host(post.url)
    return registered_domain(name) if "." in name else ""

"""A batch of comments laid out as arrays: what every feature is computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.keys import Slots
from commentguard.features.messages import NAME_LIMIT as NAME_LIMIT
from commentguard.features.messages import Message, messages_of
from commentguard.features.posts import FIGURES, PostSide, sides_of
from commentguard.features.texts import Texts as Texts
from commentguard.features.texts import lay_out
from commentguard.lazy import lazy
from commentguard.records import Comment, Post, ThreadMessage
from commentguard.text import urls
from commentguard.text.characters import MARKUP_SIGN
from commentguard.text.codes import Codes
from commentguard.text.html import plain_texts

TEXT_LIMIT: Final = 4_000
"""Characters looked at of a comment: three quarters from its head, the rest from its tail."""
THREAD_LIMIT: Final = 8
"""Earlier messages looked at: the latest ones."""

_NOWHERE: Final = Post()
_ADDRESS_LIMIT: Final = 300  # characters of an address in which signs are counted
_DAY: Final = 24 * 60 * 60  # seconds


@dataclass(eq=False)
class Batch:
    """Comments as columns; each column is made when a feature first asks for it.

    Only what was known when a comment arrived is here: not its status, not its label, not later comments.

    Parameters
    ----------
    comments : sequence of Comment
        The comments, in any order; no column depends on the other comments of the batch.
    """

    comments: Sequence[Comment]

    def __len__(self) -> int:
        """Return the number of comments."""
        return len(self.comments)

    @lazy
    def plain(self) -> list[str]:
        """Each comment's text without markup."""
        return plain_texts([comment.text for comment in self.comments])

    @lazy
    def hosts(self) -> list[str]:
        """Host of each author's address; empty where none was given."""
        return [urls.host(comment.author_url) if comment.author_url else "" for comment in self.comments]

    @lazy
    def hosted(self) -> list[int]:
        """Numbers of the comments whose author gave an address with a host."""
        return [number for number, host in enumerate(self.hosts) if host]

    @lazy
    def depths(self) -> list[int]:
        """Slashes, hyphens and query marks of each of `hosted`, behind ``://`` of the author's address."""
        addresses = [self.comments[number].author_url[:_ADDRESS_LIMIT] for number in self.hosted]
        return [urls.signs((one.partition("://")[2] or one).rstrip("/"), b"/-?=_") for one in addresses]

    @lazy
    def _own(self) -> list[Texts]:
        """What the comments brought along, laid out together."""
        # Records are read before the first array is made, which pushes them out of the processor's cache.
        _ = self.said, self.post_figures, self.days, self.known, self.pings, self.depths
        names = plain_texts([comment.author for comment in self.comments])
        return lay_out((self.plain, TEXT_LIMIT), (names, NAME_LIMIT), (self.hosts, NAME_LIMIT))

    @property
    def own_codes(self) -> Codes:
        """The characters of text, author and host: first those of all texts, then of all names, then of all hosts."""
        return self.text.layout.codes

    @lazy
    def text(self) -> Texts:
        """The comments' own words."""
        return self._own[0]

    @lazy
    def author(self) -> Texts:
        """The names over the comments; for a ping the title of the page that links here."""
        return self._own[1]

    @lazy
    def links(self) -> dict[int, list[str]]:
        """Addresses that stand in each comment's text, by the comment's number; only those that have some."""
        found = {number: urls.links(self.plain[number][: TEXT_LIMIT * 2]) for number in self._may_link}
        return {number: addresses for number, addresses in found.items() if addresses}

    @lazy
    def linked(self) -> list[int]:
        """Numbers of the comments whose text holds an address."""
        return list(self.links)

    @property
    def _may_link(self) -> list[int]:
        if len(self) == 1:
            return [0] if urls.may_link(self.plain[0]) else []
        may_link = self.text.lengths == TEXT_LIMIT  # not all of these was laid out
        for part in ("://", "www."):
            may_link[self.text.codes.holding(part)] = True
        numbers: list[int] = may_link.nonzero()[0].tolist()
        return numbers

    @lazy
    def marked(self) -> list[int]:
        """Numbers of the comments whose text holds a sign of markup."""
        numbers: list[int] = self.text.counts[MARKUP_SIGN].nonzero()[0].tolist()
        return numbers

    @lazy
    def pings(self) -> list[int]:
        """Numbers of the pingbacks and trackbacks."""
        return [number for number, comment in enumerate(self.comments) if comment.type != "comment"]

    @property
    def has_pings(self) -> bool:
        """Whether there is a pingback or trackback among them."""
        return bool(self.pings)

    @lazy
    def is_ping(self) -> NDArray[np.bool_]:
        """Whether each is a pingback or trackback, shape (n,)."""
        is_ping = np.zeros(len(self), dtype=bool)
        is_ping[self.pings] = True
        return is_ping

    @lazy
    def _beside(self) -> tuple[list[PostSide], NDArray[np.int64]]:
        sides = sides_of([comment.post or _NOWHERE for comment in self.comments])
        numbers: dict[PostSide, int] = {}
        post_of = [numbers.setdefault(side, len(numbers)) for side in sides]
        return list(numbers), np.array(post_of, dtype=np.int64)

    @property
    def sides(self) -> list[PostSide]:
        """What is known of each distinct post of the batch; a comment without a post has an empty one."""
        return self._beside[0]

    @property
    def post_of(self) -> NDArray[np.int64]:
        """Index into `sides` of each comment, shape (n,)."""
        return self._beside[1]

    @lazy
    def post_figures(self) -> NDArray[np.float64]:
        """Figures of each comment's post, shape (n, FIGURES); see `PostSide`."""
        figures = np.frombuffer(b"".join([side.figures for side in self.sides]))
        return figures.reshape(-1, FIGURES).take(self.post_of, axis=0)

    @lazy
    def days(self) -> list[float]:
        """Days from post to comment, 0 up; NaN where a date is unknown."""
        found = []
        for comment in self.comments:
            post = comment.post
            came, since = comment.date, post.date if post else None
            if came is None or since is None:
                found.append(nan)
                continue
            if came.tzinfo is not since.tzinfo:
                # By the clock on the wall: the machine's zone changes no verdict, and no date of the year 1 raises.
                came, since = came.replace(tzinfo=None), since.replace(tzinfo=None)
            passed = came - since
            days = passed.days
            found.append(days + passed.seconds / _DAY if days >= 0 else 0.0)
        return found

    @lazy
    def documents(self) -> Slots:
        """Words of titles and texts of `sides`; see `documents_of`."""
        return Slots.of([side.document for side in self.sides])

    @lazy
    def latest(self) -> list[tuple[ThreadMessage, ...]]:
        """The latest earlier messages of each comment's thread, at most `THREAD_LIMIT`, oldest first."""
        return [comment.thread[-THREAD_LIMIT:] for comment in self.comments]

    @lazy
    def thread_lengths(self) -> NDArray[np.int64]:
        """Earlier messages of each comment's thread that are looked at, 0 to `THREAD_LIMIT`, shape (n,)."""
        return np.fromiter(map(len, self.latest), dtype=np.int64, count=len(self))

    @lazy
    def known(self) -> list[int]:
        """Numbers of the comments whose author's name stands over an earlier message of `latest`."""
        known = []
        for number, (comment, latest) in enumerate(zip(self.comments, self.latest, strict=True)):
            name = comment.author
            for message in latest if name else ():
                if message.author == name:
                    known.append(number)
                    break
        return known

    @lazy
    def said(self) -> list[Message]:
        """What is known of each message of `latest`, one thread after the other."""
        return messages_of([message.text for latest in self.latest for message in latest])

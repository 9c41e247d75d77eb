"""Verdicts for requests that come at once: one thread finds their context and scores them together."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from commentguard.errors import CommentGuardError, StoreError
from commentguard.guard import CommentGuard
from commentguard.records import Comment, Verdict
from commentguard.store.comments import thread_at
from commentguard.store.database import Store
from commentguard.store.places import place_of
from commentguard.store.posts import place_of_post, post_at, post_with_id

_TOGETHER: Final = 64
_WAITING: Final = 2_000
_REST: Final = 5.0
"""Seconds for which a store that could not be asked is left alone: each attempt may keep verdicts waiting."""


class BusyError(CommentGuardError):
    """More comments wait for a verdict than can be judged soon."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment with its context and what was said of it.

    Parameters
    ----------
    comment : Comment
        As it came, with its post and thread where they are known.
    place : str
        Its post, as `commentguard.store.posts.place_of_post` names it; empty where it is unknown.
    verdict : Verdict
        What the model said.
    model : str
        The fingerprint of that model.
    """

    comment: Comment
    place: str
    verdict: Verdict
    model: str


@dataclass(frozen=True, slots=True)
class _Case:
    comment: Comment
    post_id: str
    done: asyncio.Future[Judged]


class Judge:
    """Judges comments in a thread of its own; get one from `judging`.

    Parameters
    ----------
    guard : CommentGuard
        The model.
    store : Store
        Where posts and threads are looked up.
    missed : callable
        Called where the store could not be asked, and verdicts were given without it.
    wanted : callable
        Called with the address of a post that is not known.
    """

    def __init__(
        self, guard: CommentGuard, store: Store, missed: Callable[[], None], wanted: Callable[[str], None]
    ) -> None:
        self.guard = guard
        self._store = store
        self._missed = missed
        self._wanted = wanted
        self._ask_again = 0.0
        self._cases: queue.SimpleQueue[_Case | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="commentguard-judge", daemon=True)

    async def judge(self, comment: Comment, post_id: str = "") -> Judged:
        """Return the verdict on one comment.

        Parameters
        ----------
        comment : Comment
            A post and a thread that it brings along are taken; what it lacks is looked up.
        post_id : str
            The platform's id of the post; empty where unknown.

        Raises
        ------
        BusyError
            When too many wait already.
        """
        return await self._put([comment], [post_id])[0].done

    async def judge_all(self, comments: Sequence[Comment], post_ids: Sequence[str]) -> list[Judged]:
        """Return the verdicts on several comments, in their order; see `judge`."""
        return list(await asyncio.gather(*(case.done for case in self._put(comments, post_ids))))

    def _put(self, comments: Sequence[Comment], post_ids: Sequence[str]) -> list[_Case]:
        if self._cases.qsize() + len(comments) > _WAITING:
            raise BusyError("too many comments wait for a verdict; ask again in a second")
        loop = asyncio.get_running_loop()
        cases = [
            _Case(comment, post_id, loop.create_future()) for comment, post_id in zip(comments, post_ids, strict=True)
        ]
        for case in cases:
            self._cases.put(case)
        return cases

    def _work(self) -> None:
        last = False
        while not last:
            cases, last = self._drawn()
            cases = [case for case in cases if not case.done.cancelled()]
            if not cases:
                continue
            with suppress(CommentGuardError):  # a promoted model that can't be loaded leaves the one in use
                self.guard.reload_if_changed()
            found = self._with_context(cases)
            try:
                judged: Sequence[Judged | Exception] = self._judged(found)
            except Exception:  # one is at fault: the others get their verdicts
                judged = [self._judged_alone(one) for one in found]
            # All at once: to wake the loop for each of them would cost as much as the verdicts.
            cases[0].done.get_loop().call_soon_threadsafe(_settle, cases, judged)

    def _drawn(self) -> tuple[list[_Case], bool]:
        cases: list[_Case] = []
        case = self._cases.get()
        while case is not None:
            cases.append(case)
            if len(cases) == _TOGETHER:
                break
            try:
                case = self._cases.get_nowait()
            except queue.Empty:
                break
        return cases, case is None

    def _with_context(self, cases: Sequence[_Case]) -> list[tuple[Comment, str]]:
        bare = [(case.comment, _place(case.comment, case.post_id)) for case in cases]
        if time.monotonic() < self._ask_again:
            return bare
        try:
            with self._store.reading() as connection:
                found = [_in_context(connection, case.comment, case.post_id) for case in cases]
        except StoreError:
            self._missed()
            self._ask_again = time.monotonic() + _REST
            return bare
        for comment, _ in found:
            if comment.post is not None and comment.post.url and not (comment.post.title or comment.post.text):
                self._wanted(comment.post.url)
        return found

    def _judged(self, found: Sequence[tuple[Comment, str]]) -> list[Judged]:
        verdicts = self.guard.classify_many([comment for comment, _ in found])
        model = self.guard.fingerprint
        return [
            Judged(comment, place, verdict, model)
            for (comment, place), (_, verdict) in zip(found, verdicts, strict=True)
        ]

    def _judged_alone(self, one: tuple[Comment, str]) -> Judged | Exception:
        try:
            return self._judged([one])[0]
        except Exception as error:
            return error


def _settle(cases: Sequence[_Case], judged: Sequence[Judged | Exception]) -> None:
    for case, found in zip(cases, judged, strict=True):
        if case.done.done():  # whoever asked has gone
            continue
        if isinstance(found, Exception):
            case.done.set_exception(found)
        else:
            case.done.set_result(found)


def _in_context(connection: Connection, comment: Comment, post_id: str) -> tuple[Comment, str]:
    """Return the comment with post and thread as far as they are known, and the name of its post."""
    post = comment.post
    if post is None or not (post.title or post.text):
        found = post_at(connection, post.url) if post is not None else None
        found = found or post_with_id(connection, post_id or (post.id if post else ""), comment.source)
        if found is not None:
            comment = replace(comment, post=found)
    place = _place(comment, post_id)
    if not comment.thread and place:
        comment = replace(comment, thread=thread_at(connection, place, comment.source, comment.id))
    return comment, place


def _place(comment: Comment, post_id: str) -> str:
    if comment.post is not None:
        place = place_of_post(comment.post)
        if place and not place.startswith("#"):
            return place
        post_id = post_id or comment.post.id
    # The ids of two blogs may be the same; a post without address is known within its own.
    return f"{place_of(comment.source)}#{post_id}"[:1_900] if post_id else ""


@contextmanager
def judging(
    guard: CommentGuard, store: Store, missed: Callable[[], None], wanted: Callable[[str], None]
) -> Iterator[Judge]:
    """Start a judge; it ends when what waits is judged."""
    judge = Judge(guard, store, missed, wanted)
    judge._thread.start()
    try:
        yield judge
    finally:
        judge._cases.put(None)
        judge._thread.join()

"""What stood under a post when a comment arrived: the earlier comments that were published."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from commentguard.readers.decoding import clip
from commentguard.readers.identifiers import Identifiers
from commentguard.readers.report import Reading
from commentguard.records import Comment, Label, ThreadMessage

THREAD_MESSAGES: Final = 50
"""How many earlier messages a comment keeps: the latest ones."""

OPEN_THREADS_SIZE: Final = 50_000_000
"""How many characters of threads are kept where the comments of a post stand apart in a file."""

_REFUSED: Final = frozenset(
    {"spam", "trash", "trashed", "post-trashed", "deleted", "pending", "rejected", "hold", "unapproved", "0"}
)


def _message(author: str, text: str, label: Label | None, status: str) -> ThreadMessage | None:
    """Return what readers of the blog saw of a comment: None where it was refused or waits, as far as is known."""
    if label == "spam" or status.lower() in _REFUSED:
        return None
    return ThreadMessage(author, clip(text))


def with_threads(drafts: Sequence[dict[str, Any]]) -> Iterator[Comment]:
    """Yield the comments of one post in their order, each with the thread that it found.

    Earlier is by date, and by place in the file where dates are equal; a comment without a date counts as written
    with the one before it. At most the latest 50 messages are kept (`THREAD_MESSAGES`); messages are shared, so a
    thread of 10,000 comments costs linear time and memory.

    Parameters
    ----------
    drafts : sequence of dict
        All comments of the post: `date`, `author`, `text`, `label`, `status`, and what else is known of a `Comment`.
    """
    latest = datetime.min
    order: list[tuple[datetime, int]] = []
    for place, draft in enumerate(drafts):
        latest = draft["date"] or latest
        order.append((latest, place))
    threads: list[tuple[ThreadMessage, ...]] = [()] * len(drafts)
    recent: deque[ThreadMessage] = deque(maxlen=THREAD_MESSAGES)
    for _, place in sorted(order):
        threads[place] = tuple(recent)
        draft = drafts[place]
        message = _message(draft["author"], draft["text"], draft["label"], draft["status"])
        if message is not None:
            recent.append(message)
    for draft, thread in zip(drafts, threads, strict=True):
        yield Comment(**draft, thread=thread)


@dataclass
class _OpenThread:
    messages: deque[tuple[datetime | None, ThreadMessage]] = field(
        default_factory=lambda: deque(maxlen=THREAD_MESSAGES)
    )
    size: int = 0


class OpenThreads:
    """The threads of a file whose comments stand in one list, whatever their post.

    Only what stood earlier in the file and is not dated later becomes part of a thread. Threads of posts that were
    not heard of for longest are dropped once all together hold 50 million characters (a thread counts 1,000 more, a
    message 200); where such a post is heard of again, its thread begins anew, and a warning says so.

    Parameters
    ----------
    reading : Reading
        Where that is reported.

    Examples
    --------
    >>> from commentguard.readers.report import ReadReport
    >>> threads = OpenThreads(Reading("an export", ReadReport()))
    >>> first = threads.follow("post 1", Comment(text="Nice sunset", author="Ada"))
    >>> threads.follow("post 1", Comment(text="Where is it?")).thread
    (ThreadMessage(author='Ada', text='Nice sunset'),)
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._threads: OrderedDict[str, _OpenThread] = OrderedDict()
        self._size = 0
        self._dropped = Identifiers()
        self.later_left_out = False

    def follow(self, post: str, comment: Comment) -> Comment:
        """Return the comment with the thread that it found under `post`, and keep it for those that follow."""
        thread = self._threads.get(post) or self._begin(post)
        self._threads.move_to_end(post)
        earlier = tuple(
            message for date, message in thread.messages if not (date and comment.date and date > comment.date)
        )
        self.later_left_out |= len(earlier) < len(thread.messages)
        message = _message(comment.author, comment.text, comment.label, comment.status)
        if message is not None:
            gone = thread.messages[0][1] if len(thread.messages) == THREAD_MESSAGES else None
            thread.messages.append((comment.date, message))
            self._grow(thread, _size(message) - (_size(gone) if gone else 0))
        return replace(comment, thread=earlier) if earlier else comment

    def _begin(self, post: str) -> _OpenThread:
        if post in self._dropped:
            self._reading.warn("comments of a post stand far apart, so that its thread began anew; sort them by post")
        thread = self._threads[post] = _OpenThread()
        self._grow(thread, 1000)
        return thread

    def _grow(self, thread: _OpenThread, size: int) -> None:
        thread.size += size
        self._size += size
        while self._size > OPEN_THREADS_SIZE and len(self._threads) > 1:
            post, dropped = self._threads.popitem(last=False)
            self._size -= dropped.size
            self._dropped.add(post)


def _size(message: ThreadMessage) -> int:
    return len(message.text) + len(message.author) + 200

"""What stood under a post when a comment arrived: the earlier comments that were published."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from commentguard.readers.decoding import clip
from commentguard.records import Comment, ThreadMessage

THREAD_MESSAGES: Final = 50
"""How many earlier messages a comment keeps: the latest ones."""

OPEN_THREADS_SIZE: Final = 50_000_000
"""How many characters of threads are kept where the comments of a post stand apart in a file."""

_REFUSED: Final = frozenset(
    {"spam", "trash", "trashed", "post-trashed", "deleted", "pending", "rejected", "hold", "unapproved", "0"}
)


def is_published(comment: Comment) -> bool:
    """Tell whether readers of the blog saw the comment: neither refused nor waiting, as far as the export says."""
    return comment.label != "spam" and comment.status.lower() not in _REFUSED


def _message(comment: Comment) -> ThreadMessage:
    return ThreadMessage(comment.author, clip(comment.text))


def with_threads(comments: Sequence[Comment]) -> Iterator[Comment]:
    """Yield the comments of one post in their order, each with the thread that it found.

    Earlier is by date, and by place in the file where dates are equal; a comment without a date counts as written
    with the one before it. At most the latest 50 messages are kept (`THREAD_MESSAGES`); messages are shared, so a
    thread of 10,000 comments costs linear time and memory.

    Parameters
    ----------
    comments : sequence of Comment
        All comments of the post.
    """
    latest = datetime.min
    order: list[tuple[datetime, int]] = []
    for place, comment in enumerate(comments):
        latest = comment.date or latest
        order.append((latest, place))
    threads: list[tuple[ThreadMessage, ...]] = [()] * len(comments)
    recent: deque[ThreadMessage] = deque(maxlen=THREAD_MESSAGES)
    for _, place in sorted(order):
        threads[place] = tuple(recent)
        if is_published(comments[place]):
            recent.append(_message(comments[place]))
    for comment, thread in zip(comments, threads, strict=True):
        yield replace(comment, thread=thread) if thread else comment


@dataclass
class _OpenThread:
    messages: deque[tuple[datetime | None, ThreadMessage]] = field(
        default_factory=lambda: deque(maxlen=THREAD_MESSAGES)
    )
    size: int = 0


class OpenThreads:
    """The threads of a file whose comments stand in one list, whatever their post.

    Only what stood earlier in the file and is not dated later becomes part of a thread. Threads of posts that were
    not heard of for longest are dropped once all together hold 50 million characters.

    Examples
    --------
    >>> threads = OpenThreads()
    >>> first = threads.follow("post 1", Comment(text="Nice sunset", author="Ada"))
    >>> threads.follow("post 1", Comment(text="Where is it?")).thread
    (ThreadMessage(author='Ada', text='Nice sunset'),)
    """

    def __init__(self) -> None:
        self._threads: OrderedDict[str, _OpenThread] = OrderedDict()
        self._size = 0
        self.later_left_out = False

    def follow(self, post: str, comment: Comment) -> Comment:
        """Return the comment with the thread that it found under `post`, and keep it for those that follow."""
        thread = self._threads.setdefault(post, _OpenThread())
        self._threads.move_to_end(post)
        earlier = tuple(
            message for date, message in thread.messages if not (date and comment.date and date > comment.date)
        )
        self.later_left_out |= len(earlier) < len(thread.messages)
        if is_published(comment):
            self._keep(thread, comment)
        return replace(comment, thread=earlier) if earlier else comment

    def _keep(self, thread: _OpenThread, comment: Comment) -> None:
        thread.messages.append((comment.date, _message(comment)))
        held = sum(len(message.text) + len(message.author) + 200 for _, message in thread.messages)
        self._size += held - thread.size
        thread.size = held
        while self._size > OPEN_THREADS_SIZE and len(self._threads) > 1:
            self._size -= self._threads.popitem(last=False)[1].size

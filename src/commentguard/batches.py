"""A stream of comments in pieces that fit into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from commentguard.records import Comment, Post

BATCH_TEXT: Final = 4_000_000
"""Characters of comments, posts and threads at which a batch ends early, so that giant texts take bounded memory."""


def in_batches(comments: Iterable[Comment], size: int) -> Iterator[list[Comment]]:
    """Yield comments in lists, in order; nothing is drawn before it is asked for.

    Where drawing a comment fails, what was drawn before is yielded first and the error is raised then.

    Parameters
    ----------
    comments : iterable of Comment
        Any number.
    size : int
        The most comments of a batch; it ends earlier once it holds `BATCH_TEXT` characters.

    Raises
    ------
    ValueError
        When `size` is below 1.

    Examples
    --------
    >>> [len(batch) for batch in in_batches([Comment(text="plums")] * 5, 2)]
    [2, 2, 1]
    """
    if size < 1:
        raise ValueError(f"batch_size is {size}: give 1 or more")
    batch: list[Comment] = []
    held = 0
    before: Post | None = None
    try:
        for comment in comments:
            post, thread = comment.post, comment.thread
            held += len(comment.text)
            if post is not None and post is before and batch:
                thread = thread[-1:]  # of one that goes on under the same post only the last message is new
            elif post is not None:
                held += len(post.text)
            for message in thread:
                held += len(message.text)
            before = post
            batch.append(comment)
            if len(batch) == size or held > BATCH_TEXT:
                yield batch
                batch, held = [], 0
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch

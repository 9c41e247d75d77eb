"""A stream of comments in pieces that fit into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from commentguard.records import Comment, Post

BATCH_TEXT: Final = 2_000_000
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
    try:
        for comment in comments:
            held += _new_text(comment, batch[-1].post if batch else None)
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


def _new_text(comment: Comment, before: Post | None) -> int:
    """Return how many characters a comment brings beyond those under the same post before it.

    Of a thread that goes on only the last message is new.
    """
    post, thread = comment.post, comment.thread
    found = len(comment.text)
    if post is not None and post is before:
        thread = thread[-1:]
    elif post is not None:
        found += len(post.text)
    for message in thread:
        found += len(message.text)
    return found

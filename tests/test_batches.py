"""Batches: bounded in number and in text, and nothing that was drawn is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from commentguard import Comment, Post, ThreadMessage
from commentguard.batches import BATCH_TEXT, in_batches

LONG = "x" * (BATCH_TEXT // 2)


def test_batches_hold_so_many_comments_and_the_last_one_the_rest() -> None:
    comments = [Comment(text=str(number)) for number in range(7)]
    assert list(in_batches(comments, 3)) == [comments[:3], comments[3:6], comments[6:]]


def test_nothing_is_drawn_before_it_is_asked_for() -> None:
    numbers = count()
    batches = in_batches((Comment(text=str(number)) for number in numbers), 5)
    assert len(next(batches)) == 5
    assert next(numbers) == 5


@pytest.mark.parametrize(
    "long",
    [
        Comment(text=LONG),
        Comment(text="", post=Post(text=LONG)),
        Comment(text="", thread=(ThreadMessage(text=LONG),)),
    ],
    ids=["text", "post", "thread"],
)
def test_long_texts_end_a_batch_early(long: Comment) -> None:
    different = [replace(long, id=str(number), post=long.post and replace(long.post)) for number in range(6)]
    assert [len(batch) for batch in in_batches(different, 1000)] == [3, 3]


def test_a_long_post_counts_once_for_the_comments_that_share_it() -> None:
    post = Post(text=LONG)
    comments = [Comment(text=str(number), post=post) for number in range(50)]
    assert [len(batch) for batch in in_batches(comments, 1000)] == [50]


def test_what_was_drawn_before_a_fault_is_yielded_before_it_is_raised() -> None:
    def faulty() -> Iterator[Comment]:
        yield from (Comment(text=str(number)) for number in range(3))
        raise OSError("the disk is gone")

    batches = in_batches(faulty(), 2)
    assert [len(next(batches)), len(next(batches))] == [2, 1]
    with pytest.raises(OSError, match="the disk is gone"):
        next(batches)


def test_a_batch_of_no_comments_is_refused() -> None:
    with pytest.raises(ValueError, match="batch_size is 0"):
        next(in_batches([], 0))

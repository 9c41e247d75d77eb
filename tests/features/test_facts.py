"""What is counted of comments: each number is found where its name says, and as a share of what it says."""

from __future__ import annotations

import numpy as np
import pytest

from commentguard.features.batch import Batch
from commentguard.features.facts import (
    HOST,
    NAME,
    NOTHING,
    REPEATED_WORDS,
    SMALL_WORDS,
    TEXT,
    THREAD,
    Share,
    characters,
    of_post,
    shares,
    words,
)
from commentguard.features.posts import WORDS
from commentguard.records import Comment, Post, ThreadMessage
from commentguard.text.characters import DIGIT, UPPER

COMMENT = Comment(
    text="Cheap pills, 2 casinos",
    author="Cheap Loans",
    author_url="http://a1b2.example",
    post=Post(title="Growing plums", text="How plums grow."),
    thread=(ThreadMessage("Bea", "So it is."),),
)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (characters(TEXT), 22), (characters(NAME), 11), (characters(HOST), 12), (words(TEXT), 4), (words(NAME), 2),
        (DIGIT, 1), (UPPER, 1),
        (words(TEXT, "vice"), 2), (words(NAME, "money"), 1), (words(NAME, "sold"), 2),
        (of_post(WORDS), 5), (THREAD, 1), (NOTHING, 0),
        (REPEATED_WORDS, 0), (SMALL_WORDS, 0),
    ],
)  # fmt: skip
def test_a_fact_is_found_by_its_number(fact: int, expected: int) -> None:
    batch = Batch([Comment(text=""), COMMENT])
    assert shares(batch, np.array([Share(fact)]))[0, 1] == expected


def test_a_share_is_taken_of_another_fact_or_of_one() -> None:
    taken = np.array([Share(words(TEXT, "vice"), words(TEXT)), Share(words(TEXT, "vice"), words(TEXT), plus=3)])
    found = shares(Batch([COMMENT, Comment(text="")]), taken)
    assert found.tolist() == [[2 / 4, 0], [np.float32(2 / 7), 0]]

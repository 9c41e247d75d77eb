"""What a WordPress export says of its comments."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from io import RawIOBase
from itertools import chain
from typing import Any, cast

import pytest

from commentguard.readers import THREAD_MESSAGES, read_comments

from .reading import read
from .wxr import HEAD, TAIL, comment, export


@pytest.mark.parametrize(
    ("written", "status", "label"),
    [
        ("1", "approved", None),
        ("0", "pending", None),
        ("spam", "spam", "spam"),
        ("trash", "trash", None),
        ("post-trashed", "post-trashed", None),
        ("", "", None),
    ],
)
def test_only_spam_among_the_statuses_is_a_label(written: str, status: str, label: str | None) -> None:
    found = read(export("x").replace("approved>1<", f"approved>{written}<"))[0][0]
    assert (found.status, found.label) == (status, label)


@pytest.mark.parametrize(("result", "label"), [("true", "spam"), ("false", "substantive"), ("maybe", None)])
def test_what_a_person_told_akismet_is_a_label(result: str, label: str | None) -> None:
    meta = (
        "<wp:commentmeta><wp:meta_key>akismet_user_result</wp:meta_key>"
        f"<wp:meta_value><![CDATA[{result}]]></wp:meta_value></wp:commentmeta>"
    )
    assert read(HEAD + comment(1, "x", more=meta) + TAIL)[0][0].label == label


def test_the_thread_goes_by_date_and_leaves_out_what_was_refused() -> None:
    spam = comment(2, "buy", date="2020-01-02 00:00:00").replace("approved>1", "approved>spam")
    items = comment(3, "late", date="2020-01-03 00:00:00") + spam + comment(1, "early")
    threads = {found.text: [message.text for message in found.thread] for found in read(HEAD + items + TAIL)[0]}
    assert threads == {"late": ["early"], "buy": ["early"], "early": []}


def test_a_thread_of_10000_keeps_the_latest_messages_and_shares_them() -> None:
    comments = read(export(*map(str, range(10_000))))[0]
    assert [message.text for message in comments[-1].thread] == [str(n) for n in range(9_999 - THREAD_MESSAGES, 9_999)]
    assert comments[-1].thread[-2] is comments[-2].thread[-1]


def test_comments_of_one_post_are_no_thread_of_another() -> None:
    second = f"</item><item><wp:post_id>2</wp:post_id>{comment(2, 'b')}"
    comments = read(HEAD + comment(1, "a") + second + TAIL)[0]
    assert comments[1].thread == ()
    assert [found.post and found.post.id for found in comments] == ["1", "2"]


class _Generated(RawIOBase):
    """A stream that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


def test_memory_stays_flat_over_an_export_of_30_megabytes() -> None:
    item = f"</item><item><title>T</title><content:encoded>{'long ' * 2000}</content:encoded>"
    piece = (item + "".join(comment(n, "word " * 100) for n in range(30))).encode() * 5
    pieces = chain([HEAD.encode()], (piece for _ in range(30_000_000 // len(piece))), [TAIL.encode()])
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_comments(cast(Any, _Generated(pieces))))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 30_000_000 // len(piece) * 150
    assert peak < 8_000_000


def test_memory_stays_flat_over_one_endless_field() -> None:
    pieces = chain(
        [HEAD.encode(), b"<wp:comment><wp:comment_content><![CDATA["],
        (b"x" * 250_000 for _ in range(160)),
        [b"]]></wp:comment_content></wp:comment>", TAIL.encode()],
    )
    tracemalloc.start()
    try:
        found = list(read_comments(cast(Any, _Generated(pieces))))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [len(comment.text) for comment in found] == [1_000_000]
    assert peak < 60_000_000

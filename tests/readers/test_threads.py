"""Threads of comments that stand in one list: the latest messages, in bounded memory, and a word where one is cut."""

from __future__ import annotations

import pytest

from commentguard import Comment
from commentguard.readers import ReadReport
from commentguard.readers.report import Reading
from commentguard.readers.threads import THREAD_MESSAGES, OpenThreads


def test_a_thread_keeps_its_latest_messages() -> None:
    threads = OpenThreads(Reading("in", ReadReport()))
    for number in range(THREAD_MESSAGES + 5):
        threads.follow("post", Comment(text=str(number)))
    kept = threads.follow("post", Comment(text="last")).thread
    assert [message.text for message in kept] == [str(number) for number in range(5, THREAD_MESSAGES + 5)]


@pytest.mark.parametrize("status", ["approved", "spam"])
def test_a_post_that_was_dropped_and_is_heard_of_again_is_told(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentguard.readers.threads.OPEN_THREADS_SIZE", 10_000)
    report = ReadReport()
    threads = OpenThreads(Reading("in", report))
    threads.follow("first", Comment(text="plums"))
    for number in range(20):
        threads.follow(str(number), Comment(text="pears", status=status))
    assert report.warnings == []
    assert threads.follow("19", Comment(text="more")).thread == threads.follow("18", Comment(text="more")).thread
    assert report.warnings == []
    assert threads.follow("first", Comment(text="again")).thread == ()
    assert report.warnings == ["comments of a post stand far apart, so that its thread began anew; sort them by post"]

"""Verdicts as a page."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from commentguard.records import Comment, Post, Verdict
from commentguard.reports import verdict_page
from webpages import HOSTILE, parsed, text_of

from .examples import verdict


def test_hostile_text_is_shown_and_does_nothing() -> None:
    stream = StringIO()
    comment = Comment(id=HOSTILE, text=HOSTILE.replace("<", "&lt;"), author=HOSTILE, author_url=HOSTILE,
                      post=Post(title=HOSTILE))  # fmt: skip
    assert verdict_page.write_verdicts([(comment, verdict("spam", 0.9, True, HOSTILE))], stream) == 0
    tree = parsed(stream.getvalue())
    assert "<script>alert(1)</script>" in text_of(tree, ".said")
    assert "to review" in text_of(tree, "tbody")
    assert "1 comments: 1 spam" in text_of(tree, "main")


def test_rows_are_written_as_they_are_drawn() -> None:
    stream = StringIO()
    written: list[int] = []

    def judged() -> Iterator[tuple[Comment, Verdict]]:
        for number in range(5):
            written.append(stream.getvalue().count("<tr"))
            yield Comment(id=str(number), text="plums"), verdict()

    verdict_page.write_verdicts(judged(), stream)
    assert written == sorted(set(written))


def test_no_verdicts_are_a_page_too() -> None:
    stream = StringIO()
    verdict_page.write_verdicts([], stream)
    assert "0 comments" in text_of(parsed(stream.getvalue()), "main")

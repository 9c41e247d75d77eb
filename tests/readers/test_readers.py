"""Properties that hold for all readers."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commentguard.errors import ExportFormatError
from commentguard.readers import FORMATS, ReadReport, read_comments
from commentguard.readers.report import LISTED

from .reading import attempt, read
from .wxr import export

PIECES = st.lists(
    st.sampled_from(
        [b"<rss>", b"<item>", b"</item>", b"<wp:comment>", b"</wp:comment>", b"<wp:comment_content>", b"<![CDATA[",
         b"]]>", b"</wp:comment_content>", b"<disqus>", b"<post dsq:id='1'>", b"<thread dsq:id='1'/>", b"</post>",
         b"<message>", b"<post>", b"<comment id='1'>", b"<content>", b"</comment>", b"<!DOCTYPE x [", b"<!--", b"&",
         b"COMMENT:\n", b"-----\n", b"--------\n", b"TITLE: x\n", b"{", b"}", b"[", b"]", b'"text": ', b'"a"', b",",
         b"text,id\n", b"comment_ID,comment_content\n", b'"', b"\n", b"\r", b"\0", b"\xff\xfe", b"\xed\xa0", b"\xe9"]
    )
    | st.binary(max_size=4),
    max_size=30,
).map(b"".join)  # fmt: skip


@given(PIECES | st.binary(max_size=200), st.sampled_from([None, *FORMATS]), st.booleans())
@settings(max_examples=400)
@example(b"[", None, False)
@example(b'{"text": 1e999, "date": 1e999}', None, False)
def test_no_bytes_raise_anything_but_one_line_of_ours(data: bytes, name: str | None, strict: bool) -> None:
    report = ReadReport()
    outcome = attempt(data, format=name, strict=strict, report=report)
    if isinstance(outcome, ExportFormatError):
        assert "\n" not in str(outcome)
        return
    assert report.comments == len(outcome)
    assert len({comment.id for comment in outcome}) == len(outcome)
    assert all(comment.text.encode() or not comment.text for comment in outcome)


def test_a_report_lists_a_bounded_number_of_skipped_records_and_counts_all() -> None:
    _, report = read(b"{}\n" * (LISTED + 5) + b'{"text": "x"}\n')
    assert (len(report.skipped), report.skipped_count, report.comments) == (LISTED, LISTED + 5, 1)


def test_a_report_is_filled_while_comments_are_drawn() -> None:
    report = ReadReport()
    comments = read_comments(io.BytesIO(export("a", "b").encode()), report=report)
    assert (report.format, report.comments) == ("", 0)
    next(comments)
    assert (report.format, report.comments) == ("wordpress", 1)


@pytest.mark.parametrize("option", [{"columns": {"text": "a"}}, {"posts": "posts.jsonl"}])
def test_an_option_that_a_format_has_no_use_for_is_reported(option: dict[str, object]) -> None:
    assert "not used" in read(export("a"), **option)[1].warnings[0]

"""What a Disqus export says of its comments besides the golden example."""

from __future__ import annotations

import pytest

from .reading import read

HEAD = '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
POST = (
    '<post dsq:id="1"><message><![CDATA[hi]]></message>{}'
    '<author><name/><username>bo</username></author><thread dsq:id="9"></thread></post>'
)


@pytest.mark.parametrize(
    ("flags", "status", "label"),
    [
        ("", "approved", None),
        ("<isSpam>true</isSpam>", "spam", "spam"),
        ("<isDeleted>true</isDeleted><isSpam>false</isSpam>", "deleted", None),
        ("<isDeleted>true</isDeleted><isSpam>true</isSpam>", "spam", "spam"),
        ("<isApproved>false</isApproved>", "pending", None),
    ],
)
def test_the_flags_tell_the_status(flags: str, status: str, label: str | None) -> None:
    (comment,), _ = read(HEAD + POST.format(flags) + "</disqus>")
    assert (comment.status, comment.label, comment.author) == (status, label, "bo")


def test_a_comment_whose_thread_is_not_in_the_file_keeps_its_id() -> None:
    (comment,), report = read(HEAD + POST.format("") + "</disqus>")
    assert comment.post is not None
    assert (comment.post.id, comment.post.title, report.warnings) == ("9", "", [])


def test_a_file_that_ends_inside_a_comment_says_so() -> None:
    comments, report = read(HEAD + POST.format("") + POST.format("")[:30])
    assert (len(comments), report.skipped_count, report.truncated) == (1, 1, True)

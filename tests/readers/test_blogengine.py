"""What a BlogEngine.NET post says of its comments besides the golden example."""

from __future__ import annotations

from pathlib import Path

import pytest

from commentguard.readers import read_comments

from .reading import read

POST = "<post><title>T</title><comments><comment id='1' {}><content>hi</content></comment></comments></post>"


@pytest.mark.parametrize(
    ("flags", "status", "label"),
    [
        ("approved='True' spam='False' deleted='False'", "approved", None),
        ("approved='False'", "pending", None),
        ("approved='True' deleted='True'", "deleted", None),
        ("approved='False' spam='True' deleted='True'", "spam", "spam"),
        ("", "approved", None),
    ],
)
def test_the_flags_tell_the_status(flags: str, status: str, label: str | None) -> None:
    (comment,), _ = read(POST.format(flags))
    assert (comment.status, comment.label) == (status, label)


def test_the_posts_id_is_the_name_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "8f-3.xml").write_text(POST.format(""))
    (comment,) = read_comments(tmp_path / "8f-3.xml")
    assert comment.post is not None
    assert comment.post.id == "8f-3"


def test_a_file_that_ends_inside_a_comment_says_so() -> None:
    comments, report = read(POST.format("")[:60])
    assert (comments, report.skipped_count, report.truncated) == ([], 1, True)

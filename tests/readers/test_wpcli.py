"""Rows of WordPress's database."""

from __future__ import annotations

import pytest

from commentguard.errors import ExportFormatError

from .reading import read


def test_rows_without_content_are_refused_with_the_command_that_has_it() -> None:
    for data in ("comment_ID,comment_post_ID\n1,2\n", '[{"comment_ID": "1", "comment_post_ID": "2"}]'):
        with pytest.raises(ExportFormatError, match="--fields=comment_ID"):
            read(data)


def test_rows_from_newest_to_oldest_get_no_later_comment_as_their_thread() -> None:
    data = (
        "comment_ID,comment_post_ID,comment_date,comment_content\n"
        "2,9,2020-01-02 00:00:00,later\n1,9,2020-01-01 00:00:00,earlier\n"
    )
    comments, report = read(data)
    assert [comment.thread for comment in comments] == [(), ()]
    assert "oldest first" in report.warnings[0]


def test_numbers_in_json_are_read_as_words() -> None:
    (comment,), _ = read('[{"comment_ID": 5, "comment_content": "x", "comment_approved": 1, "comment_parent": 0}]')
    assert (comment.id, comment.status, comment.parent_id) == ("5", "approved", None)

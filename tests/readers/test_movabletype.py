"""What Movable Type exports hold besides the golden example."""

from __future__ import annotations

from .reading import read, texts

ENTRY = "TITLE: T\nDATE: 01/02/2003 04:05:06 PM\n-----\nBODY:\nb\n-----\n"


def test_dashes_inside_a_comment_are_text() -> None:
    data = ENTRY + "COMMENT:\nAUTHOR: a\nx\n-----\ny\n--------\nz\n-----\n--------\n"
    assert texts(data) == ["x\n-----\ny\n--------\nz"]


def test_spaces_and_carriage_returns_around_the_marks_do_no_harm() -> None:
    data = (ENTRY + "COMMENT:  \nAUTHOR: a\nDATE: 01/02/2003 04:05:07\nhi\n-----\n--------\n").replace("\n", "\r\n")
    (comment,), report = read(data)
    assert (comment.text, comment.author, str(comment.date)) == ("hi", "a", "2003-01-02 04:05:07")
    assert not report.truncated


def test_a_line_of_text_like_metadata_after_the_text_began_is_text() -> None:
    assert texts(ENTRY + "COMMENT:\nAUTHOR: a\nhi\nURL: later\n-----\n--------\n") == ["hi\nURL: later"]


def test_a_file_that_ends_inside_a_comment_keeps_what_is_there_of_it() -> None:
    comments, report = read(ENTRY + "COMMENT:\nAUTHOR: a\nhalf a")
    assert [comment.text for comment in comments] == ["half a"]
    assert report.truncated

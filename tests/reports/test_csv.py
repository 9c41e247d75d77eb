"""Comments and verdicts as CSV."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import BytesIO, StringIO

from hypothesis import given

from commentguard.readers import ReadReport, read_comments
from commentguard.records import Comment, Post
from commentguard.reports.csv import VERDICT_COLUMNS, write_comments, write_verdicts

from .examples import CELL, comments, verdict


@given(comments(CELL))
def test_a_comment_that_was_written_is_read_back_without_thread_and_unknown_keys(comment: Comment) -> None:
    stream = StringIO(newline="")
    write_comments([comment], stream, personal_data=True)
    found = list(read_comments(BytesIO(stream.getvalue().encode()), format="table"))
    post = comment.post if comment.post != Post() else None
    assert found == [replace(comment, thread=(), extra={}, post=post)]


def test_no_cell_is_run_by_a_spreadsheet() -> None:
    stream = StringIO(newline="")
    comment = Comment("@SUM(A1)", id="=1", author="+1", post=Post(title="-1"))
    write_verdicts([(comment, verdict())], stream)
    (row,) = csv.DictReader(StringIO(stream.getvalue(), newline=""))
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_table_of_verdicts_has_the_columns_of_the_contract() -> None:
    stream = StringIO(newline="")
    comment = Comment("two\nlines, and more", id="1", type="pingback", author="Di", post=Post(title="Leeks"))
    write_verdicts([(comment, verdict("off-topic", 0.5, True, "first", "second"))], stream)
    (row,) = csv.DictReader(StringIO(stream.getvalue(), newline=""))
    assert ",".join(row) == "id,label,spam,off_topic,substantive,needs_review,reasons,type,author,post_title,text"
    assert tuple(row) == VERDICT_COLUMNS
    assert row["off_topic"] == "0.500000"
    assert row["needs_review"] == "true"
    assert row["reasons"] == "first (+1.50); second (+0.50)"
    assert row["text"] == comment.text


def test_a_table_of_verdicts_is_read_without_taking_its_labels_for_a_persons() -> None:
    stream = StringIO(newline="")
    write_verdicts([(Comment("x", id="1"), verdict())], stream)
    report = ReadReport()
    (found,) = read_comments(BytesIO(stream.getvalue().encode()), report=report)
    assert found.label is None
    assert "the model's" in report.warnings[0]


def test_personal_columns_are_absent_unless_asked_for() -> None:
    stream = StringIO(newline="")
    write_comments([Comment("x", author_email="a@mail.example", author_ip="192.0.2.1")], stream)
    assert "mail" not in stream.getvalue()
    assert "ip" not in stream.getvalue().split("\n", 1)[0].split(",")
    assert "192.0.2.1" not in stream.getvalue()

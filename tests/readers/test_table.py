"""Tables with any separator, encoding and column names."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.errors import ExportFormatError
from commentguard.readers import escape_cell, unescape_cell

from .reading import read, texts

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\r\n=+-@'\";,"), max_size=30)


@pytest.mark.parametrize(
    "data",
    [
        "text,author\nhi,Bo\n",
        "text;author\r\nhi;Bo\r\n",
        "text\tauthor\nhi\tBo",
        "sep=;\ntext;author\nhi;Bo\n",
        "Author|Comment\nBo|hi\n",
        "text,author\rhi,Bo\r",
        '"text","author"\n"hi","Bo"\n\n',
    ],
)
def test_separators_and_line_ends_are_told_by_the_header(data: str) -> None:
    (comment,) = read(data)[0]
    assert (comment.text, comment.author) == ("hi", "Bo")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_told_by_the_bytes(encoding: str) -> None:
    comments, report = read("text,author\ncafé – naïve,Zoë\n".encode(encoding))
    assert (comments[0].text, comments[0].author) == ("café – naïve", "Zoë")
    assert bool(report.warnings) == (encoding == "cp1252")


def test_columns_are_named_by_the_caller() -> None:
    (comment,) = read("a,b,c\n1,2,3\n", columns={"text": "b", "post_title": "c"})[0]
    assert comment.post is not None
    assert (comment.text, comment.post.title, comment.extra) == ("2", "3", {"a": "1"})


@pytest.mark.parametrize(
    ("columns", "says"),
    [({"text": "z"}, "there is no column 'z'"), ({"txt": "b"}, "no field 'txt'"), ({"author": "a"}, "no column holds")],
)
def test_wrong_columns_are_refused_with_those_there_are(columns: dict[str, str], says: str) -> None:
    with pytest.raises(ExportFormatError, match=says):
        read("a,b\n1,2\n", columns=columns)


def test_an_unknown_label_is_skipped_with_its_place_and_fatal_when_strict() -> None:
    data = "text,label\na,spam\nb,junk\nc,\n"
    comments, report = read(data)
    assert [comment.label for comment in comments] == ["spam", None]
    assert [(skipped.place, "label" in skipped.reason) for skipped in report.skipped] == [("line 3", True)]
    with pytest.raises(ExportFormatError, match="line 3"):
        read(data, strict=True)


def test_labels_of_a_table_of_verdicts_are_not_taken_for_a_persons() -> None:
    (comment,), report = read("id,label,spam,off_topic,substantive,needs_review,text\n1,spam,1,0,0,false,x\n")
    assert comment.label is None
    assert "verdicts" in report.warnings[0]


def test_a_row_with_too_many_cells_is_skipped() -> None:
    comments, report = read("id,text\n1,a\n2,b,c\n3,d,,\n")
    assert [comment.text for comment in comments] == ["a", "d"]
    assert report.skipped[0].place == "line 3"


def test_a_quote_that_is_never_closed_loses_nothing_and_is_reported() -> None:
    comments, report = read('id,text\n1,a\n2,"b\nc')
    assert [comment.text for comment in comments] == ["a", "b\nc"]
    assert report.truncated


@given(CELL)
def test_an_escaped_cell_reads_as_it_was_and_runs_in_no_spreadsheet(text: str) -> None:
    assert unescape_cell(escape_cell(text)) == text
    assert not escape_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(CELL.filter(str.strip), min_size=1, max_size=5))
def test_what_the_csv_module_writes_is_read_back(cells: list[str]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["id", "text"], *([n, escape_cell(cell)] for n, cell in enumerate(cells))])
    assert texts(out.getvalue()) == cells

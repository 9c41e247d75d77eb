"""Tables that a person fills in."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from commentguard.errors import ExportFormatError
from commentguard.readers import ReadReport
from commentguard.records import Comment, Post, ThreadMessage, Verdict
from commentguard.sheets import QUEUE_COLUMNS, decided, label_in, read_filled, write_queue
from reports.examples import CELL

VERDICT = Verdict("off-topic", {"spam": 0.25, "off-topic": 0.5, "substantive": 0.25}, True)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def filled(path: Path, data: str | bytes, report: ReadReport | None = None) -> list[tuple[str, str]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return [(row.id, row.label) for row in read_filled(path, ReadReport() if report is None else report)]


def test_the_table_has_the_columns_of_the_contract() -> None:
    stream = io.StringIO()
    comment = Comment("=1+1", id="7", author="Ann", author_url="http://ann.example", post=Post(title="Rye"))
    write_queue([(comment, VERDICT)], stream)
    (row,) = csv.DictReader(io.StringIO(stream.getvalue()))
    assert tuple(row) == QUEUE_COLUMNS
    assert list(row.values()) == ["7", "", "off-topic", "0.250000", "0.500000", "0.250000", "comment", "Ann",
                                  "http://ann.example", "Rye", "'=1+1"]  # fmt: skip


@settings(max_examples=50)
@given(CELL, CELL)
def test_whatever_stands_in_a_comment_comes_back_from_the_table(
    tmp_path_factory: pytest.TempPathFactory, text: str, author: str
) -> None:
    path, comment = tmp_path_factory.mktemp("sheet") / "queue.csv", Comment(text, id="7", author=author)
    with path.open("w", newline="", encoding="utf-8") as stream:
        write_queue([(comment, VERDICT)], stream)
    path.write_bytes(path.read_bytes().replace(b"7,,", b"7,spam,", 1))
    (row,) = read_filled(path, ReadReport())
    assert row.comment == comment
    assert row.verdict is not None
    assert row.verdict.probabilities == VERDICT.probabilities


@pytest.mark.parametrize(
    "data",
    [
        "id,label\n1,spam\n2,\n3,off-topic\n",
        b"\xef\xbb\xbfid;label;text\r\n1;spam;x\r\n2;;y\r\n3;off-topic;\"a;b\"\r\n",
        "Label\tText\tID\r\n Spam \tx\t1\r\n\ty\t2\r\nOff topic\tz\t3\r\n".encode("utf-16"),
        "sep=;\nid;LABEL\n1;SPAM\n2; \n3;'off_topic\n",
        'id,"label"\n"1","spam"\n\n"3","off\u2011topic"\n,,\n',
        "id,label\r1,spam\r3,offtopic\r",
    ],
)  # fmt: skip
def test_labels_come_back_with_all_habits_of_spreadsheets(tmp_path: Path, data: str | bytes) -> None:
    report = ReadReport()
    assert filled(tmp_path / "queue.csv", data, report) == [("1", "spam"), ("3", "off-topic")]
    assert report.skipped == []


def test_unknown_labels_and_rows_without_an_id_are_told_with_their_line(tmp_path: Path) -> None:
    report = ReadReport()
    assert filled(tmp_path / "queue.csv", "id,label\n1,ham\n,spam\n3,spam\n", report) == [("3", "spam")]
    assert [(one.place, one.reason) for one in report.skipped] == [
        ("line 2", "its label is none of spam, off-topic, substantive; mend the cell and import again"),
        ("line 3", "it has no id; mend the cell and import again"),
    ]


def test_of_two_labels_for_one_id_the_later_counts_and_it_is_told(tmp_path: Path) -> None:
    report = ReadReport()
    data = "id,label\n1,spam\n2,spam\n1,substantive\n2,spam\n"
    assert filled(tmp_path / "queue.csv", data, report) == [("1", "substantive"), ("2", "spam")]
    assert report.warnings == ["an id has two labels; the later row counts"]


def test_a_table_without_the_columns_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ExportFormatError, match=r"no column holds the comment's label .*; keep the columns id and"):
        filled(tmp_path / "queue.csv", "id,text\n1,x\n")


def test_a_decision_takes_the_whole_comment_from_the_export(tmp_path: Path) -> None:
    path = tmp_path / "queue.csv"
    path.write_text("label,id\nspam,1\nspam,2.0\nspam,9\n")
    thread = (ThreadMessage("Ann", "Hello"),)
    export = [Comment("a", id="1", thread=thread), Comment("b", id="2"), Comment("c", id="3")]
    found = list(decided(read_filled(path, ReadReport()), export, NOW, "ada"))
    assert [(one.comment, one.label, one.labeller, one.time) for one in found] == [
        (export[0], "spam", "ada", NOW),
        (export[1], "spam", "ada", NOW),
    ]


def test_without_the_export_a_decision_takes_what_the_table_has(tmp_path: Path) -> None:
    path = tmp_path / "queue.csv"
    path.write_text(
        "id,label,predicted,spam,off_topic,substantive,type,author,author_url,post_title,text\n"
        '1,spam,spam,"0,9",0.06,0.04,pingback,dry skin,http://skin.example,Rye,\'-- hello\n'
    )
    (found,) = decided(read_filled(path, ReadReport()), None, NOW, "")
    assert found.comment == Comment("-- hello", id="1", type="pingback", author="dry skin",
                                    author_url="http://skin.example", post=Post(title="Rye"))  # fmt: skip
    assert found.verdict == Verdict("spam", {"spam": 0.9, "off-topic": 0.06, "substantive": 0.04}, False)


@pytest.mark.parametrize("cell", ["", "ham", "spam?", "spam substantive", "sub", "=spam"])
def test_only_labels_are_labels(cell: str) -> None:
    assert label_in(cell) is None

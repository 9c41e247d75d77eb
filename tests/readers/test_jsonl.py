"""Comments in JSON Lines and JSON arrays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.errors import ExportFormatError
from commentguard.readers import read_comments

from .reading import read, texts

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def test_unreadable_lines_are_skipped_with_their_number() -> None:
    comments, report = read('{"text": "a"}\nnot json\n[1]\n\n{"author": "x"}\n{"text": ["x"]}\n{"text": "b"}\n')
    assert [comment.text for comment in comments] == ["a", "b"]
    assert [skipped.place for skipped in report.skipped] == ["line 2", "line 3", "line 5", "line 6"]
    assert not report.truncated


def test_a_last_line_that_is_cut_is_reported_as_such() -> None:
    comments, report = read('{"text": "a"}\n{"text": "b')
    assert len(comments) == report.skipped_count == 1
    assert report.truncated


def test_nul_and_lone_surrogates_become_readable() -> None:
    (comment,) = read('{"text": "a\\u0000b \\ud83d \\ud83d\\ude00", "more": ["\\ud800"]}')[0]
    assert comment.text == "ab \ufffd \U0001f600"
    assert comment.extra == {"more": ["\ufffd"]}


def test_a_repeated_id_is_numbered_and_reported() -> None:
    comments, report = read('{"id": 1, "text": "a"}\n' * 3 + '{"id": "1#2", "text": "a"}\n')
    assert [comment.id for comment in comments] == ["1", "1#2", "1#3", "1#2#2"]
    assert report.warnings == ["an id occurs more than once; later comments with it got #2, #3 and so on (3 times)"]


def test_a_missing_id_is_the_same_in_each_run() -> None:
    row = '{"text": "a", "author": "b"}'
    assert read(row)[0][0].id == read(row)[0][0].id != read(row.replace("b", "c"))[0][0].id


def test_threads_hold_earlier_published_rows_of_the_same_post() -> None:
    rows = [
        {"text": "a", "post_id": "p", "date": "2020-01-02"},
        {"text": "held", "post_id": "p", "status": "pending"},
        {"text": "other", "post_id": "q"},
        {"text": "b", "post_id": "p", "date": "2020-01-03"},
        {"text": "older", "post_id": "p", "date": "2020-01-01"},
        {"text": "own", "post_id": "p", "thread": []},
    ]
    comments, report = read("\n".join(map(json.dumps, rows)))
    threads = {comment.text: [message.text for message in comment.thread] for comment in comments}
    assert threads == {"a": [], "held": ["a"], "other": [], "b": ["a"], "older": [], "own": []}
    assert "oldest first" in report.warnings[0]


def test_a_line_of_a_million_characters_is_read() -> None:
    assert texts(json.dumps({"text": "x" * 1_000_000})) == ["x" * 1_000_000]


def test_a_line_beyond_all_measure_is_skipped_and_the_next_is_read() -> None:
    comments, report = read(b'{"text": "' + b"x" * 68_000_000 + b'"}\n{"text": "b"}\n')
    assert [comment.text for comment in comments] == ["b"]
    assert report.skipped[0].place == "line 1"


def test_nesting_without_end_is_no_crash() -> None:
    assert texts('{"text": "x", "a": ' + "[" * 100_000 + '}\n{"text": "b"}\n') == ["b"]


def test_an_array_is_read_object_by_object() -> None:
    data = '[{"text": "a } \\" {"},\n {"text": bad}, {"text": "c", "x": {"y": {}}}]'
    comments, report = read(data)
    assert [comment.text for comment in comments] == ['a } " {', "c"]
    assert [skipped.place for skipped in report.skipped] == ["element 2"]
    assert not report.truncated
    assert read(data[:-20])[1].truncated


def test_a_posts_file_without_posts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text('{"text": "a", "post_id": "p"}')
    with pytest.raises(ExportFormatError, match="holds no posts"):
        list(read_comments(tmp_path / "c.jsonl", posts=tmp_path / "c.jsonl"))


@given(st.lists(st.fixed_dictionaries({"id": st.uuids().map(str), "text": TEXT, "author": TEXT}), min_size=1))
def test_what_was_written_as_json_lines_is_read_back(rows: list[dict[str, str]]) -> None:
    comments = read("".join(json.dumps(row) + "\n" for row in rows))[0]
    assert [{"id": found.id, "text": found.text, "author": found.author} for found in comments] == rows

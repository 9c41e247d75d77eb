"""Comments and verdicts as JSON Lines."""

from __future__ import annotations

import json
from io import BytesIO, StringIO

import pytest
from hypothesis import given

from commentguard.objects import as_line, comment_to_json
from commentguard.readers import ReadReport, read_comments
from commentguard.records import Comment, Post
from commentguard.reports.jsonl import write_comments, write_verdicts

from .examples import comments, verdict


def written(*found: Comment, personal_data: bool = False) -> str:
    stream = StringIO()
    write_comments(found, stream, personal_data)
    return stream.getvalue()


@given(comments())
def test_a_comment_that_was_written_is_read_back_equal(comment: Comment) -> None:
    report = ReadReport()
    data = written(comment, personal_data=True).encode()
    assert list(read_comments(BytesIO(data), format="jsonl", report=report)) == [comment]
    assert report.warnings == []


def test_personal_data_is_written_only_on_demand() -> None:
    extra = {"userEmail": "a@mail.example", "remote_addr": "192.0.2.1", "more": [{"ip": "192.0.2.2", "tip": "kept"}],
             "zip": "kept", "authorIP": "192.0.2.3", "E-Mail": "b@mail.example"}  # fmt: skip
    comment = Comment("x", id="1", author_email="c@mail.example", author_ip="192.0.2.4", extra=extra)
    line = written(comment)
    assert "mail.example" not in line
    assert "192.0.2" not in line
    assert line.count("kept") == 2
    assert written(comment, personal_data=True).count("192.0.2") == 4


def test_an_unknown_key_named_like_a_field_hides_nothing() -> None:
    comment = Comment("x", id="1", post=Post(title="Plums"), extra={"post": "p", "label": "good"})
    found = comment_to_json(comment)
    assert found["post"] == {"title": "Plums"}
    assert found["column_post"] == "p"
    assert "label" not in found
    assert found["column_label"] == "good"


def test_a_verdict_has_exactly_the_keys_of_the_contract() -> None:
    stream = StringIO()
    write_verdicts([(Comment("x", id="1"), verdict("spam", 0.8, True, "why"))], stream)
    assert json.loads(stream.getvalue()) == {
        "id": "1",
        "label": "spam",
        "probabilities": {"spam": 0.8, "off-topic": pytest.approx(0.1), "substantive": pytest.approx(0.1)},
        "needs_review": True,
        "reasons": [{"code": "code_0", "text": "why", "weight": 1.5}],
    }


@pytest.mark.parametrize("value", [float("inf"), float("nan"), [float("-inf")], {"a": {"b": float("nan")}}])
def test_numbers_that_json_lacks_become_text(value: object) -> None:
    line = as_line({"x": value})
    json.loads(line, parse_constant=pytest.fail)


def test_a_lone_surrogate_is_written_as_valid_utf8() -> None:
    assert json.loads(as_line({"x": "\ud83d"}).encode()) == {"x": "\ud83d"}


def test_letters_beyond_ascii_are_written_as_they_are() -> None:
    assert "grüß" in as_line({"x": "grüß"})

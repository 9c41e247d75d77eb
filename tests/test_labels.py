"""The labels file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from commentguard.errors import ExportFormatError, OutputError
from commentguard.labels import Decision, append_decision, append_decisions, decision_to_json, read_decisions
from commentguard.readers import ReadReport, read_comments
from commentguard.records import Comment, Label, Post, Reason, Verdict
from reports.examples import comments

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
VERDICT = Verdict("spam", {"spam": 0.8, "off-topic": 0.1, "substantive": 0.1}, True, (Reason("link", "a link", 1.5),))
APPENDING = """
import sys
from datetime import UTC, datetime
from commentguard.labels import Decision, append_decision
from commentguard.records import Comment
for number in range(25):
    comment = Comment("rye " * 2000, id=f"{sys.argv[2]}{number}")
    append_decision(sys.argv[1], Decision(comment, "spam", datetime.now(UTC)))
"""


def decision(identifier: str, label: Label | None, minutes: int = 0, text: str = "Nice sunset") -> Decision:
    return Decision(Comment(text, id=identifier), label, NOON + timedelta(minutes=minutes), "ada")


def labels(path: Path) -> dict[str, str | None]:
    return {one.id: one.label for one in read_decisions(path)}


def test_a_decision_has_exactly_the_keys_of_the_contract() -> None:
    made = Decision(Comment("x", id="7", post=Post(title="Rye")), "spam", NOON, "ada", VERDICT, "0123")
    assert decision_to_json(made) == {
        "id": "7",
        "label": "spam",
        "time": "2026-03-01T12:00:00+00:00",
        "labeller": "ada",
        "verdict": {
            "id": "7",
            "label": "spam",
            "probabilities": {"spam": 0.8, "off-topic": 0.1, "substantive": 0.1},
            "needs_review": True,
            "reasons": [{"code": "link", "text": "a link", "weight": 1.5}],
        },
        "model": "0123",
        "comment": {"id": "7", "type": "comment", "text": "x", "post": {"title": "Rye"}},
    }


@pytest.fixture(autouse=True, scope="module")
def _no_waiting_for_the_disk() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("commentguard.labels.os.fsync", lambda handle: None)
        yield


def test_a_decision_is_on_the_disk_when_append_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    monkeypatch.setattr("commentguard.labels.os.fsync", lambda handle: sizes.append(os.fstat(handle).st_size))
    for number in range(2):
        append_decision(tmp_path / "labels.jsonl", decision(str(number), "spam"))
        assert sizes[number:] == [(tmp_path / "labels.jsonl").stat().st_size]


@settings(max_examples=30)
@given(comments())
def test_what_was_appended_is_read_back_equal_but_for_personal_data(tmp_path_factory: pytest.TempPathFactory,
                                                                    comment: Comment) -> None:  # fmt: skip
    path = tmp_path_factory.mktemp("labels") / "labels.jsonl"
    made = Decision(replace(comment, author_email="", author_ip="", extra={}), "spam", NOON, "ada", VERDICT, "0123")
    append_decision(path, made)
    assert read_decisions(path) == [made]


def test_e_mail_and_ip_addresses_stay_out_of_the_file(tmp_path: Path) -> None:
    comment = Comment("x", author_email="a@mail.example", author_ip="192.0.2.1", extra={"userEmail": "b@mail.example"})
    append_decision(tmp_path / "labels.jsonl", Decision(comment, "spam", NOON))
    written = (tmp_path / "labels.jsonl").read_text()
    assert "mail.example" not in written
    assert "192.0.2" not in written


def test_the_latest_decision_on_a_comment_counts_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    append_decisions(path, [decision("1", "spam", 5), decision("2", "spam"), decision("1", "off-topic", 3)])
    assert labels(path) == {"1": "spam", "2": "spam"}
    append_decision(path, decision("2", "substantive"))  # of one time, the later line counts
    assert labels(path) == {"1": "spam", "2": "substantive"}


def test_a_decision_that_was_taken_back_leaves_a_comment_without_a_label(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    append_decisions(path, [decision("1", "spam"), decision("2", "spam"), decision("1", None, 1)])
    assert labels(path) == {"1": None, "2": "spam"}
    assert [(one.id, one.label) for one in read_comments(path)] == [("1", None), ("2", "spam")]


def test_half_a_line_after_a_power_cut_is_told_and_costs_no_other_decision(tmp_path: Path) -> None:
    path, report = tmp_path / "labels.jsonl", ReadReport()
    append_decisions(path, [decision("1", "spam"), decision("2", "spam"), decision("3", "spam")])
    path.write_bytes(path.read_bytes()[:-30])
    assert [one.id for one in read_decisions(path, report)] == ["1", "2"]
    assert [(one.place, "decide again" in one.reason) for one in report.skipped] == [("line 3", True)]
    assert not report.truncated
    append_decision(path, decision("4", "off-topic"))
    assert labels(path) == {"1": "spam", "2": "spam", "4": "off-topic"}


def test_an_unknown_label_is_told_and_does_not_hide_an_earlier_decision(tmp_path: Path) -> None:
    path, report = tmp_path / "labels.jsonl", ReadReport()
    append_decision(path, decision("1", "spam"))
    odd = {**decision_to_json(decision("1", "spam", 9)), "label": "rubbish"}
    with path.open("a") as stream:
        stream.write(json.dumps(odd) + "\n")
    assert [(one.id, one.label) for one in read_decisions(path, report)] == [("1", "spam")]
    assert [(one.place, one.reason) for one in report.skipped] == [
        ("line 2", "its label is none of spam, off-topic, substantive")
    ]


def test_decisions_of_two_blogs_in_one_file_are_told(tmp_path: Path) -> None:
    path, report = tmp_path / "labels.jsonl", ReadReport()
    append_decisions(path, [decision("1", "spam"), decision("1", "substantive", 1, "Another blog's comment")])
    read_decisions(path, report)
    assert "keep a labels file for each blog" in report.warnings[0]


def test_times_without_a_zone_are_utc_and_unreadable_ones_the_earliest(tmp_path: Path) -> None:
    path, report = tmp_path / "labels.jsonl", ReadReport()
    times = {"2026-03-01T12:00:00": "spam", "2026-03-01T13:30:00+02:00": "off-topic", "yesterday": "substantive"}
    rows = [{**decision_to_json(decision("1", "spam")), "time": time, "label": label} for time, label in times.items()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert [one.label for one in read_decisions(path, report)] == ["spam"]
    assert report.warnings == ["the time of a decision can't be read; it counts as the earliest"]


def test_a_decision_of_another_program_is_read_without_its_verdict(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    row = {"id": 7, "label": "spam", "time": "2026-03-01", "verdict": "spam", "comment": {"text": "x"}}
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "id": None}) + '\n{"id": "8", "label": "spam"}\n')
    (found,) = read_decisions(path)
    assert (found.id, found.label, found.verdict, found.comment) == ("7", "spam", None, Comment("x", id="7"))


def test_two_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    programs = [subprocess.Popen([sys.executable, "-c", APPENDING, path, name]) for name in "ab"]
    assert [one.wait() for one in programs] == [0, 0]
    report = ReadReport()
    assert len(read_decisions(path, report)) == 50
    assert report.skipped == []


@pytest.mark.skipif(sys.platform == "win32", reason="locks are others there")
def test_an_append_waits_while_another_program_writes(tmp_path: Path) -> None:
    import fcntl

    path = tmp_path / "labels.jsonl"
    append_decision(path, decision("1", "spam"))
    with path.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = threading.Thread(target=append_decision, args=(path, decision("2", "spam")))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        assert labels(path) == {"1": "spam"}
    waiting.join()
    assert labels(path) == {"1": "spam", "2": "spam"}


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "labels.jsonl"
    append_decision(path, decision("1", "spam"))
    before = path.read_bytes()
    whole = os.write
    monkeypatch.setattr("commentguard.labels.os.write", lambda handle, data: whole(handle, data[:20]))
    with pytest.raises(OutputError, match=r"labels\.jsonl: the decision can't be written \(the disk is full\)"):
        append_decision(path, decision("2", "spam"))
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["absent/labels.jsonl", ".", "labels.jsonl.gz", "export.xml", "nul\0.jsonl", "-"])
def test_what_can_not_be_appended_to_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "export.xml").write_text("<rss></rss>")
    with pytest.raises(OutputError, match="name ") as error:
        append_decision(name if name == "-" else f"{tmp_path}/{name}", decision("1", "spam"))
    assert "\n" not in str(error.value)
    assert (tmp_path / "export.xml").read_text() == "<rss></rss>"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportFormatError, match=r"labels\.jsonl: no such file"):
        read_decisions(tmp_path / "labels.jsonl")


def test_a_labels_file_is_read_as_labelled_comments_beside_plain_ones(tmp_path: Path) -> None:
    path, report = tmp_path / "labels.jsonl", ReadReport()
    append_decisions(path, [decision("1", "spam", 2), decision("1", "off-topic", 1)])
    with path.open("a") as stream:
        stream.write('{"id": "2", "text": "plain", "label": "substantive"}\n')
    found = [(one.id, one.text, one.label) for one in read_comments(path, report=report)]
    assert found == [("2", "plain", "substantive"), ("1", "Nice sunset", "spam")]
    assert report.warnings == []

"""The command classify."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from commentguard.cli.failure import Failure
from commentguard.cli.sources import Sources
from commentguard.reports.csv import VERDICT_COLUMNS
from webpages import parsed, text_of

from .fake_guard import FakeGuard, put_in_place
from .running import EXPORTS, WXR, lines, rows, run

TWO = b'{"id": "1", "text": "buy"}\n{"id": "2", "text": "maybe plums"}\n'


@pytest.fixture(autouse=True)
def _fake_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch)


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input_becomes_json_lines_in_order_with_a_summary(arguments: list[str]) -> None:
    found = run("classify", *arguments, stdin=TWO)
    assert found.exit_code == 0
    assert [(line["id"], line["label"], line["needs_review"]) for line in lines(found)] == [
        ("1", "spam", False),
        ("2", "substantive", True),
    ]
    assert list(lines(found)[0]) == ["id", "label", "probabilities", "needs_review", "reasons"]
    assert found.stderr == "2 comments: 1 spam, 0 off-topic, 1 substantive; 1 to review\n"


def test_quiet_says_nothing() -> None:
    assert run("classify", "-q", stdin=TWO + b"broken\n").stderr == ""


def test_several_sources_are_read_one_after_the_other() -> None:
    found = run("classify", WXR, EXPORTS / "disqus.xml")
    assert [line["id"] for line in lines(run("classify", WXR)) + lines(run("classify", EXPORTS / "disqus.xml"))] == [
        line["id"] for line in lines(found)
    ]


@pytest.mark.parametrize("name", ["out.csv", "out.CSV.gz"])
def test_the_ending_of_the_output_picks_csv(name: str, tmp_path: Path) -> None:
    assert run("classify", WXR, "-o", tmp_path / name).stdout == ""
    data = (tmp_path / name).read_bytes()
    text = (gzip.decompress(data) if name.endswith("gz") else data).decode()
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(table) == 4
    assert tuple(table[0]) == VERDICT_COLUMNS


def test_the_output_format_overrides_the_ending(tmp_path: Path) -> None:
    run("classify", WXR, "-o", tmp_path / "out.csv", "--output-format", "jsonl")
    assert json.loads((tmp_path / "out.csv").read_text().splitlines()[0])["id"] == "22"


@pytest.mark.parametrize(
    ("name", "says"), [("out", "--output-format")]
)
def test_an_ending_without_a_format_is_wrong_usage(name: str, says: str, tmp_path: Path) -> None:
    found = run("classify", WXR, "-o", tmp_path / name)
    assert found.exit_code == 2
    assert says in " ".join(found.stderr.split())
    assert os.listdir(tmp_path) == []


def test_a_table_can_be_asked_for() -> None:
    found = run("classify", WXR, "--output-format", "table")
    assert found.stdout.splitlines()[0].split() == ["label", "prob", "?", "author", "post", "text", "reason"]
    assert "second@mail.example" not in found.output
    assert "192.0.2.9" not in found.output


def test_the_ending_html_makes_a_page_that_holds_the_first_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commentguard.reports.verdict_page.ROWS", 3)
    found = run("classify", WXR, "-q", "-o", tmp_path / "out.html")
    assert found.exit_code == 0
    assert found.stderr == "warning: the page holds the first 3; a .csv or .jsonl file holds all\n"
    tree = parsed((tmp_path / "out.html").read_text(encoding="utf-8"))
    assert len(tree.css("tbody tr")) == 3
    assert "4 comments" in text_of(tree, "main")


def test_columns_and_posts_are_handed_to_the_reader(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("what,who,post_id\nbuy,Di,p1\n")
    found = run("classify", tmp_path / "in.csv", "--columns", "text=what,author=who", "--posts",
                EXPORTS / "posts.jsonl", "--output-format", "csv")  # fmt: skip
    (row,) = csv.DictReader(io.StringIO(found.stdout, newline=""))
    assert (row["label"], row["author"], row["post_title"]) == ("spam", "Di", "Night photographs")


@pytest.mark.parametrize("columns", ["text", "text=", "text=a,text=b"])
def test_columns_that_are_no_pairs_are_wrong_usage(columns: str) -> None:
    assert run("classify", WXR, "--columns", columns).exit_code == 2


def test_a_column_name_may_hold_a_comma(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('"Say, what?",who\nbuy,Di\n')
    found = run("classify", tmp_path / "in.csv", "--columns", "text=Say, what?,author=who")
    assert lines(found)[0]["label"] == "spam"


def test_an_unreadable_record_is_told_with_place_and_reason_and_fatal_when_strict(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(TWO + b"broken\n" * 5)
    found = run("classify", tmp_path / "in.jsonl")
    assert found.exit_code == 0
    assert len(lines(found)) == 2
    assert "5 skipped: line 3: it is no JSON object; line 4" in found.stderr
    strict = run("classify", tmp_path / "in.jsonl", "--format", "jsonl", "--strict", "-o", tmp_path / "out.jsonl")
    assert strict.exit_code == 1
    assert strict.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == ["in.jsonl"]


def test_what_a_cut_off_input_held_is_written_and_the_run_fails(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(TWO + b'{"id": "3", "te')
    found = run("classify", tmp_path / "in.jsonl", "-q", "-o", tmp_path / "out.jsonl")
    assert found.exit_code == 1
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2
    assert "cut off; the 2 comments before that were classified" in found.stderr
    assert found.stderr.count("\n") == 1


@pytest.mark.parametrize("output", ["in.jsonl", "link.jsonl", "sub/../in.jsonl", "data/comments.jsonl"])
def test_an_output_that_is_an_input_is_refused(output: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "data").mkdir()
    for name in ("in.jsonl", "data/comments.jsonl"):
        (tmp_path / name).write_bytes(TWO)
    (tmp_path / "link.jsonl").symlink_to("in.jsonl")
    found = run("classify", tmp_path / "in.jsonl", tmp_path / "data", "-o", tmp_path / output)
    assert found.exit_code == 2
    assert (tmp_path / output).read_bytes() == TWO


def test_a_missing_source_is_told_before_any_work(tmp_path: Path) -> None:
    found = run("classify", WXR, tmp_path / "missing.xml")
    assert found.exit_code == 1
    assert found.stdout == ""
    assert "missing.xml: no such file; check the path" in found.stderr


def test_a_closed_standard_input_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(Failure, match="closed; name a file"):
        list(Sources(["-"]).comments())


def test_standard_input_twice_is_wrong_usage() -> None:
    assert run("classify", "-", "-", stdin=TWO).exit_code == 2


@pytest.mark.parametrize("options", [["--model", "broken"], ["-o", "missing/folder/out.csv"]])
def test_an_error_leaves_nothing_behind(options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = run("classify", WXR, *options)
    assert found.exit_code == 1
    assert found.stderr.startswith("commentguard: ")
    assert found.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_results_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def noted(value: dict[str, str]) -> str:
        written.append(value["id"])
        return ""

    monkeypatch.setattr("commentguard.reports.jsonl.as_line", noted)
    source = rows(tmp_path / "in.jsonl", 50)
    with source.open("a") as stream:
        stream.write("broken\n")
    assert run("classify", source, "--strict").exit_code == 1
    assert len(written) == 50


def test_comments_unlike_those_that_the_model_was_judged_on_are_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"verdicts": [[0, 0, 0, 0, 300, 0, 0, 0], [0] * 8, [0] * 8], "limits": {"labels": 0.25, "confidence": 0.25}}
    monkeypatch.setattr(FakeGuard, "model", SimpleNamespace(manifest={"notes": {"reference": told}}))
    many = b"".join(b'{"id": "%d", "text": "my plums"}\n' % number for number in range(200))
    warning = "warning: other shares of labels than where the model was judged: spam 0% (then 100%), off-topic 0%"
    assert warning in run("classify", stdin=many).stderr
    assert "warning" not in run("classify", stdin=TWO).stderr
    assert run("classify", "-q", stdin=many).stderr == ""

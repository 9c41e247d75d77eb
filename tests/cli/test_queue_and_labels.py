"""The commands queue and labels import: rows out to a spreadsheet and back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from commentguard.labels import read_decisions
from commentguard.readers import read_comments
from commentguard.selection import ORDERS

from . import fake_guard
from .running import WXR, lines, run


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_guard.put_in_place(monkeypatch)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Return an export of ten comments, one of them labelled."""
    path = tmp_path / "export.jsonl"
    rows = [{"id": str(n), "text": f"{'maybe' if n == 4 else 'buy'} {n}", "thread": [{"author": "A", "text": "t"}]}
            for n in range(10)]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows[:9], {**rows[9], "label": "spam"}]))
    return path


def fill(path: Path, label: str, count: int) -> None:
    """Write a label into the first rows of a table, as a spreadsheet with semicolons would save it."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.DictWriter(stream, ["text", "label", "id"], delimiter=";", extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**row, "label": label if n < count else ""} for n, row in enumerate(rows))


def test_a_queue_goes_out_and_its_labels_come_back(export: Path, tmp_path: Path) -> None:
    table, labels = tmp_path / "queue.csv", tmp_path / "labels.jsonl"
    found = run("queue", export, "-n", "5", "-o", table)
    assert found.exit_code == 0
    assert found.stderr.startswith("5 of 9 comments without a label written")
    with table.open(newline="") as stream:
        assert next(csv.DictReader(stream))["id"] == "4"  # the one to review
    fill(table, "Substantive ", 3)
    found = run("labels", "import", table, "--comments", export, "-o", labels, "--labeller", "ada")
    assert found.exit_code == 0
    assert found.stderr == f"3 labelled rows: 3 decisions added to {labels}\n"
    decisions = read_decisions(labels)
    assert {(one.label, one.labeller) for one in decisions} == {("substantive", "ada")}
    assert all(one.comment.thread for one in decisions)
    assert [one.label for one in read_comments(labels)] == ["substantive"] * 3
    known = {one.id for one in decisions}
    with_labels = run("queue", export, "--labels", labels)
    assert {row["id"] for row in csv.DictReader(with_labels.stdout.splitlines())} == {str(n) for n in range(9)} - known


def test_importing_a_table_again_adds_only_what_changed(export: Path, tmp_path: Path) -> None:
    table, labels = tmp_path / "queue.csv", tmp_path / "labels.jsonl"
    table.write_text("id,label\n1,spam\n2,spam\n")
    assert run("labels", "import", table, "--comments", export, "-o", labels).exit_code == 0
    before = labels.read_bytes()
    table.write_text("id,label\n1,spam\n2,off-topic\n")
    found = run("labels", "import", table, "--comments", export, "-o", labels)
    assert found.stderr == f"2 labelled rows, 1 of them known: 1 decision added to {labels}\n"
    assert labels.read_bytes().startswith(before)
    assert {one.id: one.label for one in read_decisions(labels)} == {"1": "spam", "2": "off-topic"}


def test_rows_that_the_export_lacks_are_an_error_and_the_others_are_kept(export: Path, tmp_path: Path) -> None:
    table, labels = tmp_path / "queue.csv", tmp_path / "labels.jsonl"
    table.write_text("id,label\n1,spam\nx,spam\n")
    found = run("labels", "import", table, "--comments", export, "-o", labels)
    assert found.exit_code == 1
    assert found.stderr.splitlines()[-1] == (
        f"commentguard: 1 of 2 labelled rows are not in {export}; name the export that the table came from"
    )
    assert len(read_decisions(labels)) == 1


def test_ids_alone_without_the_export_say_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "queue.csv").write_text("id,label\n1,spam\n")
    found = run("labels", "import", tmp_path / "queue.csv", "-o", tmp_path / "labels.jsonl")
    assert found.exit_code == 1
    assert "name the export that it came from with --comments" in found.stderr
    assert read_comments(tmp_path / "labels.jsonl")


def test_decisions_can_go_to_standard_output(export: Path, tmp_path: Path) -> None:
    (tmp_path / "queue.csv").write_text("id,label\n1,spam\n")
    found = run("labels", "import", tmp_path / "queue.csv", "--comments", export, "-o", "-", "--quiet")
    assert [(line["id"], line["label"]) for line in lines(found)] == [("1", "spam")]
    assert not Path("-").exists()


@pytest.mark.parametrize("command", [["queue", WXR, "-o", WXR], ["labels", "import", WXR, "-o", WXR]])
def test_an_input_is_never_written_over(command: list[str]) -> None:
    before = Path(WXR).read_bytes()
    assert run(*command).exit_code == 2
    assert Path(WXR).read_bytes() == before


def test_a_labels_file_with_a_broken_last_line_is_told_and_used(export: Path, tmp_path: Path) -> None:
    labels, table = tmp_path / "labels.jsonl", tmp_path / "queue.csv"
    table.write_text("id,label\n1,spam\n2,spam\n")
    run("labels", "import", table, "--comments", export, "-o", labels)
    labels.write_bytes(labels.read_bytes()[:-40])
    found = run("queue", export, "--labels", labels)
    assert found.exit_code == 0
    assert "line 2: the decision was not written to its end" in found.stderr
    assert found.stdout.count("\n") == 1 + 8


@pytest.mark.parametrize("order", ORDERS)
def test_the_command_knows_every_order(order: str, export: Path) -> None:
    assert run("queue", export, "--order", order, "-n", "2").stdout.count("\n") == 3


def test_labels_has_help_for_each_of_its_commands() -> None:
    assert "import" in run("labels", "--help").stdout
    assert "Example:\n    commentguard labels import " in run("labels", "import", "--help").stdout


def test_a_labels_file_that_does_not_exist_yet_is_told_and_leaves_nothing_out(export: Path, tmp_path: Path) -> None:
    found = run("queue", export, "--labels", tmp_path / "labels.jsonl", "-n", "3")
    assert found.exit_code == 0
    assert f"{tmp_path}/labels.jsonl: no such file yet, nothing is left out" in found.stderr
    assert not (tmp_path / "labels.jsonl").exists()

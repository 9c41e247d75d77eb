"""The command review, around its screen."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from commentguard.cli import review
from commentguard.labels import read_decisions
from commentguard.session import Session

from . import fake_guard
from .running import WXR, rows, run


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_guard.put_in_place(monkeypatch)


def reviewed(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path, spam: int = 0) -> Result:
    """Run the command with a screen that labels so many comments spam and ends."""

    class Screen:
        return_code = 0

        def __init__(self, session: Session, query: str) -> None:
            self.session = session

        def run(self) -> None:
            for _ in range(spam):
                self.session.decide("spam")

    monkeypatch.setattr(review, "_check_terminal", lambda: None)
    monkeypatch.setitem(sys.modules, "commentguard.cli.screen", SimpleNamespace(ReviewApp=Screen))
    return run("review", *arguments)


def test_decisions_go_to_the_labels_file_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, labels = rows(tmp_path / "in.jsonl", 5), tmp_path / "labels.jsonl"
    arguments = (export, "--labels", labels, "--order", "time", "--labeller", "ada")
    assert reviewed(monkeypatch, *arguments, spam=2).exit_code == 0
    found = reviewed(monkeypatch, *arguments, spam=1)
    assert "\n1 labelled now, 2 without a label\n" in found.stderr
    assert f"commentguard train {labels} -o my-model" in found.stderr
    decisions = read_decisions(labels)
    assert [one.id for one in decisions] == ["0", "1", "2"]
    assert {(one.labeller, one.model) for one in decisions} == {("ada", "0" * 16)}


def test_what_is_left_out_of_a_big_export_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = rows(tmp_path / "in.jsonl", 9)
    found = reviewed(monkeypatch, export, "-n", "4", "--labels", tmp_path / "labels.jsonl")
    assert "0 labelled now, 4 without a label; 5 more were left out, -n 9 shows them" in found.stderr


def test_labels_of_another_blog_are_not_mixed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = tmp_path / "labels.jsonl"
    for name in ("a", "b"):
        (tmp_path / name).write_text(f'{{"id": "1", "text": "x", "source": "{name}.example"}}\n')
    assert reviewed(monkeypatch, tmp_path / "a", "--labels", labels, spam=1).exit_code == 0
    found = reviewed(monkeypatch, tmp_path / "b", "--labels", labels, spam=1)
    assert found.exit_code == 1
    assert "holds labels of a.example, whose ids occur in b.example too" in found.stderr
    assert len(read_decisions(labels)) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["-"], 2, "name the export's file"),
        ([WXR, "--only", "label:ham"], 2, "there is no label:ham"),
        ([WXR, "--labels", WXR], 2, "is an input"),
        ([WXR, "--labels", "no/such/labels.jsonl"], 1, "can't be written"),
        ([WXR, "--labels", "labels.jsonl.gz"], 1, "appended to a plain file"),
        ([WXR, "--model", "broken"], 1, "holds no manifest.json"),
    ],
)
def test_what_can_not_work_is_told_before_the_screen_opens(
    arguments: list[str], code: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = reviewed(monkeypatch, *arguments)
    assert found.exit_code == code
    assert told in found.stderr


def test_without_a_terminal_the_way_around_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = run("review", WXR)
    assert found.exit_code == 1
    assert found.stderr == (
        "commentguard: review needs a terminal; without one label in a spreadsheet: commentguard queue\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_one_line_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str, *rest: Any) -> None:  # noqa: ANN401
        assert name == "textual"

    monkeypatch.setattr(importlib.util, "find_spec", absent)
    found = run("review", WXR)
    assert found.exit_code == 1
    assert "pip install commentguard[review]" in found.stderr
    assert found.stderr.count("\n") == 1

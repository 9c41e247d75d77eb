"""The command report."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from commentguard.reports import pages
from webpages import parsed, text_of

from .fake_guard import put_in_place
from .running import WXR, run

TWO = b'{"id": "1", "text": "buy"}\n{"id": "2", "text": "maybe plums"}\n'


@pytest.fixture(autouse=True)
def _fake_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch)


def test_a_page_is_written_and_the_counts_are_told(tmp_path: Path) -> None:
    found = run("report", WXR, "-o", tmp_path / "r.html")
    assert found.exit_code == 0
    assert found.stdout == ""
    assert found.stderr.startswith("4 comments: ")
    tree = parsed((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert text_of(tree, "h1") == "Comments of wordpress.xml"
    assert "fake 1" in text_of(tree, "main")


def test_the_page_goes_into_a_pipe_without_a_name() -> None:
    found = run("report", "-q", stdin=TWO)
    assert text_of(parsed(found.stdout), "h1") == "Comments"
    assert found.stderr == ""


@pytest.mark.parametrize("arguments", [["-o", "r.txt"], ["-o", "r"], ["--jobs", "2", "--dask", "tcp://a.example:1"]])
def test_wrong_usage_is_told(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("report", WXR, *arguments).exit_code == 2
    assert os.listdir(tmp_path) == []


def test_what_a_cut_off_input_held_is_written_and_the_run_fails(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(TWO + b'{"id": "3", "te')
    found = run("report", tmp_path / "in.jsonl", "-q", "-o", tmp_path / "out.html")
    assert found.exit_code == 1
    assert "cut off; the 2 comments before that were counted" in found.stderr
    parsed((tmp_path / "out.html").read_text(encoding="utf-8"))


def test_without_jinja_it_is_told_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    pages._environment.cache_clear()
    found = run("report", WXR, "-o", tmp_path / "r.html")
    assert found.exit_code == 1
    assert found.stderr == "commentguard: pages of HTML need Jinja2; run: pip install commentguard[report]\n"
    assert os.listdir(tmp_path) == []

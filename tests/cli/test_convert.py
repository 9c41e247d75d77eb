"""The command convert."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from pathlib import Path

import pytest

from commentguard.readers import read_comments

from .running import EXPORTS, WXR, lines, run


@pytest.mark.parametrize(
    "name",
    ["wordpress.xml", "disqus.xml", "movabletype.txt", "blogengine", "wp-cli.json", "table.csv", "comments.jsonl"],
)
def test_what_convert_writes_is_read_back_equal(name: str, tmp_path: Path) -> None:
    source, target = EXPORTS / name, tmp_path / "out.jsonl.gz"
    assert run("convert", source, "-o", target, "--with-personal-data").exit_code == 0
    assert target.read_bytes()[:2] == b"\x1f\x8b"
    expected = list(read_comments(source))
    assert expected
    assert list(read_comments(target)) == expected


def test_every_comment_is_written_whatever_its_status_with_the_label_a_person_gave() -> None:
    found = lines(run("convert", WXR))
    assert [(line["id"], line["status"], line.get("label")) for line in found[:3]] == [
        ("22", "approved", None),
        ("21", "approved", None),
        ("23", "trash", "spam"),
    ]
    assert found[0]["post"]["title"] == "Rye & patience"
    assert found[0]["thread"] == [{"author": "First & only", "text": "Which flour’s best?"}]
    assert found[0]["user_id"] == "3"


def test_personal_data_are_written_only_on_demand() -> None:
    for form in ("jsonl", "csv"):
        plain = run("convert", WXR, "--output-format", form).output
        assert "@" not in plain
        assert "192.0.2" not in plain
        assert "second@mail.example" in run("convert", WXR, "--output-format", form, "--with-personal-data").stdout


def test_csv_keeps_all_but_thread_and_unknown_keys_and_says_so(tmp_path: Path) -> None:
    found = run("convert", WXR, "-o", tmp_path / "out.csv", "--with-personal-data")
    assert "CSV has no place for the thread, unknown keys or source page of 3 comments" in found.stderr
    expected = [replace(comment, thread=(), extra={}) for comment in read_comments(WXR)]
    assert [replace(comment, thread=()) for comment in read_comments(tmp_path / "out.csv")] == expected


def test_standard_input_is_converted_to_standard_output() -> None:
    packed = gzip.compress(Path(WXR).read_bytes())
    found = run("convert", "-", stdin=packed)
    assert len(list(read_comments(io.BytesIO(found.stdout_bytes)))) == 4
    assert found.stderr == "4 comments written\n"


def test_what_a_cut_off_export_held_is_written_and_the_run_fails(tmp_path: Path) -> None:
    (tmp_path / "cut.xml").write_bytes(Path(WXR).read_bytes()[:-400])
    found = run("convert", tmp_path / "cut.xml", "-o", tmp_path / "out.jsonl")
    assert found.exit_code == 1
    assert len(list(read_comments(tmp_path / "out.jsonl"))) >= 3
    assert "the input is cut off" in found.stderr.splitlines()[-1]

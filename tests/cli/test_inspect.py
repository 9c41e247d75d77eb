"""The command inspect, on exports."""

from __future__ import annotations

import json
from pathlib import Path

from .running import WXR, run


def told(*arguments: str | Path) -> dict[str, str]:
    """Return name and value of each line of the command's output."""
    lines = (line.partition(" ") for line in run("inspect", *arguments).stdout.splitlines())
    return {name: value.strip() for name, _, value in lines}


def test_an_export_is_told_in_words() -> None:
    found = told(WXR)
    assert found["format"] == "WordPress export (WXR)"
    assert found["comments"] == "4"
    assert found["types"] == "comment 3, pingback 1"
    assert found["status"] == "approved 2, trash 1, spam 1"
    assert found["labels"] == "none 2, spam 2"
    assert found["posts"] == "2"
    assert found["dates"] == "2015-03-03 to 2015-03-05"
    assert "hint" not in found


def test_a_wordpress_export_without_spam_is_told_to_hold_none(tmp_path: Path) -> None:
    text = Path(WXR).read_text(encoding="utf-8")
    text = text.replace("<wp:comment_approved>spam<", "<wp:comment_approved>0<").replace("akismet_user_result", "other")
    (tmp_path / "clean.xml").write_text(text, encoding="utf-8")
    found = run("inspect", tmp_path / "clean.xml").stdout
    assert "leaves out what was marked as spam" in found
    assert "--map approved=substantive,spam=spam" in found


def test_the_counts_are_had_as_json() -> None:
    found = json.loads(run("inspect", WXR, "--output-format", "json").stdout)
    assert found["format"] == "wordpress"
    assert found["types"] == {"comment": 3, "pingback": 1}
    assert found["labels"] == {"spam": 2}
    assert (found["first"], found["skipped"], found["truncated"]) == ("2015-03-03T08:00:00", 0, False)


def test_skipped_records_and_warnings_are_listed(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "x", "date": "some day"}\nbroken\n{"id": 1, "text": "x"}\n')
    found = run("inspect", tmp_path / "in.jsonl")
    assert found.exit_code == 0
    assert "line 2: it is no JSON object" in found.stdout
    assert "a date could not be read" in found.stdout
    assert "an id occurs more than once" in found.stdout


def test_a_cut_off_export_is_told_and_fails(tmp_path: Path) -> None:
    (tmp_path / "cut.xml").write_bytes(Path(WXR).read_bytes()[:-400])
    found = run("inspect", tmp_path / "cut.xml")
    assert found.exit_code == 1
    assert "comments" in found.stdout
    assert "cut off" in found.stderr

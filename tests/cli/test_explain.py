"""The command explain."""

from __future__ import annotations

import pytest

from .fake_guard import put_in_place
from .running import WXR, lines, run


@pytest.fixture(autouse=True)
def _fake_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch)


@pytest.mark.parametrize(
    ("choice", "ids"),
    [
        (["--id", "21"], ["21"]),
        (["--number", "1"], ["22"]),
        (["--number", "3", "--id", "22"], ["22", "23"]),
        ([], ["22", "21", "23", "156c6960d16c7c2d"]),
    ],
)
def test_comments_are_chosen_by_id_and_by_number(choice: list[str], ids: list[str]) -> None:
    found = run("explain", WXR, *choice)
    assert found.exit_code == 0
    assert [line["id"] for line in lines(found)] == ids


def test_json_lines_hold_the_verdict_and_all_evidence() -> None:
    (found,) = lines(run("explain", "--text", "buy plums"))
    assert list(found) == ["id", "label", "probabilities", "needs_review", "reasons", "evidence", "passage"]
    assert found["evidence"][1] == {
        "name": "calm", "text": "it is calm", "value": None, "contributions": {"spam": -0.5},
    }  # fmt: skip


def test_a_table_shows_what_speaks_for_and_against() -> None:
    found = run("explain", "--output-format", "table", "--type", "pingback", "--author", "buy now", "--author-url",
                "http://x.example/", "--post-title", "Careers", "--post-text", "On careers.")  # fmt: skip
    words = " ".join(found.stdout.split())
    for shown in ("spam (spam 90%", "type pingback", "author buy now", "address http://x.example/", "post Careers",
                  "for spam: +1.00 its words", "against spam: -0.50 it is calm"):  # fmt: skip
        assert shown in words


def test_an_id_that_is_not_there_is_an_error_with_a_remedy() -> None:
    found = run("explain", WXR, "--id", "9999", "--id", "21")
    assert found.exit_code == 1
    assert len(lines(found)) == 1
    assert "there is no comment with id 9999; commentguard convert shows all ids" in found.stderr


@pytest.mark.parametrize("arguments", [[], [WXR, "--text", "x"], ["--text", "x", "--id", "1"], [WXR, "--number", "0"]])
def test_neither_source_nor_comment_or_both_is_wrong_usage(arguments: list[str]) -> None:
    assert run("explain", *arguments).exit_code == 2

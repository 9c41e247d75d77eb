"""Verdicts and explanations as tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import StringIO
from itertools import repeat, takewhile
from typing import Any

import pytest
from rich.cells import cell_len

from commentguard.records import Comment, Post, Reason, Verdict
from commentguard.reports.table import ROWS_AT_A_TIME, write_explanations, write_verdicts

from .examples import Terminal, verdict

HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202eexe.txt\n[bold red]loud[/] :smile: \x9b31m\u2066"


@dataclass
class Piece:
    name: str
    text: str
    value: float
    contributions: dict[str, float]


@dataclass
class Explained:
    verdict: Verdict
    evidence: tuple[Piece, ...]
    passage: str = ""


def table(*pairs: tuple[Comment, Verdict], stream: StringIO | None = None) -> str:
    stream = stream or StringIO()
    write_verdicts(pairs, stream)
    return stream.getvalue()


def test_a_row_shows_label_probability_review_author_post_text_and_first_reason() -> None:
    comment = Comment("Nice <b>leeks</b> &amp; more", author="Di", post=Post(title="Leek soup"))
    line = table((comment, verdict("off-topic", 0.61, True, "speaks of nothing here", "second"))).splitlines()[1]
    for shown in ("off-topic", "61%", "?", "Di", "Leek soup", "Nice leeks & more", "speaks of nothing here"):
        assert shown in line
    assert "second" not in line


def test_the_reason_of_a_row_speaks_for_its_label() -> None:
    reasons = (Reason("a", "fits the post", -2.0), Reason("b", "full of links", 1.0))
    shown = table((Comment("x"), replace(verdict("spam"), reasons=reasons)))
    assert "full of links" in shown
    assert "fits the post" not in shown


def test_a_ping_is_marked_as_such() -> None:
    assert "[pingback]" in table((Comment("", type="pingback", author="dry skin"), verdict()))


def test_personal_data_are_no_part_of_the_table() -> None:
    comment = Comment("x", author_email="a@mail.example", author_ip="192.0.2.1")
    shown = table((comment, verdict()))
    assert "mail.example" not in shown
    assert "192.0.2" not in shown


@pytest.mark.parametrize("stream", [StringIO, Terminal])
def test_nothing_in_a_comment_is_obeyed_or_interpreted(stream: type[StringIO], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "400")
    comment = Comment(HOSTILE, author=HOSTILE, post=Post(title=HOSTILE))
    shown = table((comment, verdict("spam", 0.9, False, HOSTILE)), stream=stream())
    assert len(shown.splitlines()) == 2
    assert "[bold red]" in shown
    assert stream is StringIO or ":smile:" in shown
    assert not set(shown) & set("\x07\x9b\u202e\u2066")
    assert "\x1b]" not in shown
    assert "\x1b[2J" not in shown


@pytest.mark.parametrize("width", [20, 40, 69, 70, 80, 120, 200])
def test_rows_fit_the_width_of_the_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    comment = Comment("漢字 " * 200, author="ÄÖ👩‍🚀" * 50, post=Post(title="x" * 300))
    shown = table((comment, verdict("substantive", 0.999, True, "why " * 90)), stream=Terminal())
    assert [line for line in shown.splitlines() if cell_len(line) > width] == []


def test_colours_are_for_terminals_without_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    pair = (Comment("x"), verdict())
    assert "\x1b[31m" in table(pair, stream=Terminal())
    assert "\x1b" not in table(pair)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in table(pair, stream=Terminal())


def test_rows_are_seen_before_the_last_comment_was_judged() -> None:
    stream = StringIO()
    pair = (Comment("x"), verdict())
    until_seen = takewhile(lambda _: not stream.getvalue(), repeat(pair, 10_000))
    write_verdicts(until_seen, stream)
    assert len(stream.getvalue().splitlines()) == 1 + ROWS_AT_A_TIME


def test_an_explanation_weighs_for_and_against_in_words() -> None:
    pieces = (
        Piece("a", "full of\nlinks", 3, {"spam": 2.0}),
        Piece("b", "speaks of the post", 1, {"spam": -0.5}),
        Piece("c", "no matter", 0, {"spam": 0.0}),
    )
    stream = StringIO()
    explained: Any = Explained(verdict("spam", 0.9, True), pieces, "buy\x1b[2J now")
    write_explanations([(Comment("x", id="7", author="Di"), explained)], stream)
    lines = [" ".join(line.split()) for line in stream.getvalue().splitlines()]
    assert lines[0] == "spam (spam 90%, off-topic 5%, substantive 5%) to review"
    assert lines[lines.index("for spam:") + 1] == "+2.00 full of links"
    assert lines[lines.index("against spam:") + 1] == "-0.50 speaks of the post"
    assert "no matter" not in stream.getvalue()
    assert lines[-1].startswith("reads most like spam: buy")
    assert "\x1b" not in stream.getvalue()


def test_an_explanation_with_much_evidence_says_how_much_is_left_out() -> None:
    pieces = tuple(Piece(str(n), f"reason {n}", n, {"spam": float(n)}) for n in range(1, 21))
    stream = StringIO()
    explained: Any = Explained(verdict(), pieces)
    write_explanations([(Comment("x"), explained)], stream, most=5)
    assert "reason 20" in stream.getvalue()
    assert "reason 15" not in stream.getvalue()
    assert "and 15 weaker ones" in stream.getvalue()
    assert "against spam: nothing" in stream.getvalue()

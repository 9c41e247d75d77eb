"""Models and pairs in words."""

from __future__ import annotations

from io import StringIO

import pytest

from commentguard.reports.figures import described_model, write_pairs

from .examples import Terminal


def test_a_manifest_of_strange_values_is_told_all_the_same() -> None:
    notes = {"a_b": [1, None, True], "many": list(range(50)), "deep": {"x": {"y": 0.123456}}, "odd": "e\x1b[2Jvil"}
    told = dict(described_model({"notes": notes, "files": {}}))
    assert told["a b"] == "1, none, yes"
    assert told["many"].endswith("29, and 20 more")
    assert told["deep"] == "x y 0.1235"
    assert "\x1b" not in told["odd"]
    assert told["fingerprint"] == ""


def test_pairs_are_whole_lines_in_a_pipe_and_folded_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    pairs = [("name", "word " * 30), ("second", "line\nbreak")]
    pipe, terminal = StringIO(), Terminal()
    write_pairs(pairs, pipe)
    write_pairs(pairs, terminal)
    assert pipe.getvalue().splitlines() == [f"name    {'word ' * 30}", "second  line break"]
    assert len(terminal.getvalue().splitlines()) > 4

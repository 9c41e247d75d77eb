"""Progress for a person who waits."""

from __future__ import annotations

import sys
from io import StringIO

import pytest

from commentguard.cli import progress


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def passed(monkeypatch: pytest.MonkeyPatch, err: StringIO, out: StringIO, patience: float, quiet: bool = False) -> str:
    """Return what is written to standard error while 100 items pass."""
    monkeypatch.setattr(progress, "PATIENCE", patience)
    monkeypatch.setattr(progress, "_REDRAWN", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr(sys, "stdout", out)
    assert list(progress.counted(range(100), quiet)) == list(range(100))
    return err.getvalue()


def test_long_work_is_counted_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = passed(monkeypatch, Terminal(), StringIO(), patience=-1)
    assert "100 comments" in shown
    assert shown.endswith("\x1b[2K")  # the line is wiped


@pytest.mark.parametrize(
    ("err", "out", "patience", "quiet"),
    [(Terminal, StringIO, 60, False), (StringIO, StringIO, -1, False), (Terminal, Terminal, -1, False),
     (Terminal, StringIO, -1, True)],
    ids=["short work", "no terminal", "results on the terminal", "quiet"],
)  # fmt: skip
def test_nothing_is_shown_where_nobody_waits_for_it(
    err: type[StringIO], out: type[StringIO], patience: float, quiet: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert passed(monkeypatch, err(), out(), patience, quiet) == ""


def test_an_error_in_the_work_takes_the_progress_away(monkeypatch: pytest.MonkeyPatch) -> None:
    err = Terminal()
    monkeypatch.setattr(progress, "PATIENCE", -1)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr(sys, "stdout", StringIO())
    items = progress.counted(iter((1, 2, 3)))
    next(items)
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert "\x1b[?25h" in err.getvalue()  # the cursor is back

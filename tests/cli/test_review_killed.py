"""The program review in a terminal of its own: killed, ended, opened again."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commentguard.labels import read_decisions

from .running import program, rows

if sys.platform == "win32":
    pytest.skip("there are no terminals of this kind", allow_module_level=True)

import pty
import termios

PATIENCE = 120


class Terminal:
    """A program that believes a person sits in front of it."""

    def __init__(self, *arguments: str | Path, cwd: Path) -> None:
        self.master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        environment = {**os.environ, "TERM": "xterm-256color", "COMMENTGUARD_MODELS": str(cwd / "models")}
        self.program = program(*arguments, stdin=slave, stdout=slave, stderr=slave, cwd=cwd, env=environment,
                               start_new_session=True)  # fmt: skip
        self.slave = slave
        self.shown = b""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                self.shown += os.read(self.master, 65536)
            except OSError:
                return

    def press(self, key: bytes) -> None:
        os.write(self.master, key)

    def until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, self.shown[-2000:]
            assert self.program.poll() is None, self.shown[-2000:]
            time.sleep(0.05)

    def end(self, number: signal.Signals) -> int:
        self.program.send_signal(number)
        return self.program.wait(PATIENCE)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], Terminal]]:
    """Return what opens the screen on four comments and waits until it is there."""
    export = rows(tmp_path / "export.jsonl", 4)
    terminals: list[Terminal] = []

    def terminal() -> Terminal:
        found = Terminal("review", export, "--labels", "labels.jsonl", "--order", "time", cwd=tmp_path)
        terminals.append(found)
        found.until(lambda: b"skip" in found.shown)  # the keys are told once they work
        return found

    yield terminal
    for one in terminals:
        if one.program.poll() is None:
            one.program.kill()
        one.program.wait(PATIENCE)
        os.close(one.slave)
        os.close(one.master)


def decided(folder: Path) -> list[tuple[str, str | None]]:
    return [(one.id, one.label) for one in read_decisions(folder / "labels.jsonl")]


@pytest.mark.integration
def test_killing_it_loses_nothing_and_it_goes_on_where_it_stopped(
    tmp_path: Path, opened: Callable[[], Terminal]
) -> None:
    terminal = opened()
    for number, key in enumerate((b"1", b"3"), start=1):
        terminal.press(key)
        terminal.until(lambda count=number: len(decided(tmp_path)) == count)  # type: ignore[misc]
    assert terminal.end(signal.SIGKILL) == -signal.SIGKILL
    assert decided(tmp_path) == [("0", "spam"), ("1", "substantive")]
    terminal = opened()
    terminal.press(b"2")
    terminal.until(lambda: len(decided(tmp_path)) == 3)
    assert decided(tmp_path)[2] == ("2", "off-topic")
    assert terminal.end(signal.SIGTERM) == 128 + signal.SIGTERM
    assert b"Traceback" not in terminal.shown
    assert b"1 labelled now, 1 without a label" in terminal.shown
    assert termios.tcgetattr(terminal.slave) == terminal.before


@pytest.mark.integration
def test_what_is_typed_before_the_screen_opens_labels_nothing(tmp_path: Path) -> None:
    terminal = Terminal("review", rows(tmp_path / "export.jsonl", 4), cwd=tmp_path)
    terminal.press(b"1a1ru3 ")
    terminal.until(lambda: b"skip" in terminal.shown)
    terminal.press(b"q")
    assert terminal.program.wait(PATIENCE) == 0
    assert decided(tmp_path) == []
    os.close(terminal.slave)
    os.close(terminal.master)

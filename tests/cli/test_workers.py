"""The options --jobs and --dask of classify, as a program of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .running import lines, program, rows, run


def test_the_verdicts_of_two_jobs_are_those_of_one(trained: tuple[Path, object], tmp_path: Path) -> None:
    source = rows(tmp_path / "in.jsonl", 1200)
    alone = run("classify", source, "--model", trained[0])
    together = run("classify", source, "--model", trained[0], "--jobs", "2")
    assert len(lines(together)) == 1200
    assert together.stdout == alone.stdout
    assert together.stderr == alone.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--jobs", "0"], "0 is not in the range"),
        (["--dask", "10.0.0.5"], "write it like tcp://HOST:PORT"),
        (["--dask", "tcp://127.0.0.1:1", "--jobs", "2"], "leave --jobs out"),
    ],
)
def test_workers_that_can_not_be_meant_are_wrong_usage(options: list[str], says: str) -> None:
    found = run("classify", *options, stdin=b'{"text": "x"}\n')
    assert found.exit_code == 2
    assert says in " ".join(found.stderr.split())


def test_dask_that_is_not_installed_is_told_with_the_remedy(
    trained: tuple[Path, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    found = run("classify", "--dask", "tcp://127.0.0.1:1", "--model", trained[0], stdin=b'{"text": "x"}\n')
    assert found.exit_code == 1
    assert found.stderr == "commentguard: Dask is not installed: pip install commentguard[dask]\n"


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="a terminal's Ctrl-C is a signal to a group of processes")
def test_an_interrupt_ends_all_processes_with_one_line_and_leaves_nothing(
    trained: tuple[Path, object], tmp_path: Path
) -> None:
    (tmp_path / "temporary").mkdir()
    with (
        rows(tmp_path / "in.jsonl", 200_000).open("rb") as source,
        program(
            "classify", "-", "--jobs", "2", "--model", trained[0],
            stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        ) as started,
    ):  # fmt: skip
        assert started.stdout is not None
        assert started.stderr is not None
        assert started.stdout.readline().startswith(b'{"id":')  # now all are at work
        os.killpg(started.pid, signal.SIGINT)
        assert started.stdout.read()[-2:] in (b"}\n", b"")  # whole lines, or none beside the first
        assert started.stderr.read() == b"commentguard: interrupted; no output file was written\n"
    assert started.returncode == 130
    assert os.listdir(tmp_path / "temporary") == []

"""What all commands share: help, errors, exit codes, signals, pipes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import commentguard
from commentguard.cli import main

from .running import program, rows, run

COMMANDS = (
    "classify", "explain", "report", "review", "queue", "labels", "train", "update", "models", "evaluate", "convert",
    "inspect", "serve", "keys", "posts", "erase",
)  # fmt: skip
ROOT = Path(__file__).parents[2]


def test_the_commands_are_those_of_the_contract() -> None:
    assert tuple(main.list_commands(click.Context(main))) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_in_the_readme(command: str) -> None:
    assert f"commentguard {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example_to_copy(command: str) -> None:
    found = run(command, "--help")
    assert found.exit_code == 0
    assert f"Example:\n    commentguard {command} " in found.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_short_help_in_the_list_is_what_the_command_itself_says(command: str) -> None:
    loaded = main.get_command(click.Context(main), command)
    assert loaded is not None
    assert loaded.help is not None
    first = loaded.help.splitlines()[0]
    assert f"{command:<8}  {first}" in run("--help").stdout


@pytest.mark.parametrize("arguments", ["['--help']", "['--version']"])
def test_help_loads_nothing_heavy(arguments: str) -> None:
    heavy = {"numpy", "scipy", "sklearn", "nltk", "rich", "lxml", "joblib", "selectolax", "commentguard.readers"}
    code = (
        f"import sys\nfrom commentguard.cli import main\ntry:\n    main({arguments})\n"
        f"except SystemExit:\n    print(*({heavy!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout
    assert done.stderr.strip() == ""


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout == f"commentguard, version {commentguard.__version__}\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["classify", "--nonsense"], ["convert"], ["train"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert "Usage:" in found.stderr


@pytest.mark.parametrize("command", ["convert", "inspect"])
def test_bad_input_ends_with_1_and_one_line(command: str, tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    for name in ("image", "empty", "folder", "missing", "miss\x1b[2Jing\n", "x" * 5000, "a\0b"):
        found = run(command, tmp_path / name)
        assert found.exit_code == 1
        assert found.stderr.startswith("commentguard: ")
        assert found.stderr.count("\n") == 1
        assert "\x1b" not in found.stderr
        assert found.stdout == ""


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    source = rows(tmp_path / "many.jsonl", 20_000)
    with program("convert", source, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b'{"id": "0"')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(10) == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("count", [3, 20_000])
def test_a_full_disk_behind_standard_output_ends_with_one_line(count: int, tmp_path: Path) -> None:
    source = rows(tmp_path / "some.jsonl", count)
    with open("/dev/full", "wb") as full, program("convert", source, stdout=full, stderr=subprocess.PIPE) as process:
        assert process.stderr
        said = process.stderr.read().decode()
        assert process.wait(10) == 1
    assert said.startswith("commentguard: standard output: can't be written")
    assert said.count("\n") == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_an_interrupted_run_leaves_the_old_file_and_no_temporary(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    (tmp_path / "out.jsonl").write_text("old")
    pipe = subprocess.PIPE
    arguments = ("convert", "-", "--format", "jsonl", "-o", tmp_path / "out.jsonl")
    with program(*arguments, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(b'{"text": "plums"}\n' * 30_000)  # more than a pipe holds: done once it is being read
        process.stdin.flush()
        time.sleep(0.3)  # a signal that comes just before it waits for more would be seen only after that
        assert len(os.listdir(tmp_path)) == 2
        process.send_signal(number)
        assert process.wait(10) == code
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert said.count("\n") <= 1
    assert os.listdir(tmp_path) == ["out.jsonl"]
    assert (tmp_path / "out.jsonl").read_text() == "old"


def test_data_are_utf8_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "1", "text": "grüß 漢字"}', encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1", "LC_ALL": "C"}
    with program("convert", tmp_path / "in.jsonl", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                 env=environment) as process:  # fmt: skip
        assert process.stdout
        assert "grüß 漢字" in process.stdout.read().decode("utf-8")
        assert process.wait(10) == 0

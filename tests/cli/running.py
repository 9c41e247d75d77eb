"""Running commands in tests, within this process or as a program of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from commentguard.cli import main

EXPORTS = Path(__file__).parents[1] / "readers" / "exports"
WXR = str(EXPORTS / "wordpress.xml")


def run(*arguments: str | Path, stdin: bytes | str | None = None) -> Result:
    """Run a command in this process; an exception that is not a proper end fails the test."""
    result = CliRunner().invoke(main, [str(one) for one in arguments], input=stdin, catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


def lines(result: Result) -> list[dict[str, Any]]:
    """Return the objects that a command wrote to standard output as JSON Lines."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def program(*arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
    """Start the program on its own."""
    command = [sys.executable, "-c", "from commentguard.cli import main; main(prog_name='commentguard')"]
    return subprocess.Popen([*command, *map(str, arguments)], **options)


def rows(path: Path, count: int) -> Path:
    """Write so many comments into a file and return it."""
    text = "".join(json.dumps({"id": str(n), "text": f"comment {n} about plums"}) + "\n" for n in range(count))
    path.write_text(text, encoding="utf-8")
    return path

"""The command line: every command is a thin wrapper over one public function, and loads only what it needs."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from commentguard import __version__
from commentguard.cli.failure import Failure, Interrupted
from commentguard.cli.options import example
from commentguard.errors import CommentGuardError

__all__ = ["main"]

_COMMANDS: Final = {
    "classify": "Label comments as spam, off-topic or substantive.",
    "explain": "Tell what speaks for and against a verdict.",
    "report": "Write a page on a blog's comments for its owner.",
    "review": "Label comments one by one at the terminal.",
    "queue": "Write the comments to label next as CSV.",
    "labels": "Take labels into a labels file.",
    "train": "Learn a model from labelled comments.",
    "update": "Take single decisions in at once.",
    "models": "List the models that training made, and choose the one that is used.",
    "evaluate": "Measure a model on labelled comments.",
    "convert": "Write every comment of an export as JSON Lines or CSV.",
    "inspect": "Show what an export or a model folder holds.",
    "serve": "Answer blogs over HTTP, as Akismet does and in JSON.",
    "keys": "Make and remove the keys that clients of a server show.",
    "posts": "Give a server the posts that comments stand under.",
    "erase": "Erase what a server's store keeps of an author, or what is old.",
}
"""Command to what its module's docstring says in short: kept here so that help loads no command."""


class LazyGroup(click.Group):
    """A group that imports a command when it is called, and ends on errors as this program promises."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are shown."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"commentguard.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their short help, none of them loaded."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run a command; errors end in one line, a reader that went away ends quietly."""
        try:
            with _ended_by_signals():
                result = super().invoke(ctx)
                if sys.stdout is not None:
                    sys.stdout.flush()
            return result
        except CommentGuardError as error:
            raise _failed(Failure(str(error))) from None
        except BrokenPipeError:
            _drop_output()
            ctx.exit(0)
        except KeyboardInterrupt:
            raise _failed(Interrupted("interrupted; no output file was written")) from None
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            message = f"{place}{error.strerror or error}; check the disk and the permissions"
            raise _failed(Failure(message)) from None
        except MemoryError:
            raise _failed(Failure("not enough memory; close other programs or split the input")) from None


def _failed(failure: Failure) -> Failure:
    _drop_output()
    return failure


def _drop_output() -> None:
    """Write out what standard output still holds; where it can't be, forget it, lest the interpreter fail on it."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a request to end (kill, a closed terminal) unwind the program, so that temporary files are removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: object) -> NoReturn:
        raise SystemExit(128 + number)

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    changed = [number for number in (getattr(signal, name) for name in names)
               if signal.getsignal(number) is signal.SIG_DFL]  # fmt: skip
    for number in changed:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=example("commentguard classify export.xml -o verdicts.csv"),
)
@click.version_option(__version__, prog_name="commentguard")
def main() -> None:
    """Label blog comments, pingbacks and trackbacks as spam, off-topic or substantive.

    Nothing leaves your machine. Results go to standard output or to -o NAME, messages to standard error.
    """

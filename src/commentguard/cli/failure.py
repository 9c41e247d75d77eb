"""How the program ends when it can't do what was asked: with one line on standard error."""

from __future__ import annotations

from typing import IO, Any

import click


class Failure(click.ClickException):
    """An error that ends the program with 1 and one line: what, where and what to do."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message to standard error, in one line and without anything a terminal would obey."""
        from commentguard.reports.display import printable

        click.echo(f"commentguard: {printable(self.message)}", file=file, err=True)


class Interrupted(Failure):
    """The end that a person asked for with Ctrl-C."""

    exit_code = 130

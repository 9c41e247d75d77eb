"""What commands do with labels files: read what is decided, say what could not be read, name who decides."""

from __future__ import annotations

import getpass
import os

import click

from commentguard.cli.sources import Sources
from commentguard.labels import Decision, read_decisions
from commentguard.reports.display import printable


def decisions_in(path: str, may_be_absent: bool = False) -> list[Decision]:
    """Return the decisions that count in a labels file; what could not be read is said.

    Parameters
    ----------
    path : str
        The file.
    may_be_absent : bool
        True where a file that does not exist yet holds no decision; else it is an error.
    """
    if may_be_absent and not os.path.lexists(path):
        return []
    read = Sources((path,))
    found = read_decisions(path, read.reports[0])
    if read.reports[0].skipped_count or read.reports[0].warnings:
        click.echo(f"of the labels in {printable(path)}:", err=True)
    read.say()
    return found


def name_of_labeller(given: str | None) -> str:
    """Return who decides: the name given, else that of the account; empty where it has none."""
    if given is not None:
        return given
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""

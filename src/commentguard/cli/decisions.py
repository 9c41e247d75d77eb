"""What commands do with labels files: read what is decided, say what could not be read, name who decides."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable

import click

from commentguard.cli.failure import Failure
from commentguard.cli.sources import Sources
from commentguard.labels import Decision, read_decisions
from commentguard.records import Comment
from commentguard.reports.display import printable


def decisions_in(path: str) -> list[Decision]:
    """Return the decisions that count in a labels file, none where it does not exist yet; say what can't be read."""
    if path != "-" and not os.path.lexists(path):
        return []
    read = Sources((path,))
    found = read_decisions(path, read.reports[0])
    if read.reports[0].skipped_count or read.reports[0].warnings:
        click.echo(f"of the labels in {printable(path)}:", err=True)
    read.say()
    return found


def refuse_other_blogs(path: str, decisions: Iterable[Decision], comments: Iterable[Comment]) -> None:
    """Refuse to decide on comments whose ids stand in the labels file for comments of another blog.

    Raises
    ------
    Failure
        When there are any: of two decisions on one id only the later would count.
    """
    known = {one.id: one.comment.source for one in decisions}
    for comment in comments:
        source = known.get(comment.id, "")
        if source and comment.source and source != comment.source:
            raise Failure(
                f"{path}: holds labels of {source}, whose ids occur in {comment.source} too; "
                "name another labels file for this blog"
            )


def name_of_labeller(given: str | None) -> str:
    """Return who decides: the name given, else that of the account; empty where it has none."""
    if given is not None:
        return given
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""

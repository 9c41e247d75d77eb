"""Label comments one by one at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from commentguard.cli.failure import Failure
from commentguard.cli.options import (
    example,
    labeller_option,
    model_option,
    models_option,
    order_option,
    quiet_option,
    reading_options,
    workers_options,
)

if TYPE_CHECKING:
    from commentguard.cli.sources import Sources
    from commentguard.session import Session

_MISSING: Final = "review needs Textual: pip install commentguard[review]; without it commentguard queue writes a table"


@click.command(
    "review",
    epilog=example(
        "commentguard review export.xml --labels labels.jsonl",
        "commentguard review export.xml --only 'is:review type:comment'",
        "commentguard train labels.jsonl -o my-model",
    ),
)
@click.argument("source", metavar="EXPORT")
@click.option("--labels", "labels_file", default="labels.jsonl", show_default=True, metavar="FILE",
              help="The labels file that decisions are appended to; what is decided in it is known.")  # fmt: skip
@order_option
@click.option("-n", "--number", default=20_000, show_default=True, type=click.IntRange(1, 1_000_000), metavar="N",
              help="How many comments to hold at most: the first ones of the order.")  # fmt: skip
@click.option("--only", "query", default="", metavar="QUERY", help="What to show at first, as the search in the screen "
              "takes it: words, label:spam, type:pingback, reason:link, post:12, host:shop.example, "
              "is:waiting|labelled|review|changed.")  # fmt: skip
@labeller_option
@reading_options
@model_option
@models_option
@workers_options
@quiet_option
def command(
    source: str,
    labels_file: str,
    order: str,
    number: int,
    query: str,
    labeller: str | None,
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    model: str | None,
    models: str | None,
    n_jobs: int,
    cluster: str | None,
    quiet: bool,
) -> None:
    """Label comments one by one at the terminal.

    One comment at a time stands under its post's title, with the verdict and its reasons; 1, 2 and 3 label it spam,
    off-topic or substantive, u takes it back, ? shows all keys. Each decision is on the disk at once, so that the
    program can be stopped in any way at any moment; it goes on where it stopped.
    """
    from commentguard.cli.sources import Sources
    from commentguard.reports.display import printable

    if source == "-":
        raise click.UsageError("the keyboard is needed to label; name the export's file instead of -")
    _check_query(query)
    read = Sources((source,), format_name, columns, posts, strict)
    read.refuse_as_output(labels_file, "--labels")
    _check_terminal()
    from commentguard.cli.decisions import decisions_in, name_of_labeller, refuse_other_blogs
    from commentguard.cli.progress import counted
    from commentguard.cli.screen import ReviewApp
    from commentguard.guard import load_model
    from commentguard.labels import append_decisions
    from commentguard.selection import select
    from commentguard.session import Session

    decisions = decisions_in(labels_file)
    append_decisions(labels_file, ())  # what can't be written to is told before the work, not after it
    if not quiet:
        click.echo(f"judging the comments of {printable(source)} ...", err=True)
    guard = load_model(model, models=models)
    with closing(guard.classify_many(read.comments(), n_jobs=n_jobs, cluster=cluster)) as judged:
        candidates = select(counted(judged, quiet), order, number, pool=1)
    if not candidates:
        raise Failure(f"{source}: there are no comments in it; name another export")
    refuse_other_blogs(labels_file, decisions, (one.comment for one in candidates))
    record = partial(append_decisions, labels_file)
    session = Session(candidates, decisions, record, labeller=name_of_labeller(labeller), model=guard.fingerprint)
    before = session.waiting
    app = ReviewApp(session, query)
    app.run()
    if not quiet:
        _say(session, before, labels_file, read)
    read.fail_if_cut_off("shown")
    if app.return_code:
        raise SystemExit(app.return_code)


def _check_terminal() -> None:
    from importlib.util import find_spec

    from commentguard.errors import MissingPackageError

    if find_spec("textual") is None:
        raise MissingPackageError(_MISSING)
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise Failure("review needs a terminal; without one label in a spreadsheet: commentguard queue")


def _check_query(query: str) -> None:
    from commentguard.queries import QueryError, parse

    try:
        parse(query)
    except QueryError as error:
        raise click.UsageError(f"--only: {error}") from None


def _say(session: Session, before: int, labels_file: str, read: Sources) -> None:
    from commentguard.reports.display import printable

    left_out = read.reports[0].comments - len(session.candidates)
    more = f"; {left_out:,} more were left out, -n {read.reports[0].comments} shows them" if left_out else ""
    click.echo(f"{before - session.waiting:,} labelled now, {session.waiting:,} without a label{more}", err=True)
    place = printable(labels_file)
    click.echo(f"labels are in {place}; learn from them: commentguard train {place} -o my-model", err=True)
    read.say()

"""Label comments as spam, off-topic or substantive."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, TextIO

import click

from commentguard.cli.options import (
    check_workers,
    chosen_format,
    example,
    model_option,
    models_option,
    output_options,
    quiet_option,
    reading_options,
    verify_pings_option,
    workers_options,
)

if TYPE_CHECKING:
    from commentguard.records import Comment, Verdict

FORMATS = ("table", "jsonl", "csv", "html")


@click.command(
    "classify",
    epilog=example(
        "commentguard classify export.xml -o verdicts.csv",
        "wp comment list --format=json | commentguard classify > verdicts.jsonl",
        "commentguard classify --jobs 8 export.xml.gz -o verdicts.jsonl.gz",
        "commentguard classify --verify-pings export.xml -o verdicts.jsonl",
    ),
)
@click.argument("sources", nargs=-1, metavar="[SOURCES]...")
@reading_options
@verify_pings_option
@model_option
@models_option
@workers_options
@output_options(*FORMATS)
@quiet_option
def command(
    sources: tuple[str, ...],
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    verify_pings: bool,
    model: str | None,
    models: str | None,
    n_jobs: int,
    cluster: str | None,
    output: str | None,
    output_format: str | None,
    quiet: bool,
) -> None:
    """Label comments as spam, off-topic or substantive.

    SOURCES are exports (WordPress, Disqus, Movable Type, BlogEngine.NET, wp-cli, CSV, JSON Lines), gzipped or not;
    without one, or for -, standard input is read. Verdicts come in the order of the input: as a table on a terminal,
    as JSON Lines into a pipe, as the ending of -o says (.jsonl, .csv, .txt, .html) in a file. A page of HTML holds
    the first 10,000 and needs commentguard[report].

    With --verify-pings other servers are asked, else none: only at public addresses, for 10 seconds and 150 KB a page.
    JSON Lines hold what was found as source_page; a ping that brings one along is not checked again.
    """
    from commentguard.cli.pings import PingCheck
    from commentguard.cli.progress import counted
    from commentguard.cli.sources import Sources, Tally, warn_of_drift
    from commentguard.reports.output import open_output

    check_workers(n_jobs, cluster)
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    form = chosen_format(output_format, output, FORMATS, "table" if on_terminal else "jsonl")
    read = Sources(sources or ("-",), format_name, columns, posts, strict)
    read.refuse_as_output(output)
    if form == "html":
        from commentguard.reports.pages import require_templates

        require_templates()
    tally, check = Tally(), PingCheck(verify_pings)
    with open_output(output) as stream:
        from commentguard.guard import load_model

        guard = load_model(model, models=models)
        with closing(guard.classify_many(check.of(read.comments()), n_jobs=n_jobs, cluster=cluster)) as judged:
            verdicts = counted(tally.of(judged), quiet)
            left_out = _write(form, verdicts, stream)
    if left_out:
        message = f"the page holds the first {tally.labels.total() - left_out:,}; a .csv or .jsonl file holds all"
        click.echo(f"warning: {message}", err=True)
    if not quiet:
        click.echo(tally.in_words(), err=True)
        check.say()
        warn_of_drift(guard, tally.shape.counts)
        read.say()
    read.fail_if_cut_off("classified")


def _write(form: str, verdicts: Iterable[tuple[Comment, Verdict]], stream: TextIO) -> int:
    """Write verdicts in a format; return how many of them it had no room for."""
    if form == "html":
        from commentguard.reports import verdict_page

        return verdict_page.write_verdicts(verdicts, stream)
    if form == "table":
        from commentguard.reports import table

        table.write_verdicts(verdicts, stream)
    else:
        from commentguard.reports import csv, jsonl

        (csv if form == "csv" else jsonl).write_verdicts(verdicts, stream)
    return 0

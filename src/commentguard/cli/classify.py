"""Label comments as spam, off-topic or substantive."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing

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
    workers_options,
)

FORMATS = ("table", "jsonl", "csv")


@click.command(
    "classify",
    epilog=example(
        "commentguard classify export.xml -o verdicts.csv",
        "wp comment list --format=json | commentguard classify > verdicts.jsonl",
        "commentguard classify --jobs 8 export.xml.gz -o verdicts.jsonl.gz",
    ),
)
@click.argument("sources", nargs=-1, metavar="[SOURCES]...")
@reading_options
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
    as JSON Lines into a pipe, as the ending of -o says (.jsonl, .csv, .txt) in a file.
    """
    from commentguard.cli.progress import counted
    from commentguard.cli.sources import Sources, Tally
    from commentguard.reports import csv, jsonl
    from commentguard.reports.output import open_output

    check_workers(n_jobs, cluster)
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    form = chosen_format(output_format, output, FORMATS, "table" if on_terminal else "jsonl")
    read = Sources(sources or ("-",), format_name, columns, posts, strict)
    read.refuse_as_output(output)
    tally = Tally()
    with open_output(output) as stream:
        from commentguard.guard import load_model

        guard = load_model(model, models=models)
        with closing(guard.classify_many(read.comments(), n_jobs=n_jobs, cluster=cluster)) as judged:
            verdicts = counted(tally.of(judged), quiet)
            if form == "table":
                from commentguard.reports import table

                table.write_verdicts(verdicts, stream)
            else:
                (csv if form == "csv" else jsonl).write_verdicts(verdicts, stream)
    if not quiet:
        click.echo(tally.in_words(), err=True)
        read.say()
    read.fail_if_cut_off("classified")

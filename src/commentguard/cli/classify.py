"""Label comments as spam, off-topic or substantive."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click

from commentguard.cli.options import chosen_format, example, model_option, output_options, quiet_option, reading_options

FORMATS = ("table", "jsonl", "csv")


@click.command(
    "classify",
    epilog=example(
        "commentguard classify export.xml -o verdicts.csv",
        "wp comment list --format=json | commentguard classify > verdicts.jsonl",
    ),
)
@click.argument("sources", nargs=-1, metavar="[SOURCES]...")
@reading_options
@model_option
@output_options(*FORMATS)
@quiet_option
def command(
    sources: tuple[str, ...],
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    model: str | None,
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

    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    form = chosen_format(output_format, output, FORMATS, "table" if on_terminal else "jsonl")
    read = Sources(sources or ("-",), format_name, columns, posts, strict)
    read.refuse_as_output(output)
    tally = Tally()
    with open_output(output) as stream:
        from commentguard.guard import load_model

        guard = load_model(model)
        verdicts = counted(tally.of(guard.classify_many(read.comments())), quiet)
        if form == "table":
            from commentguard.reports import table

            table.write_verdicts(verdicts, stream)
        else:
            (csv if form == "csv" else jsonl).write_verdicts(verdicts, stream)
    if not quiet:
        click.echo(tally.in_words(), err=True)
        read.say()
    read.fail_if_cut_off("classified")

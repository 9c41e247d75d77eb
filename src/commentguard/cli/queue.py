"""Write the comments to label next as CSV."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

import click

from commentguard.cli.options import (
    chosen_format,
    example,
    labels_option,
    model_option,
    models_option,
    order_option,
    output_options,
    quiet_option,
    reading_options,
    workers_options,
)

if TYPE_CHECKING:
    from commentguard.records import Comment


@click.command(
    "queue",
    epilog=example(
        "commentguard queue export.xml -n 50 -o queue.csv",
        "commentguard labels import queue.csv --comments export.xml -o labels.jsonl",
        "commentguard queue export.xml --labels labels.jsonl -n 50 -o queue2.csv",
    ),
)
@click.argument("source", metavar="EXPORT")
@click.option(
    "-n",
    "--number",
    default=50,
    show_default=True,
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="How many comments to write at most.",
)
@order_option
@labels_option("comments that are labelled in it are left out")
@reading_options
@model_option
@models_option
@workers_options
@output_options("csv")
@quiet_option
def command(
    source: str,
    number: int,
    order: str,
    labels_file: str | None,
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
    """Write the comments to label next as CSV.

    Write spam, off-topic or substantive into the column label, in any spreadsheet, and take the table back with
    commentguard labels import. Comments that somebody labelled already are left out. First come those that the model
    learns most from: where it is unsure, and not fifty near copies; --order chooses another order.
    """
    from commentguard.cli.progress import counted
    from commentguard.cli.sources import Sources
    from commentguard.reports.output import open_output

    chosen_format(output_format, output, ("csv",), "csv")
    read = Sources((source,), format_name, columns, posts, strict)
    read.refuse_as_output(output)
    done = _done(labels_file)
    with open_output(output) as stream:
        from commentguard.guard import load_model
        from commentguard.selection import select
        from commentguard.sheets import write_queue

        guard = load_model(model, models=models)
        waiting = _Waiting(done)
        judged = guard.classify_many(waiting.of(read.comments()), n_jobs=n_jobs, cluster=cluster)
        with closing(judged):
            chosen = select(counted(judged, quiet), order, number)
        write_queue(((one.comment, one.verdict) for one in chosen), stream)
    if not quiet:
        what = f"{len(chosen):,} of {waiting.count:,} comments without a label"
        click.echo(
            f"{what} written; fill in the column label and take it back with commentguard labels import", err=True
        )
        read.say()
    read.fail_if_cut_off("looked at")


class _Waiting:
    """Comments that nobody labelled, counted as they pass."""

    def __init__(self, done: frozenset[str]) -> None:
        self._done = done
        self.count = 0

    def of(self, comments: Iterable[Comment]) -> Iterator[Comment]:
        for comment in comments:
            if comment.label is None and comment.id not in self._done:
                self.count += 1
                yield comment


def _done(labels_file: str | None) -> frozenset[str]:
    """Return the ids of the comments that are labelled in a labels file."""
    if labels_file is None:
        return frozenset()
    from commentguard.cli.decisions import decisions_in
    from commentguard.reports.display import printable

    if labels_file != "-" and not os.path.lexists(labels_file):
        click.echo(f"{printable(labels_file)}: no such file yet, nothing is left out", err=True)
    return frozenset(one.id for one in decisions_in(labels_file) if one.label is not None)

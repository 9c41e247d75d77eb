"""Write every comment of an export as JSON Lines or CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from commentguard.cli.options import (
    chosen_format,
    example,
    output_options,
    quiet_option,
    reading_options,
    verify_pings_option,
)

if TYPE_CHECKING:
    from commentguard.records import Comment

FORMATS = ("jsonl", "csv")


@click.command(
    "convert",
    epilog=example(
        "commentguard convert export.xml -o comments.jsonl.gz",
        "commentguard convert --verify-pings export.xml -o checked.jsonl",
    ),
)
@click.argument("source")
@reading_options
@verify_pings_option
@click.option("--with-personal-data", is_flag=True, help="Write e-mail and IP addresses too.")
@output_options(*FORMATS)
@quiet_option
def command(
    source: str,
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    verify_pings: bool,
    with_personal_data: bool,
    output: str | None,
    output_format: str | None,
    quiet: bool,
) -> None:
    """Write every comment of an export as JSON Lines or CSV.

    Every comment, whatever its status, with its post and thread, its status, and its label where a person gave one.
    Unknown keys are kept. CSV has no column for threads, unknown keys and what --verify-pings found.
    """
    from commentguard.cli.pings import PingCheck
    from commentguard.cli.progress import counted
    from commentguard.cli.sources import Sources
    from commentguard.reports import csv, jsonl
    from commentguard.reports.output import open_output

    form = chosen_format(output_format, output, FORMATS, "jsonl")
    read = Sources((source,), format_name, columns, posts, strict)
    read.refuse_as_output(output)
    left_out, check = _LeftOut(), PingCheck(verify_pings)
    with open_output(output) as stream:
        comments = counted(check.of(read.comments()), quiet)
        if form == "csv":
            csv.write_comments(left_out.counted(comments), stream, with_personal_data)
        else:
            jsonl.write_comments(comments, stream, with_personal_data)
    if not quiet:
        total = sum(report.comments for report in read.reports)
        click.echo(f"{total:,} comment{'' if total == 1 else 's'} written", err=True)
        check.say()
        if left_out.comments:
            click.echo(
                "warning: CSV has no place for the thread, unknown keys or source page of "
                f"{left_out.comments:,} comments; JSON Lines keep them",
                err=True,
            )
        read.say()
    read.fail_if_cut_off("written")


class _LeftOut:
    """How many comments lose something on the way into CSV."""

    def __init__(self) -> None:
        self.comments = 0

    def counted(self, comments: Iterable[Comment]) -> Iterator[Comment]:
        for comment in comments:
            self.comments += bool(comment.thread or comment.extra or comment.source_page)
            yield comment

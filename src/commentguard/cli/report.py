"""Write a page on a blog's comments for its owner."""

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
    output_option,
    quiet_option,
    reading_options,
    workers_options,
)


@click.command("report", epilog=example("commentguard report export.xml -o report.html"))
@click.argument("sources", nargs=-1, metavar="[SOURCES]...")
@reading_options
@model_option
@models_option
@workers_options
@output_option
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
    quiet: bool,
) -> None:
    """Write a page on a blog's comments for its owner.

    SOURCES are exports, as for classify; without one, or for -, standard input is read. The page is HTML that stands
    alone: labels by month, post, host and campaign, the comments that a person should look at, reasons and samples.
    Needs commentguard[report].
    """
    from commentguard.cli.progress import counted
    from commentguard.cli.sources import Sources, Tally, name_of
    from commentguard.reports.blog_page import write_report
    from commentguard.reports.output import open_output
    from commentguard.reports.pages import require_templates
    from commentguard.reports.summary import summarise

    check_workers(n_jobs, cluster)
    chosen_format(None, output, ("html",), "html")
    if output in (None, "-") and sys.stdout is not None and sys.stdout.isatty():
        raise click.UsageError("a page is no sight for a terminal; name a file: -o report.html")
    require_templates()
    read = Sources(sources or ("-",), format_name, columns, posts, strict)
    read.refuse_as_output(output)
    tally = Tally()
    with open_output(output) as stream:
        from commentguard.guard import load_model

        guard = load_model(model, models=models)
        with closing(guard.classify_many(read.comments(), n_jobs=n_jobs, cluster=cluster)) as judged:
            summary = summarise(counted(tally.of(judged), quiet))
        write_report(summary, stream, name=name_of(sources), model=f"{guard.name} ({guard.fingerprint})")
    if not quiet:
        click.echo(tally.in_words(), err=True)
        read.say()
    read.fail_if_cut_off("counted")

"""Measure a model on labelled comments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click

from commentguard.cli.failure import Failure
from commentguard.cli.options import (
    chosen_format,
    example,
    map_option,
    model_option,
    models_option,
    output_options,
    quiet_option,
    reading_options,
)

if TYPE_CHECKING:
    from commentguard.guard import CommentGuard
    from commentguard.records import Comment, Label, Verdict

FORMATS = ("table", "json", "html")


@click.command(
    "evaluate",
    epilog=example(
        "commentguard evaluate labelled.jsonl --by source",
        "commentguard evaluate labelled.jsonl --since 2024-05-17 --by month",
        "commentguard evaluate labelled.jsonl -o report.html",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...")
@reading_options
@map_option
@model_option
@models_option
@click.option("--by", multiple=True, type=click.Choice(("source", "type", "month")), help="Figures of each group too.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only comments dated then (2024-05-17) or later."
)
@output_options(*FORMATS)
@quiet_option
def command(
    sources: tuple[str, ...],
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    mapping: Mapping[str, Label],
    model: str | None,
    models: str | None,
    by: tuple[str, ...],
    since: datetime | None,
    output: str | None,
    output_format: str | None,
    quiet: bool,
) -> None:
    """Measure a model on labelled comments.

    SOURCES hold comments with a label, or with a status that --map turns into one; comments without are left out.
    Figures on comments that the model was trained on are too good. As a page (-o NAME.html, needs commentguard[report])
    they come with curves, what each threshold costs, and the worst errors. Where the comments are unlike those that the
    model was judged on, a warning says so.
    """
    from commentguard.cli.progress import counted
    from commentguard.cli.sources import Labelling, Sources, name_of
    from commentguard.reports.output import open_output

    form = chosen_format(output_format, output, FORMATS, "table")
    read = Sources(sources, format_name, columns, posts, strict)
    read.refuse_as_output(output)
    labelling = Labelling(mapping)
    if form == "html":
        from commentguard.reports.pages import require_templates

        require_templates()
    with open_output(output) as stream:
        from commentguard.evaluation import judge, verdicts_on
        from commentguard.guard import load_model

        guard = load_model(model, models=models)
        comments = labelling.of(counted(read.comments(), quiet))
        rows, verdicts = verdicts_on(guard, _dated(comments, since) if since else comments)
        evaluation = judge(rows, verdicts)
        if form == "html":
            from commentguard.curves import curves_of
            from commentguard.reports import evaluation_page

            told = f"{guard.name} ({guard.fingerprint})"
            evaluation_page.write_evaluation(
                evaluation, curves_of(rows, verdicts), stream, name=name_of(sources), model=told
            )
        elif form == "json":
            stream.write(json.dumps(evaluation.to_json(), ensure_ascii=False, indent=2, default=str) + "\n")
        else:
            from commentguard.reports.figures import write_evaluation

            write_evaluation(evaluation, stream, by)
    if not quiet:
        _say_drift(guard, verdicts)
        read.say()
    read.fail_if_cut_off("evaluated")


def _dated(comments: Iterable[Comment], since: datetime) -> Iterator[Comment]:
    """Yield the comments dated since then; tell how many have no date."""
    undated = found = 0
    for comment in comments:
        undated += comment.date is None
        if comment.date is not None and comment.date >= since:
            found += 1
            yield comment
    if undated:
        click.echo(f"warning: {undated:,} without a date left out", err=True)
    if not found:
        raise Failure(f"--since {since:%Y-%m-%d}: no comment is dated then or later; name an earlier day")


def _say_drift(guard: CommentGuard, verdicts: Iterable[Verdict]) -> None:
    from commentguard.cli.sources import warn_of_drift
    from commentguard.drift import Shape

    shape = Shape()
    for verdict in verdicts:
        shape.add_verdict(verdict)
    warn_of_drift(guard, shape.counts)
    if guard.model.manifest.get("notes", {}).get("reference") is None:
        message = "no word on drift: the model does not tell by which verdicts it was judged; train it again"
        click.echo(message, err=True)

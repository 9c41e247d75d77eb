"""Measure a model on labelled comments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

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
    from commentguard.records import Label

FORMATS = ("table", "json", "html")


@click.command(
    "evaluate",
    epilog=example(
        "commentguard evaluate labelled.jsonl --by source", "commentguard evaluate labelled.jsonl -o report.html"
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...")
@reading_options
@map_option
@model_option
@models_option
@click.option("--by", multiple=True, type=click.Choice(("source", "type")), help="Figures of each group too.")
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
    output: str | None,
    output_format: str | None,
    quiet: bool,
) -> None:
    """Measure a model on labelled comments.

    SOURCES hold comments with a label, or with a status that --map turns into one; comments without are left out.
    Figures on comments that the model was trained on are too good. As a page (-o NAME.html, needs commentguard[report])
    they come with curves, what each threshold costs, and the worst errors.
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
        rows, verdicts = verdicts_on(guard, labelling.of(counted(read.comments(), quiet)))
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
        read.say()
    read.fail_if_cut_off("evaluated")

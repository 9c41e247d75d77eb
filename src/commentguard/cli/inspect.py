"""Show what an export or a model folder holds."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from commentguard.cli.options import (
    chosen_format,
    example,
    models_option,
    output_options,
    quiet_option,
    reading_options,
)

if TYPE_CHECKING:
    from commentguard.cli.sources import Sources

FORMATS = ("table", "json")


@click.command("inspect", epilog=example("commentguard inspect export.xml"))
@click.argument("source", metavar="SOURCE|MODEL")
@reading_options
@models_option
@output_options(*FORMATS)
@quiet_option
def command(
    source: str,
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    models: str | None,
    output: str | None,
    output_format: str | None,
    quiet: bool,
) -> None:
    """Show what an export or a model folder holds.

    Of an export: its format, how many comments there are by type, status and label, posts, dates, and what could not
    be read. Of a model folder, or a version (v3, default, promoted): labels, thresholds, versions, what it was trained
    on, and whether its files are whole.
    """
    from commentguard.cli.sources import Sources
    from commentguard.reports.output import open_output

    form = chosen_format(output_format, output, FORMATS, "table")
    source = _place_of(source, models)
    read = Sources((source,), format_name, columns, posts, strict)
    read.refuse_as_output(output)
    with open_output(output) as stream:
        found, pairs = _model(source) if _is_model(source) else _export(read, quiet)
        if form == "json":
            stream.write(json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n")
        else:
            from commentguard.reports.figures import write_pairs

            write_pairs(pairs, stream)
    read.fail_if_cut_off("counted")


def _place_of(source: str, models: str | None) -> str:
    from commentguard.versions import PROMOTED, is_name

    if os.path.exists(source) or not (is_name(source) or source == PROMOTED):
        return source
    from commentguard.guard import model_folder

    return str(model_folder(source, models))


def _is_model(source: str) -> bool:
    return os.path.isfile(os.path.join(source, "manifest.json")) and not os.path.exists(
        os.path.join(source, "comments.jsonl")
    )


def _model(folder: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    from commentguard.reports.figures import described_model, fingerprint_of
    from commentguard.storage import describe

    manifest = describe(folder)
    return {**manifest, "fingerprint": fingerprint_of(manifest)}, described_model(manifest)


def _export(read: Sources, quiet: bool) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    from commentguard.cli.progress import counted
    from commentguard.reports.overview import described, overview

    found = overview(counted(read.comments(), quiet), read.reports[0])
    return found.to_json(), described(found)

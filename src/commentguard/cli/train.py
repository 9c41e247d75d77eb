"""Learn a model from labelled comments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from commentguard.cli.failure import Failure
from commentguard.cli.options import example, map_option, quiet_option, reading_options

if TYPE_CHECKING:
    from commentguard.evaluation import Evaluation
    from commentguard.guard import CommentGuard
    from commentguard.records import Label


@click.command(
    "train",
    epilog=example(
        "commentguard train export.xml spam.json --map approved=substantive,spam=spam -o my-model",
        "commentguard classify export.xml --model my-model",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...")
@click.option("-o", "--output", required=True, metavar="DIR", help="The folder to write the model to.")
@reading_options
@map_option
@click.option(
    "--from",
    "start",
    default="default",
    metavar="default|nothing|DIR",
    show_default=True,
    help="The model to go on from: the one that comes along, none, or a model folder.",
)
@click.option("--name", help="What the model calls itself; otherwise the folder's name.")
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**32 - 1),
    metavar="N",
    help="Splits and order hang on it: the same seed gives the same model.",
)
@click.option(
    "--test-size",
    default=0.2,
    show_default=True,
    type=click.FloatRange(0, 1, max_open=True),
    metavar="SHARE",
    help="The share of comments held out to measure on; 0 for none.",
)
@quiet_option
def command(
    sources: tuple[str, ...],
    output: str,
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    mapping: Mapping[str, Label],
    start: str,
    name: str | None,
    seed: int,
    test_size: float,
    quiet: bool,
) -> None:
    """Learn a model from labelled comments.

    SOURCES hold comments with a label, or with a status that --map turns into one; a folder with comments.jsonl and
    posts.jsonl is a source too. Figures on the comments that were held out go to standard output.
    """
    from commentguard.cli.progress import counted
    from commentguard.cli.sources import Labelling, Sources
    from commentguard.records import LABELS
    from commentguard.reports.display import printable

    read = Sources(sources, format_name, columns, posts, strict)
    labelling = Labelling(mapping)
    _check_place(output)
    from commentguard.storage import save_model
    from commentguard.training import train

    comments = labelling.of(counted(read.comments(), quiet))
    result = train(comments, start=_start(start), seed=seed, test_size=test_size)
    for warning in result.warnings:
        click.echo(f"warning: {printable(warning)}", err=True)
    notes = {
        **result.model.manifest.get("notes", {}),
        "sources": [_base(source) if source != "-" else source for source in sources],
        "map": dict(mapping),
        "from": start if start in ("default", "nothing") else _base(start),
        "test_size": test_size,
    }
    save_model(replace(result.model, manifest={"notes": notes}), output, name=name or _base(output))
    if result.evaluation is not None:
        _print(result.evaluation)
    if not quiet:
        counts = ", ".join(f"{result.counts.get(label, 0):,} {label}" for label in LABELS)
        click.echo(f"trained on {counts}", err=True)
        read.say()
        click.echo(f"model written to {printable(output)}; use it with --model {printable(output)}", err=True)
    read.fail_if_cut_off("trained on")


def _base(path: str) -> str:
    """Return the last part of a path: a model that is handed on tells nobody how its maker's disk is laid out."""
    return os.path.basename(os.path.abspath(path))


def _check_place(folder: str) -> None:
    """Refuse, before the work and not after it, a folder that the model could not be written to."""
    from commentguard.storage import MANIFEST

    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise Failure(f"{folder}: is no folder; name a new one for the model")
    if os.path.isdir(folder) and os.listdir(folder) and not os.path.isfile(os.path.join(folder, MANIFEST)):
        raise Failure(f"{folder}: is not empty and holds no model; name another folder")
    parent = os.path.abspath(folder)
    while not os.path.exists(parent):
        parent = os.path.dirname(parent)
    if not os.access(parent, os.W_OK):
        raise Failure(f"{folder}: {parent} may not be written to; name a folder elsewhere")


def _print(evaluation: Evaluation) -> None:
    from commentguard.reports.figures import write_evaluation
    from commentguard.reports.output import open_output

    with open_output(None) as stream:
        write_evaluation(evaluation, stream)


def _start(name: str) -> CommentGuard | None:
    if name == "nothing":
        return None
    from commentguard.guard import load_model

    return load_model(None if name == "default" else name)

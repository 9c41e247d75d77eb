"""Learn a model from labelled comments."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from commentguard.cli.failure import Failure
from commentguard.cli.options import (
    example,
    map_option,
    models_option,
    quiet_option,
    reading_options,
)

if TYPE_CHECKING:
    from commentguard.cli.sources import Sources
    from commentguard.guard import CommentGuard
    from commentguard.records import Comment, Label
    from commentguard.training import TrainingResult

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _learning_options(function: Decorated) -> Decorated:
    """Add the options on how it is learned and judged."""
    for option in reversed((
        click.option("--from", "start", default="default", show_default=True, metavar="default|nothing|DIR|NAME",
                     help="The model to go on from: the one that comes along, none, a folder, or a version."),
        click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1), metavar="N",
                     help="Splits hang on it: the same seed gives the same model."),
        click.option("--test-size", default=0.2, show_default=True, type=click.FloatRange(0, 1, max_open=True),
                     metavar="SHARE", help="The share of comments held out to measure on; 0 for none."),
        click.option("--group", default="post", show_default=True, type=click.Choice(("post", "source")),
                     help="What is held out as a whole: posts, or blogs (to know how good it is on others)."),
        click.option("--balance", default="none", show_default=True,
                     type=click.Choice(("none", "label", "source", "campaign")), help="What counts alike however many "
                     "comments it has: each label, each blog, or a campaign as one comment."),
    )):  # fmt: skip
        function = option(function)
    return function


def _table(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.lower().endswith((".csv", ".csv.gz")):
        raise click.BadParameter(f"{value} is written as CSV; let its name end in .csv")
    return value


@click.command(
    "train",
    epilog=example(
        "commentguard train labels.jsonl --suspects suspects.csv",
        "commentguard train export.xml spam.json --map approved=substantive,spam=spam -o my-model",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...")
@click.option("-o", "--output", metavar="DIR", help="The folder to write the model to; otherwise it becomes a version "
              "in the models folder and is used from now on.")  # fmt: skip
@models_option
@reading_options
@map_option
@_learning_options
@click.option("--flips", metavar="FILE", callback=_table, help="Write, as CSV, the held-out comments that old and new "
              "model call by different labels.")  # fmt: skip
@click.option("--suspects", metavar="FILE", callback=_table, help="Write, as CSV, the comments whose label is likely "
              "wrong: mend them, and take them back with labels import.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the old model though it is better; the manifest says so.")
@click.option("--name", default="", help="What the model calls itself; otherwise the folder's name.")
@quiet_option
def command(
    sources: tuple[str, ...],
    output: str | None,
    models: str | None,
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    mapping: Mapping[str, Label],
    start: str,
    flips: str | None,
    suspects: str | None,
    force: bool,
    name: str,
    quiet: bool,
    **options: Any,  # noqa: ANN401 - as `_learning_options` declares them
) -> None:
    """Learn a model from labelled comments.

    SOURCES hold comments with a label (a labels file, JSON Lines, CSV), or with a status that --map turns into one; a
    folder with comments.jsonl and posts.jsonl is a source too. Of several labels for one comment the first counts.

    Whole posts and campaigns are held out; standard output shows the old model and the new one side by side on them. A
    new model that is worse by more than chance does not take the old one's place, nor does one learned from nothing
    that is not shown to be as good: exit status 1.
    """
    from commentguard.cli.place import Place
    from commentguard.cli.sources import Sources

    read = Sources(sources, format_name, columns, posts, strict)
    for file in (flips, suspects):
        read.refuse_as_output(file)
    place = Place(output, models, name)
    place.check()
    from commentguard.guard import load_model
    from commentguard.training import train

    begin = None if start == "nothing" else load_model(start, models=models)
    comments = _labelled(read, mapping, quiet)
    old = place.old_model(begin)
    result = train(comments, start=begin, against=old, **options)
    for warning in result.warnings:
        _say(f"warning: {warning}")
    _look_for_suspects(result, begin, options["seed"], suspects)
    _write_figures(result, old, flips)
    worse = result.refusal if place.replaces else ""
    if result.refusal and not worse:  # a new folder takes nobody's place
        _say(f"warning: {result.refusal}")
    notes = {
        "sources": [_base(source) if source != "-" else source for source in sources],
        "map": dict(mapping),
        "from": start if start in ("default", "nothing") else _base(start),
        **({"forced": True} if worse and force else {}),
    }
    written = place.write(result, notes, refused=bool(worse) and not force)
    if not quiet:
        _say(f"trained on {_in_words(result.counts)}")
        read.say()
        _say(written)
    if worse and not force:
        raise Failure(f"{worse}; see what changes with --flips FILE.csv, add labels, or replace it with --force")
    read.fail_if_cut_off("trained on")


def _say(text: str) -> None:
    from commentguard.reports.display import printable

    click.echo(printable(text), err=True)


def _base(path: str) -> str:
    """Return the last part of a path: a model that is handed on tells nobody how its maker's disk is laid out."""
    return os.path.basename(os.path.abspath(path))


def _in_words(counts: Mapping[Label, int]) -> str:
    from commentguard.records import LABELS

    return ", ".join(f"{counts.get(label, 0):,} {label}" for label in LABELS)


def _labelled(read: Sources, mapping: Mapping[str, Label], quiet: bool) -> list[Comment]:
    """Return all comments with their labels; say so where a WordPress export brought no spam to learn from."""
    from commentguard.cli.progress import counted
    from commentguard.cli.sources import Labelling
    from commentguard.reports.overview import NO_SPAM

    comments = list(Labelling(mapping).of(counted(read.comments(), quiet)))
    wordpress = any(report.format == "wordpress" for report in read.reports)
    if wordpress and not any(comment.label == "spam" for comment in comments):
        _say(f"warning: {NO_SPAM}")
    return comments


def _look_for_suspects(result: TrainingResult, start: CommentGuard | None, seed: int, file: str | None) -> None:
    from commentguard.reports.comparison import write_suspects
    from commentguard.reports.output import open_output
    from commentguard.suspects import MOST_ROWS, find_suspects

    found = find_suspects(result.rows, result.held_out, start=start, seed=seed)
    if file is not None:
        with open_output(file) as stream:
            write_suspects(found, stream)
    if found:
        rows = "1 row looks" if len(found) == 1 else f"{len(found):,} rows look"
        where = f"see {file}" if file else "--suspects FILE.csv writes them down"
        _say(f"warning: {rows} as if the label were wrong; {where}")
    if result.held_out is None and len(result.rows) > MOST_ROWS:
        _say(f"more than {MOST_ROWS:,} rows: only contradictions were looked for among the labels, no unlikely ones")


def _write_figures(result: TrainingResult, old: CommentGuard, flips: str | None) -> None:
    from commentguard.reports.comparison import write_comparison, write_flips
    from commentguard.reports.figures import write_evaluation
    from commentguard.reports.output import open_output

    with open_output(None) as stream:
        if result.comparison is not None:
            again = ", learned again without the rows held out" if result.relearned else ""
            write_comparison(result.comparison, stream, f"{old.name} ({old.fingerprint}){again}")
        elif result.evaluation is not None:
            write_evaluation(result.evaluation, stream)
    if flips is not None:
        with open_output(flips) as stream:
            write_flips(result.comparison.flips if result.comparison else (), stream)

"""Tell what speaks for and against a verdict."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from commentguard.cli.failure import Failure
from commentguard.cli.options import (
    chosen_format,
    example,
    model_option,
    models_option,
    output_options,
    reading_options,
)

if TYPE_CHECKING:
    from commentguard.records import Comment

FORMATS = ("table", "jsonl")


@click.command(
    "explain",
    epilog=example(
        "commentguard explain export.xml --id 4711",
        'commentguard explain --type pingback --author "dry skin" --post-title "Careers"',
    ),
)
@click.argument("source", required=False)
@click.option("--id", "ids", multiple=True, metavar="ID", help="The comment with this id; can be repeated.")
@click.option(
    "--number",
    "numbers",
    multiple=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="The Nth comment of the source, from 1; can be repeated.",
)
@click.option("--text", help="A comment given here instead of a source.")
@click.option("--author", help="Its author; for a ping the title of the page that links.")
@click.option("--author-url", metavar="URL", help="The address given with the name.")
@click.option("--type", "type_name", type=click.Choice(("comment", "pingback", "trackback")), help="How it came.")
@click.option("--post-title", metavar="TITLE", help="The title of the post it stands under.")
@click.option("--post-text", metavar="TEXT", help="The text of the post.")
@reading_options
@model_option
@models_option
@output_options(*FORMATS)
def command(
    source: str | None,
    ids: tuple[str, ...],
    numbers: tuple[int, ...],
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    model: str | None,
    models: str | None,
    output: str | None,
    output_format: str | None,
    **given: str | None,
) -> None:
    """Tell what speaks for and against a verdict.

    For the comments of SOURCE (- is standard input) that --id and --number name, or all of them; or for one comment
    given by --text, --author, --author-url, --type, --post-title and --post-text. Weights are log-odds: how much a
    piece of evidence moves the verdict.
    """
    from commentguard.cli.sources import Sources
    from commentguard.reports.output import open_output

    form = chosen_format(output_format, output, FORMATS, "table" if _on_terminal() else "jsonl")
    if (source is None) is all(value is None for value in given.values()):
        raise click.UsageError(
            "name a source and no comment of your own, or a comment by --text, --author or --author-url and no source"
        )
    if source is None and (ids or numbers):
        raise click.UsageError("--id and --number choose from a source; name one")
    read = Sources(() if source is None else (source,), format_name, columns, posts, strict)
    read.refuse_as_output(output)
    comments = _chosen(read.comments(), ids, numbers, source or "") if source else iter((_given(given),))
    with open_output(output) as stream:
        from commentguard.guard import load_model

        guard = load_model(model, models=models)
        explanations = ((comment, guard.explain(comment)) for comment in comments)
        if form == "table":
            from commentguard.reports import table

            table.write_explanations(explanations, stream)
        else:
            from commentguard.reports import jsonl

            jsonl.write_explanations(explanations, stream)
    read.say()
    if not ids and not numbers:
        read.fail_if_cut_off("explained")


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _given(options: Mapping[str, str | None]) -> Comment:
    from commentguard.records import Comment, Post

    told: dict[str, Any] = {name: value or "" for name, value in options.items()}
    has_post = options["post_title"] is not None or options["post_text"] is not None
    return Comment(
        text=told["text"],
        type=told["type_name"] or "comment",
        author=told["author"],
        author_url=told["author_url"],
        post=Post(title=told["post_title"], text=told["post_text"]) if has_post else None,
    )


def _chosen(comments: Iterable[Comment], ids: Iterable[str], numbers: Iterable[int], source: str) -> Iterator[Comment]:
    """Yield the comments that were asked for, all where none was, and stop reading once they are found."""
    wanted_ids, wanted_numbers = set(ids), set(numbers)
    if not wanted_ids and not wanted_numbers:
        yield from comments
        return
    for number, comment in enumerate(comments, start=1):
        if comment.id in wanted_ids or number in wanted_numbers:
            wanted_ids.discard(comment.id)
            wanted_numbers.discard(number)
            yield comment
            if not wanted_ids and not wanted_numbers:
                return
    missing = [f"id {name}" for name in sorted(wanted_ids)] + [f"number {number}" for number in sorted(wanted_numbers)]
    raise Failure(
        f"{'standard input' if source == '-' else source}: there is no comment with {', '.join(missing)}; "
        "commentguard convert shows all ids"
    )

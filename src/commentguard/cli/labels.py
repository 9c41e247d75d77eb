"""Take labels into a labels file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from commentguard.cli.failure import Failure
from commentguard.cli.options import example, labeller_option, quiet_option, reading_options, store_option

if TYPE_CHECKING:
    from commentguard.labels import Decision

_AT_A_TIME: Final = 500


@click.group("labels", epilog=example("commentguard labels import queue.csv --comments export.xml -o labels.jsonl"))
def command() -> None:
    """Take labels into a labels file.

    A labels file holds decisions of persons, one a line; train, evaluate and inspect read it like any export.
    """


@command.command("import", epilog=example("commentguard labels import queue.csv --comments export.xml -o labels.jsonl"))
@click.argument("table", metavar="FILE.csv")
@click.option("--comments", "source", metavar="EXPORT", help="The export that the table came from: its comments go "
              "into the labels file whole, with thread and post. Without it they go as the table has them, which is "
              "less to learn from.")  # fmt: skip
@click.option("-o", "--output", required=True, metavar="FILE.jsonl", help="The labels file; what is in it stays.")
@labeller_option
@reading_options
@quiet_option
def import_command(
    table: str,
    source: str | None,
    output: str,
    labeller: str | None,
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    quiet: bool,
) -> None:
    """Take the labels of a filled-in table into a labels file.

    FILE.csv is what commentguard queue wrote, with the column label filled in, however a spreadsheet saved it; only
    the columns id and label are needed. Rows without a label are left for later. Importing a table again adds only
    what changed.
    """
    from commentguard.cli.decisions import decisions_in, name_of_labeller, refuse_other_blogs
    from commentguard.cli.sources import Sources
    from commentguard.sheets import decided, read_filled

    if table == source == "-":
        raise click.UsageError("standard input (-) can be read once only; name a file for the table or the comments")
    tables = Sources((table,), strict=strict)
    exports = Sources((source,), format_name, columns, posts, strict) if source else None
    for read in (tables, *([exports] if exports else [])):
        read.refuse_as_output(output)
    filled = read_filled(table, tables.reports[0], strict)
    earlier = decisions_in(output) if output != "-" else []
    current = {one.id: one.label for one in earlier}
    comments = exports.comments() if exports else None
    found = list(decided(filled, comments, datetime.now(UTC), name_of_labeller(labeller)))
    refuse_other_blogs(output, earlier, (one.comment for one in found))
    fresh = [one for one in found if current.get(one.id) != one.label]
    _write(fresh, output)
    if not quiet:
        _say(len(filled), len(found), len(fresh), output)
        for read in (tables, *([exports] if exports else [])):
            read.say()
    if len(found) < len(filled):
        where = f"are not in {source}; name the export that the table came from" if source else (
            f"have no column text in {table}; name the export that it came from with --comments"
        )  # fmt: skip
        raise Failure(f"{len(filled) - len(found):,} of {len(filled):,} labelled rows {where}")
    tables.fail_if_cut_off("taken")


@command.command("export", epilog=example("commentguard labels export --store sqlite:///comments.db -o labels.jsonl"))
@store_option
@click.option("-o", "--output", required=True, metavar="FILE.jsonl", help="The labels file; what is in it stays.")
@quiet_option
def export_command(store: str, output: str, quiet: bool) -> None:
    """Take the decisions that reached a server into a labels file.

    Clicks on "spam" and "not spam" in a blog, and what programs sent. Exporting again adds only what is new.
    """
    from commentguard.cli.decisions import decisions_in
    from commentguard.store.database import open_store
    from commentguard.store.labels import stored_labels

    known = {one.id: one.time for one in decisions_in(output)} if output != "-" else {}
    with open_store(store).reading() as connection:
        found = list(stored_labels(connection))
    fresh = [one for one in found if one.id not in known or one.time > known[one.id]]
    _write(fresh, output)
    if not quiet:
        click.echo(f"{len(found):,} decisions in the store, {len(fresh):,} of them added", err=True)


def _write(decisions: Sequence[Decision], output: str) -> None:
    from commentguard.labels import append_decisions, decision_to_json
    from commentguard.objects import as_line
    from commentguard.reports.output import open_output

    if output == "-":
        with open_output(None) as stream:
            stream.writelines(as_line(decision_to_json(one)) for one in decisions)
        return
    for begin in range(0, len(decisions), _AT_A_TIME):
        append_decisions(output, decisions[begin : begin + _AT_A_TIME])


def _say(labelled: int, found: int, fresh: int, output: str) -> None:
    from commentguard.reports.display import printable

    known = f", {found - fresh:,} of them known" if found > fresh else ""
    added = f"{fresh:,} decision{'' if fresh == 1 else 's'} added to {printable(output)}"
    click.echo(f"{labelled:,} labelled rows{known}: {added}", err=True)

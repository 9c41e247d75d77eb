"""Erase what a server's store keeps of an author, or what is old."""

from __future__ import annotations

import re
import time

import click

from commentguard.cli.options import example, quiet_option, store_option

_DAY = 86_400


def _seconds(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    match = re.fullmatch(r"(\d{1,6})\s*d?(?:ays?)?", value.strip(), re.ASCII)
    if match is None:
        raise click.BadParameter(f"{value!r} is no number of days; write it like 90d")
    return int(match[1]) * _DAY


@click.command(
    "erase",
    epilog=example(
        "commentguard erase --author ada@mail.example --store sqlite:///comments.db",
        "commentguard erase --older-than 90d --store sqlite:///comments.db",
    ),
)
@click.option("--author", metavar="WHO", help="Whose: an e-mail address, an IP address, or a name.")
@click.option("--older-than", callback=_seconds, metavar="DAYS", help="Comments seen longer ago than so many days.")
@click.option("--labels-too", is_flag=True, help="With --older-than: also decisions that were made longer ago.")
@store_option
@quiet_option
def command(author: str | None, older_than: int | None, labels_too: bool, store: str, quiet: bool) -> None:
    """Erase what a server's store keeps of an author, or what is old.

    With --author all that is kept goes: the author's comments, decisions on them, and where decisions on comments
    of others hold them as what stood above; comments too old to be kept are found there by name alone. Files that
    decisions were exported to are not touched.
    """
    if (author is None) == (older_than is None):
        raise click.UsageError("say what to erase: --author WHO, or --older-than DAYS")
    if author is not None and (labels_too or not author.strip()):
        raise click.UsageError("--author takes an address or a name, and --labels-too goes with --older-than")

    from commentguard.store.database import open_store
    from commentguard.store.erasure import erase_author, erase_before

    opened = open_store(store)
    with opened.writing() as connection:
        if author is not None:
            erased = erase_author(connection, author, opened.identities)
        else:
            erased = erase_before(connection, int(time.time()) - (older_than or 0), labels_too)
    if not quiet:
        quoted = f", {erased.quotations:,} times taken out of others" if erased.quotations else ""
        click.echo(f"{erased.comments:,} comments and {erased.labels:,} decisions erased{quoted}", err=True)

"""Make and remove the keys that clients of a server show."""

from __future__ import annotations

import click

from commentguard.cli.failure import Failure
from commentguard.cli.options import example, store_option


@click.group("keys", epilog=example("commentguard keys add my-blog --store sqlite:///comments.db"))
def command() -> None:
    """Make and remove the keys that clients of a server show."""


@command.command("add", epilog=example("commentguard keys add my-blog --store sqlite:///comments.db"))
@click.argument("name")
@click.option(
    "--limit",
    "per_minute",
    type=click.IntRange(1, 10_000_000),
    metavar="N",
    help="How many comments a minute it may ask about; otherwise any number.",
)
@store_option
def add(name: str, per_minute: int | None, store: str) -> None:
    """Make a key and print it: the store keeps a hash alone, so that it can't be shown again."""
    from commentguard.store.database import open_store
    from commentguard.store.keys import add_key

    if not name.strip() or not name.isprintable() or len(name) > 200:
        raise click.UsageError("a key's name is 1 to 200 printable characters")
    opened = open_store(store)
    with opened.writing() as connection:
        key = add_key(connection, name, per_minute)
    click.echo(key)


@command.command("list", epilog=example("commentguard keys list --store sqlite:///comments.db"))
@store_option
def show(store: str) -> None:
    """Print the names of all keys, and their limits."""
    from commentguard.store.database import open_store
    from commentguard.store.keys import stored_keys

    with open_store(store).reading() as connection:
        for key in stored_keys(connection):
            click.echo(key.name if key.per_minute is None else f"{key.name}\t{key.per_minute} a minute")


@command.command("remove", epilog=example("commentguard keys remove my-blog --store sqlite:///comments.db"))
@click.argument("name")
@store_option
def remove(name: str, store: str) -> None:
    """Make a key worthless, within seconds for servers that run."""
    from commentguard.store.database import open_store
    from commentguard.store.keys import remove_key

    with open_store(store).writing() as connection:
        found = remove_key(connection, name)
    if not found:
        raise Failure(f"there is no key named {name!r}; commentguard keys list shows them")

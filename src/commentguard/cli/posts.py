"""Give a server the posts that comments stand under."""

from __future__ import annotations

from collections.abc import Mapping

import click

from commentguard.cli.failure import Failure
from commentguard.cli.options import example, quiet_option, reading_options, store_option


@click.group("posts", epilog=example("commentguard posts import export.xml --store sqlite:///comments.db"))
def command() -> None:
    """Give a server the posts that comments stand under."""


@command.command("import", epilog=example("commentguard posts import export.xml --store sqlite:///comments.db"))
@click.argument("source")
@reading_options
@store_option
@quiet_option
def import_posts(
    source: str,
    format_name: str | None,
    columns: Mapping[str, str] | None,
    posts: str | None,
    strict: bool,
    store: str,
    quiet: bool,
) -> None:
    """Keep the posts of an export; one that is known is replaced.

    SOURCE is an export (WordPress, Disqus, Movable Type, ...), or JSON Lines of posts: id, title, text, url, date.
    """
    from commentguard.cli.sources import Sources
    from commentguard.store.database import open_store
    from commentguard.store.posts import put_posts

    read = Sources((source,), format_name, columns, posts, strict)
    opened = open_store(store)
    with opened.writing() as connection:
        kept = put_posts(connection, read.posts_found())
    if not quiet:
        click.echo(f"{kept:,} post{'' if kept == 1 else 's'} kept", err=True)
        read.say()
    if not kept:
        raise Failure(f"{source}: holds no post with an address or an id; export posts and comments together")
    read.fail_if_cut_off("looked at for posts")

"""Answer blogs over HTTP, as Akismet does and in JSON."""

from __future__ import annotations

import signal

import click

from commentguard.cli.options import example, model_option, quiet_option, store_option


@click.command(
    "serve",
    epilog=example(
        "commentguard serve --port 8080 --store sqlite:///comments.db",
        "commentguard serve --workers 4 --store postgresql+psycopg://blog@localhost/comments",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="0 for any that is free.")
@store_option
@model_option
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@click.option(
    "--off-topic", type=click.Choice(("ham", "spam")), default="ham", show_default=True,
    help="What clients of the Akismet protocol are told of off-topic comments.",
)  # fmt: skip
@click.option(
    "--keep-days", type=click.IntRange(0, 36_500), default=365, show_default=True,
    help="For how long comments are kept as context of later ones; 0 keeps none.",
)  # fmt: skip
@click.option(
    "--fetch-from", multiple=True, metavar="HOST", help="Fetch posts that are not in the store from this host of "
    "yours by their permalink; may be given more than once. A host within your own network is given as a number.",
)  # fmt: skip
@quiet_option
def command(
    host: str,
    port: int,
    store: str,
    model: str | None,
    workers: int,
    off_topic: str,
    keep_days: int,
    fetch_from: tuple[str, ...],
    quiet: bool,
) -> None:
    """Answer blogs over HTTP, as Akismet does and in JSON.

    Platforms that can ask Akismet ask this server instead: /1.1/comment-check, submit-spam, submit-ham and the others.
    Programs ask /v1/classify; /openapi.json describes that. Clients show a key (commentguard keys add NAME).
    """
    from commentguard.server.running import serve
    from commentguard.server.settings import Settings
    from commentguard.store.places import host_of

    settings = Settings(store, model, off_topic == "spam", keep_days, tuple(map(host_of, fetch_from)))

    def ready(address: str) -> None:
        if not quiet:
            click.echo(f"listening at {address}; Ctrl-C ends it", err=True)

    try:
        serve(settings, host, port, workers, ready)
    except SystemExit as ended:
        if ended.code != 128 + signal.SIGTERM:  # the way in which a server is asked to end, and it has
            raise

"""How the server bears load and faults: `python benchmarks/server.py [../shared/data]`.

Latencies are those of an open loop: requests come at random times, whether others are answered or not. Server and load
share the machine's cores.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from faults import faults
from serving import load
from speed import some_comments

RATES: Final = (250, 500, 1_000, 1_500, 2_000)
PARTS: Final = ("load", "bodies", "crowd", "slow", "malformed", "disk", "locked", "memory")


@click.command()
@click.argument("data", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--comments", "number", default=5_000, show_default=True, help="Different comments.")
@click.option("--seconds", default=10.0, show_default=True, help="Of each load.")
@click.option("--workers", multiple=True, type=int, default=(1, 2), show_default=True)
@click.option("--rate", "rates", multiple=True, type=float, default=RATES, show_default=True, help="Requests a second.")
@click.option("--minutes", default=1.0, show_default=True, help="Of the watch over memory.")
@click.option("--only", type=click.Choice(PARTS), help="One part alone.")
def main(
    data: Path | None,
    number: int,
    seconds: float,
    workers: tuple[int, ...],
    rates: tuple[float, ...],
    minutes: float,
    only: str | None,
) -> None:
    """Measure the server with the comments of DATA, or without it with those of the starter set."""
    comments = [comment for comment, _ in some_comments(data, number)]
    if only in (None, "load"):
        load(comments, seconds, workers, rates)
    for name, run in faults(comments, minutes, 300).items():
        if only in (None, name):
            click.echo(f"{name}:")
            run()


if __name__ == "__main__":
    main()

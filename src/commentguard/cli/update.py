"""Take single decisions in at once."""

from __future__ import annotations

import click

from commentguard.cli.options import example, model_option, models_option, quiet_option


@click.command("update", epilog=example("commentguard update labels.jsonl", "commentguard models rollback"))
@click.argument("labels", nargs=-1, required=True, metavar="LABELS...")
@model_option
@models_option
@click.option("-o", "--output", metavar="DIR", help="Write the model to this folder instead of using it from now on.")
@quiet_option
def command(labels: tuple[str, ...], model: str | None, models: str | None, output: str | None, quiet: bool) -> None:
    """Take single decisions in at once.

    LABELS is a labels file (or any comments with labels). Without training, its decisions become a layer over the model
    in use; that makes a new version, which is used from now on. The layer always follows from the whole of LABELS: run
    again, it counts nothing twice, and what was taken back or corrected there is so here. The newest 2,000 decisions
    count; train takes them all.
    """
    from commentguard.cli.progress import counted
    from commentguard.cli.sources import Sources
    from commentguard.guard import load_model
    from commentguard.records import LABELS
    from commentguard.reports.display import printable
    from commentguard.storage import save_model
    from commentguard.updating import update
    from commentguard.versions import add_version

    read = Sources(labels)
    guard = load_model(model, models=models)
    result = update(guard, counted(read.comments(), quiet))
    name = ""
    if output is not None:
        save_model(result.model, output, beside=result.beside)
    elif result.changed:
        name = add_version(result.model, models=models, beside=result.beside)
    if not quiet:
        counts = ", ".join(f"{result.counts.get(label, 0):,} {label}" for label in LABELS)
        older = f"; {result.left_out:,} older ones left out, train takes them in" if result.left_out else ""
        click.echo(f"decisions: {counts}{older}", err=True)
        read.say()
        if output is not None:
            click.echo(f"model written to {printable(output)}; use it with --model {printable(output)}", err=True)
        elif name:
            click.echo(f"{name} is in use now; commentguard models rollback takes it back", err=True)
        else:
            click.echo(f"{printable(guard.name)} has these decisions already; nothing was changed", err=True)
    read.fail_if_cut_off("taken in")

"""List the models that training made, and choose the one that is used."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commentguard.cli.failure import Failure
from commentguard.cli.options import chosen_format, example, models_option, output_options

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = ("table", "json")


@click.group(
    "models",
    epilog=example("commentguard models list", "commentguard models promote v2", "commentguard models rollback"),
)
def command() -> None:
    """List the models that training made, and choose the one that is used.

    Each training without -o adds a version (v1, v2, ...) to the models folder; none is ever changed or deleted. The
    promoted one is what all commands use; default is the model that comes along.
    """


@command.command("list", epilog=example("commentguard models list"))
@models_option
@output_options(*FORMATS)
def list_command(models: str | None, output: str | None, output_format: str | None) -> None:
    """Show all versions; the one in use has a star."""
    from commentguard.reports.output import open_output
    from commentguard.versions import models_folder

    form = chosen_format(output_format, output, FORMATS, "table")
    folder = models_folder(models)
    with open_output(output) as stream:
        found = _listed(folder)
        if form == "json":
            stream.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        else:
            from commentguard.reports.figures import write_models

            write_models(found, stream)


@command.command("promote", epilog=example("commentguard models promote v2"))
@click.argument("version")
@models_option
@click.option("--force", is_flag=True, help="Promote it although training found it worse than the one before it.")
def promote_command(version: str, models: str | None, force: bool) -> None:
    """Use VERSION from now on (default: the model that comes along)."""
    from commentguard.guard import model_folder
    from commentguard.storage import describe
    from commentguard.versions import is_name, models_folder, promote, versions

    folder = models_folder(models)
    if not is_name(version) or (version != "default" and version not in versions(folder)):
        known = ", ".join([*versions(folder), "default"])
        raise Failure(f"{version}: no such version in {folder}; name one of {known}")
    worse = str(_gate(describe(model_folder(version, models))).get("worse") or "")
    if worse and not force:
        raise Failure(f"{version}: {worse}; --force promotes it all the same")
    promote(folder, version, forced=bool(worse))
    click.echo(f"{version} is in use now; commentguard models rollback takes it back", err=True)


@command.command("rollback", epilog=example("commentguard models rollback"))
@models_option
def rollback_command(models: str | None) -> None:
    """Use what was used before the last promotion; nothing is deleted."""
    from commentguard.versions import models_folder, rollback

    click.echo(f"{rollback(models_folder(models))} is in use now", err=True)


def _listed(folder: Path) -> list[dict[str, Any]]:
    from commentguard.guard import shipped_folder
    from commentguard.versions import SHIPPED, promoted, versions

    used = promoted(folder)
    places = {SHIPPED: shipped_folder(), **{name: folder / name for name in versions(folder)}}
    places.setdefault(used, folder / used)  # where it is gone, the list says so
    return [{"version": name, "in_use": name == used, **_told(place)} for name, place in places.items()]


def _told(place: Path) -> dict[str, Any]:
    """Return what a list tells of a model; of a damaged one, that it is."""
    from commentguard.errors import ModelFormatError
    from commentguard.reports.figures import fingerprint_of
    from commentguard.storage import MANIFEST, describe

    try:
        manifest = describe(place)
    except ModelFormatError as error:
        return {"folder": str(place), "damaged": str(error)}
    notes = manifest.get("notes", {})
    made = datetime.fromtimestamp((place / MANIFEST).stat().st_mtime).isoformat(" ", "minutes")
    return {
        "folder": str(place),
        "name": manifest["name"],
        "made": made,
        "fingerprint": fingerprint_of(manifest),
        "parent": str(notes["parent"]) if notes.get("parent") else None,
        "learned_from": _counts(notes),
        "gate": _gate(manifest),
    }


def _counts(notes: Mapping[str, Any]) -> dict[str, int]:
    """Return how many rows of each label a model learned from; the shipped one counts them by kind and label."""
    from commentguard.records import LABELS

    rows = next((found for found in (notes.get("labels"), notes.get("rows")) if isinstance(found, dict)), {})
    counted = [(name.split("/")[-1], count) for name, count in rows.items() if isinstance(count, int)]
    return {label: sum(count for name, count in counted if name == label) for label in LABELS}


def _gate(manifest: Mapping[str, Any]) -> dict[str, Any]:
    found = manifest.get("notes", {}).get("gate")
    return dict(found) if isinstance(found, dict) else {}

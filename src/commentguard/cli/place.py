"""Where a trained model goes: a folder of its own, or the next version in the models folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from commentguard.cli.failure import Failure
from commentguard.reports.display import printable

if TYPE_CHECKING:
    from commentguard.guard import CommentGuard
    from commentguard.training import TrainingResult


@dataclass(frozen=True)
class Place:
    """Where a model is to be written.

    Parameters
    ----------
    output : str or None
        A folder; None: the next version in the models folder, which is promoted.
    models : str or None
        The models folder that was named, if any.
    name : str
        What the model calls itself; empty: as its folder is called.
    """

    output: str | None
    models: str | None
    name: str = ""

    @property
    def replaces(self) -> bool:
        """Whether a model is in use, or stands in the folder, whose place the new one would take."""
        from commentguard.storage import MANIFEST

        return self.output is None or os.path.isfile(os.path.join(self.output, MANIFEST))

    def check(self) -> None:
        """Refuse, before the work and not after it, a place that the model could not be written to.

        Raises
        ------
        Failure
            Which says what to name instead.
        """
        from commentguard.storage import MANIFEST
        from commentguard.versions import ELSEWHERE, models_folder

        folder = str(models_folder(self.models)) if self.output is None else self.output
        remedy = ELSEWHERE if self.output is None else "name a folder elsewhere"
        if os.path.lexists(folder) and not os.path.isdir(folder):
            raise Failure(f"{folder}: is no folder; name a new one for the model")
        if self.output is not None and os.path.isdir(folder) and os.listdir(folder) and not self.replaces:
            raise Failure(f"{folder}: is not empty and holds no model ({MANIFEST}); name another folder")
        parent = os.path.abspath(folder)
        while not os.path.exists(parent):
            parent = os.path.dirname(parent)
        if not os.access(parent, os.W_OK):
            raise Failure(f"{folder}: {parent} may not be written to; {remedy}")

    def old_model(self, start: CommentGuard | None) -> CommentGuard:
        """Return the model to compare with: the one whose place is taken, else what was gone on from or is in use."""
        from commentguard.guard import load_model

        if self.output is not None and self.replaces:
            return load_model(os.path.join(self.output, ""))  # a folder, whatever its name
        return start if self.output is not None and start is not None else load_model(models=self.models)

    def write(self, result: TrainingResult, notes: Mapping[str, Any], refused: bool) -> str:
        """Write the model, and let a version be used from now on unless it was refused; return what to say of it.

        A model that was refused replaces nothing: a folder stays as it is, a version is added and not promoted.
        """
        from commentguard.storage import save_model
        from commentguard.versions import add_version

        model = replace(result.model, manifest={"notes": {**result.model.manifest["notes"], **notes}})
        if self.output is not None:
            if refused:
                return f"{printable(self.output)} stays as it is"
            save_model(model, self.output, name=self.name, beside=result.beside)
            return f"model written to {printable(self.output)}; use it with --model {printable(self.output)}"
        version = add_version(
            model,
            models=self.models,
            name=self.name,
            beside=result.beside,
            use=not refused,
            forced=bool(notes.get("forced")),
        )
        if refused:
            return f"the new model is kept as {version} and not used; commentguard models list shows all versions"
        return f"{version} is in use now; commentguard models rollback takes it back"

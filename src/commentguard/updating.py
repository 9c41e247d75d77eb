"""From single decisions to a model at once: the whole labels file as a personal layer over the model before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from commentguard import __version__
from commentguard.errors import DatasetError
from commentguard.guard import CommentGuard
from commentguard.labelled import fingerprint, row_labels, rows_file
from commentguard.personal import KEPT, PersonalLayer
from commentguard.records import LABELS, Comment, Label
from commentguard.storage import ROWS, Model, learned_rows

KIND: Final = "update"
"""What the manifest's notes say of how a model was made."""


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """What an update gave.

    Parameters
    ----------
    model : Model
        The model before, with the personal layer that follows from the decisions.
    counts : Mapping
        Label to the number of decisions taken in.
    left_out : int
        Decisions that were left out because newer ones fill the layer.
    changed : bool
        False where the model before had taken in the very same decisions.
    beside : Mapping
        What `save_model` is to write beside the model: which rows it learned from, so that it is not judged by them.
    """

    model: Model
    counts: Mapping[Label, int]
    left_out: int
    changed: bool
    beside: Mapping[str, str]


def update(guard: CommentGuard, comments: Iterable[Comment]) -> UpdateResult:
    """Take single decisions in at once, without training.

    The layer follows from all decisions that are handed over, and replaces that of an earlier update: the same ones
    handed over again change nothing, and one that is no longer among them is forgotten.

    Parameters
    ----------
    guard : CommentGuard
        The model to go on from.
    comments : iterable of Comment
        Labelled comments, the newest last, as `read_comments` reads them from a labels file; rows without a label are
        left out. Of more than `personal.KEPT` the last ones count.

    Returns
    -------
    UpdateResult

    Raises
    ------
    DatasetError
        Where no row has a label, and there is no earlier update to take back.
    """
    by_id = {comment.id: comment for comment in comments}
    decided = [comment for comment in by_id.values() if comment.label is not None]
    kept, labels = decided[-KEPT:], [str(comment.label) for comment in decided[-KEPT:]]
    before, model = guard.model, _without_personal(guard.model)
    if not by_id or (not kept and before.before is None):
        raise DatasetError("no row has a label: name a labels file, or comments with a column label")
    earlier = before.manifest.get("notes", {})
    of_update = before.before is not None and earlier.get("made_by") == KIND
    counts = Counter(comment.label for comment in kept if comment.label)
    data = fingerprint(kept, labels)
    notes = {
        "made_by": KIND,
        "parent": earlier.get("parent") if of_update else guard.fingerprint,
        "labels": {label: counts[label] for label in LABELS},
        "data": data,
        "settings": {"kept": KEPT},
        "versions": {"commentguard": __version__, "numpy": np.__version__},
        "reference": earlier.get("reference"),
    }
    layer = PersonalLayer(model.parameters)
    layer.learn(kept, labels)
    found = (model.parameters.layer, model.parameters.layer_bias) if kept else None
    made = replace(model, parameters=layer.solved(), manifest={"notes": notes}, before=found)
    changed = not of_update or earlier.get("data") != data
    known = learned_rows(guard.folder) if guard.folder else {}
    beside = {ROWS: rows_file({**known, **row_labels(kept)})}
    return UpdateResult(made, dict(counts), len(decided) - len(kept), changed, beside)


def _without_personal(model: Model) -> Model:
    """Return a model as it was before an update."""
    if model.before is None:
        return model
    layer, bias = model.before
    return replace(model, parameters=replace(model.parameters, layer=layer, layer_bias=bias), before=None)

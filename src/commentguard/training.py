"""From labelled comments to a model: check, split, fit, judge on what was held out."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import sklearn

from commentguard import __version__
from commentguard.classifier import CHUNK, CommentClassifier
from commentguard.errors import DatasetError
from commentguard.evaluation import Evaluation, evaluate
from commentguard.folds import group_of, spread
from commentguard.guard import CommentGuard
from commentguard.labelled import fingerprint
from commentguard.records import LABELS, Comment, Label
from commentguard.scoring import score
from commentguard.storage import Model

FEW: Final = 20
"""Fewer rows of a label than this are warned of."""
STEP: Final = 5_000
"""Most rows by which a model that is started from moves at a time."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What training gave.

    Parameters
    ----------
    model : Model
        Learned from all rows.
    evaluation : Evaluation or None
        Figures on the held-out rows of a model that learned from the others; None where nothing was held out.
    counts : Mapping
        Label to the number of rows learned from.
    warnings : tuple of str
        What was noticed about the data, a sentence each.
    """

    model: Model
    evaluation: Evaluation | None
    counts: Mapping[Label, int]
    warnings: tuple[str, ...]


def label_from_status(comment: Comment, mapping: Mapping[str, Label]) -> Comment:
    """Return the comment with a label from what the platform did with it, where no person gave one.

    Examples
    --------
    >>> label_from_status(Comment(text="x", status="approved"), {"approved": "substantive"}).label
    'substantive'
    """
    if comment.label is None and comment.status in mapping:
        return replace(comment, label=mapping[comment.status])
    return comment


def train(
    comments: Iterable[Comment], *, start: CommentGuard | None = None, seed: int = 0, test_size: float = 0.2
) -> TrainingResult:
    """Learn a model from labelled comments.

    Parameters
    ----------
    comments : iterable of Comment
        Rows without a label are left out.
    start : CommentGuard, optional
        A model to go on from: its additive layer moves towards the new rows; all else, the thresholds too, stays as it
        is. None: learn from nothing.
    seed : int
        Seed; the same data, seed and versions give the same model.
    test_size : float
        Share of the rows, in whole posts, that is held out to judge by; 0 holds out nothing. The model that is
        returned has learned from all rows in the end.

    Returns
    -------
    TrainingResult

    Raises
    ------
    DatasetError
        Where the rows can't be learned from.
    """
    if not 0 <= test_size < 1:
        raise DatasetError(f"test_size is {test_size}: give a share from 0 up to but not including 1")
    rows = [comment for comment in comments if comment.label is not None]
    counts = Counter(row.label for row in rows if row.label)
    if len(counts) < (1 if start else 2):
        raise DatasetError(
            f"{len(rows)} labelled rows with {len(counts)} different labels: at least two labels are needed;"
            " map statuses to labels, or add rows"
        )
    held_out = _held_out(rows, test_size)
    evaluation = None
    learn = [row for row, out in zip(rows, held_out, strict=True) if not out]
    judged = [row for row, out in zip(rows, held_out, strict=True) if out]
    if judged and len({row.label for row in learn}) >= len(counts):
        evaluation = evaluate(CommentGuard(_fit(learn, start, seed)), judged)
    warnings = _warnings(rows, counts, start is not None)
    warnings += [] if evaluation else ["nothing was held out: there are no figures"]
    return TrainingResult(_fit(rows, start, seed), evaluation, dict(counts), tuple(warnings))


def to_model(
    classifier: CommentClassifier, comments: Sequence[Comment], y: Sequence[str], notes: Mapping[str, Any]
) -> Model:
    """Return what a fitted classifier learned as a model that can be saved and classifies by itself.

    Parameters
    ----------
    classifier : CommentClassifier
        Fitted.
    comments, y
        What it was fitted on: the typical values of features are medians over the substantive ones.
    notes : Mapping
        What the manifest is to say of the data and settings.
    """
    readers = [comment for comment, label in zip(comments, y, strict=True) if label == "substantive"][: 5 * CHUNK]
    features = score(classifier.parameters_, readers or list(comments)[:CHUNK]).features
    known = np.where(np.isfinite(features).any(axis=0), features, np.float32(0))
    typical = np.nanmedian(known, axis=0).astype(np.float32)
    versions = {
        "commentguard": __version__, "python": platform.python_version(),
        "numpy": np.__version__, "scikit-learn": sklearn.__version__,
    }  # fmt: skip
    settings = {key: value for key, value in classifier.get_params().items() if key != "n_jobs"}
    about = {"settings": settings, "versions": versions, "data": fingerprint(comments, y), **notes}
    return Model(classifier.parameters_, classifier.thresholds_, typical, {"notes": about})


def _fit(rows: Sequence[Comment], start: CommentGuard | None, seed: int) -> Model:
    labels = [str(row.label) for row in rows]
    notes = {"labels": {label: labels.count(label) for label in LABELS}, "parent": start.fingerprint if start else None}
    classifier = CommentClassifier(random_state=seed)
    if start is None:
        return to_model(classifier.fit(rows, labels), rows, labels, notes)
    classifier.parameters_, classifier.thresholds_ = start.model.parameters, start.model.thresholds
    classifier.classes_ = np.array(sorted(LABELS))
    choice = sorted({"spam", "substantive", *labels})
    for part in np.array_split(np.random.default_rng(seed).permutation(len(rows)), -(-len(rows) // STEP)):
        classifier.partial_fit([rows[row] for row in part], [labels[row] for row in part], choice)
    return replace(to_model(classifier, rows, labels, notes), typical=start.model.typical)


def _held_out(rows: Sequence[Comment], test_size: float) -> list[bool]:
    """Return which rows are held out: whole posts, spread so that they make up about `test_size` of the rows."""
    if test_size == 0:
        return [False] * len(rows)
    parts = max(round(1 / test_size), 2)
    groups = [group_of(row, "post") for row in rows]
    if len(set(groups)) < parts:
        groups = [str(number) for number in range(len(rows))]
    return [part == 0 for part in spread(groups, parts).tolist()]


def _warnings(rows: Sequence[Comment], counts: Mapping[Label, int], goes_on: bool) -> list[str]:
    found = []
    for label in LABELS:
        if counts.get(label, 0) == 0 and goes_on:
            found.append(f"no row is labelled {label}: the model that this one goes on from alone knows it")
        elif counts.get(label, 0) == 0:
            found.append(f"no row is labelled {label}: the model will never say it")
        elif counts[label] < FEW:
            found.append(f"only {counts[label]} rows are labelled {label}: the model can hardly know it")
    if len({group_of(row, "post") for row in rows}) == 1:
        found.append("all rows stand under one post: rows, not posts, were held out")
    return found

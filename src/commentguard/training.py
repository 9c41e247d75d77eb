"""From labelled comments to a model: check, split, fit, judge on what was held out."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any, Final

import numpy as np
import sklearn
from numpy.typing import NDArray

from commentguard import __version__
from commentguard.checks import first_of_each_comment, remarks
from commentguard.classifier import CHUNK, CommentClassifier
from commentguard.decision import decide
from commentguard.drift import LEAST, reference_of
from commentguard.errors import DatasetError
from commentguard.evaluation import Evaluation, evaluate
from commentguard.folds import group_of
from commentguard.gate import FEW_JUDGED, Comparison, compare, refusal_anew
from commentguard.guard import CommentGuard, load_model
from commentguard.labelled import fingerprint, row_key, row_labels, rows_file
from commentguard.records import LABELS, Comment, Label
from commentguard.scoring import score
from commentguard.splits import Balance, Grouping, Split, campaigns_of, hold_out, weights_of
from commentguard.storage import ROWS, Model, learned_rows

NEARLY_ALL: Final = 0.9
"""Share of the rows of an old model that must be at hand for it to learn from them once more."""

_GROUPS: Final[Mapping[Grouping, str]] = {"post": "post", "source": "blog"}
STEP: Final = 5_000
"""Most rows by which a model that is started from moves at a time."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What training gave.

    Parameters
    ----------
    model : Model
        Learned from all rows.
    comparison : Comparison or None
        The old model and the new one on the held-out rows, the new one having learned from the others alone; None where
        nothing was held out, or there is no old model.
    evaluation : Evaluation or None
        Figures of the new model on the held-out rows; None where nothing was held out.
    counts : Mapping
        Label to the number of rows learned from.
    warnings : tuple of str
        What was noticed about the data, a sentence each.
    refusal : str
        Why the new model should not take the old one's place; empty where it may.
    rows : tuple of Comment, length n
        What was learned from: each comment once.
    held_out : ndarray of float64, shape (n, 3), or None
        Probabilities of these rows, in the order of `records.LABELS`, by models that learned from other posts or blogs
        alone; None where a model was gone on from, which does not give them on the way.
    relearned : bool
        Whether the old model learned once more, without the rows held out, to be compared.
    """

    model: Model
    evaluation: Evaluation | None
    counts: Mapping[Label, int]
    warnings: tuple[str, ...]
    comparison: Comparison | None = None
    refusal: str = ""
    rows: tuple[Comment, ...] = ()
    held_out: NDArray[np.float64] | None = None
    relearned: bool = False

    @property
    def beside(self) -> dict[str, str]:
        """Text files that belong beside the model: which rows it learned from."""
        return {ROWS: rows_file(row_labels(self.rows))}


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
    comments: Iterable[Comment],
    *,
    start: CommentGuard | None = None,
    against: CommentGuard | None = None,
    seed: int = 0,
    test_size: float = 0.2,
    group: Grouping = "post",
    balance: Balance = "none",
) -> TrainingResult:
    """Learn a model from labelled comments.

    Parameters
    ----------
    comments : iterable of Comment
        Rows without a label are left out; of several on the same comment the first counts.
    start : CommentGuard, optional
        A model to go on from: its additive layer moves towards the new rows; all else, the thresholds too, stays as it
        is. None: learn from nothing.
    against : CommentGuard, optional
        The old model that the new one is compared with; None: `start`. Held-out rows that it learned from, as the
        folder it was loaded from tells, are left out of its learning (where it went on from a model that is at hand) or
        of the judging.
    seed : int
        Splits hang on it; the same data, seed and versions give the same model.
    test_size : float
        Share of the rows that is held out to judge by, about the same of each label; 0 holds out nothing. The model
        that is returned has learned from all rows in the end.
    group : {"post", "source"}
        What is held out as a whole, beside campaigns: the comments of a post, or of a blog.
    balance : {"none", "label", "source", "campaign"}
        What counts alike as a whole, however many rows it has; see `splits.weights_of`. Where a model is gone on from,
        labels count about alike in any case.

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
    rows, told = first_of_each_comment([comment for comment in comments if comment.label is not None])
    counts = Counter(row.label for row in rows if row.label)
    if len(counts) < (1 if start else 2):
        raise DatasetError(
            f"{len(rows)} labelled rows with {len(counts)} different labels: at least two labels are needed;"
            " map statuses to labels, or add rows"
        )
    campaigns = campaigns_of(rows)
    told += remarks(rows, campaigns, counts, start is not None)
    lesson = _Lesson(rows, weights_of(rows, campaigns, balance), seed)
    trial, compared = _Trial(told), start if against is None else against
    if test_size:
        if len({group_of(row, group) for row in rows}) == 1:
            told.append(f"all rows are of one {_GROUPS[group]}: single rows, not {_GROUPS[group]}s, were held out")
        split = hold_out(rows, campaigns, (test_size, 1 - test_size), by=group, seed=seed)[0]
        trial.judge(lesson, split, start, compared)
    if trial.evaluation is None:
        told.append(trial.why_not)
    classifier, model = lesson.learned(np.ones(len(rows), dtype=bool), start)
    notes: dict[str, Any] = {"test_size": test_size, "group": group, "balance": balance}
    refusal = trial.comparison.refusal if trial.comparison else ""
    if compared and start is None:
        refusal = refusal or refusal_anew(trial.comparison, [label for label in _said(compared) if not counts[label]])
    if compared:
        figures = trial.comparison.to_json() if trial.comparison else {}
        notes["gate"] = {"against": compared.fingerprint, **figures, "worse": refusal}
    if start:
        notes["reference"] = _reference(start, rows)
    model = replace(model, manifest={"notes": {**model.manifest["notes"], **notes}})
    return TrainingResult(
        model, trial.evaluation, dict(counts), tuple(told), trial.comparison, refusal, tuple(rows),
        held_out=classifier.held_out_ if start is None else None, relearned=trial.relearned,
    )  # fmt: skip


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
    held_out: NDArray[np.float64] = getattr(classifier, "held_out_", np.zeros((0, len(LABELS))))
    if "reference" not in about and len(held_out) == len(comments):
        judged = zip(held_out.tolist(), comments, strict=True)
        called = [
            LABELS[decide(row, classifier.thresholds_, is_ping=comment.type != "comment")[0]] for row, comment in judged
        ]
        about["reference"] = reference_of(called, held_out.tolist(), [comment.source for comment in comments])
    return Model(classifier.parameters_, classifier.thresholds_, typical, {"notes": about})


@dataclass(frozen=True, slots=True)
class _Lesson:
    """Rows with how much each counts, and how a model learns from some of them."""

    rows: Sequence[Comment]
    weights: NDArray[np.float64]
    seed: int

    def labels(self, of: NDArray[np.bool_]) -> set[str]:
        return {str(row.label) for row in compress(self.rows, of)}

    def learned(self, of: NDArray[np.bool_], start: CommentGuard | None) -> tuple[CommentClassifier, Model]:
        rows, weight = list(compress(self.rows, of)), self.weights[of]
        labels = [str(row.label) for row in rows]
        notes = {
            "labels": {label: labels.count(label) for label in LABELS},
            "parent": start.fingerprint if start else None,
        }
        classifier = CommentClassifier(random_state=self.seed)
        if start is None:
            classifier.fit(rows, labels, weight)
            return classifier, to_model(classifier, rows, labels, notes)
        classifier.parameters_, classifier.thresholds_ = start.model.parameters, start.model.thresholds
        classifier.classes_ = np.array(sorted(LABELS))
        choice = sorted({"spam", "substantive", *labels})
        for part in np.array_split(np.random.default_rng(self.seed).permutation(len(rows)), -(-len(rows) // STEP)):
            some = [rows[row] for row in part]
            classifier.partial_fit(some, [labels[row] for row in part], choice, weight[part])
        return classifier, replace(to_model(classifier, rows, labels, notes), typical=start.model.typical)


@dataclass
class _Trial:
    """The judging of a model that learned without the held-out rows."""

    told: list[str]
    why_not: str = "nothing was held out: there are no figures"
    relearned: bool = False
    evaluation: Evaluation | None = None
    comparison: Comparison | None = None

    def judge(self, lesson: _Lesson, split: Split, start: CommentGuard | None, against: CommentGuard | None) -> None:
        if split.set_aside:
            self.told.append(
                f"{split.set_aside:,} rows belong to campaigns on both sides of the split: they are not judged by"
            )
        judged = split.judged & ~_known(start, lesson.rows)
        if not judged.any() and split.judged.any():
            self.why_not = "the model gone on from knows all rows held out, so there are no figures: use --from default"
        if not judged.any() or lesson.labels(split.learn) < lesson.labels(judged | split.learn):
            return
        new = CommentGuard(lesson.learned(split.learn, start)[1])
        old, unseen = _without(against, lesson, split, start) if against else (None, judged)
        if old and not (judged & unseen).any():
            self.told.append("the old model learned from all rows held out: it can't be compared with the new one")
            old = None
        judged &= unseen if old else True
        self.relearned = old is not None and old is not against
        rows = list(compress(lesson.rows, judged))
        if len(rows) < FEW_JUDGED:
            self.told.append(f"only {len(rows)} rows were held out: the figures say little; label more")
        if old is None:
            self.evaluation = evaluate(new, rows)
            return
        before, after = ([verdict for _, verdict in guard.classify_many(rows)] for guard in (old, new))
        self.comparison = compare(rows, before, after, split.groups[judged])
        self.evaluation = self.comparison.new


def _reference(start: CommentGuard, rows: Sequence[Comment]) -> object:
    """Return the shape of verdicts on the rows by the model that has not learned from them; of few rows, its own."""
    if len(rows) < LEAST:
        return start.model.manifest.get("notes", {}).get("reference")
    verdicts = [verdict for _, verdict in start.classify_many(rows)]
    probabilities = (verdict.probabilities.values() for verdict in verdicts)
    return reference_of((verdict.label for verdict in verdicts), probabilities, (row.source for row in rows))


def _without(
    old: CommentGuard, lesson: _Lesson, split: Split, start: CommentGuard | None
) -> tuple[CommentGuard, NDArray[np.bool_]]:
    """Return an old model as it is without the rows held out, and which rows it can be judged by.

    Where what it went on from (or that it was nothing) is at hand, and nearly all of its rows, it learns once more
    from those that are not held out, with the labels that they had then. Else it stays as it is, and the rows that it
    learned from do not count.
    """
    told = learned_rows(old.folder) if old.folder else {}
    labels = [told.get(row_key(row)) for row in lesson.rows] if told else [None] * len(lesson.rows)
    known = np.fromiter((label in LABELS for label in labels), dtype=bool, count=len(labels))
    everything, again = np.ones(len(known), dtype=bool), known & split.learn
    if not (known & split.judged).any():
        return old, everything
    parent = old.model.manifest.get("notes", {}).get("parent")
    base = next((guard for guard in (start, load_model("default")) if guard and guard.fingerprint == parent), None)
    both = zip(lesson.rows, labels, strict=True)
    before = replace(lesson, rows=[replace(row, label=label) if label in LABELS else row for row, label in both])
    few = known.sum() < NEARLY_ALL * len(told) or len(before.labels(again)) < (1 if base else 2)
    if few or (base is None and parent is not None):
        return old, ~known
    return CommentGuard(before.learned(again, base)[1]), everything


def _said(guard: CommentGuard) -> list[Label]:
    """Return the labels that a model can say."""
    notes = guard.model.manifest.get("notes", {})
    learned = notes.get("labels") if notes.get("parent") is None else None
    return [label for label in LABELS if not isinstance(learned, Mapping) or learned.get(label)]


def _known(guard: CommentGuard | None, rows: Sequence[Comment]) -> NDArray[np.bool_]:
    """Return which rows a model learned from, as far as its folder tells."""
    told = learned_rows(guard.folder) if guard and guard.folder else {}
    return np.fromiter((bool(told) and row_key(row) in told for row in rows), dtype=bool, count=len(rows))

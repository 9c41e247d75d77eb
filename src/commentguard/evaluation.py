"""How good a model is on labelled rows that it did not learn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    confusion_matrix,
    f1_score,
    matthews_corrcoef,
    precision_recall_fscore_support,
    roc_auc_score,
)

from commentguard.errors import DatasetError
from commentguard.guard import CommentGuard
from commentguard.records import LABELS, Comment, Label, Verdict

BINS: Final = 10
"""Bins of equal width for the calibration error."""
RESAMPLES: Final = 1_000
"""Bootstrap resamples of the rows for the interval of macro-F1."""
WORST: Final = 50
"""Errors kept, those the model was surest of."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of a model on labelled rows.

    Parameters
    ----------
    n : int
        Rows.
    figures : Mapping
        accuracy, macro_f1 (mean F1 of the labels that occur) with its 95% bootstrap interval (macro_f1_low,
        macro_f1_high), mcc (Matthews' correlation), spam_auc, spam_recall_at_1pct (spam caught where 1% of the
        substantive rows are called spam), offtopic_auc (among rows that are not spam), substantive_lost (share of them
        labelled spam), ece (expected calibration error of the most probable label). NaN where the rows allow none.
    per_label : Mapping
        Label to precision, recall, f1 and n.
    confusion : tuple of tuple of int
        Rows are the truth, columns the verdicts, both in the order of `records.LABELS`.
    by : Mapping
        "source", "type" and "month" (as 2024-05, empty where a row has no date) to their groups, each with n, accuracy
        and the number of spam rows.
    errors : tuple of (Comment, Verdict)
        Wrong verdicts, those with the highest probability first.
    """

    n: int
    figures: Mapping[str, float]
    per_label: Mapping[Label, Mapping[str, float]]
    confusion: tuple[tuple[int, ...], ...]
    by: Mapping[str, Mapping[str, Mapping[str, float]]]
    errors: tuple[tuple[Comment, Verdict], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return all figures, without the errors' texts, as JSON has them."""
        whole = {key: value for key, value in asdict(self).items() if key != "errors"}
        whole["figures"] = {key: None if np.isnan(value) else value for key, value in self.figures.items()}
        return whole


def evaluate(guard: CommentGuard, comments: Iterable[Comment]) -> Evaluation:
    """Judge a model by the labels that people gave.

    Parameters
    ----------
    guard : CommentGuard
        The model; it must not have learned from these comments.
    comments : iterable of Comment
        Rows without a label are left out.

    Returns
    -------
    Evaluation

    Raises
    ------
    DatasetError
        Where no row has a label.
    """
    return judge(*verdicts_on(guard, comments))


def verdicts_on(guard: CommentGuard, comments: Iterable[Comment]) -> tuple[list[Comment], list[Verdict]]:
    """Return the labelled of some comments and a model's verdicts on them; raises as `evaluate` does."""
    labelled = [comment for comment in comments if comment.label is not None]
    if not labelled:
        raise DatasetError("no row has a label to judge by: add a label column, or map statuses to labels")
    return labelled, [verdict for _, verdict in guard.classify_many(labelled)]


def judge(comments: Sequence[Comment], verdicts: Sequence[Verdict]) -> Evaluation:
    """Compare verdicts with the labels of their comments; see `evaluate`."""
    truth = np.array([LABELS.index(comment.label) for comment in comments if comment.label])
    called = np.array([LABELS.index(verdict.label) for verdict in verdicts])
    probabilities = np.array([[verdict.probabilities[label] for label in LABELS] for verdict in verdicts])
    present = sorted(set(truth.tolist()))
    low, high = _interval(truth, called, present)
    figures = {
        "accuracy": float((truth == called).mean()),
        "macro_f1": _macro_f1(truth, called, present),
        "macro_f1_low": low,
        "macro_f1_high": high,
        "mcc": float(matthews_corrcoef(truth, called)) if len(present) > 1 else float("nan"),
        **_ranking(truth, probabilities),
        "substantive_lost": float((called[truth == 2] == 0).mean()) if 2 in present else float("nan"),
        "ece": calibration_error(truth, probabilities),
    }
    scores = precision_recall_fscore_support(truth, called, labels=[0, 1, 2], zero_division=0)
    per_label = {
        label: dict(zip(("precision", "recall", "f1", "n"), (float(part[number]) for part in scores), strict=True))
        for number, label in enumerate(LABELS)
    }
    matrix = confusion_matrix(truth, called, labels=[0, 1, 2]).tolist()
    right = truth == called
    by = {key: _groups([of(comment) for comment in comments], right, truth) for key, of in _GROUPINGS.items()}
    wrong = sorted(np.flatnonzero(~right).tolist(), key=lambda row: -float(probabilities[row, called[row]]))[:WORST]
    errors = tuple((comments[row], verdicts[row]) for row in wrong)
    return Evaluation(len(truth), figures, per_label, tuple(map(tuple, matrix)), by, errors)


def month_of(comment: Comment) -> str:
    """Return the month that a comment is dated, empty where it has no date.

    Examples
    --------
    >>> from datetime import datetime
    >>> month_of(Comment(text="", date=datetime(2024, 5, 17, 8, 30)))
    '2024-05'
    """
    return comment.date.isoformat()[:7] if comment.date else ""


_GROUPINGS: Final[Mapping[str, Callable[[Comment], str]]] = {
    "source": attrgetter("source"), "type": attrgetter("type"), "month": month_of,
}  # fmt: skip


def calibration_error(truth: NDArray[np.int64], probabilities: NDArray[np.float64]) -> float:
    """Return the expected calibration error of the most probable label, 0 to 1.

    Mean distance, over bins of the probability, between the mean probability and the share that was right (Naeini,
    Cooper and Hauskrecht, AAAI 2015).
    """
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    number = np.minimum((top * BINS).astype(int), BINS - 1)
    bins = [number == bin_number for bin_number in set(number.tolist())]
    return float(sum(abs(top[chosen].mean() - right[chosen].mean()) * chosen.mean() for chosen in bins))


def _macro_f1(truth: NDArray[np.int64], called: NDArray[np.int64], present: list[int]) -> float:
    return float(f1_score(truth, called, labels=present, average="macro", zero_division=0))


def _interval(truth: NDArray[np.int64], called: NDArray[np.int64], present: list[int]) -> tuple[float, float]:
    """Return the 95% bootstrap interval of macro-F1, by counts so that it stays fast."""
    rng = np.random.default_rng(0)
    cells = np.bincount(truth * 3 + called, minlength=9)
    tables = rng.multinomial(len(truth), cells / len(truth), size=RESAMPLES).reshape(-1, 3, 3)
    hit = tables[:, present, present]
    f1 = 2 * hit / np.maximum(tables.sum(axis=2)[:, present] + tables.sum(axis=1)[:, present], 1)
    low, high = np.quantile(f1.mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def _ranking(truth: NDArray[np.int64], probabilities: NDArray[np.float64]) -> dict[str, float]:
    spam, off_topic, substantive = probabilities.T
    readers = np.sort(spam[truth == 2])[::-1]
    cut = readers[int(len(readers) * 0.01)] if len(readers) else float("nan")
    kept = truth != 0
    share = off_topic[kept] / np.maximum(off_topic[kept] + substantive[kept], 1e-12)
    caught = spam[~kept] > cut
    return {
        "spam_auc": _auc(truth == 0, spam),
        "spam_recall_at_1pct": float(caught.mean()) if len(caught) and len(readers) else float("nan"),
        "offtopic_auc": _auc(truth[kept] == 1, share),
    }


def _auc(target: NDArray[np.bool_], values: NDArray[np.float64]) -> float:
    return float(roc_auc_score(target, values)) if target.any() and not target.all() else float("nan")


def _groups(keys: Sequence[str], right: NDArray[np.bool_], truth: NDArray[np.int64]) -> dict[str, dict[str, float]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        rows[key].append(number)
    return {
        key: {"n": len(of), "accuracy": float(right[of].mean()), "spam": int((truth[of] == 0).sum())}
        for key, of in sorted(rows.items())
    }

"""CommentGuard: a loaded model that classifies; it needs neither scikit-learn nor nltk."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from commentguard import storage
from commentguard.batches import in_batches
from commentguard.decision import decide
from commentguard.errors import ModelFormatError
from commentguard.reasons import CODES, evidence, reasons_for, towards, what_decided, words_of
from commentguard.records import LABELS, Comment, Label, Verdict
from commentguard.scoring import PING, Scores, promotes_nothing, score

if TYPE_CHECKING:
    from distributed import Client

_SHIPPED: Final = (
    Path(__file__).parent / "models" / "default",  # in an installed wheel
    Path(__file__).parents[2] / "models" / "default",  # in a checkout
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much one kind of evidence moved a verdict.

    Parameters
    ----------
    name : str
        The code, as in `Reason.code`.
    text : str
        In words.
    value : float
        The feature's value; NaN where several features stand behind the code, or the value is unknown.
    contributions : Mapping
        Label to how far the evidence speaks for it, in log-odds.
    """

    name: str
    text: str
    value: float
    contributions: Mapping[Label, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict with all its evidence, strongest first."""

    verdict: Verdict
    evidence: tuple[Evidence, ...]


class CommentGuard:
    """A model that classifies comments; get one from `load_model`.

    Parameters
    ----------
    model : storage.Model
        What a model folder holds.

    Attributes
    ----------
    name : str
        The model's name.
    fingerprint : str
        16 hexadecimal digits that change with the weights.
    """

    def __init__(self, model: storage.Model) -> None:
        self.model = model
        self.name: str = str(model.manifest.get("name", ""))
        files: Any = model.manifest.get("files", {})
        self.fingerprint: str = str(files.get(storage.WEIGHTS, {}).get("sha256", ""))[:16]

    def __repr__(self) -> str:
        """Name the model."""
        return f"CommentGuard({self.name!r}, fingerprint={self.fingerprint!r})"

    def classify(self, comment: Comment) -> Verdict:
        """Classify one comment.

        Examples
        --------
        >>> from commentguard import Comment, Post, load_model
        >>> post = Post(title="Sharpening a bread knife", text="How to sharpen the serrations of a bread knife.")
        >>> load_model().classify(Comment(text="", type="pingback", author="dry skin", post=post)).label
        'spam'
        """
        return self._verdicts([comment])[0]

    def classify_many(
        self,
        comments: Iterable[Comment],
        *,
        batch_size: int = 1_000,
        n_jobs: int = 1,
        cluster: str | Client | None = None,
    ) -> Generator[tuple[Comment, Verdict]]:
        """Classify a stream of comments, in order; no verdict depends on the keywords.

        Parameters
        ----------
        comments : iterable of Comment
            Any number; one batch of them is held at a time, or two for each worker.
        batch_size : int
            Comments classified at a time; fewer where their texts are long.
        n_jobs : int
            Worker processes, as joblib has it: 1 for none but this one, -1 for one a core.
        cluster : str, distributed.Client or None
            A Dask cluster that works instead, by the address of its scheduler; None without.

        Yields
        ------
        tuple of (Comment, Verdict)

        Raises
        ------
        WorkersError
            When workers can't be reached, or end before their work is done.
        MissingPackageError
            When a cluster is asked for and Dask is not installed.
        """
        for batch, verdicts in self._judged(in_batches(comments, batch_size), n_jobs, cluster):
            yield from zip(batch, verdicts, strict=True)

    def _judged(
        self, batches: Iterator[list[Comment]], n_jobs: int, cluster: str | Client | None
    ) -> Iterator[tuple[list[Comment], Sequence[Verdict]]]:
        if cluster is not None:
            from commentguard.cluster import on_cluster

            return on_cluster(self._verdicts, batches, cluster)
        if n_jobs != 1:
            from commentguard.parallel import in_processes

            return in_processes(self._verdicts, batches, n_jobs)
        return ((batch, self._verdicts(batch)) for batch in batches)

    def predict_proba(self, comments: Sequence[Comment]) -> NDArray[np.float64]:
        """Return probabilities in the order of `records.LABELS`, shape (n, 3)."""
        return self._score(comments).probabilities if len(comments) else np.zeros((0, len(LABELS)))

    def explain(self, comment: Comment) -> Explanation:
        """Classify one comment and return all the evidence."""
        scores = self._score([comment])
        verdict = self._decide(scores)[0]
        spam, off_topic = (evidence(scores, self.model.parameters, decision, np.array([0]))[0] for decision in (0, 1))
        by_label = {label: towards(label, spam, off_topic) for label in LABELS}
        strength = np.abs(spam) + np.abs(off_topic)
        words = words_of(spam + off_topic, scores.features[0], self.model.typical)
        listed = []
        for number in np.argsort(-strength, kind="stable").tolist():
            code = CODES[number]
            if strength[number] < 1e-9:
                break
            value = float(scores.features[0, code.feature]) if code.feature >= 0 else float("nan")
            moved = {label: float(by_label[label][number]) for label in LABELS}
            listed.append(Evidence(code.name, words[number], value, moved))
        return Explanation(verdict, tuple(listed))

    def _score(self, comments: Sequence[Comment]) -> Scores:
        return score(self.model.parameters, comments)

    def _verdicts(self, comments: Sequence[Comment]) -> list[Verdict]:
        return self._decide(self._score(comments))

    def _decide(self, scores: Scores) -> list[Verdict]:
        probabilities = scores.probabilities
        is_ping = scores.features[:, PING] > 0
        spared = promotes_nothing(scores.features)
        labels, review = decide(probabilities, self.model.thresholds, is_ping, spared)
        decision, direction = what_decided(labels, probabilities)
        moved = np.empty((len(labels), len(CODES)))
        for number in set(decision.tolist()):
            rows = np.flatnonzero(decision == number)
            moved[rows] = evidence(scores, self.model.parameters, number, rows)
        reasons = reasons_for(moved, direction, scores.features, self.model.typical)
        return [
            Verdict(label, dict(zip(LABELS, row, strict=True)), unsure, named)
            for label, row, unsure, named in zip(labels, probabilities.tolist(), review, reasons, strict=True)
        ]


def load_model(path: str | os.PathLike[str] | None = None) -> CommentGuard:
    """Load a model.

    Parameters
    ----------
    path : str or path, optional
        A model folder; None: the model that is shipped with the library.

    Returns
    -------
    CommentGuard

    Raises
    ------
    ModelFormatError
        Where the folder is missing, damaged, or made by another version.
    """
    if path is not None:
        return CommentGuard(storage.load(path))
    for folder in _SHIPPED:
        if (folder / storage.MANIFEST).is_file():
            return CommentGuard(storage.load(folder))
    raise ModelFormatError("the shipped model is missing: install commentguard again, or name a model folder")

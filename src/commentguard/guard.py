"""CommentGuard: a loaded model that classifies; it needs neither scikit-learn nor nltk."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from commentguard import storage, versions
from commentguard.batches import in_batches
from commentguard.decision import decide
from commentguard.errors import ModelFormatError
from commentguard.passages import telling_passage
from commentguard.reasons import CODES, evidence, evidence_asked, reasons_for, towards, what_decided, words_of
from commentguard.records import LABELS, Comment, Label, Verdict
from commentguard.scoring import Scores, lacks_its_link, promotes_nothing, score

if TYPE_CHECKING:
    from distributed import Client

    from commentguard.personal import PersonalLayer

_LEARNING: Final = threading.Lock()  # one for all guards: they must stay such that they can be pickled

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
    """A verdict with all its evidence.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    evidence : tuple of Evidence
        Strongest first.
    passage : str
        Where its text reads most like spam; empty where it nowhere does.
    """

    verdict: Verdict
    evidence: tuple[Evidence, ...]
    passage: str = ""


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

    _place: _Place | None = None
    _personal: PersonalLayer | None = None

    def __init__(self, model: storage.Model) -> None:
        self._use(model)

    def _use(self, model: storage.Model) -> None:
        self.model = model
        self._personal = None
        self.name: str = str(model.manifest.get("name", ""))
        files: Any = model.manifest.get("files", {})
        self.fingerprint: str = str(files.get(storage.WEIGHTS, {}).get("sha256", ""))[:16]

    @property
    def folder(self) -> Path | None:
        """Where it was loaded from; None for a model that was made in memory."""
        return self._place.folder if self._place else None

    def __repr__(self) -> str:
        """Name the model."""
        return f"CommentGuard({self.name!r}, fingerprint={self.fingerprint!r})"

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy needs to classify alike; it can't take back what this one has learned."""
        return {key: value for key, value in vars(self).items() if key != "_personal"}

    def learn(self, comment: Comment, label: Label) -> None:
        """Take in what a person decided on a comment: verdicts go by it from now on.

        A personal layer over the model follows from the last `personal.KEPT` decisions; what the model says of
        comments unlike them stays (`commentguard.personal`). The first decision takes about a second, each further one
        some 30 ms with hundreds before it, up to a second with `personal.KEPT`; other threads may classify meanwhile.
        The layer lives in this object alone, until another model is taken over: what must last goes to a labels file,
        and from there into a model by `commentguard.update`.

        Parameters
        ----------
        comment : Comment
            The comment; a later decision on the same id counts instead of the earlier one.
        label : {"spam", "off-topic", "substantive"}
            What it is.

        Raises
        ------
        DatasetError
            Where the label is unknown.

        Examples
        --------
        >>> from commentguard import Comment, load_model
        >>> guard = load_model("default")
        >>> offer = Comment(text="Our gazebo canopies ship on Tuesdays", author="Canopy Outlet")
        >>> before = guard.classify(offer).probabilities["spam"]
        >>> guard.learn(offer, "spam")
        >>> guard.classify(offer).probabilities["spam"] > before
        True
        >>> guard.unlearn(offer)
        True
        >>> guard.classify(offer).probabilities["spam"] == before
        True
        """
        with _LEARNING:
            if self._personal is None:
                from commentguard.personal import PersonalLayer  # brings scipy along

                self._personal = PersonalLayer(self.model.parameters)
            self._personal.learn([comment], [label])
            self.model = replace(self.model, parameters=self._personal.solved())

    def unlearn(self, comment: Comment | str) -> bool:
        """Take back a decision that this object has learned; nothing is left of it.

        Parameters
        ----------
        comment : Comment or str
            The comment, or its id.

        Returns
        -------
        bool
            Whether there was one.
        """
        with _LEARNING:
            identifier = comment if isinstance(comment, str) else comment.id
            if self._personal is None or not self._personal.unlearn(identifier):
                return False
            self.model = replace(self.model, parameters=self._personal.solved())
            return True

    def reload_if_changed(self) -> bool:
        """Take over the model that now stands where this one was loaded from, where it is another one.

        Cheap enough to be called before each comment: one look at a file's time. A model that `load_model` took as the
        promoted one follows promotions and rollbacks; one that was loaded from a folder follows what is written there.

        Returns
        -------
        bool
            Whether another model was taken over.

        Raises
        ------
        ModelFormatError
            Where the new model can't be loaded; the one before stays in use.
        """
        if self._place is None or self._place.is_unchanged():
            return False
        before = self.fingerprint
        self._place, model = self._place.read()
        with _LEARNING:
            self._use(model)
        return self.fingerprint != before

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
        return score(self.model.parameters, comments).probabilities if len(comments) else np.zeros((0, len(LABELS)))

    def explain(self, comment: Comment) -> Explanation:
        """Classify one comment and return all the evidence."""
        model = self.model
        scores = score(model.parameters, [comment])
        verdict = _decided(scores, model)[0]
        spam, off_topic = (evidence(scores, model.parameters, decision, slice(1))[0] for decision in (0, 1))
        by_label = {label: towards(label, spam, off_topic) for label in LABELS}
        strength, values = np.abs(spam) + np.abs(off_topic), scores.values[0]
        words = words_of(spam + off_topic, values, model.typical)
        listed = []
        for number in np.argsort(-strength, kind="stable").tolist():
            code = CODES[number]
            if strength[number] < 1e-9:
                break
            value = float(values[code.feature]) if code.feature >= 0 else float("nan")
            moved = {label: float(by_label[label][number]) for label in LABELS}
            listed.append(Evidence(code.name, words[number], value, moved))
        return Explanation(verdict, tuple(listed), telling_passage(model.parameters, comment))

    def _verdicts(self, comments: Sequence[Comment]) -> list[Verdict]:
        model = self.model  # once: another thread may put another in its place
        return _decided(score(model.parameters, comments), model)


def _decided(scores: Scores, model: storage.Model) -> list[Verdict]:
    columns = scores.probabilities.T.tolist()
    pings = repeat(False) if scores.is_ping is None else scores.is_ping.tolist()
    doubtful = repeat(False) if scores.is_ping is None else lacks_its_link(scores.pages)
    labels, reviews, asked, directions = [], [], [], []
    rows = zip(zip(*columns, strict=True), pings, promotes_nothing(scores.features), doubtful, strict=False)
    for row, is_ping, harmless, doubt in rows:
        label, review = decide(row, model.thresholds, is_ping, harmless, doubt)
        decision, direction = what_decided(label, row)
        labels.append(label)
        reviews.append(review)
        asked.append(decision)
        directions.append(direction)
    named = reasons_for(evidence_asked(scores, model.parameters, asked), directions, scores.values, model.typical)
    return [
        Verdict(LABELS[label], {"spam": spam, "off-topic": off_topic, "substantive": substantive}, review, reasons)
        for label, review, reasons, spam, off_topic, substantive in zip(labels, reviews, named, *columns, strict=True)
    ]


def load_model(
    path: str | os.PathLike[str] | None = None, *, models: str | os.PathLike[str] | None = None
) -> CommentGuard:
    """Load a model.

    Parameters
    ----------
    path : str or path, optional
        A model folder; or the name of a version in the models folder (``"v3"``); or ``"default"``, the model that is
        shipped with the library. None, or ``"promoted"``: the version that was promoted; where none was, the shipped
        one. A folder called like one of these is named with its place, ``"./default"``.
    models : str or path, optional
        The models folder; None: the one that COMMENTGUARD_MODELS names in the environment, else one in the user's data
        folder.

    Returns
    -------
    CommentGuard

    Raises
    ------
    ModelFormatError
        Where the folder is missing, damaged, or made by another version.
    """
    place, model = _Place(None if path == versions.PROMOTED else path, models).read()
    guard = CommentGuard(model)
    guard._place = place
    return guard


def model_folder(path: str | os.PathLike[str], models: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder that a name or path stands for, as `load_model` has it; it need not hold a model."""
    if path == versions.SHIPPED:
        return shipped_folder()
    if path == versions.PROMOTED:
        folder = versions.models_folder(models)
        return model_folder(versions.promoted(folder), folder)
    if versions.is_name(path) and not Path(path).exists():
        return versions.models_folder(models) / path
    return Path(path)


def shipped_folder() -> Path:
    """Return the folder of the model that is shipped with the library.

    Raises
    ------
    ModelFormatError
        Where it is missing.
    """
    for folder in _SHIPPED:
        if (folder / storage.MANIFEST).is_file():
            return folder
    raise ModelFormatError("the shipped model is missing: install commentguard again, or name a model folder")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a model was asked for, and how the file looked that tells whether there is another one now."""

    path: str | os.PathLike[str] | None
    models: str | os.PathLike[str] | None
    folder: Path | None = None
    watched: Path | None = None
    seen: versions.Stamp | None = None

    def is_unchanged(self) -> bool:
        return self.watched is not None and versions.stamp(self.watched) == self.seen

    def read(self) -> tuple[_Place, storage.Model]:
        """Return the model that is there now, and the place as it looked just before."""
        if self.path is not None:
            folder = model_folder(self.path, self.models)
            seen = versions.stamp(folder / storage.MANIFEST)
            return replace(self, folder=folder, watched=folder / storage.MANIFEST, seen=seen), storage.load(folder)
        pointer = versions.models_folder(self.models) / versions.POINTER
        seen = versions.stamp(pointer)
        folder = model_folder(versions.PROMOTED, pointer.parent)
        try:
            model = storage.load(folder)
        except ModelFormatError as error:
            if versions.promoted(pointer.parent) == versions.SHIPPED:
                raise
            raise ModelFormatError(f"{error}, or go back with: commentguard models rollback") from None
        return replace(self, folder=folder, watched=pointer, seen=seen), model

"""CommentClassifier: the scikit-learn estimator that learns the parameters which `scoring` applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from typing import Any, Final, Self

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from commentguard.adagrad import fit_weights, from_weights, gram_matrix, to_weights
from commentguard.decision import Thresholds, choose_thresholds
from commentguard.errors import DatasetError
from commentguard.everyday import everyday_rows
from commentguard.features.background import Background
from commentguard.features.batch import Batch, Texts
from commentguard.features.named import NAMES, named_features
from commentguard.features.pages import page_features
from commentguard.folds import natural_groups, spread
from commentguard.labelled import (
    check_labels,
    checked_rows,
    first_of_each,
    fit_background,
    row_weights,
    scrap_rows,
    under_two_posts,
)
from commentguard.linear import Grams, Weights, grams_of, no_weights, paired, text_scores
from commentguard.records import LABELS, Comment
from commentguard.ridge import even_weights, fit_ridge
from commentguard.scoring import (
    DECISIONS,
    FEATURES,
    PING,
    Parameters,
    layer_log_odds,
    probabilities_of,
    relevance_of,
    score,
)
from commentguard.stages import Stage, Trees, fit_match

Linear = tuple[Weights, float]

CHUNK: Final = 1_000
"""Comments whose features are computed at a time."""
FEW_ROWS: Final = 10_000
"""Up to so many rows the n-grams are learned whole, beside the trees; of more, in passes, as a feature of theirs."""
DOUBT: Final = 10.0
"""With few rows, how many substantive comments called spam the threshold of 0.5 counts as; see `choose_thresholds`."""

_STRENGTH: Final = 0.1  # of the penalty on weights that `partial_fit` moves; benchmarks/little.py
_BIAS_STRENGTH: Final = 10.0


class CommentClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Tell spam, off-topic and substantive comments apart.

    Linear models over hashed n-grams of text, author and host are learned first; boosted trees then decide from their
    scores, the named signals, the relevance to post and thread, and what was learned from comments that stand under two
    posts, once as substantive and once as off-topic. The trees learn from scores, and from frequencies of words, that
    were made without the comment's own blog, so that they see them as they will be on the next blog. Two decisions are
    made: spam or not; if not, off-topic or substantive. Their log-odds are calibrated on held-out blogs.

    Parameters
    ----------
    epochs : int, default 3
        Passes of the linear model over the data; few, since stopping early is what keeps it from overfitting.
    learning_rate : float, default 0.05
        Its step (AdaGrad).
    trees : int, default 100
        Boosted trees of each decision.
    leaves : int, default 12
        Greatest number of leaves of a tree.
    tree_learning_rate : float, default 0.1
        What each tree's answer is multiplied by.
    folds : int, default 4
        Parts of whole groups; each is scored by a model that learned from the others.
    n_jobs : int or None, default None
        Processes for the folds, as in joblib; None is one.
    random_state : int, default 0
        Seed; the same seed, data and versions give the same model.

    Attributes
    ----------
    classes_ : ndarray of str, shape (n_classes,)
        The labels seen in `fit`, in alphabetical order: the order of the columns of `predict_proba`.
    parameters_ : Parameters
        All that was learned.
    thresholds_ : Thresholds
        Where labels begin, chosen on held-out rows so that at most 1 in 100 substantive comments is called spam.
    held_out_ : ndarray of float64, shape (n, 3)
        Probabilities (in the order of `records.LABELS`) of the training rows by models that did not see their group.

    Notes
    -----
    X is a sequence of `Comment`, so that checks of scikit-learn which hand over arrays of numbers do not apply; the
    list with reasons is in ``tests/test_classifier.py``.

    Examples
    --------
    >>> from commentguard import Comment, CommentClassifier
    >>> good = [Comment(text=f"The {word} in step two failed for me", author="Ann") for word in ("oven", "pump", "key")]
    >>> bad = [Comment(text=f"cheap {word} http://x.example", author="buy now") for word in ("pills", "bags", "loans")]
    >>> model = CommentClassifier(folds=2).fit(good + bad, ["substantive"] * 3 + ["spam"] * 3)
    >>> model.classes_.tolist()
    ['spam', 'substantive']
    """

    def __init__(
        self,
        *,
        epochs: int = 3,
        learning_rate: float = 0.05,
        trees: int = 100,
        leaves: int = 12,
        tree_learning_rate: float = 0.1,
        folds: int = 4,
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.trees = trees
        self.leaves = leaves
        self.tree_learning_rate = tree_learning_rate
        self.folds = folds
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(
        self,
        X: Sequence[Comment],
        y: Sequence[str],
        sample_weight: ArrayLike | None = None,
        groups: Sequence[str] | None = None,
        reviewed: ArrayLike | None = None,
        ping_weight: ArrayLike | None = None,
        typical: ArrayLike | None = None,
    ) -> Self:
        """Learn from labelled comments.

        Parameters
        ----------
        X : sequence of Comment, length n
            Their own `label`, `status` and later comments are not looked at.
        y : sequence of str, length n
            A label each.
        sample_weight : array-like of float, shape (n,), optional
            How much each row counts; None: all the same.
        groups : sequence of str, length n, optional
            Rows of one group are never on both sides of a split; None: blogs, or posts where blogs are few.
        reviewed : array-like of bool, shape (n,), optional
            Rows whose label is trusted: calibration and thresholds go by them. None: all rows.
        ping_weight : array-like of float, shape (n,), optional
            How much each row counts for what judges pings: not calibrated, it goes by how often each label comes.
        typical : array-like of bool, shape (n,), optional
            Rows among which each label is as frequent as it will be: where off-topic begins goes by them. None: all.

        Returns
        -------
        CommentClassifier
            Itself.

        Raises
        ------
        DatasetError
            With fewer than two labels, unknown labels, or too few rows to split.
        """
        comments, truth = checked_rows(X, y)
        weight = row_weights(sample_weight, len(truth))
        if len(set(truth[weight > 0].tolist())) < 2:
            raise DatasetError("only one label has rows of a weight above 0: a model needs at least two labels")
        of_pings = weight if ping_weight is None else row_weights(ping_weight, len(truth))
        trusted = np.ones(len(truth), dtype=bool) if reviewed is None else np.asarray(reviewed, dtype=bool)
        fold = spread(natural_groups(comments, self.folds) if groups is None else groups, self.folds)
        pairs = under_two_posts(comments, truth)
        grams = [grams_of(Batch(comments[at : at + CHUNK])) for at in range(0, len(comments), CHUNK)]
        matrix = gram_matrix(grams)
        # Root: the rows that count most for the trees must not drown the many others' words. One text counts once.
        few = int(np.count_nonzero(weight)) <= FEW_ROWS
        row_weight = np.zeros(len(truth)) if few else np.sqrt(weight) * first_of_each(comments)
        wording = self._fit_weights(matrix, truth == 0, row_weight, fold)
        scraps = self._fit_weights(matrix, truth == 1, row_weight * scrap_rows(comments, truth, pairs), fold)
        named = _named(comments, truth, fold, self.n_jobs)
        settings = Trees(self.trees, self.leaves, self.tree_learning_rate, self.random_state)
        match, match_held_out = fit_match(relevance_of(named), pairs, truth == 1, fold)
        held_out = _by_fold(grams, wording[1:], scraps[1:], fold)
        features = np.concatenate([named, held_out, match_held_out], axis=1)
        beside = (matrix if few else None, page_features(Batch(comments)))
        stage = Stage(features, weight, of_pings, fold, trusted, settings.by_decision(), *beside)
        apart = (None, ~(pairs & (truth == 1)) if match else None)
        spam, off_topic = (stage.decide(number, *rows, apart[number]) for number, rows in enumerate(_decisions(truth)))
        self.parameters_ = Parameters(
            background=fit_background(comments, truth == 0),
            weights=wording[0][0],
            bias=wording[0][1],
            scrap_weights=scraps[0][0],
            scrap_bias=scraps[0][1],
            match=match,
            forests=(spam.forests, off_topic.forests),
            pings=(spam.pings, off_topic.pings),
            calibration=np.stack([spam.calibration, off_topic.calibration]),
            **_layer_of(spam.layer, off_topic.layer),
            pages=np.stack([spam.pages, off_topic.pages]),
        )
        self.held_out_ = probabilities_of(np.stack([spam.held_out, off_topic.held_out], axis=1))
        came = None if typical is None else np.asarray(typical, dtype=bool)[trusted]
        chosen_from = self.held_out_[trusted], truth[trusted], features[trusted, PING] > 0
        self.thresholds_ = choose_thresholds(*chosen_from, doubt=DOUBT * few, typical=came)
        self.classes_ = np.unique(np.asarray(y, dtype=str))
        return self

    def partial_fit(
        self,
        X: Sequence[Comment],
        y: Sequence[str],
        classes: Sequence[str] | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Move the additive layer towards some labelled comments; all else stays as it is.

        Each call finds, whole, the layer that explains its rows best while it stays near the one before: neither the
        order of the rows nor a seed matters. Rows that are called spam and others count alike as a whole. What a fitted
        model says of everyday comments is held still (`everyday`), so that others than these rows are judged as before.

        Parameters
        ----------
        X : sequence of Comment, length n
            Comments.
        y : sequence of str, length n
            A label each.
        classes : sequence of str, optional
            Labels between which a choice was made; None: all. Without off-topic among them, what tells it from
            substantive stays as it is. Where the model was never fitted, all labels that will ever come, by
            scikit-learn's convention.
        sample_weight : array-like of float, shape (n,), optional
            How much each row counts.

        Returns
        -------
        CommentClassifier
            Itself.
        """
        comments, truth = checked_rows(X, y, several=False)
        chosen_from = list(LABELS) if classes is None else [str(label) for label in classes]
        check_labels(chosen_from)
        still = everyday_rows() if hasattr(self, "parameters_") else None
        if still is None:
            self.parameters_, self.thresholds_ = _untrained(), Thresholds()
            self.classes_ = np.unique(np.asarray(y if classes is None else classes, dtype=str))
        self.classes_ = np.union1d(self.classes_, np.asarray(y, dtype=str))
        weight = row_weights(sample_weight, len(truth))
        current = score(self.parameters_, comments)
        grams = grams_of(Batch(comments))
        matrix = gram_matrix([grams])
        known = current.log_odds - layer_log_odds(grams, self.parameters_)
        layer = [_layer_start(self.parameters_, column) for column in range(len(DECISIONS))]
        for column, (target, rows) in enumerate(_decisions(truth)):
            if column == 0 or "off-topic" in chosen_from:
                layer[column] = fit_ridge(
                    matrix, target, even_weights(target, weight * rows), strength=_STRENGTH,
                    bias_strength=_BIAS_STRENGTH, offset=known[:, column], start=layer[column], still=still,
                )  # fmt: skip
        self.parameters_ = replace(self.parameters_, **_layer_of(*layer))
        return self

    def predict_proba(self, X: Sequence[Comment]) -> NDArray[np.float64]:
        """Return calibrated probabilities, shape (n, n_classes), columns in the order of `classes_`."""
        check_is_fitted(self, "parameters_")
        columns = [LABELS.index(label) for label in self.classes_.tolist()]
        found = np.zeros((len(X), len(columns)))
        for at in range(0, len(X), CHUNK):
            found[at : at + CHUNK] = score(self.parameters_, X[at : at + CHUNK]).probabilities[:, columns]
        total: NDArray[np.float64] = found / np.maximum(found.sum(axis=1, keepdims=True), 1e-300)
        return total

    def predict(self, X: Sequence[Comment]) -> NDArray[np.str_]:
        """Return the most probable label of each comment, shape (n,); for decisions by threshold see `CommentGuard`."""
        best = self.predict_proba(X).argmax(axis=1)  # first: it says so where nothing was fitted
        labels: NDArray[np.str_] = self.classes_[best]
        return labels

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the names of what the trees see, shape (n_features,)."""
        return np.asarray(FEATURES, dtype=object)

    def __sklearn_tags__(self) -> Tags:
        """Say that X is no array of numbers."""
        tags: Tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.input_tags.string = False
        return tags

    def _fit_weights(
        self,
        matrix: sparse.csr_matrix,
        target: NDArray[np.bool_],
        row_weight: NDArray[np.float64],
        fold: NDArray[np.int64],
    ) -> list[Linear]:
        """Learn a linear model on all rows, and one without each fold; they say nothing where all rows are alike."""

        def learn(leave_out: int) -> Linear:
            used = row_weight * (fold != leave_out)
            if len(set(target[used > 0].tolist())) < 2:
                return no_weights(), 0.0
            dense, bias = fit_weights(
                matrix, target, used, epochs=self.epochs, learning_rate=self.learning_rate, seed=self.random_state
            )
            return to_weights(dense), float(np.float32(bias))

        learned: list[Linear] = Parallel(n_jobs=self.n_jobs)(
            delayed(learn)(number) for number in (-1, *range(self.folds))
        )
        return learned


def _layer_of(*learned: tuple[NDArray[np.float32], float] | None) -> dict[str, Any]:
    """Return an additive layer from what was learned for each decision, as `Parameters` has it."""
    if not any(learned):
        return {"layer": None, "layer_bias": (0.0, 0.0)}
    tables = tuple(to_weights(given[0]) if given else no_weights() for given in learned)
    return {"layer": tables, "layer_bias": tuple(float(given[1]) if given else 0.0 for given in learned)}


def _decisions(truth: NDArray[np.int64]) -> tuple[tuple[NDArray[np.bool_], NDArray[np.bool_]], ...]:
    """Return for each decision which rows are its target, and which rows it is about."""
    return (truth == 0, np.ones(len(truth), dtype=bool)), (truth == 1, truth != 0)


def _named(
    comments: Sequence[Comment], truth: NDArray[np.int64], fold: NDArray[np.int64], n_jobs: int | None
) -> NDArray[np.float32]:
    """Compute the named features of all rows, the frequencies of words being those of the other folds.

    A blog's own subjects are rare words on the next blog; they must look rare in training too.
    """
    features = np.empty((len(comments), len(NAMES)), dtype=np.float32)
    for number in np.unique(fold):
        own = fold == number
        background = fit_background(list(compress(comments, ~own)), truth[~own] == 0)
        rows = list(compress(comments, own))
        chunks = [rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)]
        made = Parallel(n_jobs=n_jobs)(delayed(_named_chunk)(chunk, background) for chunk in chunks)
        features[own] = np.concatenate(made)
    return features


def _named_chunk(comments: Sequence[Comment], background: Background) -> NDArray[np.float32]:
    return named_features(Batch(comments), background)


def _by_fold(
    grams: Sequence[Grams], wording: Sequence[Linear], scraps: Sequence[Linear], fold: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return `text_scores` of each row by the models that left its fold out."""
    models = [
        paired(spam, scrap, (bias, scrap_bias))
        for (spam, bias), (scrap, scrap_bias) in zip(wording, scraps, strict=True)
    ]
    found = []
    first = 0
    for chunk in grams:
        own = fold[first : first + len(chunk)]
        by_model = np.stack([text_scores(chunk, model) for model in models])
        found.append(by_model[own, np.arange(len(own))])
        first += len(own)
    return np.concatenate(found)


def _untrained() -> Parameters:
    return Parameters(
        background=Background.fit(Texts.of([""], 1)),
        weights=no_weights(),
        bias=0.0,
        scrap_weights=no_weights(),
        scrap_bias=0.0,
        match=None,
        forests=((), ()),
        pings=(None, None),
        calibration=np.array([[1.0, 0.0], [1.0, 0.0]]),
        **_layer_of(None, None),
    )


def _layer_start(parameters: Parameters, column: int) -> tuple[NDArray[np.float32], float]:
    weights = parameters.layer[column] if parameters.layer else no_weights()
    return from_weights(weights), parameters.layer_bias[column]

"""Learning what decides, from features: trees, the regressions for pings, calibration; all judged on held-out folds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from commentguard.boosting import fit_forest
from commentguard.forest import Forest
from commentguard.logistic import Logistic
from commentguard.regression import fit_added, fit_logistic
from commentguard.ridge import fit_ridge, telling
from commentguard.scoring import FEATURES, OFF_TOPIC_GROWS, PING, SCRAP, asked_of_pages, no_pages, ping_columns

LEAST_PAIRS: Final = 200
"""Rows under two posts that there must be to learn from them what fits a post."""
LEAST_PINGS: Final = 50
"""Pings that there must be to judge pings by a model of their own."""
LEAST_PAGES: Final = 40
"""Pings whose page was reached that there must be to learn from what was found there."""
NEVER: Final = -20.0
"""Log-odds of a label that the training data do not have."""

_LEAST_CALIBRATED: Final = 20
_BLENDED: Final = 0.1  # inverse of the penalty on how much trees and n-grams count
_STRENGTH: Final = 0.01  # of the penalty on the weights of n-grams; anything up to 0.1 does about as well

Learn = Callable[[NDArray[np.bool_]], Callable[[NDArray[np.bool_]], NDArray[np.float64]]]


@dataclass(frozen=True, slots=True)
class Trees:
    """How trees are grown; see `CommentClassifier`."""

    trees: int
    leaves: int
    learning_rate: float
    seed: int
    columns: float = 0.5
    """Share of the columns that each question is chosen from."""
    grows: NDArray[np.int8] | None = None
    """For each column 1 where the log-odds must not fall as it grows, -1 where they must not rise; None: they may."""

    def by_decision(self) -> tuple[Trees, Trees]:
        """Return how those of each of `scoring.DECISIONS` are grown."""
        # Of spam the n-grams tell most already: in smaller steps, and asked of fewer columns at a time, the trees learn
        # to correct them (spam caught at 1% 0.75 to 0.79 on blogs left out), which lets off-topic learn too little.
        # Off-topic rows are few: what some of them seem to say must not go against what relevance means.
        calm = replace(self, learning_rate=self.learning_rate * 0.7, columns=0.3)
        return calm, replace(self, grows=OFF_TOPIC_GROWS)

    def fit(self, features: NDArray[np.float32], target: NDArray[np.bool_], weight: NDArray[np.float64]) -> Forest:
        """Learn a forest; both values of `target` must occur."""
        return fit_forest(
            features, target, weight, trees=self.trees, leaves=self.leaves,
            learning_rate=self.learning_rate, columns=self.columns, seed=self.seed, grows=self.grows,
        )  # fmt: skip

    def learner(self, features: NDArray[np.float32], target: NDArray[np.bool_], weight: NDArray[np.float64]) -> Learn:
        """Return what learns a forest from some of the rows, and answers with a judge of others."""

        def learn(rows: NDArray[np.bool_]) -> Callable[[NDArray[np.bool_]], NDArray[np.float64]]:
            forest = self.fit(features[rows], target[rows], weight[rows])
            return lambda judged: forest.log_odds(forest.leaves(features[judged]))

        return learn


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one forest learns from.

    Parameters
    ----------
    features : ndarray of float32, shape (n, n_features)
        What its trees see.
    target : ndarray of bool, shape (n,)
        What they are to tell.
    weight : ndarray of float64, shape (n,)
        How much each row counts.
    rows : ndarray of bool, shape (n,)
        Rows that it learns from; both values of `target` occur among them.
    """

    features: NDArray[np.float32]
    target: NDArray[np.bool_]
    weight: NDArray[np.float64]
    rows: NDArray[np.bool_]

    def forest(self, settings: Trees) -> Forest:
        """Return the forest learned from all of its rows."""
        return settings.fit(self.features[self.rows], self.target[self.rows], self.weight[self.rows])

    def held_out(self, fold: NDArray[np.int64], settings: Trees) -> NDArray[np.float64]:
        """Return log-odds of all n rows, each by a forest that did not see its fold."""
        return by_folds(self.rows, self.target, fold, settings.learner(self.features, self.target, self.weight))


@dataclass(frozen=True, slots=True)
class Decider:
    """What was learned for one decision.

    Parameters
    ----------
    forests : tuple of Forest
        The trees, whose odds are added; none where the rows are all of one side.
    pings : Logistic or None
        What judges pings; None where they are too few.
    calibration : ndarray of float64, shape (2,)
        Slope and offset of the log-odds.
    held_out : ndarray of float64, shape (n,)
        Calibrated log-odds of each row by models that did not see its fold.
    layer : tuple of (ndarray of float32, float) or None
        Weights and bias of n-grams that are added to the trees' log-odds; None where nothing is.
    pages : ndarray of float64, shape (n_page_signals,)
        What is added for what was found at the pages of pings; it is not in `held_out`.
    """

    forests: tuple[Forest, ...]
    pings: Logistic | None
    calibration: NDArray[np.float64]
    held_out: NDArray[np.float64]
    layer: tuple[NDArray[np.float32], float] | None = None
    pages: NDArray[np.float64] = field(default_factory=lambda: no_pages()[0])


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows with their features and folds, from which several deciders are learned.

    Parameters
    ----------
    features : ndarray of float32, shape (n, n_features)
        What the trees see.
    weight : ndarray of float64, shape (n,)
        How much each row counts for trees and layer.
    ping_weight : ndarray of float64, shape (n,)
        How much each row counts for the regressions that judge pings.
    fold : ndarray of int64, shape (n,)
        Each row's fold.
    trusted : ndarray of bool, shape (n,)
        Rows that calibration goes by.
    settings : tuple of Trees
        How trees are grown, for each decision.
    matrix : csr_matrix or None
        N-grams of the rows: where these are few, what the n-grams say is learned beside the trees, not as one of their
        features, and the two are added. None: trees alone.
    pages : ndarray of float32, shape (n, n_page_signals), or None
        What was found at the pages of pings (`features.pages`); None: nobody looked.
    """

    features: NDArray[np.float32]
    weight: NDArray[np.float64]
    ping_weight: NDArray[np.float64]
    fold: NDArray[np.int64]
    trusted: NDArray[np.bool_]
    settings: tuple[Trees, Trees]
    matrix: sparse.csr_matrix | None = None
    pages: NDArray[np.float32] | None = None

    def decide(
        self,
        decision: int,
        target: NDArray[np.bool_],
        about: NDArray[np.bool_],
        apart: NDArray[np.bool_] | None = None,
    ) -> Decider:
        """Learn to tell rows with `target` from the others among the rows that the decision is `about`.

        `decision` is its number in `scoring.DECISIONS`. Those of its comments that stand `apart` teach a second forest,
        which finds a cause that the first one would learn little of; the odds of the two are added.
        """
        rows = about & (self.weight > 0)
        if not target[rows].any() or target[rows].all():
            odds = -NEVER if target[rows].any() else NEVER
            return Decider((), None, np.array([1.0, odds]), np.full(len(target), odds))
        is_ping = self.features[:, PING] > 0
        lessons = [self._lesson(target, rows)]
        if apart is not None and len(set(target[rows & apart & ~is_ping].tolist())) == 2:
            lessons.append(self._scraps_lesson(target, rows, rows & apart & ~is_ping))
        grown = np.logaddexp.reduce([lesson.held_out(self.fold, self.settings[decision]) for lesson in lessons])
        pings, sure = None, rows & self.trusted
        of_pings = rows & is_ping
        if of_pings.sum() >= LEAST_PINGS and target[of_pings].any() and not target[of_pings].all():
            pings = self._regress_model(decision, target, of_pings)
            sure &= ~is_ping
        beside = np.zeros(len(target))
        if self.matrix is not None:
            beside = by_folds(rows, target, self.fold, self._weigh(self.matrix, target))
            slope, share, offset = blend(grown[sure], beside[sure], target[sure])
        else:
            (slope, offset), share = calibrate(grown[sure], target[sure]), 0.0
        held_out = slope * grown + offset
        if pings:
            held_out[is_ping] = by_folds(of_pings, target, self.fold, self._regress(decision, target))[is_ping]
        layer = None
        if self.matrix is not None:
            weights, bias = self._weights(self.matrix, target, rows)
            layer = weights * np.float32(share), bias * share
        forests = tuple(lesson.forest(self.settings[decision]) for lesson in lessons)
        held_out = held_out + share * beside
        pages = no_pages()[0]
        if self.pages is not None:
            pages = fit_pages(decision, self.pages, target, self.ping_weight * of_pings, held_out)
        return Decider(forests, pings, np.array([slope, offset]), held_out, layer, pages)

    def _lesson(self, target: NDArray[np.bool_], rows: NDArray[np.bool_]) -> Lesson:
        # What scraps are worded like is left to the forest that is about them: seen by this one, it hid other causes.
        features = self.features.copy()
        features[:, FEATURES.index(SCRAP)] = 0
        return Lesson(features, target, self.weight, rows)

    def _scraps_lesson(self, target: NDArray[np.bool_], rows: NDArray[np.bool_], apart: NDArray[np.bool_]) -> Lesson:
        # The target is as frequent as in all rows, so that the odds of the two forests can be added.
        share = _odds(self.weight, target, rows) / _odds(self.weight, target, apart)
        return Lesson(self.features, target, self.weight * np.where(target, share, 1.0), apart)

    def _weigh(self, matrix: sparse.csr_matrix, target: NDArray[np.bool_]) -> Learn:
        def learn(rows: NDArray[np.bool_]) -> Callable[[NDArray[np.bool_]], NDArray[np.float64]]:
            weights, bias = self._weights(matrix, target, rows)
            return lambda judged: matrix[np.flatnonzero(judged)] @ weights.astype(np.float64) + bias

        return learn

    def _weights(
        self, matrix: sparse.csr_matrix, target: NDArray[np.bool_], rows: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float32], float]:
        weight = self.weight * rows
        weight = weight * rows.sum() / weight.sum()
        return fit_ridge(matrix, target, weight, strength=_STRENGTH, scale=telling(matrix, target, weight))

    def _regress(self, decision: int, target: NDArray[np.bool_]) -> Learn:
        def learn(rows: NDArray[np.bool_]) -> Callable[[NDArray[np.bool_]], NDArray[np.float64]]:
            model = self._regress_model(decision, target, rows)
            return lambda judged: model.log_odds(ping_columns(self.features[judged], decision))

        return learn

    def _regress_model(self, decision: int, target: NDArray[np.bool_], rows: NDArray[np.bool_]) -> Logistic:
        return fit_logistic(ping_columns(self.features[rows], decision), target[rows], self.ping_weight[rows])


def _odds(weight: NDArray[np.float64], target: NDArray[np.bool_], rows: NDArray[np.bool_]) -> float:
    return float(weight[rows & target].sum() / weight[rows & ~target].sum())


def fit_match(
    columns: NDArray[np.float64], pairs: NDArray[np.bool_], target: NDArray[np.bool_], fold: NDArray[np.int64]
) -> tuple[Logistic | None, NDArray[np.float32]]:
    """Learn to tell comments under another post from the same ones under their own.

    Parameters
    ----------
    columns : ndarray of float64, shape (n, n_columns)
        Relevance to post and thread, nothing else; see `scoring.relevance_of`.
    pairs : ndarray of bool, shape (n,)
        Rows that stand under two posts.
    target : ndarray of bool, shape (n,)
        Whether a row stands under another post than its own.
    fold : ndarray of int64, shape (n,)
        Each row's fold.

    Returns
    -------
    tuple of (Logistic or None, ndarray of float32, shape (n, 1))
        What tells them apart, None where pairs are too few; and each row's log-odds by one that did not see its fold.
    """
    if pairs.sum() < LEAST_PAIRS:
        return None, np.zeros((len(target), 1), dtype=np.float32)

    def fitted(rows: NDArray[np.bool_]) -> Logistic:
        return fit_logistic(columns[rows], target[rows], np.ones(int(rows.sum())))

    def learn(rows: NDArray[np.bool_]) -> Callable[[NDArray[np.bool_]], NDArray[np.float64]]:
        model = fitted(rows)
        return lambda judged: model.log_odds(columns[judged])

    return fitted(pairs), by_folds(pairs, target, fold, learn)[:, None].astype(np.float32)


def fit_pages(
    decision: int,
    pages: NDArray[np.float32],
    target: NDArray[np.bool_],
    weight: NDArray[np.float64],
    log_odds: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Learn what the pages of pings add to what is said of the pings without.

    Parameters
    ----------
    decision : int
        The number of the decision in `scoring.DECISIONS`.
    pages : ndarray of float32, shape (n, n_page_signals)
        What was found at each row's page; all 0 where nobody looked.
    target : ndarray of bool, shape (n,)
        What is to be told.
    weight : ndarray of float64, shape (n,)
        How much each row counts; 0 for what is no ping, or not what the decision is about.
    log_odds : ndarray of float64, shape (n,)
        What is said of each row by models that did not see it.

    Returns
    -------
    ndarray of float64, shape (n_page_signals,)
        A weight for each signal; all 0 where fewer than `LEAST_PAGES` rows have a page, or all of one side.
    """
    nothing: NDArray[np.float64] = no_pages()[0]
    rows = (weight > 0) & pages.any(axis=1)
    if rows.sum() < LEAST_PAGES or not target[rows].any() or target[rows].all():
        return nothing
    return fit_added(pages[rows] * asked_of_pages(decision), target[rows], weight[rows], log_odds[rows])


def by_folds(
    rows: NDArray[np.bool_], target: NDArray[np.bool_], fold: NDArray[np.int64], learn: Learn
) -> NDArray[np.float64]:
    """Return log-odds of all rows, shape (n,), each by a model that learned from `rows` of the other folds.

    0 where the other folds hold one side only.
    """
    held_out = np.zeros(len(target))
    for number in np.unique(fold):
        judged = fold == number
        learned_from = rows & ~judged
        if target[learned_from].any() and not target[learned_from].all():
            held_out[judged] = learn(learned_from)(judged)
    return held_out


def calibrate(log_odds: NDArray[np.float64], target: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return slope and offset of Platt's scaling, shape (2,).

    Those that change nothing where there is too little to go by, or the log-odds tell nothing.
    """
    unchanged = np.array([1.0, 0.0])
    if len(target) < _LEAST_CALIBRATED or not target.any() or target.all():
        return unchanged
    fitted = LogisticRegression(C=100.0).fit(log_odds[:, None], target)
    slope = float(fitted.coef_[0, 0])
    return np.array([slope, float(fitted.intercept_[0])]) if slope > 0.05 else unchanged


def blend(
    first: NDArray[np.float64], second: NDArray[np.float64], target: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Return by what two kinds of log-odds are multiplied before they are added, and the offset of their sum.

    Both speak of the same comments, so that the plain sum would be too sure: it is what is returned, halved, where
    there is too little to go by. A kind that tells nothing beside the other counts nothing.
    """
    if len(target) < _LEAST_CALIBRATED or not target.any() or target.all():
        return 0.5, 0.5, 0.0
    both = np.stack([first, second], axis=1)
    fitted = LogisticRegression(C=_BLENDED).fit(both, target)
    slope, share = fitted.coef_[0].tolist()
    if slope < 0 or share < 0:
        alone = 1 if slope < 0 else 0
        slope, offset = calibrate(both[:, alone], target)
        return (0.0, slope, offset) if alone else (slope, 0.0, offset)
    return slope, share, float(fitted.intercept_[0])

"""From weights to probabilities: the one place where scores are made, from arrays alone (NumPy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features import relevance
from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.named import NAMES, named_features
from commentguard.features.pages import NAMES as PAGE_NAMES
from commentguard.features.pages import page_features
from commentguard.forest import Forest, joined
from commentguard.lazy import lazy
from commentguard.linear import TEXT_SCORES, Grams, Pair, Weights, grams_of, log_odds, paired, text_scores
from commentguard.logistic import Logistic, damped
from commentguard.records import Comment

SCRAP: Final = "scrap_score"
"""Name of the column that says how much a text is worded like a test message or another scrap."""
MATCH: Final = "match_score"
"""Name of the column that says how much a comment seems to stand under another post than it was written for."""

FEATURES: Final = (*NAMES, *TEXT_SCORES, SCRAP, MATCH)
"""Names of the columns that the trees see."""

OFF_TOPIC_GROWS: Final = np.array(
    [(name in (SCRAP, MATCH)) - (name in relevance.FITTING) for name in FEATURES], dtype=np.int8
)
"""For each of `FEATURES` 1 where more of it can only speak for off-topic, -1 where only against it, 0 where either."""

PING: Final = FEATURES.index("ping")
"""Column that is 1 for a pingback or trackback."""

_COLLECTOR: Final = ("collector_title", "collector_address", "excerpt_own_words", "ping_title_match")
_PING_NAMES: Final = (
    (*_COLLECTOR, "keyword_title", "stray_keyword_title", "name_sells", "host_hyphens"),
    (*_COLLECTOR, "collector_excerpt", "title_digits", "title_share", "post_share", "all_share"),
)
_NOT_OF_PAGES: Final = ("page_nearness", "page_repeats_post")
"""For each of `DECISIONS` the signal of a ping's page that tells nothing: copies are near, and on the subject."""
PING_COLUMNS: Final = tuple(tuple(FEATURES.index(name) for name in names) for names in _PING_NAMES)
"""For each of `DECISIONS` the columns by which pings are judged."""

_PROMOTING: Final = tuple(
    FEATURES.index(name)
    for name in ("has_url", "link_count", "shown_markup", "bbcode", "email_in_text", "phone_numbers", "ping")
)
_SAYING: Final = tuple(FEATURES.index(name) for name in ("length", "name_length", "post_share"))
_TO_GAIN: Final = np.array(_SAYING + _PROMOTING)

_WITHOUT_LINK: Final = PAGE_NAMES.index("page_without_link")

_RELEVANCE: Final = slice(len(NAMES) - len(relevance.NAMES), len(NAMES))
_NOUGHT, _ONE = np.array(0.0), np.array(1.0)
_MOST: Final = np.array(500.0)  # of odds against, as a logarithm: the exponential of more may run over

DECISIONS: Final = ("spam", "off_topic")
"""The two binary decisions: spam or not; if not, off-topic or substantive."""


def no_pages() -> NDArray[np.float64]:
    """Return weights of `features.pages` that add nothing."""
    return np.zeros((len(DECISIONS), len(PAGE_NAMES)))


def asked_of_pages(decision: int) -> NDArray[np.bool_]:
    """Return which signals of a ping's page count in the decision of that number, shape (len(pages.NAMES),)."""
    return np.array([name != _NOT_OF_PAGES[decision] for name in PAGE_NAMES])


@dataclass(frozen=True)
class Parameters:
    """Everything that training learns and classifying needs.

    Parameters
    ----------
    background : Background
        How common each word is.
    weights, bias
        Weights of the n-grams towards spam.
    scrap_weights, scrap_bias
        Weights of the n-grams towards test messages and other scraps, among what is not spam.
    match : Logistic or None
        What tells, by relevance alone, a comment under another post from one under its own; None where the training
        data had no comment under two posts.
    forests : tuple of (tuple of Forest)
        For each of `DECISIONS` the forests whose odds are added: off-topic has two causes that share nothing, another
        subject than the post's and scraps typed to try the form. None at all where the training data gave no reason
        to decide (one side only).
    pings : tuple of (Logistic or None)
        What judges pings instead of the trees, for each decision; None where the training data had too few.
    calibration : ndarray of float64, shape (2, 2)
        For each decision slope and offset that make log-odds of the trees into calibrated ones (Platt 1999). Without
        trees the offset alone counts.
    layer, layer_bias
        The additive layer that `partial_fit` moves: for each decision weights over n-grams, and a bias.
    pages : ndarray of float64, shape (2, len(pages.NAMES))
        For each decision what is added for what was found at a ping's source; 0 where nothing was learned of that.
    """

    background: Background
    weights: Weights
    bias: float
    scrap_weights: Weights
    scrap_bias: float
    match: Logistic | None
    forests: tuple[tuple[Forest, ...], tuple[Forest, ...]]
    pings: tuple[Logistic | None, Logistic | None]
    calibration: NDArray[np.float64]
    layer: tuple[Weights, Weights] | None
    layer_bias: tuple[float, float]
    pages: NDArray[np.float64] = field(default_factory=no_pages)

    @lazy
    def wording(self) -> Pair:
        """Both tables of weights, for spam and for scraps."""
        return paired(self.weights, self.scrap_weights, (self.bias, self.scrap_bias))

    @lazy
    def layers(self) -> Pair | None:
        """Both tables of the additive layer; None where there is none."""
        return paired(*self.layer, self.layer_bias) if self.layer else None

    @lazy
    def trees(self) -> Forest:
        """The trees of all `forests` in one, to be walked together."""
        return joined(*self.forests[0], *self.forests[1])

    @lazy
    def spans(self) -> tuple[tuple[int, int], ...]:
        """From where to where the trees of each of `forests`, one after the other, stand among `trees`."""
        return tuple(pairwise(accumulate((len(one.roots) for one in chain(*self.forests)), initial=0)))

    @lazy
    def baselines(self) -> NDArray[np.float64]:
        """Log-odds before any tree of each of `forests`, one after the other, shape (n_forests, 1)."""
        return np.array([[forest.baseline] for forest in chain(*self.forests)]).reshape(-1, 1)

    def of(self, decision: int) -> slice:
        """Return where the forests of a decision stand among all `forests`, one after the other."""
        return slice(len(self.forests[0])) if decision == 0 else slice(len(self.forests[0]), None)


@dataclass(eq=False)
class Scores:
    """What was computed for a batch of n comments on the way to its probabilities.

    Parameters
    ----------
    features : ndarray of float32, shape (n, len(FEATURES))
        What the trees saw.
    leaves : ndarray of an unsigned type, shape (n, n_trees)
        Where the walks through `Parameters.trees` ended.
    odds : ndarray of float64, shape (n_forests, n)
        Log-odds of each forest of both decisions, one after the other, before calibration.
    log_odds : ndarray of float64, shape (n, 2)
        Calibrated log-odds of each of `DECISIONS`.
    layer : ndarray of float64, shape (n, 2)
        The part of it that the additive layer gave.
    pages : ndarray of float32, shape (n, len(pages.NAMES))
        What is known of the pages that pings name; 0 where nobody looked.
    is_ping : ndarray of bool, shape (n,), or None
        Which are pingbacks or trackbacks; None where none is.
    """

    features: NDArray[np.float32]
    leaves: NDArray[np.unsignedinteger]
    odds: NDArray[np.float64]
    log_odds: NDArray[np.float64]
    layer: NDArray[np.float64]
    pages: NDArray[np.float32]
    is_ping: NDArray[np.bool_] | None

    @property
    def values(self) -> NDArray[np.float32]:
        """All that was looked at by name, shape (n, len(FEATURES) + len(pages.NAMES))."""
        return np.concatenate([self.features.T, self.pages.T]).T

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Probabilities in the order of `records.LABELS`, shape (n, 3); each row sums to 1."""
        return probabilities_of(self.log_odds)


def probabilities_of(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities in the order of `records.LABELS`, shape (n, 3), of log-odds of `DECISIONS`, shape (n, 2)."""
    found = np.empty((3, len(log_odds)))
    shares = np.negative(log_odds.T)
    np.exp(np.minimum(shares, _MOST, out=shares), out=shares)
    shares += _ONE
    np.divide(_ONE, shares, out=shares)
    found[0], off_topic = shares
    rest = np.subtract(_ONE, found[0], out=found[2])
    rest -= np.multiply(rest, off_topic, out=found[1])
    return found.T


def score(parameters: Parameters, comments: Sequence[Comment]) -> Scores:
    """Score comments; each one's scores depend on nothing but itself."""
    batch = Batch(comments)
    grams = grams_of(batch)
    features = feature_matrix(batch, grams, parameters)
    layer = layer_log_odds(grams, parameters)
    leaves = parameters.trees.leaves(features)
    odds = parameters.trees.sums(leaves, parameters.spans)
    odds += parameters.baselines
    log_odds = np.zeros((len(DECISIONS), len(batch)))
    for number, forests in enumerate(parameters.forests):
        if forests:
            log_odds[number] = added_odds(odds[parameters.of(number)])
    log_odds *= parameters.calibration[:, :1]
    log_odds += parameters.calibration[:, 1:]
    is_ping = batch.is_ping if batch.has_pings else None
    for number, pings in enumerate(parameters.pings if is_ping is not None else ()):
        if pings:
            log_odds[number, is_ping] = pings.log_odds(ping_columns(features[is_ping], number))
    pages = page_features(batch)
    total = log_odds.T + layer
    if is_ping is not None and pages.any():
        # Summed by row, so that no batch size changes a verdict; to what nobody checked 0 is added.
        total += (pages[:, None, :].astype(np.float64) * parameters.pages).sum(axis=2)
    return Scores(features, leaves, odds, total, layer, pages, is_ping)


def added_odds(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the sum of some forests' odds, one forest or more, shape (n,)."""
    total: NDArray[np.float64] = odds[0] if len(odds) == 1 else np.logaddexp.reduce(odds)
    return total


def feature_matrix(batch: Batch, grams: Grams, parameters: Parameters) -> NDArray[np.float32]:
    """Return what the trees see, shape (n, len(FEATURES))."""
    named = named_features(batch, parameters.background)
    columns = np.empty((len(FEATURES), len(batch)), dtype=np.float32)
    columns[: len(NAMES)] = named.T
    columns[len(NAMES) : -1] = text_scores(grams, parameters.wording).T
    columns[-1] = match_scores(named, parameters.match)
    return columns.T


def promotes_nothing(features: NDArray[np.float32]) -> list[bool]:
    """Say of each comment whether it leaves no link, address, e-mail or number under a post of known text.

    Whatever their wording, these have nothing to gain. Nor has what has neither text nor name, under whatever post.
    """
    text, name, post, *promoted = features.T.take(_TO_GAIN, axis=0).tolist()
    rows = zip(text, name, post, map(any, zip(*promoted, strict=True)), strict=True)
    return [not gain and (known == known or not (length or named)) for length, named, known, gain in rows]


def lacks_its_link(pages: NDArray[np.float32]) -> list[bool]:
    """Say which pings' pages were seen not to link to the post: a ping says that its page does."""
    lacks: list[bool] = (pages[:, _WITHOUT_LINK] > 0).tolist()
    return lacks


def ping_columns(features: NDArray[np.float32], decision: int) -> NDArray[np.float64]:
    """Return the columns of `feature_matrix` by which pings are judged in the decision of that number, damped."""
    return damped(features[:, PING_COLUMNS[decision]])


def relevance_of(named: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the columns of `named_features` that `Parameters.match` sees, 0 where unknown."""
    columns = named[:, _RELEVANCE].astype(np.float64)
    np.copyto(columns, _NOUGHT, where=np.isnan(columns))
    return columns


def match_scores(named: NDArray[np.float32], match: Logistic | None) -> NDArray[np.float64]:
    """Return how much comments seem to stand under another post than their own, in log-odds, shape (n,); 0 if None."""
    return np.zeros(len(named)) if match is None else match.log_odds(relevance_of(named))


def layer_log_odds(grams: Grams, parameters: Parameters) -> NDArray[np.float64]:
    """Return what the additive layer adds to the log-odds of each decision, shape (n, 2)."""
    if parameters.layers is not None:
        return log_odds(grams, parameters.layers)
    found = np.empty((len(grams), len(DECISIONS)))
    found[:] = parameters.layer_bias
    return found

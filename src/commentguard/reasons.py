"""Why a verdict is as it is: the evidence of each feature, gathered under codes that have words for a moderator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.credits import Credits
from commentguard.features.named import SIGNALS
from commentguard.forest import Forest
from commentguard.linear import TEXT_SCORES
from commentguard.records import LABELS, Label, Reason
from commentguard.scoring import FEATURES, PING, PING_COLUMNS, Parameters, Scores, ping_columns

LEAST_WEIGHT: Final = 0.1
"""Evidence that moved the log-odds by less is not named."""
REASONS_FOR: Final = 3
"""Most reasons named for a verdict."""
REASONS_AGAINST: Final = 2
"""Most reasons named against it."""


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of evidence.

    Parameters
    ----------
    name : str
        The code.
    high, low : str
        Words for values above and below what is typical of readers' comments. Where the code gathers several
        features, `high` is said of evidence for substantive (or against spam) and `low` of evidence against it.
    feature : int
        Column of the one feature behind it; -1 where it gathers several.
    """

    name: str
    high: str
    low: str
    feature: int = -1


_GATHERED: Final = {
    "title": Code("title", "takes up the post's title", "has little to do with the post's title"),
    "post": Code("post", "takes up what the post says", "has little to do with what the post says"),
    "thread": Code("thread", "takes up the discussion", "has little to do with the discussion"),
    "all": Code("context", "fits the post and its discussion", "fits neither the post nor its discussion"),
    "last": Code("last_message", "answers the latest message", "does not answer the latest message"),
    "best": Code("thread", "", ""),
    "heavy": Code("post", "", ""),
    "match": Code("context", "", ""),
    "addresses": Code("names", "", ""),
    "own": Code("vocabulary", "says something of its own", "says hardly anything specific"),
    "unmatched": Code("vocabulary", "", ""),
    "names": Code("names", "names somebody of the discussion", "names nobody of the discussion"),
    "author": Code("author_fits", "the name fits the post", "the name does not fit the post"),
    "text": Code("wording", "worded like readers' comments", "worded as readers do not write"),
    "wording": Code("wording", "", ""),
    "scrap": Code("wording", "", ""),
    "host": Code("address", "the address is like readers' addresses", "the address is unlike readers' addresses"),
    "writer": Code("name", "the name is like readers' names", "the name is unlike readers' names"),
}
_LAYER: Final = Code("learned_here", "like what was let through here", "like what was refused here")


def _code_of(feature: str) -> str:
    if feature in TEXT_SCORES and feature == "author_score":
        return "writer"
    return feature.split("_", 1)[0]


def _codes() -> tuple[list[Code], NDArray[np.int64]]:
    """Return all codes, and the index of its code for each of `FEATURES`."""
    codes: dict[str, Code] = {}
    of = []
    for column, feature in enumerate(FEATURES):
        if column < len(SIGNALS):
            signal = SIGNALS[column]
            code = Code(signal.name, signal.high, signal.low, column)
        else:
            code = _GATHERED[_code_of(feature)]
        codes.setdefault(code.name, code)
        of.append(list(codes).index(code.name))
    codes[_LAYER.name] = _LAYER
    return list(codes.values()), np.array(of, dtype=np.int64)


CODES, _CODE_OF_FEATURE = _codes()
"""Every code that a reason can have."""

_FEATURE_OF_CODE: Final = np.array([code.feature for code in CODES])
_HIGH, _LOW, _UNKNOWN = range(3)
_SPAM, _OFF_TOPIC, _SUBSTANTIVE = range(3)


def evidence(scores: Scores, parameters: Parameters, decision: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how much each code moved the log-odds of a decision.

    Parameters
    ----------
    scores : Scores
        Of some comments.
    parameters : Parameters
        What they were scored by.
    decision : int
        The number of the decision in `scoring.DECISIONS`.
    rows : ndarray of int64, shape (n,)
        The numbers of the comments that are asked for.

    Returns
    -------
    ndarray of float64, shape (n, len(CODES))
        Positive: towards spam (decision 0), towards off-topic (decision 1).
    """
    found = np.zeros((len(rows), len(CODES)))
    of = parameters.of(decision)
    odds = scores.odds[of, rows]
    shares = np.exp(odds - np.logaddexp.reduce(odds)) * parameters.calibration[decision, 0]
    for (first, last), share in zip(parameters.spans[of], shares, strict=True):
        credits = _credits(parameters.trees, first, last)
        found[:, credits.groups] += (credits.moved(scores.leaves.T[first:last, rows]) * share).T
    pings = parameters.pings[decision]
    of_pings = np.flatnonzero(scores.features[rows, PING] > 0)
    if pings is not None and len(of_pings):
        added = np.zeros((len(of_pings), len(CODES)))
        columns = pings.contributions(ping_columns(scores.features[rows[of_pings]], decision))
        np.add.at(added.T, _CODE_OF_FEATURE[list(PING_COLUMNS[decision])], columns.T)
        found[of_pings] = added
    found[:, -1] = scores.layer[rows, decision]
    return found


@lru_cache(maxsize=8)
def _credits(trees: Forest, first: int, last: int) -> Credits:
    return Credits.of(trees, slice(first, last), _CODE_OF_FEATURE)


def towards(label: Label, spam: NDArray[np.float64], off_topic: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return evidence towards a label from that of the two decisions."""
    by_label: dict[Label, NDArray[np.float64]] = {
        "spam": spam, "off-topic": off_topic - spam, "substantive": -spam - off_topic
    }  # fmt: skip
    return by_label[label]


def what_decided(
    labels: Sequence[Label], probabilities: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Say which decision tells most of why a label was given.

    Of spam the first. Of off-topic the second: that a comment is no spam is no reason to call it that. Of substantive
    the one against its strongest rival, the more probable of the others.

    Parameters
    ----------
    labels : sequence of {"spam", "off-topic", "substantive"}, length n
        Labels that were decided on.
    probabilities : ndarray of float64, shape (n, 3)
        In the order of `records.LABELS`.

    Returns
    -------
    tuple of (ndarray of int64, shape (n,), ndarray of float64, shape (n,))
        The decision's number in `scoring.DECISIONS`; 1 where evidence of it speaks for the label, -1 against.
    """
    own = np.array([LABELS.index(label) for label in labels])
    nearly_spam = (own == _SUBSTANTIVE) & (probabilities[:, _SPAM] >= probabilities[:, _OFF_TOPIC])
    decision = ((own != _SPAM) & ~nearly_spam).astype(np.int64)
    return decision, np.where(own == _SUBSTANTIVE, -1.0, 1.0)


def reasons_for(
    moved: NDArray[np.float64],
    direction: NDArray[np.float64],
    values: NDArray[np.float32],
    typical: NDArray[np.float32],
) -> list[tuple[Reason, ...]]:
    """Name the strongest evidence for and against some verdicts.

    Parameters
    ----------
    moved : ndarray of float64, shape (n, len(CODES))
        Of each comment the `evidence` of the decision that counts for it.
    direction : ndarray of float64, shape (n,)
        1 where that speaks for the label, -1 where it speaks against it; see `what_decided`.
    values : ndarray of float32, shape (n, len(FEATURES))
        Features of the comments.
    typical : ndarray of float32, shape (len(FEATURES),)
        What is typical of substantive comments.

    Returns
    -------
    list of tuple of Reason
        Of each comment, strongest first, for and against.
    """
    weights = moved * direction[:, None]
    row, code = np.nonzero(np.abs(weights) >= LEAST_WEIGHT)
    weight = weights[row, code]
    order = np.lexsort((weight < 0, -np.abs(weight), row))
    row, code, weight = row[order], code[order], weight[order]
    named = np.where(weight > 0, _rank(row, weight > 0) < REASONS_FOR, _rank(row, weight < 0) < REASONS_AGAINST)
    row, code, weight = row[named], code[named], weight[named]
    wording = _wordings(code, moved[row, code], values[row, _FEATURE_OF_CODE[code]], typical)
    thousandths = np.rint(weight * 1000).astype(np.int64)
    reasons = list(map(_reason, code.tolist(), wording.tolist(), thousandths.tolist()))
    edges = np.searchsorted(row, np.arange(len(moved) + 1)).tolist()
    return [tuple(reasons[first:last]) for first, last in pairwise(edges)]


def _rank(row: NDArray[np.int64], counted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many that count stand before each in its row; rows are in order."""
    before: NDArray[np.int64] = np.cumsum(counted) - counted
    return before - before[np.searchsorted(row, row)]


def words_of(moved: NDArray[np.float64], values: NDArray[np.float32], typical: NDArray[np.float32]) -> list[str]:
    """Return the words of all `CODES` for one comment.

    Parameters
    ----------
    moved : ndarray of float64, shape (len(CODES),)
        Its evidence.
    values, typical : ndarray of float32, shape (len(FEATURES),)
        Its features, and what is typical of substantive comments.
    """
    codes = np.arange(len(CODES))
    wordings = _wordings(codes, moved, values[_FEATURE_OF_CODE], typical)
    return [_words(code, wording) for code, wording in enumerate(wordings.tolist())]


def _wordings(
    code: NDArray[np.int64], moved: NDArray[np.float64], value: NDArray[np.float32], typical: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return which words say evidence: by its value where one feature stands behind it, else by its direction."""
    feature = _FEATURE_OF_CODE[code]
    of_value = np.where(np.isnan(value), _UNKNOWN, np.where(value > typical[feature], _HIGH, _LOW))
    return np.where(feature < 0, np.where(moved > 0, _LOW, _HIGH), of_value)


@lru_cache(maxsize=20_000)
def _reason(code: int, wording: int, thousandths: int) -> Reason:
    """Return a reason: the same few thousand come again and again."""
    return Reason(CODES[code].name, _words(code, wording), thousandths / 1000)


def _words(code: int, wording: int) -> str:
    found = CODES[code]
    return (found.high, found.low, f"not known: {found.high}")[wording]

"""Why a verdict is as it is: the evidence of each feature, gathered under codes that have words for a moderator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.credits import Credits
from commentguard.features.named import SIGNALS
from commentguard.features.pages import SIGNALS as PAGE_SIGNALS
from commentguard.forest import Forest
from commentguard.records import LABELS, Label, Reason
from commentguard.scoring import FEATURES, PING_COLUMNS, Parameters, Scores, added_odds, ping_columns

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
    "all": Code("context", "fits the post and its discussion", "fits neither the post nor its discussion"),
    "heavy": Code("post", "", ""),
    "match": Code("context", "", ""),
    "own": Code("vocabulary", "says something of its own", "says hardly anything specific"),
    "text": Code("wording", "worded like readers' comments", "worded as readers do not write"),
    "wording": Code("wording", "", ""),
    "scrap": Code("wording", "", ""),
    "host": Code("address", "the address is like readers' addresses", "the address is unlike readers' addresses"),
    "author": Code("name", "the name is like readers' names", "the name is unlike readers' names"),
}
_LAYER: Final = Code("learned_here", "like what was let through here", "like what was refused here")


def _codes() -> tuple[list[Code], NDArray[np.int64]]:
    """Return all codes, and the index of its code for each of `FEATURES`."""
    codes: dict[str, Code] = {}
    of = []
    for column, feature in enumerate(FEATURES):
        if column < len(SIGNALS):
            signal = SIGNALS[column]
            code = Code(signal.name, signal.high, signal.low, column)
        else:
            code = _GATHERED[feature.split("_", 1)[0]]
        codes.setdefault(code.name, code)
        of.append(list(codes).index(code.name))
    for number, signal in enumerate(PAGE_SIGNALS):
        codes[signal.name] = Code(signal.name, signal.high, signal.low, len(FEATURES) + number)
    codes[_LAYER.name] = _LAYER
    return list(codes.values()), np.array(of, dtype=np.int64)


CODES, _CODE_OF_FEATURE = _codes()
"""Every code that a reason can have."""

_FEATURE_OF_CODE: Final = np.array([code.feature for code in CODES])
_GATHERS: Final = _FEATURE_OF_CODE < 0
_GATHERED_CODE: Final = _GATHERS.tolist()
_GREATEST: Final = np.array(
    [SIGNALS[code.feature].greatest if 0 <= code.feature < len(SIGNALS) else np.inf for code in CODES], np.float32
)
_NOTHING: Final = -1e-300  # evidence of gathered codes that is above it, turned round, is worded as high
_PAGES: Final = slice(-1 - len(PAGE_SIGNALS), -1)
_UNKNOWN: Final = 2
_NO_PAGES: Final = np.zeros(len(PAGE_SIGNALS), dtype=np.float32)  # what is typical of them: nobody looked
_ENDS: Final = np.array([*range(REASONS_AGAINST), *range(-REASONS_FOR, 0)])  # of what is sorted
_CODE_BITS: Final = np.array((1 << len(CODES).bit_length()) - 1)
_CLEARED: Final = ~_CODE_BITS
_TURNED_CODES: Final = _CODE_BITS - np.arange(len(CODES))
_LEAST_STRENGTH: Final = float((np.float64(LEAST_WEIGHT).view(np.int64) & _CLEARED).view(np.float64))
_SUBSTANTIVE: Final = LABELS.index("substantive")  # the number of each other label is that of the decision for it


def evidence(
    scores: Scores, parameters: Parameters, decision: int, rows: NDArray[np.int64] | slice
) -> NDArray[np.float64]:
    """Return how much each code moved the log-odds of a decision.

    Parameters
    ----------
    scores : Scores
        Of some comments.
    parameters : Parameters
        What they were scored by.
    decision : int
        The number of the decision in `scoring.DECISIONS`.
    rows : ndarray of int64, shape (n,), or slice
        The numbers of the n comments that are asked for.

    Returns
    -------
    ndarray of float64, shape (n, len(CODES))
        Positive: towards spam (decision 0), towards off-topic (decision 1).
    """
    of = parameters.of(decision)
    odds, spans = scores.odds[of, rows], parameters.spans[of]
    found = np.zeros((odds.shape[1], len(CODES)))
    if spans:
        credits = _credits(parameters.trees, spans)
        moved, unit = credits.moved(scores.leaves[rows]), parameters.calibration[decision, 0] * credits.quantum
        if len(spans) == 1:
            found[:, credits.groups] = moved[0] * unit
        else:
            parts = np.exp(odds - added_odds(odds))  # of the sum of odds
            parts *= unit
            found[:, credits.groups] = np.add.reduce(moved * parts[:, :, None], axis=0)
    pings = parameters.pings[decision]
    of_pings = () if scores.is_ping is None else scores.is_ping[rows].nonzero()[0]
    if pings is not None and len(of_pings):
        added = np.zeros((len(CODES), len(of_pings)))
        columns = pings.contributions(ping_columns(scores.features[rows][of_pings], decision))
        np.add.at(added, _CODE_OF_FEATURE[list(PING_COLUMNS[decision])], columns.T)
        found[of_pings] = added.T
    if len(of_pings):
        found[:, _PAGES] = scores.pages[rows] * parameters.pages[decision]
    found[:, -1] = scores.layer[rows, decision]
    return found


def evidence_asked(scores: Scores, parameters: Parameters, asked: Sequence[int]) -> NDArray[np.float64]:
    """Return the `evidence` of one decision for each comment, given which, shape (n, len(CODES))."""
    decisions = set(asked)
    if len(decisions) == 1:
        return evidence(scores, parameters, decisions.pop(), slice(None))
    moved, decision_of = np.empty((len(asked), len(CODES))), np.array(asked)
    for decision in decisions:
        (rows,) = (decision_of == decision).nonzero()
        moved[rows] = evidence(scores, parameters, decision, rows)
    return moved


@lru_cache(maxsize=8)
def _credits(trees: Forest, spans: tuple[tuple[int, int], ...]) -> Credits:
    return Credits.of(trees, spans, _CODE_OF_FEATURE)


def towards(label: Label, spam: NDArray[np.float64], off_topic: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return evidence towards a label from that of the two decisions."""
    by_label: dict[Label, NDArray[np.float64]] = {
        "spam": spam, "off-topic": off_topic - spam, "substantive": -spam - off_topic
    }  # fmt: skip
    return by_label[label]


def what_decided(label: int, probabilities: Sequence[float]) -> tuple[int, float]:
    """Say which decision tells most of why a label was given.

    Of spam the first. Of off-topic the second: that a comment is no spam is no reason to call it that. Of substantive
    the one against its strongest rival, the more probable of the others.

    Parameters
    ----------
    label : int
        Number in `records.LABELS` of the label that was decided on.
    probabilities : sequence of float, length 3
        In the order of `records.LABELS`.

    Returns
    -------
    tuple of (int, float)
        The decision's number in `scoring.DECISIONS`; 1 where evidence of it speaks for the label, -1 against.
    """
    if label == _SUBSTANTIVE:
        return int(probabilities[0] < probabilities[1]), -1.0
    return label, 1.0


def reasons_for(
    moved: NDArray[np.float64],
    direction: Sequence[float],
    values: NDArray[np.float32],
    typical: NDArray[np.float32],
) -> list[tuple[Reason, ...]]:
    """Name the strongest evidence for and against some verdicts.

    Parameters
    ----------
    moved : ndarray of float64, shape (n, len(CODES))
        Of each comment the `evidence` of the decision that counts for it.
    direction : sequence of float, length n
        1 where that speaks for the label, -1 where it speaks against it; see `what_decided`.
    values : ndarray of float32, shape (n, len(FEATURES) + len(pages.NAMES))
        Features of the comments, `Scores.values`.
    typical : ndarray of float32, shape (len(FEATURES),)
        What is typical of substantive comments.

    Returns
    -------
    list of tuple of Reason
        Of each comment, strongest first, for and against.
    """
    ends = _ends(moved * np.array([direction]).T)
    codes = ~ends.view(np.int64)
    codes &= _CODE_BITS
    told = values[np.arange(len(ends))[:, None], _FEATURE_OF_CODE.take(codes)]
    least = _least(typical.tobytes())[1]
    # Of columns, not of rows: with a list for each comment the collector of garbage would go through all there is.
    strongest, numbers, seen = (zip(*each.T.tolist(), strict=True) for each in (ends, codes, told))
    rows = zip(strongest, numbers, seen, direction, strict=True)
    return [_named(weights, code, value, sign, least) for weights, code, value, sign in rows]


def _ends(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the strongest evidence against and for each verdict, from most against to most for, shape (n, len(_ENDS)).

    It is enough to sort: the bits of a weight that are worth less than a billionth of it make place for the code, all
    turned round, so that of equal evidence the first counts more.
    """
    bits = weights.view(np.int64)
    bits &= _CLEARED
    bits |= _TURNED_CODES
    weights.sort(axis=1)
    return weights.take(_ENDS, axis=1)


def _named(
    weights: Iterable[float], codes: Iterable[int], told: Iterable[float], direction: float, least: Sequence[float]
) -> tuple[Reason, ...]:
    """Return the reasons for one verdict, given its strongest evidence, by which code, and the values behind it."""
    found = []
    for weight, code, value in zip(weights, codes, told, strict=True):
        strength = abs(weight)
        if strength >= _LEAST_STRENGTH:
            if _GATHERED_CODE[code]:
                value = -weight * direction
            wording = 1 if value <= least[code] else 0 if value == value else _UNKNOWN
            found.append((strength, round(weight * 100) * _N_SAID + 3 * code + wording))
    found.sort(reverse=True)
    return tuple([_REASONS[number] for _, number in found])


def words_of(moved: NDArray[np.float64], values: NDArray[np.float32], typical: NDArray[np.float32]) -> list[str]:
    """Return the words of all `CODES` for one comment.

    Parameters
    ----------
    moved : ndarray of float64, shape (len(CODES),)
        Its evidence.
    values : ndarray of float32, shape (len(FEATURES) + len(pages.NAMES),)
        Its features.
    typical : ndarray of float32, shape (len(FEATURES),)
        What is typical of substantive comments.
    """
    codes = np.arange(len(CODES))
    wordings = _wordings(codes, moved, values[_FEATURE_OF_CODE], typical)
    return [_SAID[said][1] for said in (3 * codes + wordings).tolist()]


def _wordings(
    code: NDArray[np.int64], moved: NDArray[np.float64], value: NDArray[np.float32], typical: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return which words say evidence: by its value where one feature stands behind it, else by its direction.

    0 for high, 1 for low, 2 for unknown.
    """
    told = np.where(_GATHERS.take(code), -moved, value)
    found: NDArray[np.int64] = (told != told) * _UNKNOWN + (told <= _least(typical.tobytes())[0].take(code))
    return found


@lru_cache(maxsize=8)
def _least(typical: bytes) -> tuple[NDArray[np.float32], list[float]]:
    """Return what evidence of each code is not worded as high up to, by the bytes of what is typical.

    The greatest value that there can be is high, also where it is typical: most readers give an address.
    """
    values = np.append(np.frombuffer(typical, dtype=np.float32), _NO_PAGES).take(_FEATURE_OF_CODE)
    values = np.where(values >= _GREATEST, np.nextafter(_GREATEST, np.float32(0)), values)
    least = np.where(_GATHERS, _NOTHING, values)
    return least, least.tolist()


_SAID: Final = [(code.name, words) for code in CODES for words in (code.high, code.low, f"not known: {code.high}")]
_N_SAID: Final = len(_SAID)


class _Reasons(dict[int, Reason]):
    """Reasons by hundredths of their weight and what is said: the same few thousand come again and again."""

    def __missing__(self, number: int) -> Reason:
        if len(self) >= _KEPT:
            self.clear()
        hundredths, said = divmod(number, _N_SAID)
        reason = self[number] = Reason(*_SAID[said], hundredths / 100)
        return reason


_KEPT: Final = 20_000
_REASONS: Final = _Reasons()

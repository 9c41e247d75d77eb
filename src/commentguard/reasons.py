"""Why a verdict is as it is: the evidence of each feature, gathered under codes that have words for a moderator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
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
    "unmatched": Code("vocabulary", "", ""),
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
_GREATEST: Final = np.array(
    [SIGNALS[code.feature].greatest if 0 <= code.feature < len(SIGNALS) else np.inf for code in CODES], np.float32
)
_NOTHING: Final = -1e-300  # evidence of gathered codes that is above it, turned round, is worded as high
_PAGES: Final = slice(-1 - len(PAGE_SIGNALS), -1)
_UNKNOWN: Final = np.array(2)
_NO_PAGES: Final = np.zeros(len(PAGE_SIGNALS), dtype=np.float32)  # what is typical of them: nobody looked
_ENDS: Final = np.array([*range(REASONS_AGAINST), *range(-REASONS_FOR, 0)])  # of what is sorted
_FOR: Final = 1 << len(CODES).bit_length()
_CODE_BITS: Final = _FOR - 1
_TURNED_CODES: Final = _CODE_BITS - np.arange(len(CODES))
_SIDES: Final = np.where(_ENDS < 0, _FOR, np.iinfo(np.int64).min)  # turns round the sign of what speaks against
_LEAST_STRENGTH: Final = (np.float64(LEAST_WEIGHT).view(np.int64) & ~(_CODE_BITS | _FOR)).view(np.float64)
_SUBSTANTIVE: Final = LABELS.index("substantive")  # the number of each other label is that of the decision for it
_DIRECTION: Final = np.where(np.arange(len(LABELS)) == _SUBSTANTIVE, -1.0, 1.0)


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
        parts = np.exp(odds - added_odds(odds))  # of the sum of odds
        parts *= parameters.calibration[decision, 0] * credits.quantum
        found[:, credits.groups] = np.add.reduce(credits.moved(scores.leaves[rows]) * parts[:, :, None], axis=0)
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


@lru_cache(maxsize=8)
def _credits(trees: Forest, spans: tuple[tuple[int, int], ...]) -> Credits:
    return Credits.of(trees, spans, _CODE_OF_FEATURE)


def towards(label: Label, spam: NDArray[np.float64], off_topic: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return evidence towards a label from that of the two decisions."""
    by_label: dict[Label, NDArray[np.float64]] = {
        "spam": spam, "off-topic": off_topic - spam, "substantive": -spam - off_topic
    }  # fmt: skip
    return by_label[label]


def what_decided(
    chosen: NDArray[np.int64], probabilities: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Say which decision tells most of why a label was given.

    Of spam the first. Of off-topic the second: that a comment is no spam is no reason to call it that. Of substantive
    the one against its strongest rival, the more probable of the others.

    Parameters
    ----------
    chosen : ndarray of int64, shape (n,)
        Number in `records.LABELS` of the label that was decided on.
    probabilities : ndarray of float64, shape (n, 3)
        In the order of `records.LABELS`.

    Returns
    -------
    tuple of (ndarray of int64, shape (n,), ndarray of float64, shape (n,))
        The decision's number in `scoring.DECISIONS`; 1 where evidence of it speaks for the label, -1 against.
    """
    spam, off_topic, _ = probabilities.T
    return np.where(chosen == _SUBSTANTIVE, spam < off_topic, chosen), _DIRECTION.take(chosen)


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
    values : ndarray of float32, shape (n, len(FEATURES) + len(pages.NAMES))
        Features of the comments, `Scores.values`.
    typical : ndarray of float32, shape (len(FEATURES),)
        What is typical of substantive comments.

    Returns
    -------
    list of tuple of Reason
        Of each comment, strongest first, for and against.
    """
    strongest = _strongest(moved, direction)
    named = strongest.view(np.float64) >= _LEAST_STRENGTH
    row, code = named.nonzero()[0], ~strongest[named] & _CODE_BITS
    evidence = moved[row, code]
    said = 3 * code + _wordings(code, evidence, values[row, _FEATURE_OF_CODE.take(code)], typical)
    hundredths = np.rint(evidence * direction.take(row) * 100).astype(np.int64)
    reasons = tuple(map(_REASONS.__getitem__, (hundredths * len(_SAID) + said).tolist()))
    ends = named.cumsum()[len(_ENDS) - 1 :: len(_ENDS)]
    return [reasons[first:last] for first, last in pairwise([0, *ends.tolist()])]


def _strongest(moved: NDArray[np.float64], direction: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the strongest evidence for and against each verdict, strongest first, shape (n, len(_ENDS)).

    It is enough to sort: the bits of a strength that are worth less than a billionth of it make place for the code, all
    turned round, since of equal evidence the first comes first, and for one that is set where it speaks for the
    verdict. Evidence that speaks for the other side has a negative strength.
    """
    weights = moved * direction[:, None]
    bits = weights.view(np.int64)
    bits &= ~(_CODE_BITS | _FOR)
    bits |= _TURNED_CODES
    weights.sort(axis=1)
    ends = bits.take(_ENDS, axis=1)
    ends ^= _SIDES
    ends.view(np.float64).sort(axis=1)
    return ends[:, ::-1]


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
    found: NDArray[np.int64] = (told != told) * _UNKNOWN + (told <= _least(typical.tobytes()).take(code))
    return found


@lru_cache(maxsize=8)
def _least(typical: bytes) -> NDArray[np.float32]:
    """Return what evidence of each code is not worded as high up to, by the bytes of what is typical.

    The greatest value that there can be is high, also where it is typical: most readers give an address.
    """
    values = np.append(np.frombuffer(typical, dtype=np.float32), _NO_PAGES).take(_FEATURE_OF_CODE)
    values = np.where(values >= _GREATEST, np.nextafter(_GREATEST, np.float32(0)), values)
    return np.where(_GATHERS, _NOTHING, values)


_SAID: Final = [(code.name, words) for code in CODES for words in (code.high, code.low, f"not known: {code.high}")]


class _Reasons(dict[int, Reason]):
    """Reasons by hundredths of their weight and what is said: the same few thousand come again and again."""

    def __missing__(self, number: int) -> Reason:
        if len(self) >= _KEPT:
            self.clear()
        hundredths, said = divmod(number, len(_SAID))
        reason = self[number] = Reason(*_SAID[said], hundredths / 100)
        return reason


_KEPT: Final = 20_000
_REASONS: Final = _Reasons()

"""Why a verdict is as it is: the evidence of each feature, gathered under codes that have words for a moderator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.named import SIGNALS
from commentguard.linear import TEXT_SCORES
from commentguard.records import Label, Reason
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


def evidence(scores: Scores, parameters: Parameters) -> NDArray[np.float64]:
    """Return how much each code moved the log-odds of each decision.

    Parameters
    ----------
    scores : Scores
        Of n comments.
    parameters : Parameters
        What they were scored by.

    Returns
    -------
    ndarray of float64, shape (2, n, len(CODES))
        Positive: towards spam (first), towards off-topic (second).
    """
    n = len(scores.features)
    found = np.zeros((2, n, len(CODES)))
    is_ping = scores.features[:, PING] > 0
    for column, (forest, pings, leaves) in enumerate(
        zip(parameters.forests, parameters.pings, scores.leaves, strict=True)
    ):
        if forest is not None and leaves is not None:
            moved = forest.contributions(leaves, _CODE_OF_FEATURE, len(CODES))
            found[column] = moved * parameters.calibration[column, 0]
        if pings is not None and is_ping.any():
            added = pings.contributions(ping_columns(scores.features[is_ping], column))
            found[column, is_ping] = 0
            np.add.at(found[column].T, _CODE_OF_FEATURE[list(PING_COLUMNS[column])], _spread(added, is_ping))
        found[column, :, -1] = scores.layer[:, column]
    return found


def _spread(added: NDArray[np.float64], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return one line a column, with the values at the rows they belong to and 0 elsewhere."""
    spread = np.zeros((added.shape[1], len(rows)))
    spread[:, rows] = added.T
    return spread


def towards(label: Label, found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return evidence towards a label, shape (n, len(CODES)), from that of the two decisions."""
    spam, off_topic = found[0], found[1]
    by_label: dict[Label, NDArray[np.float64]] = {
        "spam": spam, "off-topic": off_topic - spam, "substantive": -spam - off_topic
    }  # fmt: skip
    return by_label[label]


def between(label: Label, rival: Label, found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return evidence that speaks for a label and against its strongest rival, with the shape of one side of `found`.

    Between off-topic and substantive only the second decision counts: that a comment is no spam says nothing there.
    """
    decided: NDArray[np.float64] = found[0] if "spam" in (label, rival) else found[1]
    return decided if label == "spam" or (label, rival) == ("off-topic", "substantive") else -decided


def reasons_for(
    label: Label,
    rival: Label,
    found: NDArray[np.float64],
    values: NDArray[np.float32],
    typical: NDArray[np.float32],
) -> tuple[Reason, ...]:
    """Name the strongest evidence for and against one verdict.

    Parameters
    ----------
    label : {"spam", "off-topic", "substantive"}
        The verdict's label.
    rival : {"spam", "off-topic", "substantive"}
        The most probable of the others: reasons say what decided between the two.
    found : ndarray of float64, shape (2, len(CODES))
        The comment's row of `evidence`.
    values : ndarray of float32, shape (len(FEATURES),)
        Its features.
    typical : ndarray of float32, shape (len(FEATURES),)
        What is typical of substantive comments.

    Returns
    -------
    tuple of Reason
        Strongest first, for and against.
    """
    weights = between(label, rival, found)
    order = np.argsort(-np.abs(weights), kind="stable")
    supporting = [code for code in order if weights[code] >= LEAST_WEIGHT][:REASONS_FOR]
    opposing = [code for code in order if weights[code] <= -LEAST_WEIGHT][:REASONS_AGAINST]
    chosen = sorted((*supporting, *opposing), key=lambda code: -abs(weights[code]))
    decided = found[0] if "spam" in (label, rival) else found[1]
    return tuple(
        Reason(
            CODES[code].name,
            words_of(CODES[code], float(decided[code]), values, typical),
            round(float(weights[code]), 3),
        )
        for code in chosen
    )


def words_of(code: Code, moved: float, values: NDArray[np.float32], typical: NDArray[np.float32]) -> str:
    """Return a code's words: by the value where one feature stands behind it, else by the direction of the evidence."""
    if code.feature < 0:
        return code.low if moved > 0 else code.high
    value, usual = float(values[code.feature]), float(typical[code.feature])
    if np.isnan(value):
        return f"not known: {code.high}"
    return code.high if value > usual else code.low

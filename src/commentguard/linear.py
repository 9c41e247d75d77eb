"""Weights over hashed n-grams: one number a slot for each field, summed over a comment's n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.ngrams import FIELDS, WIDTH, gram_counts, gram_slots
from commentguard.lazy import lazy
from commentguard.text.codes import Codes

WINDOW: Final = 60
"""Characters of the window in which a text's most and least suspicious parts are looked for: a sentence or so."""

QUANTUM: Final = 2.0**-24
"""What all weights are multiples of, being of half precision."""

TEXT_SCORES: Final = (
    *(f"{field.name}_score" for field in FIELDS),
    "wording_score",
    "text_peak",
    "text_trough",
    "text_head",
    "text_tail",
)
"""Names of the columns that `text_scores` returns."""

Weights = NDArray[np.float32]
"""A number for each slot of a table of all fields, shape (WIDTH + 1,); the last, for no n-gram, is 0."""

Pair = NDArray[np.int64]
"""Two weights for each slot, looked up at once: whole numbers of 32 bits, in units of `QUANTUM`, side by side."""

_MOST: Final = 2**29 - 1  # of a weight, 32 in log-odds: so much that n-grams of four orders add up within 32 bits
_WINDOW_UNIT: Final = QUANTUM / (3 * WINDOW) ** 0.5
_MANY: Final = 1 << 15  # characters whose n-grams are found all over a table
_LINE: Final = 8  # numbers that the processor's cache takes at once
_UNITS: Final = np.array([[field.scale * QUANTUM] for field in FIELDS])


def no_weights() -> Weights:
    """Return weights that are all 0."""
    return np.zeros(WIDTH + 1, dtype=np.float32)


def paired(first: Weights, second: Weights) -> Pair:
    """Return two tables of weights as one; what is beyond 32 is cut."""
    units = np.empty((len(first), 2), dtype=np.int32)
    for column, weights in enumerate((first, second)):
        units[:, column] = np.clip(np.rint(weights / QUANTUM), -_MOST, _MOST)
    return units.view(np.int64).ravel()


@dataclass(frozen=True)
class Grams:
    """The n-grams of n comments.

    Parameters
    ----------
    codes : Codes
        Their texts, field by field; see `gram_slots`.
    """

    codes: Codes

    def __len__(self) -> int:
        """Return the number of comments."""
        return len(self.codes) // len(FIELDS)

    @lazy
    def unit(self) -> NDArray[np.float64]:
        """What `QUANTUM` counts: times the field's scale, over the root of the n-grams, shape (len(FIELDS), n)."""
        return _UNITS / np.sqrt(gram_counts(self.codes))

    def weighed(self, pair: Pair) -> NDArray[np.int32]:
        """Return the sums of both weights of the n-grams that begin at each position, in units of `QUANTUM`.

        Of shape (2, n_codes - 1). Whole numbers add up exactly, and several times faster than those with a point.
        """
        size = int(self.codes.ends[-1])
        if size > _MANY:
            np.add.reduce(pair[::_LINE])  # reads the table in order, sooner done than waiting for it at each look
        sums = np.empty(2 * size, dtype=np.int32)
        for block in gram_slots(self.codes):
            part = sums[2 * block.begin : 2 * block.end]
            pair.take(block.slots[0], out=part.view(np.int64), mode="wrap")
            each = np.empty(block.end - block.begin, dtype=np.int64)
            for slots in block.slots[1:]:
                pair.take(slots, out=each, mode="wrap")
                part += each.view(np.int32)
        return sums.reshape(-1, 2).T

    def scores(self, weighed: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return each comment's scores by its texts of each field, shape (2, len(FIELDS), n), from `weighed`."""
        sums = np.add.reduceat(weighed, self.codes.starts - 1, axis=1, dtype=np.int64)
        scores: NDArray[np.float64] = sums.reshape(2, len(FIELDS), -1) * self.unit
        return scores

    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return comment, slot and value of every n-gram, each of shape (n_grams,), for training."""
        owner = np.repeat(np.arange(len(self.codes)), self.codes.lengths + 1)
        found = []
        for block in gram_slots(self.codes):
            there = block.slots < WIDTH
            texts = np.broadcast_to(owner[block.begin : block.end], there.shape)
            found.append((texts[there], block.slots[there].astype(np.int64)))
        text, slot = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return text % len(self), slot, self.unit.ravel()[text] / QUANTUM


def grams_of(batch: Batch) -> Grams:
    """Return the n-grams of a batch."""
    return Grams(batch.own_codes)


def text_scores(grams: Grams, pair: Pair, biases: tuple[float, float]) -> NDArray[np.float32]:
    """Score a batch's n-grams.

    Parameters
    ----------
    grams : Grams
        The n-grams of n comments.
    pair : Pair
        Two tables of weights.
    biases : tuple of (float, float)
        Added to the scores of all n-grams together.

    Returns
    -------
    ndarray of float32, shape (n, len(TEXT_SCORES) + 1)
        `TEXT_SCORES` by the first table: log-odds of each field, of all together, and of the windows of the text with
        most and least, of its first and its last window. Last the log-odds of all together by the second one.
    """
    weighed = grams.weighed(pair)
    scores = grams.scores(weighed)
    columns = np.empty((len(TEXT_SCORES) + 1, len(grams)), dtype=np.float32)
    columns[: len(FIELDS)] = scores[0]
    columns[len(FIELDS)], columns[-1] = np.add.reduce(scores, axis=1) + np.array([biases]).T
    columns[len(FIELDS) + 1 : -1] = _windows(grams, weighed[0])
    return columns.T


def log_odds(grams: Grams, pair: Pair) -> NDArray[np.float64]:
    """Return the sums of a batch's n-grams by two tables of weights, each counted as it should, shape (n, 2)."""
    total: NDArray[np.float64] = np.add.reduce(grams.scores(grams.weighed(pair)), axis=1)
    return total.T


def _windows(grams: Grams, weighed: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the sums of the highest, lowest, first and last window of each text, over the root of the window.

    Windows cut short by the text's end count only where the whole text is shorter.
    """
    first, last = grams.codes.starts[: len(grams)] - 1, grams.codes.ends[: len(grams)]
    size = int(last[-1])
    running = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(weighed[:size], out=running[1:])
    sums = np.empty_like(running)
    np.subtract(running[WINDOW:], running[:-WINDOW], out=sums[: max(size + 1 - WINDOW, 0)])
    head_end, tail = np.minimum(first + WINDOW, last), np.maximum(last - WINDOW, first)
    found = np.empty((4, len(grams)), dtype=np.int64)
    np.subtract(running.take(head_end), running.take(first), out=found[2])
    np.subtract(running.take(last), running.take(tail), out=found[3])
    sums[first] = found[2]
    bounds = np.empty(2 * len(grams), dtype=np.int64)
    bounds[::2] = first
    np.add(tail, 1, out=bounds[1::2])
    found[0] = np.maximum.reduceat(sums, bounds)[::2]
    found[1] = np.minimum.reduceat(sums, bounds)[::2]
    return np.multiply(found, _WINDOW_UNIT, dtype=np.float64)

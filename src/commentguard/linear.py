"""Weights over hashed n-grams: one number a slot for each field, summed over a comment's n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.ngrams import FIELDS, WIDTH, gram_counts, gram_slots
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

_SCALES: Final = np.array([[field.scale] for field in FIELDS])


def no_weights() -> Weights:
    """Return weights that are all 0."""
    return np.zeros(WIDTH + 1, dtype=np.float32)


@dataclass(frozen=True)
class Grams:
    """The n-grams of n comments.

    Parameters
    ----------
    codes : Codes
        Their texts, field by field; see `gram_slots`.
    slots : ndarray of uint32, shape (n_orders, n_codes - 1)
        Slot of each n-gram.
    """

    codes: Codes
    slots: NDArray[np.uint32]

    def __len__(self) -> int:
        """Return the number of comments."""
        return len(self.codes) // len(FIELDS)

    @cached_property
    def unit(self) -> NDArray[np.float64]:
        """What one n-gram counts: the field's scale over the root of their number, shape (len(FIELDS), n)."""
        return _SCALES / np.sqrt(gram_counts(self.codes))

    def running(self, weights: Weights) -> NDArray[np.int64]:
        """Return sums of the weights up to each position, in units of `QUANTUM`, shape (n_codes,).

        Whole numbers add up exactly, and several times faster than those with a point.
        """
        at_position = np.add.reduce(weights.take(self.slots), axis=0)
        at_position /= QUANTUM
        running = np.zeros(len(at_position) + 1, dtype=np.int64)
        np.cumsum(at_position.astype(np.int64), out=running[1:])
        return running

    def scores(self, running: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return each comment's score by its texts of each field, shape (len(FIELDS), n)."""
        sums = running.take(self.codes.ends) - running.take(self.codes.starts - 1)
        scores: NDArray[np.float64] = sums.reshape(len(FIELDS), -1) * QUANTUM * self.unit
        return scores

    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return comment, slot and value of every n-gram, each of shape (n_grams,), for training."""
        owner = np.repeat(np.arange(len(self.codes)), self.codes.lengths + 1)
        texts = np.broadcast_to(owner, self.slots.shape)
        there = self.slots < WIDTH
        text = texts[there]
        return text % len(self), self.slots[there].astype(np.int64), self.unit.ravel()[text]


def grams_of(batch: Batch) -> Grams:
    """Return the n-grams of a batch."""
    return Grams(batch.own_codes, gram_slots(batch.own_codes))


def text_scores(grams: Grams, weights: Weights, bias: float) -> NDArray[np.float32]:
    """Score a batch's n-grams.

    Returns
    -------
    ndarray of float32, shape (n, len(TEXT_SCORES))
        Log-odds towards spam of each field, of all together (with the bias), and of the windows of the text with most
        and least, of its first and its last window.
    """
    running = grams.running(weights)
    scores = grams.scores(running)
    first, last = grams.codes.starts[: len(grams)] - 1, grams.codes.ends[: len(grams)]
    columns = [*scores, scores.sum(axis=0) + bias, *_windows(first, last, running)]
    return np.array(columns, dtype=np.float32).T


def total_score(grams: Grams, weights: Weights, bias: float) -> NDArray[np.float32]:
    """Return the log-odds of a batch's n-grams of all fields together, shape (n, 1)."""
    total: NDArray[np.float32] = (log_odds(grams, weights) + bias)[:, None].astype(np.float32)
    return total


def log_odds(grams: Grams, weights: Weights) -> NDArray[np.float64]:
    """Return the sums of the weights of a batch's n-grams, each counted as it should, shape (n,)."""
    total: NDArray[np.float64] = grams.scores(grams.running(weights)).sum(axis=0)
    return total


def _windows(first: NDArray[np.int64], last: NDArray[np.int64], running: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sums of the highest, lowest, first and last window of each text, over the root of the window.

    Windows cut short by the text's end count only where the whole text is shorter.
    """
    running = running[: last[-1] + 1]
    sums = np.zeros_like(running)
    np.subtract(running[WINDOW:], running[:-WINDOW], out=sums[: max(len(running) - WINDOW, 0)])
    last_window = np.maximum(last - WINDOW, first)
    head = running.take(np.minimum(first + WINDOW, last)) - running.take(first)
    tail = running.take(last) - running.take(last_window)
    sums[first] = head
    bounds = np.array((first, last_window + 1)).T.ravel()
    highest, lowest = (extreme.reduceat(sums, bounds)[::2] for extreme in (np.maximum, np.minimum))
    scores: NDArray[np.float64] = np.array((highest, lowest, head, tail)) * QUANTUM / np.sqrt(3 * WINDOW)
    return scores

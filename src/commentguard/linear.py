"""Weights over hashed n-grams: one number a slot for each field, summed over a comment's n-grams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.ngrams import FIELDS, NgramField, gram_counts, gram_hashes, gram_slots
from commentguard.features.texts import Written
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

Weights = Mapping[str, NDArray[np.float32]]
"""Name of a field to its weights, shape (field.size + 1,); the last slot, for no n-gram, is 0."""


def no_weights() -> dict[str, NDArray[np.float32]]:
    """Return weights that are all 0."""
    return {field.name: np.zeros(field.size + 1, dtype=np.float32) for field in FIELDS}


@dataclass(frozen=True)
class Grams:
    """The n-grams of one field of a batch.

    Parameters
    ----------
    field : NgramField
        The field.
    codes : Codes
        Its texts.
    slots : ndarray of uint32, shape (n_orders, n_codes - 1)
        Slot of each n-gram; see `gram_slots`.
    """

    field: NgramField
    codes: Codes
    slots: NDArray[np.uint32]

    @cached_property
    def unit(self) -> NDArray[np.float64]:
        """What one n-gram of each text counts: the field's scale over the root of their number, shape (n,)."""
        return self.field.scale / np.sqrt(gram_counts(self.codes, self.field.orders))

    def running(self, weights: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return sums of the weights up to each position, in units of `QUANTUM`, shape (n_codes,).

        Whole numbers add up exactly, and several times faster than those with a point.
        """
        at_position = np.add.reduce(weights.take(self.slots), axis=0)
        at_position /= QUANTUM
        running = np.zeros(len(at_position) + 1, dtype=np.int64)
        np.cumsum(at_position.astype(np.int64), out=running[1:])
        return running

    def scores(self, running: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return each text's score, shape (n,)."""
        scores: NDArray[np.float64] = (running[self.codes.ends] - running[self.codes.starts - 1]) * QUANTUM * self.unit
        return scores

    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return text, slot and value of every n-gram, each of shape (n_grams,), for training."""
        owner = np.repeat(np.arange(len(self.codes)), self.codes.lengths + 1)
        texts = np.broadcast_to(owner, self.slots.shape)
        there = self.slots < self.field.size
        text = texts[there]
        return text, self.slots[there].astype(np.int64), self.unit[text]


def grams_of(batch: Batch) -> tuple[Grams, ...]:
    """Return the n-grams of a batch, field by field."""
    columns: list[Written] = [getattr(batch, field.name) for field in FIELDS]
    hashes = gram_hashes(columns[0].layout.codes, max(max(field.orders) for field in FIELDS))
    return tuple(
        Grams(field, column.codes, gram_slots(column.codes, field, hashes[:, column.shown]))
        for field, column in zip(FIELDS, columns, strict=True)
    )


def text_scores(grams: tuple[Grams, ...], weights: Weights, bias: float) -> NDArray[np.float32]:
    """Score a batch's n-grams.

    Returns
    -------
    ndarray of float32, shape (n, len(TEXT_SCORES))
        Log-odds towards spam of each field, of all together (with the bias), and of the windows of the text with most
        and least, of its first and its last window.
    """
    running = [gram.running(weights[gram.field.name]) for gram in grams]
    scores = [gram.scores(sums) for gram, sums in zip(grams, running, strict=True)]
    columns = [*scores, np.sum(scores, axis=0) + bias, *_windows(grams[0].codes, running[0])]
    return np.array(columns, dtype=np.float32).T


def total_score(grams: tuple[Grams, ...], weights: Weights, bias: float) -> NDArray[np.float32]:
    """Return the log-odds of a batch's n-grams of all fields together, shape (n, 1)."""
    scores = [gram.scores(gram.running(weights[gram.field.name])) for gram in grams]
    total: NDArray[np.float32] = (np.sum(scores, axis=0) + bias)[:, None].astype(np.float32)
    return total


def _windows(codes: Codes, running: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sums of the highest, lowest, first and last window of each text, over the root of the window.

    Windows cut short by the text's end count only where the whole text is shorter.
    """
    first, last = codes.starts - 1, codes.ends
    sums = np.zeros_like(running)
    np.subtract(running[WINDOW:], running[:-WINDOW], out=sums[: max(len(running) - WINDOW, 0)])
    last_window = np.maximum(last - WINDOW, first)
    head, tail = running[np.minimum(first + WINDOW, last)] - running[first], running[last] - running[last_window]
    sums[first] = head
    bounds = np.stack((first, last_window + 1), axis=1).ravel()
    highest, lowest = (extreme.reduceat(sums, bounds)[::2] for extreme in (np.maximum, np.minimum))
    scores: NDArray[np.float64] = np.stack((highest, lowest, head, tail)) * QUANTUM / np.sqrt(3 * WINDOW)
    return scores

"""Weights over hashed n-grams: one number a slot for each field, summed over a comment's n-grams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.ngrams import FIELDS, NgramField, gram_counts, gram_slots
from commentguard.text.codes import Codes

WINDOW: Final = 60
"""Characters of the window in which a text's most and least suspicious parts are looked for: a sentence or so."""

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
    """

    field: NgramField
    codes: Codes

    @cached_property
    def slots(self) -> NDArray[np.uint32]:
        """Slot of each n-gram, shape (n_orders, n_codes - 1); see `gram_slots`."""
        return gram_slots(self.codes, self.field)

    @cached_property
    def unit(self) -> NDArray[np.float64]:
        """What one n-gram of each text counts: the field's scale over the root of their number, shape (n,)."""
        return self.field.scale / np.sqrt(gram_counts(self.codes, self.field.orders))

    def running(self, weights: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return sums of the weights up to each position, shape (n_codes,)."""
        at_position = weights[self.slots[0]]
        for slots in self.slots[1:]:
            at_position = at_position + weights[slots]
        running = np.zeros(len(at_position) + 1)
        np.cumsum(at_position, out=running[1:])
        return running

    def scores(self, running: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each text's score, shape (n,)."""
        scores: NDArray[np.float64] = (running[self.codes.ends] - running[self.codes.starts - 1]) * self.unit
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
    return tuple(Grams(field, field.codes(batch)) for field in FIELDS)


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
    return np.stack(columns, axis=1).astype(np.float32)


def _windows(codes: Codes, running: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the sums of the highest, lowest, first and last window of each text, over the root of the window."""
    first, last = codes.starts - 1, codes.ends
    begin = np.arange(len(running) - 1)
    end = np.minimum(begin + WINDOW, np.repeat(last, codes.lengths + 1))
    sums = running[end] - running[begin]
    # Windows cut short by the text's end count only where the whole text is shorter.
    full = (end - begin == WINDOW) | (begin == np.repeat(first, codes.lengths + 1))
    highest = np.maximum.reduceat(np.where(full, sums, -np.inf), first)
    lowest = np.minimum.reduceat(np.where(full, sums, np.inf), first)
    tail = running[last] - running[np.maximum(last - WINDOW, first)]
    return [column / np.sqrt(3 * WINDOW) for column in (highest, lowest, sums[first], tail)]

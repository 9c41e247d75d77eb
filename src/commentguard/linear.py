"""Weights over hashed n-grams: one number a slot for each field, summed over a comment's n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.ngrams import FIELDS, WIDTH, Block, gram_counts, gram_slots
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
_SCALES: Final = np.array([[field.scale] for field in FIELDS])


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
    blocks : list of Block
        Slot of each n-gram.
    """

    codes: Codes
    blocks: list[Block]

    def __len__(self) -> int:
        """Return the number of comments."""
        return len(self.codes) // len(FIELDS)

    @lazy
    def unit(self) -> NDArray[np.float64]:
        """What one n-gram counts: the field's scale over the root of their number, shape (len(FIELDS), n)."""
        return _SCALES / np.sqrt(gram_counts(self.codes))

    def weighed(self, pair: Pair) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the sums of both weights of the n-grams that begin at each position, in units of `QUANTUM`.

        Whole numbers add up exactly, and several times faster than those with a point.
        """
        sums = np.empty(2 * self.blocks[-1].end, dtype=np.int32)
        for block in self.blocks:
            each = pair.take(block.slots).view(np.int32)
            np.add.reduce(each, axis=0, dtype=np.int32, out=sums[2 * block.begin : 2 * block.end])
        return sums[::2], sums[1::2]

    def scores(self, weighed: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return each comment's score by its texts of each field, shape (len(FIELDS), n); one half of `weighed`."""
        sums = np.add.reduceat(weighed, self.codes.starts - 1, dtype=np.int64)
        scores: NDArray[np.float64] = sums.reshape(len(FIELDS), -1) * QUANTUM * self.unit
        return scores

    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return comment, slot and value of every n-gram, each of shape (n_grams,), for training."""
        owner = np.repeat(np.arange(len(self.codes)), self.codes.lengths + 1)
        found = []
        for block in self.blocks:
            there = block.slots < WIDTH
            texts = np.broadcast_to(owner[block.begin : block.end], there.shape)
            found.append((texts[there], block.slots[there].astype(np.int64)))
        text, slot = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return text % len(self), slot, self.unit.ravel()[text]


def grams_of(batch: Batch) -> Grams:
    """Return the n-grams of a batch."""
    return Grams(batch.own_codes, gram_slots(batch.own_codes))


def text_scores(grams: Grams, weighed: NDArray[np.int32], bias: float) -> NDArray[np.float32]:
    """Score a batch's n-grams.

    Parameters
    ----------
    grams : Grams
        The n-grams of n comments.
    weighed : ndarray of int32
        One half of `Grams.weighed`.
    bias : float
        Added to the score of all together.

    Returns
    -------
    ndarray of float32, shape (n, len(TEXT_SCORES))
        Log-odds towards spam of each field, of all together (with the bias), and of the windows of the text with most
        and least, of its first and its last window.
    """
    scores = grams.scores(weighed)
    first, last = grams.codes.starts[: len(grams)] - 1, grams.codes.ends[: len(grams)]
    running = np.zeros(int(last[-1]) + 1, dtype=np.int64)
    np.cumsum(weighed[: int(last[-1])], out=running[1:])
    columns = np.empty((len(TEXT_SCORES), len(grams)), dtype=np.float32)
    columns[: len(FIELDS)] = scores
    columns[len(FIELDS)] = scores.sum(axis=0) + bias
    columns[len(FIELDS) + 1 :] = _windows(first, last, running)
    return columns.T


def log_odds(grams: Grams, weighed: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the sums of a batch's n-grams, each counted as it should, by one half of `weighed`, shape (n,)."""
    total: NDArray[np.float64] = grams.scores(weighed).sum(axis=0)
    return total


def _windows(first: NDArray[np.int64], last: NDArray[np.int64], running: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sums of the highest, lowest, first and last window of each text, over the root of the window.

    Windows cut short by the text's end count only where the whole text is shorter.
    """
    sums = np.empty_like(running)
    np.subtract(running[WINDOW:], running[:-WINDOW], out=sums[: max(len(running) - WINDOW, 0)])
    last_window = np.maximum(last - WINDOW, first)
    begun, head_end, tail_begun, ended = running.take((first, np.minimum(first + WINDOW, last), last_window, last))
    head = head_end - begun
    sums[first] = head
    bounds = np.array((first, last_window + 1)).T.ravel()
    highest, lowest = (extreme.reduceat(sums, bounds)[::2] for extreme in (np.maximum, np.minimum))
    scores: NDArray[np.float64] = np.array((highest, lowest, head, ended - tail_begun)) * _WINDOW_UNIT
    return scores

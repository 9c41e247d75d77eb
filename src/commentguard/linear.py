"""Weights over hashed n-grams: one number a slot for each field, summed over a comment's n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import TEXT_LIMIT, Batch
from commentguard.features.ngrams import FIELDS, WIDTH, gram_counts, gram_slots
from commentguard.lazy import lazy
from commentguard.text.codes import Codes

TEXT_SCORES: Final = (*(f"{field.name}_score" for field in FIELDS), "wording_score")
"""Names of the columns that `text_scores` returns."""

Weights = NDArray[np.float32]
"""A number for each slot of a table of all fields, shape (WIDTH + 1,); the last, for no n-gram, is 0."""

_MOST: Final = 32.0  # of a weight, in log-odds
_UNITS_OF_MOST: Final = 2**13 - 1  # so few that n-grams of four orders add up within 16 bits
_HALF: Final = np.array(16, np.int32)
_MANY: Final = 1 << 16  # twice the characters whose n-grams are found all over a table
_LINE: Final = 16  # numbers that the processor's cache takes at once
_SCALES: Final = np.array([[field.scale] for field in FIELDS])
_UNITS: Final = (_SCALES / np.sqrt(gram_counts(TEXT_LIMIT))).ravel()
_FIRST_UNITS: Final = np.array([[number * (TEXT_LIMIT + 1)] for number in range(len(FIELDS))])


class Pair(NamedTuple):
    """Two weights for each slot, looked up at once.

    Parameters
    ----------
    table : ndarray of int32, shape (WIDTH + 1,)
        Whole numbers of 16 bits side by side: 1.6 MB in all, which a processor's cache holds.
    quanta : ndarray of float64, shape (2, 1, 1)
        What 1 means in each half.
    biases : ndarray of float64, shape (2, 1)
        What is added to the sums over all n-grams of a comment.
    """

    table: NDArray[np.int32]
    quanta: NDArray[np.float64]
    biases: NDArray[np.float64]


def no_weights() -> Weights:
    """Return weights that are all 0."""
    return np.zeros(WIDTH + 1, dtype=np.float32)


def paired(first: Weights, second: Weights, biases: tuple[float, float]) -> Pair:
    """Return two tables of weights as one; what is beyond 32 is cut, each is rounded by 1/16,000 of the greatest."""
    both = np.clip((first, second), -_MOST, _MOST)
    quanta = np.maximum(np.abs(both).max(axis=1), 2.0**-24).astype(np.float64) / _UNITS_OF_MOST
    low, high = np.rint(both / quanta[:, None]).astype(np.int32)
    return Pair(low & 0xFFFF | high << _HALF, quanta[:, None, None], np.array([biases]).T)


@dataclass(eq=False)
class Grams:
    """The n-grams of n comments.

    Parameters
    ----------
    codes : Codes
        Their texts, field by field, each of at most `TEXT_LIMIT` characters; see `gram_slots`.
    """

    codes: Codes

    def __len__(self) -> int:
        """Return the number of comments."""
        return len(self.codes) // len(FIELDS)

    @lazy
    def unit(self) -> NDArray[np.float64]:
        """What an n-gram counts: the field's scale over the root of their number, shape (len(FIELDS), n)."""
        unit: NDArray[np.float64] = _UNITS.take(self.codes.lengths.reshape(len(FIELDS), -1) + _FIRST_UNITS)
        return unit

    def weighed(self, pair: Pair) -> NDArray[np.int16]:
        """Return the sums of both weights of the n-grams that begin at each position, in their quanta.

        Of shape (n_codes - 1, 2). Whole numbers add up exactly, and several times faster than those with a point.
        """
        halves = np.empty(2 * int(self.codes.ends[-1]), dtype=np.int16)
        if len(halves) > _MANY:
            np.add.reduce(pair.table[::_LINE])  # reads the table in order, sooner done than waiting for it at each look
        for block in gram_slots(self.codes):
            weights = pair.table.take(block.slots, mode="wrap").view(np.int16)
            np.add.reduce(weights, axis=0, dtype=np.int16, out=halves[2 * block.begin : 2 * block.end])
        return halves.reshape(-1, 2)

    def sums(self, pair: Pair) -> NDArray[np.int32]:
        """Return the sums of `weighed` over each comment's texts of each field, shape (2, len(FIELDS), n)."""
        sums = np.add.reduceat(self.weighed(pair), self.codes.starts - 1, axis=0, dtype=np.int32)
        return sums.T.reshape(2, len(FIELDS), -1)

    def scores(self, pair: Pair) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each comment's scores by its texts of each field, shape (2, len(FIELDS), n), and of all, (2, n)."""
        scores = self.sums(pair) * self.unit
        scores *= pair.quanta
        total = np.add.reduce(scores, axis=1)
        total += pair.biases
        return scores, total

    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return comment, slot and value of every n-gram, each of shape (n_grams,), for training."""
        owner = np.repeat(np.arange(len(self.codes)), self.codes.lengths + 1)
        found = []
        for block in gram_slots(self.codes):
            there = block.slots < WIDTH
            texts = np.broadcast_to(owner[block.begin : block.end], there.shape)
            found.append((texts[there], block.slots[there].astype(np.int64)))
        text, slot = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return text % len(self), slot, self.unit.ravel()[text]


def grams_of(batch: Batch) -> Grams:
    """Return the n-grams of a batch."""
    return Grams(batch.own_codes)


def text_scores(grams: Grams, pair: Pair) -> NDArray[np.float32]:
    """Score a batch's n-grams.

    Parameters
    ----------
    grams : Grams
        The n-grams of n comments.
    pair : Pair
        Two tables of weights.

    Returns
    -------
    ndarray of float32, shape (n, len(TEXT_SCORES) + 1)
        `TEXT_SCORES` by the first table: log-odds of each field, and of all together. Last the log-odds of all
        together by the second one.
    """
    scores, total = grams.scores(pair)
    columns = np.empty((len(TEXT_SCORES) + 1, len(grams)), dtype=np.float32)
    columns[: len(FIELDS)] = scores[0]
    columns[len(FIELDS) :] = total
    return columns.T


def log_odds(grams: Grams, pair: Pair) -> NDArray[np.float64]:
    """Return the sums of a batch's n-grams by two tables of weights, each counted as it should, shape (n, 2)."""
    return grams.scores(pair)[1].T

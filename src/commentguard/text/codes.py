"""Texts of a batch as one row of code points, with their folding and kinds looked up in tables.

Working on one array for the whole batch, rather than string by string, is what makes the features fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.lazy import lazy
from commentguard.text.characters import (
    KIND_SHIFT,
    class_of_kinds,
    folds_and_kinds,
    kinds_with,
    trait_weights,
)
from commentguard.text.html import head_and_tail

SEPARATOR: Final = 10
"""The code point (a newline) that stands before the first text, between two texts and after the last."""

_GROUP: Final = 64  # texts
_NOTHING: Final = np.empty(0, dtype=np.int64)
_ONE: Final = np.array(1)


@dataclass(eq=False)
class Codes:
    """The texts of a batch as one array of code points.

    Parameters
    ----------
    raw : ndarray of uint32, shape (n_codes,)
        All texts one after the other, with `SEPARATOR` before the first, between two and after the last. Other texts
        may stand there, too; see `part`.
    folded : ndarray of uint16, shape (n_codes,)
        The same in lower case, without accents, in their plain form.
    kinds : ndarray of uint8, shape (n_codes,)
        The kind of each character; see `characters`.
    starts, ends : ndarray of int64, shape (n_texts,)
        Where each text begins and ends in the arrays.
    """

    raw: NDArray[np.uint32]
    folded: NDArray[np.uint16]
    kinds: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.starts)

    @lazy
    def lengths(self) -> NDArray[np.int64]:
        """Length of each text in characters, shape (n_texts,)."""
        return self.ends - self.starts

    def counts(self) -> NDArray[np.float32]:
        """Return how many characters of each text have each trait, shape (TRAITS, n_texts)."""
        return self.totals(trait_weights(), _NOTHING, _NOTHING)

    def totals(
        self, weights: NDArray[np.float32], texts: NDArray[np.int64], kinds: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the summed weights of the characters and of other things, text by text, shape (n_columns, n_texts).

        All texts of the array must be there.

        Parameters
        ----------
        weights : ndarray of float32, shape (n_kinds, n_columns)
            Of each kind of character, then of each kind of other things. Small whole numbers: sums below 2**24 are
            exact.
        texts, kinds : ndarray of int64, each of shape (n_things,)
            Of each other thing the text that it stands in, and the number of its kind in `weights`.
        """
        n, (n_kinds, n_columns) = len(self), weights.shape
        # Texts are taken in small groups: for a large product threads would be started, which cost more than it.
        group = min(n, _GROUP) or 1
        groups = -(-n // group)
        rows = np.arange(0, n * n_kinds, n_kinds, dtype=np.int32).repeat(self.lengths + 1)
        n_codes = len(rows)
        slots = np.empty(n_codes + len(texts), dtype=np.int32)
        np.add(rows, self.kinds[1 : n_codes + 1], out=slots[:n_codes])
        slots[n_codes:] = texts * n_kinds + kinds
        found = np.bincount(slots, minlength=groups * group * n_kinds).reshape(groups, group, n_kinds)
        summed: NDArray[np.float32] = (found.astype(np.float32) @ weights).reshape(-1, n_columns)[:n]
        summed -= weights[_separators_kind()]  # one stands behind each text
        return summed.T

    def class_at(self, positions: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the class (`LETTER`, `DIGIT`, ...) of the characters at these positions, shape (n_positions,)."""
        return class_of_kinds().take(self.kinds.take(positions))

    def has_at(self, positions: NDArray[np.int64], trait: int) -> NDArray[np.bool_]:
        """Return which of the characters at these positions have a trait, shape (n_positions,)."""
        return kinds_with(trait).take(self.kinds.take(positions))

    def text_of(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the index of the text that holds each position, shape (n_positions,)."""
        return self.starts.searchsorted(positions, side="right") - 1

    def holding(self, part: str) -> NDArray[np.int64]:
        """Return the indices of the texts that hold a string once they are folded, each as often as it stands there."""
        folded = self.folded[: self.ends[-1]]
        (at,) = (folded == ord(part[-1])).nonzero()
        for back, sign in enumerate(reversed(part[:-1]), start=1):
            at = at[folded.take(at - back) == ord(sign)]
        return self.text_of(at)

    def part(self, place: slice) -> Codes:
        """Return some of the texts, by their numbers, among the same characters."""
        return Codes(self.raw, self.folded, self.kinds, self.starts[place], self.ends[place])


@lru_cache(maxsize=1)
def _separators_kind() -> int:
    return int(folds_and_kinds()[SEPARATOR] >> KIND_SHIFT)


def spread(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the characters of some spans, one span after the other, and the span of each."""
    span = np.arange(len(starts)).repeat(lengths)
    before = lengths.cumsum() - lengths
    return np.arange(len(span)) + (starts - before).take(span), span


def encode(texts: Sequence[str], limit: int) -> Codes:
    """Join texts into one array of code points.

    Parameters
    ----------
    texts : sequence of str
        Any text, lone surrogates included.
    limit : int
        Characters looked at of each text; of a longer one its head and its tail are taken.

    Returns
    -------
    Codes
    """
    return join(cut(texts, limit))


def cut(texts: Sequence[str], limit: int) -> Sequence[str]:
    """Return texts of which head and tail are left where they are longer than `limit` characters."""
    if max(map(len, texts), default=0) <= limit:
        return texts
    return [text if len(text) <= limit else head_and_tail(text, limit) for text in texts]


def join(texts: Sequence[str]) -> Codes:
    """Join texts into one array of code points, whatever their length."""
    joined = "\n" + "\n".join(texts) + "\n"
    raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    ends = np.add.accumulate(lengths + _ONE)
    both = folds_and_kinds().take(raw.astype(np.intp), mode="clip")
    return Codes(raw, both.astype(np.uint16), (both >> KIND_SHIFT).astype(np.uint8), ends - lengths, ends)

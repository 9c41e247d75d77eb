"""Texts of a batch: their words, and what is counted in them, text by text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from commentguard.features.keys import SHIFT, Sets, changes, ordered_within
from commentguard.features.lexicons import LISTS, lists_of_sets, sets_of
from commentguard.lazy import lazy
from commentguard.text.characters import LETTER, TRAITS, trait_weights
from commentguard.text.codes import Codes, cut, join
from commentguard.text.words import Words, words

Counts = NDArray[np.float32]


@dataclass(eq=False)
class Texts:
    """Some texts of a batch, with their words and characters.

    Parameters
    ----------
    layout : Layout
        The texts that were laid out with them.
    place : slice
        Which of these they are.
    """

    layout: Layout
    place: slice

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.word_counts)

    @lazy
    def codes(self) -> Codes:
        """Their characters, among those of the layout."""
        return self.layout.codes.part(self.place)

    @lazy
    def words(self) -> Words:
        """Their words, with their places."""
        return self.layout.words.part(self.place)

    @lazy
    def word_counts(self) -> NDArray[np.int64]:
        """Words of each text, shape (n_texts,)."""
        return self.layout.words.counts[self.place]

    @lazy
    def lengths(self) -> NDArray[np.int64]:
        """Characters of each text, shape (n_texts,)."""
        return self.layout.codes.lengths[self.place]

    @lazy
    def some_words(self) -> NDArray[np.int64]:
        """Words of each text, but 1 where it has none, shape (n_texts,): what shares of words are taken of."""
        return np.maximum(self.word_counts, 1)

    @lazy
    def small_words(self) -> NDArray[np.number]:
        """Words of each text that begin with a small letter, shape (n_texts,)."""
        words, place = self.layout.words, self.place
        own = words.own(place)
        small = self.layout.codes.has_at(words.starts[own], LETTER)
        return np.bincount(words.text[own], small, place.stop)[place]

    @lazy
    def distinct(self) -> tuple[Sets, NDArray[np.int64]]:
        """The stems of each text, each once, and how often each stands there."""
        keys = ordered_within(self.words.text << SHIFT | self.words.stems, self.words.behind)
        (first,) = changes(keys).nonzero()
        counts = np.empty_like(first)
        counts[-1:] = len(keys)
        counts[:-1] = first[1:]
        counts -= first
        return Sets(keys.take(first), len(self)), counts

    @staticmethod
    def of(texts: Sequence[str], limit: int) -> Texts:
        """Lay out texts of which at most `limit` characters are looked at."""
        return lay_out((texts, limit))[0]

    @lazy
    def counts(self) -> Counts:
        """How many characters of each text have each trait, then how many words stand in each list; see `Layout`."""
        return self.layout.counts[:, self.place]

    def count_in(self, lexicon: str) -> Counts:
        """Return how many words of each text stand in a list of `lexicons.LISTS`, shape (n_texts,)."""
        counts: Counts = self.counts[TRAITS + LISTS[lexicon]]
        return counts


@dataclass(eq=False)
class Layout:
    """Texts of several columns laid out together: what is counted in them is counted once for all."""

    codes: Codes
    words: Words

    @lazy
    def counts(self) -> Counts:
        """Of each text the characters with each trait, then the words in each list, shape (TRAITS + LISTS, n_texts)."""
        at, sets = sets_of(self.words.hashes)
        return self.codes.totals(_weights(), self.words.text.take(at), sets + len(trait_weights()))


@lru_cache(maxsize=1)
def _weights() -> NDArray[np.float32]:
    """Return the traits of each kind of character, below them the lists of each set of them."""
    traits, lists = trait_weights(), lists_of_sets()
    weights = np.zeros((len(traits) + len(lists), TRAITS + len(LISTS)), dtype=np.float32)
    weights[: len(traits), :TRAITS], weights[len(traits) :, TRAITS:] = traits, lists
    return weights


def lay_out(*columns: tuple[Sequence[str], int]) -> list[Texts]:
    """Lay out columns of texts, each with the number of characters that are looked at of a text.

    Returns
    -------
    list of Texts
        One for each column.
    """
    together: list[str] = []
    for texts, limit in columns:
        together += cut(texts, limit)
    codes = join(together)
    layout = Layout(codes, words(codes))
    edges = accumulate((len(texts) for texts, _ in columns), initial=0)
    return [Texts(layout, slice(first, last)) for first, last in pairwise(edges)]

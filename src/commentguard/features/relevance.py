"""Relevance: how well a comment's words fit the post's title, its text and the thread before the comment.

Each side is asked: how much of what the comment says stands there, how surprising that is for a text of that length,
how much better the side's own frequencies explain the comment than everyday language does (Mishne, Carmel and Lempel,
"Blocking Blog Spam with Language Model Disagreement", AIRWeb 2005). Pairs of neighbouring words that return show a
quotation, or the subject in scripts without spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.documents import Documents, pair_keys
from commentguard.features.keys import ITEM, ITEM_BITS, Keys
from commentguard.features.subjects import subjects, weights
from commentguard.features.threads import Found, Thread
from commentguard.text.characters import UPPER

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SMOOTHING: Final = 0.3
"""Weight of everyday language in a side's language model (Jelinek-Mercer smoothing)."""
_OPENING: Final = 6
"""Words at the beginning of a comment in which a name of the thread counts as an address."""
_SALUTATION: Final = 4
"""Words at the beginning of a comment that can end an address such as ``Hi Ann,``."""
_RARE: Final = 5.0
"""Inverse document frequency from which on a word is rare: in fewer than one text of 150."""
_SPAN: Final = 256.0
"""More than any rarity: keeps the values of two comments apart in one sorted array."""

NAMES: Final = (
    *(f"title_{question}" for question in ("share", "top", "covered")),
    *(f"post_{question}" for question in ("share", "top", "disagreement")),
    *(f"thread_{question}" for question in ("share", "top", "surplus", "disagreement")),
    *(f"all_{question}" for question in ("share", "top", "surplus", "disagreement")),
    "heavy_share",
    "last_share",
    "best_message_share",
    *(f"own_idf_{place}" for place in ("mean", "top", "fifth", "middle", "low")),
    "own_words",
    "own_rare_words",
    *(f"unmatched_{place}" for place in ("top", "second", "third")),
    "post_pairs",
    "thread_pairs",
    "names_opening",
    "addresses_absent",
    "author_in_post",
)
"""Names of the columns that `relevance` returns."""


def relevance(batch: Batch, background: Background) -> Numbers:
    """Compare each comment with its post and thread.

    Parameters
    ----------
    batch : Batch
        n comments.
    background : Background
        How common each word is.

    Returns
    -------
    ndarray of float64, shape (n, len(NAMES))
        Shares are 0 to 1; tops in nats, 0 up; surplus in standard deviations; disagreement in nats a word. NaN where a
        side has no words.
    """
    own = _Own.of_batch(batch, background)
    thread = Thread.of_batch(batch)
    found = thread.find(own.keys)
    title, post = (_Side.of_posts(own, side, batch.post_of) for side in (batch.title, batch.body))
    said = _Side.of_thread(own, thread, found)
    everything = _Side(own, title.counts + post.counts + said.counts, title.words + post.words + said.words)
    covered, heavy = _of_subject(own, title, post, batch, background)
    columns = [
        *(title.share, title.top, covered),
        *(post.share, post.top, post.disagreement),
        *(said.share, said.top, said.surplus, said.disagreement),
        *(everything.share, everything.top, everything.surplus, everything.disagreement),
        heavy,
        *_messages(own, thread, found),
        *_rarities(own, everything.counts > 0),
        *_pairs(batch, thread, background),
        *_names(batch, thread),
    ]
    return np.array(columns).T


@dataclass(frozen=True)
class _Own:
    """The distinct stems of n comments, sorted by comment.

    Parameters
    ----------
    n : int
        Number of comments.
    keys : Keys
        The stems.
    of : ndarray of int64, shape (n_stems,)
        The comment of each.
    count, idf : ndarray of float64, shape (n_stems,)
        How often it stands there, and its inverse document frequency.
    background : Background
        How common each word is.
    """

    n: int
    keys: Keys
    of: Integers
    count: Numbers
    idf: Numbers
    background: Background

    @classmethod
    def of_batch(cls, batch: Batch, background: Background) -> _Own:
        keys, counts = batch.text.distinct
        idf = background.idf_of(keys.sorted.astype(np.uint32))
        return cls(len(batch), keys, keys.documents_of, counts.astype(np.float64), idf, background)

    @cached_property
    def edges(self) -> Integers:
        """Where the stems of each comment begin, and where the last end, shape (n + 1,)."""
        return self.of.searchsorted(np.arange(self.n + 1))

    @cached_property
    def some_idf(self) -> Numbers:
        """Sum of the rarity of each comment's stems, at least 1: what shares are taken of."""
        return np.maximum(self.sum(self.idf), 1)

    @cached_property
    def some_words(self) -> Numbers:
        """Words of each comment, at least 1."""
        return np.maximum(self.sum(self.count), 1)

    @cached_property
    def everyday(self) -> Numbers:
        """Frequency of each stem in everyday language."""
        frequency: Numbers = np.exp(-self.idf) / self.background.words_per_text
        return frequency

    def sum(self, values: NDArray[np.generic]) -> Numbers:
        """Sum values of the stems, comment by comment."""
        return np.bincount(self.of, values, self.n).astype(np.float64)

    def highest(self, values: Numbers) -> Numbers:
        """Return the highest value of each comment, 0 where it has no words."""
        column = np.zeros(self.n)
        (there,) = (self.edges[1:] > self.edges[:-1]).nonzero()
        if len(there):
            column[there] = np.maximum.reduceat(values, self.edges[there])
        return column


@dataclass(frozen=True)
class _Side:
    """What comments are compared with, and the answers to what is asked of it.

    Parameters
    ----------
    own : _Own
        The comments' stems.
    counts : ndarray of float64, shape (n_stems,)
        How often each stands on this side.
    words : ndarray of float64, shape (n,)
        Words of this side.
    """

    own: _Own
    counts: Numbers
    words: Numbers

    @classmethod
    def of_posts(cls, own: _Own, documents: Documents, post_of: Integers) -> _Side:
        which, at = documents.stems.find(post_of.take(own.of) << ITEM_BITS | own.keys.sorted & ITEM)
        counts = np.zeros(len(own.of))
        counts[which] = documents.counts.take(at)
        return cls(own, counts, documents.word_counts.take(post_of).astype(np.float64))

    @classmethod
    def of_thread(cls, own: _Own, thread: Thread, found: Found) -> _Side:
        counts = np.bincount(found.stem, minlength=len(own.of)).astype(np.float64)
        return cls(own, counts, np.bincount(thread.comment, thread.word_counts, own.n).astype(np.float64))

    @cached_property
    def _weight(self) -> Numbers:
        weight: Numbers = self.own.idf * (self.counts > 0)
        return weight

    @cached_property
    def found(self) -> Numbers:
        """Rarity found on this side."""
        return self.own.sum(self._weight)

    @cached_property
    def _length(self) -> Numbers:
        return self.words.take(self.own.of)

    def _if_known(self, column: Numbers) -> Numbers:
        return np.where(self.words > 0, column, np.nan)

    @property
    def share(self) -> Numbers:
        """Share of the comment's rarity that is found here."""
        return self._if_known(self.found / self.own.some_idf)

    @property
    def top(self) -> Numbers:
        """Rarity of the rarest stem that is found here."""
        return self._if_known(self.own.highest(self._weight))

    @property
    def surplus(self) -> Numbers:
        """How far what is found exceeds what would be found by accident, in standard deviations."""
        own = self.own
        chance = own.background.chance(own.idf, self._length)
        by_accident = own.idf * chance
        deviation = np.sqrt(own.sum(own.idf * by_accident * (1 - chance)) + 1)
        return self._if_known((self.found - own.sum(by_accident)) / deviation)

    @property
    def disagreement(self) -> Numbers:
        """How much better this side's frequencies explain the comment than everyday language does, a word."""
        own = self.own
        likelier = (1 - _SMOOTHING) * self.counts / np.maximum(self._length, 1) / own.everyday
        return self._if_known(own.sum(np.log(likelier + _SMOOTHING) * own.count) / own.some_words)


def _messages(own: _Own, thread: Thread, found: Found) -> list[Numbers]:
    """Return the shares of the comment's rarity that stand in the last message, and in the best one."""
    in_last = np.zeros(len(own.of), dtype=bool)
    in_last[found.stem[thread.is_last.take(found.place)]] = True
    words = np.bincount(thread.comment, thread.is_last * thread.word_counts, own.n)
    last = np.where(words > 0, own.sum(own.idf * in_last) / own.some_idf, np.nan)
    place, stem = np.divmod(np.unique(found.place * len(own.of) + found.stem), max(len(own.of), 1))
    share = np.bincount(place, own.idf.take(stem), len(thread.comment)) / own.some_idf.take(thread.comment)
    best = np.full(own.n, np.nan)
    np.fmax.at(best, thread.comment, share)
    return [last, best]


def _of_subject(own: _Own, title: _Side, post: _Side, batch: Batch, background: Background) -> tuple[Numbers, Numbers]:
    """Return the share of the title's rarity that a comment takes up, and that of the post's heaviest words."""
    rarity, least, total = subjects(batch.sides, background).take(batch.post_of, axis=1)
    used = weights(post.counts, own.idf)
    heavy = (used > 0) & (used >= least.take(own.of))
    return title.found / np.maximum(rarity, 1), own.sum(used * heavy) / np.maximum(total, 1)


def _rarities(own: _Own, matched: Flags) -> list[Numbers]:
    """Describe the comment's own words by their rarity, and the rarest of those that stand nowhere else."""
    number = np.diff(own.edges)
    mean = own.sum(own.idf) / np.maximum(number, 1)
    places = own.edges[:-1] + np.array([np.zeros_like(number), np.full_like(number, 4), number // 2, number - 1])
    ranked = _ranked(own, own.idf, places)
    sizes = [np.log1p(number), np.log1p(own.sum(own.idf > _RARE))]
    unmatched = _ranked(own, np.where(matched, 0.0, own.idf), own.edges[:-1] + np.arange(3)[:, None])
    return [mean, *ranked, *sizes, *unmatched]


def _ranked(own: _Own, values: Numbers, places: Integers) -> Numbers:
    """Return the values at some places of the order from the greatest down of each comment, 0 where it has fewer."""
    ordered = np.append(np.sort(own.of * _SPAN - values, kind="stable"), 0.0)
    there = (places >= own.edges[:-1]) & (places < own.edges[1:])
    return np.where(there, np.arange(own.n) * _SPAN - ordered.take(places, mode="clip"), 0.0)


def _pairs(batch: Batch, thread: Thread, background: Background) -> list[Numbers]:
    """Return the logarithm of 1 + the rarity of word pairs shared with the post and with the thread."""
    keys, at = pair_keys(batch.text)
    order = keys.argsort(kind="stable")
    order = order[np.append(True, np.diff(keys.take(order)) > 0)[: len(order)]]  # equal pairs weigh the same
    own, first = Keys(keys.take(order), len(batch)), at.take(order)
    idf = background.idf_of(batch.text.words.stems)
    weight = np.maximum(idf.take(first), idf.take(first + 1))
    of = own.documents_of
    in_post, _ = batch.body.pairs.find(batch.post_of.take(of) << ITEM_BITS | own.sorted & ITEM)
    in_thread = np.zeros(len(of), dtype=bool)
    in_thread[own.find(thread.pairs())[1]] = True
    shared = (of.take(in_post), weight.take(in_post)), (of, weight * in_thread)
    return [np.log1p(np.bincount(comment, weights, len(batch))) for comment, weights in shared]


def _names(batch: Batch, thread: Thread) -> list[Numbers]:
    """Say who is named: somebody of the thread at the beginning, somebody absent, the comment's author by the post."""
    n, found, codes = len(batch), batch.text.words, batch.text.codes
    (opening,) = (np.arange(len(found.text)) - found.first.take(found.text) < _OPENING).nonzero()
    of, start, end = found.text.take(opening), found.starts.take(opening), found.ends.take(opening)
    named = np.zeros(len(of), dtype=bool)
    named[thread.names.find(of << ITEM_BITS | found.hashes.take(opening))[0]] = True
    after, before = codes.raw.take(end), codes.raw.take(start - 1)
    greeted = ((after == ord(",")) | (after == ord(":"))) & (codes.class_at(start) == UPPER)
    addressed = (opening - found.first.take(of) < _SALUTATION) & (greeted | (before == ord("@")))
    by_name, called, present = (np.bincount(of, flags, n) > 0 for flags in (named, addressed, addressed & named))
    own = batch.author.words
    which, _ = batch.body.stems.find(batch.post_of.take(own.text) << ITEM_BITS | own.stems)
    in_post = np.bincount(own.text.take(which), minlength=n) / batch.author.some_words
    return [by_name.astype(np.float64), (called & ~present).astype(np.float64), in_post]

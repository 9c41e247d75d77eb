"""Relevance: how well a comment's words fit the post's title, its text and the thread before the comment.

Each side is asked: how much of what the comment says stands there, how surprising that is for a text of that length,
how much better the side's own frequencies explain the comment than everyday language does (Mishne, Carmel and Lempel,
"Blocking Blog Spam with Language Model Disagreement", AIRWeb 2005). Pairs of neighbouring words that return show a
quotation, or the subject in scripts without spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.batch import Batch
from commentguard.features.documents import pair_hashes, pair_keys
from commentguard.features.keys import ITEM_BITS, Sets, changes
from commentguard.features.subjects import subjects, weights
from commentguard.features.threads import Thread
from commentguard.lazy import lazy
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
    pairs = _Pairs.of_batch(batch)
    thread = Thread.of_batch(batch, own.stems)
    in_post = _InPost.of_batch(batch, own, pairs)
    sides = _Sides.of(own, in_post, thread)
    share, top = sides.share, sides.top
    surplus, disagreement = sides.surplus(slice(_THREAD, None)), sides.disagreement(slice(_POST, None))
    covered, heavy = _of_subject(own, sides, batch)
    columns = [
        *(share[_TITLE], top[_TITLE], covered),
        *(share[_POST], top[_POST], disagreement[0]),
        *(share[_THREAD], top[_THREAD], surplus[0], disagreement[1]),
        *(share[_ALL], top[_ALL], surplus[1], disagreement[2]),
        heavy,
        *_messages(own, thread),
        *_rarities(own, sides.counts[_ALL] > 0),
        *pairs.rarities(in_post.pairs, thread, own),
        *_names(batch, thread),
        batch.author.per_text(in_post.author) / batch.author.some_words,
    ]
    return np.concatenate(columns).reshape(len(NAMES), -1).T


@dataclass(frozen=True)
class _Own:
    """The distinct stems of n comments, sorted by comment.

    Parameters
    ----------
    stems : Sets
        The stems.
    of : ndarray of int64, shape (n_stems,)
        The comment of each.
    count, idf : ndarray of float64, shape (n_stems,)
        How often it stands there, and its inverse document frequency.
    background : Background
        How common each word is.
    """

    stems: Sets
    of: Integers
    count: Numbers
    idf: Numbers
    background: Background

    @classmethod
    def of_batch(cls, batch: Batch, background: Background) -> _Own:
        stems, counts = batch.text.distinct
        return cls(stems, stems.set_of, counts.astype(np.float64), background.idf_of(stems.items), background)

    @lazy
    def _there(self) -> tuple[Integers, Integers]:
        """Comments that have words, and the first stem of each."""
        (there,) = self.stems.sizes.nonzero()
        return there, self.stems.begins.take(there)

    @lazy
    def _sums(self) -> Numbers:
        sums: Numbers = np.maximum(self.sum(np.stack((self.idf, self.count))), 1)
        return sums

    @property
    def some_idf(self) -> Numbers:
        """Sum of the rarity of each comment's stems, at least 1: what shares are taken of."""
        some: Numbers = self._sums[0]
        return some

    @property
    def some_words(self) -> Numbers:
        """Words of each comment, at least 1."""
        some: Numbers = self._sums[1]
        return some

    def sum(self, values: Numbers) -> Numbers:
        """Sum values of the stems, shape (..., n_stems), comment by comment, shape (..., n)."""
        return self._reduce(np.add, values)

    def highest(self, values: Numbers) -> Numbers:
        """Return the highest value of each comment, 0 where it has no words; shapes as in `sum`."""
        return self._reduce(np.maximum, values)

    def _reduce(self, how: np.ufunc, values: Numbers) -> Numbers:
        there, first = self._there
        reduced = np.zeros((*values.shape[:-1], len(self.stems)))
        if len(there):
            reduced[..., there] = how.reduceat(values, first, axis=-1)
        return reduced


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The distinct pairs of neighbouring words of n comments.

    Parameters
    ----------
    keys : ndarray of int64, shape (n_pairs,)
        The pairs in order, by comment.
    first, second : ndarray of uint32, shape (n_pairs,)
        The stems of their words.
    """

    keys: Integers
    first: NDArray[np.uint32]
    second: NDArray[np.uint32]

    @classmethod
    def of_batch(cls, batch: Batch) -> _Pairs:
        keys, at = pair_keys(batch.text)
        order = keys.argsort(kind="stable")
        keys = keys.take(order)
        new = changes(keys)
        at, stems = at.take(order[new]), batch.text.words.stems
        return cls(keys[new], stems.take(at), stems.take(at + 1))

    def rarities(self, in_post: Flags, thread: Thread, own: _Own) -> list[Numbers]:
        """Return the logarithm of 1 + the rarity of the pairs shared with the post and with the thread."""
        in_thread = np.zeros(len(self.keys), dtype=bool)
        (at,) = thread.followed.nonzero()
        first, second = thread.stem.take(at), thread.stem.take(at + 1)
        keys = own.of.take(first) << ITEM_BITS | pair_hashes(own.stems.items.take(first), own.stems.items.take(second))
        found = self.keys.searchsorted(keys)
        in_thread[found[self.keys.take(found, mode="clip") == keys]] = True
        return [self._rarity(shared, own) for shared in (in_post, in_thread)]

    def _rarity(self, shared: Flags, own: _Own) -> Numbers:
        (at,) = shared.nonzero()
        rarity = np.maximum(*(own.background.idf_of(stems.take(at)) for stems in (self.first, self.second)))
        return np.log1p(np.bincount(self.keys.take(at) >> ITEM_BITS, rarity, len(own.stems)))


@dataclass(frozen=True, slots=True)
class _InPost:
    """What of n comments stands in their posts.

    Parameters
    ----------
    title, body : ndarray of uint16, shape (n_stems,)
        How often each stem stands in the title, and in the text.
    pairs : ndarray of bool, shape (n_pairs,)
        Whether each pair stands in the text.
    author : ndarray of bool, shape (n_names,)
        Whether each word of the authors' names stands in the text.
    words : list of ndarray of int64, shape (n,)
        Words of the title, and of the text.
    """

    title: NDArray[np.uint16]
    body: NDArray[np.uint16]
    pairs: Flags
    author: Flags
    words: list[Integers]

    @classmethod
    def of_batch(cls, batch: Batch, own: _Own, pairs: _Pairs) -> _InPost:
        documents, names = batch.documents, batch.author.words
        comment = np.concatenate((own.of, pairs.keys >> ITEM_BITS, names.text))
        items = np.concatenate((own.stems.items, pairs.keys.astype(np.uint32), names.stems))
        found = documents.terms.find(batch.post_of.take(comment), items)
        n_stems, n_names = len(own.of), len(names.text)
        stems, named = found[:n_stems], found[len(found) - n_names :]
        return cls(
            documents.in_title.take(stems),
            documents.in_body.take(stems),
            found[n_stems : len(found) - n_names] >= 0,
            documents.in_body.take(named) > 0,
            [words.take(batch.post_of) for words in (documents.title_words, documents.body_words)],
        )


_TITLE, _POST, _THREAD, _ALL = range(4)


@dataclass(frozen=True)
class _Sides:
    """What comments are compared with, title, text, thread and all, and the answers to what is asked of each.

    Parameters
    ----------
    own : _Own
        The comments' stems.
    counts : ndarray of float64, shape (4, n_stems)
        How often each stands on each side.
    words : ndarray of float64, shape (4, n)
        Words of each side.
    """

    own: _Own
    counts: Numbers
    words: Numbers

    @classmethod
    def of(cls, own: _Own, in_post: _InPost, thread: Thread) -> _Sides:
        counts = np.empty((4, len(own.of)))
        counts[_TITLE], counts[_POST] = in_post.title, in_post.body
        counts[_THREAD] = np.bincount(thread.stem, minlength=len(own.of))
        words = np.empty((4, len(own.stems)))
        words[_TITLE], words[_POST] = in_post.words
        words[_THREAD] = np.bincount(thread.comment, thread.word_counts, len(own.stems))
        for sides in (counts, words):
            np.sum(sides[:_ALL], axis=0, out=sides[_ALL])
        return cls(own, counts, words)

    @lazy
    def _weight(self) -> Numbers:
        weight: Numbers = self.own.idf * (self.counts > 0)
        return weight

    @lazy
    def found(self) -> Numbers:
        """Rarity found on each side."""
        return self.own.sum(self._weight)

    @lazy
    def _unknown(self) -> Numbers:
        """0 where a side has words, NaN where it has none: added to answers."""
        return np.where(self.words > 0, 0.0, np.nan)

    @property
    def share(self) -> Numbers:
        """Share of the comment's rarity that is found on each side."""
        return self.found / self.own.some_idf + self._unknown

    @property
    def top(self) -> Numbers:
        """Rarity of the rarest stem that is found there."""
        return self.own.highest(self._weight) + self._unknown

    def surplus(self, sides: slice) -> Numbers:
        """How far what is found exceeds what would be found by accident, in standard deviations."""
        own = self.own
        chance = own.background.chance(own.idf, self.words[sides].take(own.of, axis=1))
        by_accident = own.idf * chance
        deviation = np.sqrt(own.sum(own.idf * by_accident * (1 - chance)) + 1)
        surplus: Numbers = (self.found[sides] - own.sum(by_accident)) / deviation
        return surplus + self._unknown[sides]

    def disagreement(self, sides: slice) -> Numbers:
        """How much better a side's frequencies explain the comment than everyday language does, a word."""
        own = self.own
        length = np.maximum(self.words[sides], 1).take(own.of, axis=1)
        everyday = np.exp(-own.idf) / own.background.words_per_text
        likelier = (1 - _SMOOTHING) * self.counts[sides] / length / everyday
        disagreement: Numbers = own.sum(np.log(likelier + _SMOOTHING) * own.count) / own.some_words
        return disagreement + self._unknown[sides]


def _of_subject(own: _Own, sides: _Sides, batch: Batch) -> tuple[Numbers, Numbers]:
    """Return the share of the title's rarity that a comment takes up, and that of the post's heaviest words."""
    rarity, least, total = subjects(batch.sides, own.background).take(batch.post_of, axis=1)
    used = weights(sides.counts[_POST], own.idf)
    heavy = used * (used >= least.take(own.of))
    return sides.found[_TITLE] / np.maximum(rarity, 1), own.sum(heavy) / np.maximum(total, 1)


def _messages(own: _Own, thread: Thread) -> tuple[Numbers, Numbers]:
    """Return the shares of the comment's rarity that stand in the last message, and in the best one."""
    last, best = np.full((2, len(own.stems)), np.nan)
    if len(thread.comment):
        place, stem = thread.distinct
        share = np.bincount(place, own.idf.take(stem), len(thread.comment)) / own.some_idf.take(thread.comment)
        (first,) = changes(thread.comment).nonzero()
        ends = np.append(first[1:], len(share)) - 1
        comment = thread.comment.take(first)
        last[comment] = np.where(thread.word_counts.take(ends) > 0, share.take(ends), np.nan)
        best[comment] = np.maximum.reduceat(share, first)
    return last, best


def _rarities(own: _Own, matched: Flags) -> list[Numbers]:
    """Describe the comment's own words by their rarity, and the rarest of those that stand nowhere else."""
    number = own.stems.sizes
    mean = own.sum(own.idf) / np.maximum(number, 1)
    values = np.stack((own.idf, np.where(matched, 0.0, own.idf)))
    ordered = own.of * _SPAN - values
    ordered.sort(axis=1, kind="stable")
    all_places = np.stack([np.zeros_like(number), np.full_like(number, 4), number // 2, number - 1])
    ranked = _ranked(own, ordered[0], all_places)
    sizes = [np.log1p(number), np.log1p(own.sum((own.idf > _RARE).astype(np.float64)))]
    unmatched = _ranked(own, ordered[1], np.arange(3)[:, None])
    return [mean, *ranked, *sizes, *unmatched]


def _ranked(own: _Own, ordered: Numbers, places: Integers) -> Numbers:
    """Return the values at some places of the order from the greatest down of each comment, 0 where it has fewer."""
    there = (places >= 0) & (places < own.stems.sizes)
    if not len(ordered):
        return np.zeros(there.shape)
    values = np.arange(len(own.stems)) * _SPAN - ordered.take(own.stems.begins + places, mode="clip")
    return np.where(there, values, 0.0)


def _names(batch: Batch, thread: Thread) -> list[Numbers]:
    """Say who is named: somebody of the thread at the beginning, somebody absent."""
    n, found, codes = len(batch), batch.text.words, batch.text.codes
    (opening,) = (np.arange(len(found.text)) - found.first.take(found.text) < _OPENING).nonzero()
    of, start, end = found.text.take(opening), found.starts.take(opening), found.ends.take(opening)
    named = thread.has_name(of, found.hashes.take(opening))
    after, before = codes.raw.take(end), codes.raw.take(start - 1)
    greeted = ((after == ord(",")) | (after == ord(":"))) & (codes.class_at(start) == UPPER)
    addressed = (opening - found.first.take(of) < _SALUTATION) & (greeted | (before == ord("@")))
    by_name, called, present = (np.bincount(of, flags, n) > 0 for flags in (named, addressed, addressed & named))
    return [column.astype(np.float64) for column in (by_name, called & ~present)]

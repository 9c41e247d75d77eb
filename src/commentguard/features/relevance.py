"""Relevance: how well a comment's words fit the post's title, its text and the thread before the comment.

Each side is asked the same questions: how much of what the comment says stands there, how surprising that is for a text
of that length, how much better the side's own frequencies explain the comment than everyday language does (Mishne,
Carmel and Lempel, "Blocking Blog Spam with Language Model Disagreement", AIRWeb 2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.batch import Batch, Texts

Numbers = NDArray[np.float64]

SIDES: Final = ("title", "post", "thread", "all", "last")
"""What a comment is compared with: the post's title, its text, the earlier messages, all of these, the latest one."""

_QUESTIONS: Final = ("share", "sum", "top", "second", "third", "surprise", "surplus", "disagreement")
_SMOOTHING: Final = 0.3
"""Weight of everyday language in a side's language model (Jelinek-Mercer smoothing)."""
_OPENING: Final = 6
"""Words at the beginning of a comment in which a name of the thread counts as an address."""

NAMES: Final = (
    *(f"{side}_{question}" for side in SIDES for question in _QUESTIONS),
    "own_idf_mean",
    "own_idf_top",
    "own_idf_low",
    "own_words",
    "unmatched_top",
    "best_message_share",
    "names_opening",
    "names_anywhere",
    "author_in_title",
    "author_in_post",
)
"""Names of the columns that `relevance` returns."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """The distinct stems of each comment."""

    comment: NDArray[np.int64]
    stem: NDArray[np.int64]
    count: Numbers
    idf: Numbers

    @classmethod
    def of(cls, texts: Texts, background: Background) -> _Terms:
        keys, counts = np.unique(texts.words.text << 32 | texts.words.stems, return_counts=True)
        stems = keys & 0xFFFFFFFF
        return cls(keys >> 32, stems, counts.astype(np.float64), background.idf_of(stems.astype(np.uint32)))


@dataclass(frozen=True, slots=True)
class _Index:
    """How often each stem stands in each document."""

    keys: NDArray[np.int64]
    counts: Numbers

    @classmethod
    def of(cls, texts: Texts) -> _Index:
        keys, counts = np.unique(texts.words.text << 32 | texts.words.stems, return_counts=True)
        return cls(keys, counts.astype(np.float64))

    def look_up(self, document: NDArray[np.int64], stem: NDArray[np.int64]) -> Numbers:
        """Return the count of each stem in the document beside it, 0 where it does not stand there."""
        if not len(self.keys):
            return np.zeros(len(stem))
        wanted = document << 32 | stem
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, self.counts[at], 0.0)


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
        Shares are 0 to 1; sums, tops and surprise in nats, 0 up; surplus in standard deviations; disagreement in nats
        a word. NaN where a side has no words.
    """
    terms = _Terms.of(batch.text, background)
    title, post = _Index.of(batch.title), _Index.of(batch.body)
    messages = _Index.of(batch.message)
    post_of = batch.post_of[terms.comment]
    in_title, in_post = title.look_up(post_of, terms.stem), post.look_up(post_of, terms.stem)
    in_thread, in_last, best = _look_up_messages(batch, messages, terms)
    words_in_thread, words_in_last = _thread_words(batch)
    title_words, post_words = (side.word_counts[batch.post_of].astype(np.float64) for side in (batch.title, batch.body))
    sides = (
        (in_title, title_words),
        (in_post, post_words),
        (in_thread, words_in_thread),
        (in_title + in_post + in_thread, title_words + post_words + words_in_thread),
        (in_last, words_in_last),
    )
    columns = [column for counts, size in sides for column in _questions(len(batch), terms, counts, size, background)]
    columns += _own(len(batch), terms, matched=sides[3][0] > 0)
    columns += [best, *_names(batch, title, post)]
    return np.stack(columns, axis=1)


def _questions(n: int, terms: _Terms, counts: Numbers, words: Numbers, background: Background) -> list[Numbers]:
    """Ask one side all questions; see the module's docstring."""
    matched = counts > 0
    of_comment = terms.comment
    total = np.bincount(of_comment, terms.idf, n)
    found = np.bincount(of_comment, terms.idf * matched, n)
    chance = background.chance(terms.idf, words[of_comment])
    surprise = np.bincount(of_comment, np.where(matched, -np.log(np.maximum(chance, 1e-9)), 0.0), n)
    expected = np.bincount(of_comment, terms.idf * chance, n)
    variance = np.bincount(of_comment, terms.idf**2 * chance * (1 - chance), n)
    surplus = (found - expected) / np.sqrt(variance + 1)
    everyday = np.exp(-terms.idf) / background.words_per_text
    there = counts / np.maximum(words[of_comment], 1)
    gain = np.log((1 - _SMOOTHING) * there / everyday + _SMOOTHING)
    disagreement = np.bincount(of_comment, gain * terms.count, n) / np.maximum(
        np.bincount(of_comment, terms.count, n), 1
    )
    columns = [found / np.maximum(total, 1), found, *_greatest(n, of_comment, terms.idf * matched), surprise, surplus]
    return [np.where(words > 0, column, np.nan) for column in (*columns, disagreement)]


def _greatest(n: int, owner: NDArray[np.int64], values: Numbers, ranks: int = 3) -> list[Numbers]:
    """Return the greatest, second and third value of each owner, 0 where there are fewer."""
    order = np.lexsort((-values, owner))
    rank = np.arange(len(order)) - np.searchsorted(owner, owner)  # owners stand in order
    columns = []
    for wanted in range(ranks):
        column = np.zeros(n)
        at = order[rank == wanted]
        column[owner[at]] = values[at]
        columns.append(column)
    return columns


def _look_up_messages(batch: Batch, index: _Index, terms: _Terms) -> tuple[Numbers, Numbers, Numbers]:
    """Return counts of the terms over all messages of the thread and in the latest, and the best message's share."""
    n = len(batch)
    sizes = np.fromiter(map(len, batch.messages_of), dtype=np.int64, count=n)
    flat = np.fromiter((number for found in batch.messages_of for number in found), dtype=np.int64, count=sizes.sum())
    first = np.concatenate([[0], np.cumsum(sizes)])
    repeats = sizes[terms.comment]
    term = np.repeat(np.arange(len(terms.comment)), repeats)
    place = np.arange(len(term)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    slot = first[terms.comment[term]] + place
    counts = index.look_up(flat[slot], terms.stem[term])
    in_thread = np.bincount(term, counts, len(terms.comment)).astype(np.float64)
    is_last = place == repeats[term] - 1
    in_last = np.bincount(term[is_last], counts[is_last], len(terms.comment)).astype(np.float64)
    by_message = np.bincount(slot, terms.idf[term] * (counts > 0), len(flat))
    best = np.full(n, np.nan)
    holder = np.repeat(np.arange(n), sizes)
    total = np.maximum(np.bincount(terms.comment, terms.idf, n), 1)
    np.fmax.at(best, holder, by_message / total[holder])
    return in_thread, in_last, best


def _thread_words(batch: Batch) -> tuple[Numbers, Numbers]:
    """Return the number of words of each comment's thread, and of its latest message."""
    counts = batch.message.word_counts
    thread = batch.column(sum(int(counts[number]) for number in found) for found in batch.messages_of)
    last = batch.column(int(counts[found[-1]]) if found else 0 for found in batch.messages_of)
    return thread, last


def _own(n: int, terms: _Terms, matched: NDArray[np.bool_]) -> list[Numbers]:
    """Describe the comment's own words: mean, highest and lowest rarity, their number, the rarest unmatched one."""
    number = np.bincount(terms.comment, minlength=n).astype(np.float64)
    mean = np.bincount(terms.comment, terms.idf, n) / np.maximum(number, 1)
    top, low, unmatched = np.zeros(n), np.full(n, np.inf), np.zeros(n)
    np.maximum.at(top, terms.comment, terms.idf)
    np.minimum.at(low, terms.comment, terms.idf)
    np.maximum.at(unmatched, terms.comment, np.where(matched, 0.0, terms.idf))
    return [mean, top, np.where(np.isfinite(low), low, 0.0), np.log1p(number), unmatched]


def _names(batch: Batch, title: _Index, post: _Index) -> list[Numbers]:
    """Say whether the comment names somebody of the thread, and whether its author's words stand in the post."""
    n = len(batch)
    found = batch.text.words
    position = np.arange(len(found.text)) - np.searchsorted(found.text, found.text)
    authors = batch.message_author.words
    holder = np.array([comment for comment, held in enumerate(batch.messages_of) for _ in held], dtype=np.int64)
    message = np.array([number for held in batch.messages_of for number in held], dtype=np.int64)
    count = np.bincount(authors.text, minlength=len(batch.message_author.codes))[message]
    first = np.searchsorted(authors.text, message)
    word = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(count.sum())
    named = np.isin(found.text << 32 | found.hashes, np.repeat(holder, count) << 32 | authors.hashes[word])
    anywhere = np.bincount(found.text, named, n) > 0
    opening = np.bincount(found.text, named & (position < _OPENING), n) > 0
    own = batch.author.words
    shares = []
    for index in (title, post):
        hits = index.look_up(batch.post_of[own.text], own.stems.astype(np.int64)) > 0
        shares.append(np.bincount(own.text, hits, n) / np.maximum(batch.author.word_counts, 1))
    return [opening.astype(np.float64), anywhere.astype(np.float64), *shares]

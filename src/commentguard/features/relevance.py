"""Relevance: how well a comment's words fit the post's title, its text and the thread before the comment.

Each side is asked: how much of what the comment says stands there, how surprising that is for a text of that length,
how much better the side's own frequencies explain the comment than everyday language does (Mishne, Carmel and Lempel,
"Blocking Blog Spam with Language Model Disagreement", AIRWeb 2005). Pairs of neighbouring words that return show a
quotation, or the subject in scripts without spaces.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background, chance
from commentguard.features.batch import Batch
from commentguard.features.keys import ITEM_BITS, changes
from commentguard.features.sides import ALL, POST, THREAD, TITLE, InPost, Own, Pairs, Sides
from commentguard.features.subjects import subjects, weights
from commentguard.features.threads import Thread
from commentguard.text.characters import UPPER

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]

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
_FIRST: Final = np.array([0, 4, 0, 1, 2])
"""Places that are looked at in the order of all stems, then in that of the unmatched ones."""
_LONELY: Final = slice(2, 5)
"""Which of these are of the unmatched ones."""
_COMMA, _COLON, _AT = ord(","), ord(":"), ord("@")

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
    own = Own.of_batch(batch, background)
    thread, pairs = Thread.of_batch(batch, own.stems), Pairs.of_batch(batch)
    in_post = InPost.of_batch(batch, own, pairs)
    sides = Sides.of(own, in_post, thread)
    weight = own.idf * (sides.counts > 0)
    rarity, least, heaviest = subjects(batch.sides, background).take(batch.post_of, axis=1)
    (idf, words, rare), found, expected, variance, gain, (heavy,) = own.sums(
        np.array((own.idf, own.count, own.idf > _RARE), dtype=np.float64),
        weight,
        *_by_accident(own, sides),
        _gain(own, sides),
        _heavy(own, sides, least),
    )
    idf, words = np.maximum((idf, words), 1)
    unknown = np.where(sides.words > 0, 0.0, np.nan)
    share, top = found / idf + unknown, own.highest(weight) + unknown
    surplus = (found[THREAD:] - expected) / np.sqrt(variance + 1) + unknown[THREAD:]
    disagreement = gain / words + unknown[POST:]
    columns = [
        *(share[TITLE], top[TITLE], found[TITLE] / np.maximum(rarity, 1)),
        *(share[POST], top[POST], disagreement[0]),
        *(share[THREAD], top[THREAD], surplus[0], disagreement[1]),
        *(share[ALL], top[ALL], surplus[1], disagreement[2]),
        heavy / np.maximum(heaviest, 1),
        *_messages(own, thread, idf),
        *_rarities(own, sides, rare),
        *_pairs(batch, background, pairs, (in_post.pairs, pairs.in_thread(own, thread))),
        *_names(batch, thread),
        batch.author.per_text(in_post.author) / batch.author.some_words,
    ]
    return np.concatenate(columns).reshape(len(NAMES), -1).T


def _by_accident(own: Own, sides: Sides) -> tuple[Numbers, Numbers]:
    """Return the rarity that thread and all would have of each stem by accident, and its variance, shape (2, n_stems).

    What is found beyond that is the surplus.
    """
    by_chance = chance(own.rate, sides.words[THREAD:].take(own.of, axis=1))
    expected = own.idf * by_chance
    return expected, own.idf * expected * (1 - by_chance)


def _gain(own: Own, sides: Sides) -> Numbers:
    """Return how much better text, thread and all explain each stem than everyday language, shape (3, n_stems)."""
    length = np.maximum(sides.words[POST:], 1).take(own.of, axis=1)
    likelier = (1 - _SMOOTHING) * sides.counts[POST:] / length / own.everyday
    gain: Numbers = np.log(likelier + _SMOOTHING) * own.count
    return gain


def _heavy(own: Own, sides: Sides, least: Numbers) -> Numbers:
    """Return the weight of each stem that is among the heaviest of the post, shape (1, n_stems)."""
    used = weights(sides.counts[POST:THREAD], own.idf)
    heavy: Numbers = used * (used >= least.take(own.of))
    return heavy


def _messages(own: Own, thread: Thread, idf: Numbers) -> tuple[Numbers, Numbers]:
    """Return the shares of the comment's rarity that stand in the last message, and in the best one."""
    last, best = np.full((2, len(own)), np.nan)
    if len(thread.comment):
        place, stem = thread.distinct
        share = np.bincount(place, own.idf.take(stem), len(thread.comment)) / idf.take(thread.comment)
        (first,) = changes(thread.comment).nonzero()
        ends = np.append(first[1:], len(share)) - 1
        comment = thread.comment.take(first)
        last[comment] = np.where(thread.word_counts.take(ends) > 0, share.take(ends), np.nan)
        best[comment] = np.maximum.reduceat(share, first)
    return last, best


def _rarities(own: Own, sides: Sides, rare: Numbers) -> list[Numbers]:
    """Describe the comment's own words by their rarity, and the rarest of those that stand nowhere else."""
    number, size = own.stems.sizes, len(own.of)
    if not size:
        return [np.zeros(len(own))] * 10
    behind = own.of * _SPAN
    ordered = np.concatenate((behind - own.idf, behind - own.idf * (sides.counts[ALL] == 0))).reshape(2, -1)
    ordered.sort(axis=1, kind="stable")  # of each comment from the greatest down
    places = np.concatenate((_FIRST.repeat(len(own)), number // 2, number - 1)).reshape(-1, len(own))
    there = places < number
    places += own.stems.begins
    places[_LONELY] += size
    values = np.arange(len(own)) * _SPAN - ordered.take(places, mode="clip")
    top, fifth, *unmatched, middle, low = np.where(there & (number > 0), values, 0.0)
    mean = np.bincount(own.of, own.idf, len(own)) / np.maximum(number, 1)
    return [mean, top, fifth, middle, low, *np.log1p((number, rare)), *unmatched]


def _pairs(
    batch: Batch, background: Background, pairs: Pairs, shared: tuple[Integers, Integers]
) -> NDArray[np.float64]:
    """Return the logarithm of 1 + the rarity of word pairs shared with the post and with the thread."""
    sums = np.zeros((2, len(batch)))
    for row, numbers in zip(sums, shared, strict=True):
        if len(numbers):
            found = np.unique(numbers)
            words, stems = pairs.at.take(found), batch.text.words.stems
            rarity = np.maximum(background.idf_of(stems.take(words)), background.idf_of(stems.take(words + 1)))
            row += np.bincount(pairs.keys.take(found) >> ITEM_BITS, rarity, len(batch))
    return np.log1p(sums)


def _names(batch: Batch, thread: Thread) -> Numbers:
    """Say who is named: somebody of the thread at the beginning, somebody absent; 1 or 0, shape (2, n)."""
    words, codes = batch.text.words, batch.text.codes
    place = np.arange(len(words.text)) - words.first.take(words.text)
    (opening,) = (place < _OPENING).nonzero()
    of, start, end = words.text.take(opening), words.starts.take(opening), words.ends.take(opening)
    named = thread.has_name(of, words.hashes.take(opening))
    after, before = codes.raw.take(end), codes.raw.take(start - 1)
    greeted = ((after == _COMMA) | (after == _COLON)) & (codes.class_at(start) == UPPER)
    addressed = (place.take(opening) < _SALUTATION) & (greeted | (before == _AT))
    found = np.zeros((3, len(batch)), dtype=bool)
    for row, flags in zip(found, (named, addressed, addressed & named), strict=True):
        row[of[flags]] = True
    found[1] &= ~found[2]
    return found[:2].astype(np.float64)

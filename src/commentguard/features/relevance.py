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
from commentguard.features.batch import THREAD_LIMIT, Batch
from commentguard.features.keys import ITEM_BITS
from commentguard.features.sides import ALL, POST, THREAD, InPost, Own, Pairs, Sides
from commentguard.features.subjects import subjects, weights
from commentguard.features.threads import Thread
from commentguard.text.characters import UPPER
from commentguard.text.codes import spread

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

_COMPUTED: Final = (
    *(f"{side}_share" for side in ("title", "post", "thread", "all", "last", "best_message")),
    *(f"{side}_top" for side in ("title", "post", "thread", "all")),
    *(f"{side}_surplus" for side in ("thread", "all")),
    *(f"{side}_disagreement" for side in ("post", "thread", "all")),
    *("title_covered", "heavy_share"),
    *("own_idf_top", "own_idf_fifth", "unmatched_top", "unmatched_second", "unmatched_third"),
    *("own_idf_middle", "own_idf_low", "own_idf_mean", "own_words", "own_rare_words"),
    *("post_pairs", "thread_pairs", "names_opening", "addresses_absent", "author_in_post"),
)
"""The same in the order in which they are computed."""
_ORDER: Final = np.array([_COMPUTED.index(name) for name in NAMES])


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
    rows = (
        *_comparisons(batch, background, own, sides, thread),
        _pairs(batch, background, pairs, in_post, pairs.in_thread(own, thread)),
        _names(batch, thread),
        (batch.author.per_text(in_post.author) / batch.author.some_words)[None],
    )
    return np.concatenate(rows).take(_ORDER, axis=0).T


def _comparisons(batch: Batch, background: Background, own: Own, sides: Sides, thread: Thread) -> tuple[Numbers, ...]:
    """Ask what of the comment stands on each side, how surprising that is, and how well the side explains it."""
    rarity, least, heaviest = subjects(batch.sides, background).take(batch.post_of, axis=1)
    weight = own.idf * np.minimum(sides.counts, 1)
    known, found = own.sum(_own_words(own)), own.sum(weight)
    idf, words, _ = np.maximum(known, 1)
    unknown = np.zeros(sides.sizes.shape)
    unknown[sides.sizes == 0] = np.nan
    messages = own.sum(_by_message(own, thread))
    best = np.maximum.reduce(messages, keepdims=True)
    return (
        np.concatenate((found, messages[:1], best)) / idf + unknown,
        own.highest(weight) + unknown[: ALL + 1],
        _surplus(own, sides, found[THREAD:]) + unknown[THREAD : ALL + 1],
        own.sum(_gain(own, sides)) / words + unknown[POST : ALL + 1],
        found[:1] / np.maximum(rarity, 1),
        own.sum(_heavy(own, sides, least)) / np.maximum(heaviest, 1),
        *_rarities(own, weight[ALL], known),
    )


def _own_words(own: Own) -> Numbers:
    """Return the rarity of each stem, how often it stands in the comment, and whether it is rare, (3, n_stems)."""
    found = np.empty((3, len(own.of)))
    found[0], found[1] = own.idf, own.count
    np.greater(own.idf, _RARE, out=found[2])
    return found


def _by_message(own: Own, thread: Thread) -> Numbers:
    """Return the rarity of each stem that stands in the latest message, in the one before..., (messages, n_stems)."""
    found = np.zeros((THREAD_LIMIT, len(own.of)))
    found[thread.age.take(thread.place), thread.stem] = own.idf.take(thread.stem)
    return found


def _surplus(own: Own, sides: Sides, found: Numbers) -> Numbers:
    """Return how far what thread and all hold exceeds what they would by accident, in standard deviations, (2, n)."""
    by_chance = chance(own.rate, sides.words[THREAD:].take(own.of, axis=1))
    expected = own.idf * by_chance
    variance = own.sum(own.idf * expected * (1 - by_chance))
    surplus: Numbers = (found - own.sum(expected)) / np.sqrt(variance + 1)
    return surplus


def _gain(own: Own, sides: Sides) -> Numbers:
    """Return how much better text, thread and all explain each stem than everyday language, shape (3, n_stems)."""
    length = np.maximum(sides.words[POST:], 1).take(own.of, axis=1)
    likelier = (1 - _SMOOTHING) * sides.counts[POST:] / length / own.everyday
    gain: Numbers = np.log(likelier + _SMOOTHING) * own.count
    return gain


def _heavy(own: Own, sides: Sides, least: Numbers) -> Numbers:
    """Return the weight of each stem that is among the heaviest of the post, shape (1, n_stems)."""
    used = weights(sides.counts[POST:THREAD], own.idf)
    used[used < least.take(own.of)] = 0.0
    return used


def _rarities(own: Own, matched: Numbers, known: Numbers) -> tuple[Numbers, ...]:
    """Describe the comment's own words by their rarity, and the rarest of those that stand nowhere else."""
    number, size = own.stems.sizes, len(own.of)
    if not size:
        return (np.zeros((10, own.n)),)
    some, ordered = np.maximum(number, 1), np.empty((2, size))
    np.subtract(own.of * _SPAN, own.idf, out=ordered[0])
    np.add(ordered[0], matched, out=ordered[1])
    ordered.sort(axis=1, kind="stable")  # of each comment from the greatest down
    places = np.concatenate((_FIRST.repeat(own.n), number >> 1, some - 1)).reshape(-1, own.n)
    beyond = places >= number
    places += own.stems.begins
    places[_LONELY] += size
    values = np.arange(own.n) * _SPAN - ordered.take(places, mode="clip")
    values[beyond] = 0.0
    return values, known[:1] / some, np.log1p((number, known[2]))


def _pairs(batch: Batch, background: Background, pairs: Pairs, in_post: InPost, in_thread: Integers) -> Numbers:
    """Return the logarithm of 1 + the rarity of the word pairs shared with post and with thread, shape (2, n)."""
    shared = np.zeros((2, len(pairs.at)), dtype=bool)
    shared[0] = in_post.pairs
    shared[1][in_thread] = True
    side, at = shared.nonzero()
    if not len(at):
        return np.zeros((2, len(batch)))
    words = pairs.at.take(at)
    rarity = background.idf_of(batch.text.words.stems.take((words, words + 1)))
    slots = side * len(batch) + (pairs.keys.take(at) >> ITEM_BITS)
    return np.log1p(np.bincount(slots, np.maximum(*rarity), 2 * len(batch))).reshape(2, -1)


def _names(batch: Batch, thread: Thread) -> Numbers:
    """Say who is named: somebody of the thread at the beginning, somebody absent; 1 or 0, shape (2, n)."""
    words, raw = batch.text.words, batch.text.codes.raw
    first = words.first
    opening, of = spread(first, np.minimum(words.counts, _OPENING))
    named = thread.has_name(of, words.hashes.take(opening))
    found = np.zeros((2, len(batch)))
    found[0][of[named]] = 1.0
    after = raw.take(words.ends.take(opening))
    greeted, called = (after == _COMMA) | (after == _COLON), raw.take(words.starts.take(opening) - 1) == _AT
    (at,) = ((greeted | called) & (opening - first.take(of) < _SALUTATION)).nonzero()
    if len(at):
        initials = batch.text.codes.class_at(words.starts.take(opening.take(at)))
        addressed = at[(initials == UPPER) | called.take(at)]
        found[1][of.take(addressed)] = 1.0
        found[1][of.take(addressed[named.take(addressed)])] = 0.0
    return found

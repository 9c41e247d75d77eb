"""Relevance: how well a comment's words fit the post's title, its text and the thread before the comment.

Each side is asked: how much of what the comment says stands there, how surprising that is for a text of that length,
how much better the side's own frequencies explain the comment than everyday language does (Mishne, Carmel and Lempel,
"Blocking Blog Spam with Language Model Disagreement", AIRWeb 2005). Pairs of neighbouring words that return show a
quotation, or the subject in scripts without spaces.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background, chance, idf_of_ranks
from commentguard.features.batch import THREAD_LIMIT, Batch
from commentguard.features.sides import ALL, POST, THREAD, InPost, Own, Pairs, Sides
from commentguard.features.subjects import subjects, weights
from commentguard.features.threads import Thread
from commentguard.text.characters import UPPER

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]

_SMOOTHING: Final = 0.3
"""Weight of everyday language in a side's language model (Jelinek-Mercer smoothing)."""
_OPENING: Final = np.arange(6)
"""Words at the beginning of a comment in which a name of the thread counts as an address."""
_SALUTATION: Final = slice(4)
"""Those of them that can end an address such as ``Hi Ann,``."""
_RARE: Final = np.array(5.0)
"""Inverse document frequency from which on a word is rare: in fewer than one text of 150."""
# Numbers as NumPy has them: half of a short step is to make one of Python's, which a comment on its own would feel.
_BIT, _SIXTEEN, _NONE, _ONE = np.array(1), np.array(16), np.array(0.0), np.array(1.0)
_OF_SIDE, _OF_ALL = np.array(1 - _SMOOTHING), np.array(_SMOOTHING)
_THREE: Final = np.arange(3)[:, None]
_PLACES: Final = np.array([[0], [0], [1], [2]])
_BEFORE: Final = np.array([[0], [-8], [0], [1]])
"""Twice the places of the rarest, fifth, middle and most common word: their number times the one less the other."""
_COMMA, _COLON, _AT = np.array([ord(sign) for sign in ",:@"], dtype=np.uint16)[:, None]

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

FITTING: Final = frozenset(
    name
    for name in NAMES
    if name.endswith(("_share", "_top", "_covered", "_surplus", "_disagreement", "_pairs", "names_opening"))
    and not name.startswith(("own_", "unmatched_"))
)
"""Those of which more can only mean that a comment fits where it stands."""

_COMPUTED: Final = (
    *(f"{side}_share" for side in ("title", "post", "thread", "all", "last", "best_message")),
    *(f"{side}_top" for side in ("title", "post", "thread", "all")),
    *(f"{side}_surplus" for side in ("thread", "all")),
    *(f"{side}_disagreement" for side in ("post", "thread", "all")),
    *("title_covered", "heavy_share"),
    *("own_idf_top", "own_idf_fifth", "own_idf_middle", "own_idf_low"),
    *("unmatched_top", "unmatched_second", "unmatched_third", "own_idf_mean"),
    *("names_opening", "addresses_absent", "author_in_post"),
    *("own_words", "own_rare_words", "post_pairs", "thread_pairs"),
)
"""The same in the order in which they are computed."""
_ORDER: Final = np.array([_COMPUTED.index(name) for name in NAMES])
_SIDED: Final = _COMPUTED.index("title_covered")
"""How many of these are about a side, and unknown where it has no words."""
_SIDE_OF: Final = np.array([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 2, 3, 1, 2, 3])
"""The side of each of them."""
_LOGARITHMS: Final = slice(_COMPUTED.index("own_words"), None)

# What is known of each stem and summed over those of a comment, by rows: its rarity; whether it is rare; the rarity of
# what stands on each side; in each message, the latest first; what of thread and all is there by accident, and its
# variance; how much better text, thread and all explain it than everyday language; its weight among the post's heaviest
_EDGES: Final = (*accumulate((1, 1, 4, THREAD_LIMIT, 2, 2, 3, 1), initial=0),)
_RARITY, _IS_RARE, _FOUND, _SAID, _EXPECTED, _VARIANCE, _GAIN, _HEAVY = (slice(*edges) for edges in pairwise(_EDGES))
_FOUND_OR_LATEST: Final = slice(_FOUND.start, _SAID.start + 1)


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
    rarity, least, heaviest = subjects(batch.sides, background).take(batch.post_of, axis=1)
    values = _values(own, sides, thread, least)
    sums, some = own.sum(values), np.maximum(own.stems.sizes, _BIT)
    rows = (
        *_comparisons(own, values, sums, batch.text.some_words),
        sums[_FOUND][:1] / rarity,
        sums[_HEAVY] / heaviest,
        _rarest(own, sides.counts[ALL], some),
        sums[_RARITY] / some,
        _names(batch, thread),
        (batch.author.per_text(in_post.author) / batch.author.some_words)[None],
        own.stems.sizes[None],
        sums[_IS_RARE],
        pairs.rarity(background, len(batch), in_post.pairs, pairs.in_thread(own, thread)),
    )
    found = np.concatenate(rows)
    np.copyto(found[:_SIDED], np.nan, where=(sides.sizes == _NONE).take(_SIDE_OF, axis=0))
    counted = found[_LOGARITHMS]
    np.log1p(counted, out=counted)
    return found.take(_ORDER, axis=0).T


def _values(own: Own, sides: Sides, thread: Thread, least: Numbers) -> Numbers:
    """Return what is summed over the stems of each comment, shape (_EDGES[-1], n_stems)."""
    values = np.empty((_EDGES[-1], len(own.of)))
    values[_RARITY] = own.idf
    np.greater(own.idf, _RARE, out=values[_IS_RARE][0])
    found = np.minimum(sides.counts, _ONE, out=values[_FOUND])
    found *= own.idf
    said = values[_SAID]
    said.fill(0.0)
    said.ravel()[thread.age.take(thread.place) * len(own.of) + thread.stem] = own.idf.take(thread.stem)
    length = np.maximum(sides.words[POST:], _ONE).take(own.of, axis=1)
    by_chance = chance(own.rate, length[1:])
    expected = np.multiply(by_chance, own.idf, out=values[_EXPECTED])
    variance = np.multiply(expected, own.idf, out=values[_VARIANCE])
    variance *= _ONE - by_chance
    gain = np.multiply(sides.counts[POST:], _OF_SIDE, out=values[_GAIN])
    gain /= length
    gain /= own.everyday
    gain += _OF_ALL
    np.log(gain, out=gain)
    gain *= own.count
    weight = weights(sides.counts[POST], own.idf)
    np.multiply(weight, weight >= least.take(own.of), out=values[_HEAVY][0])
    return values


def _comparisons(own: Own, values: Numbers, sums: Numbers, words: Integers) -> tuple[Numbers, ...]:
    """Say what of the comment stands on each side, how surprising that is, and how well the side explains it."""
    rarity = np.maximum(sums[_RARITY], _ONE)
    return (
        sums[_FOUND_OR_LATEST] / rarity,
        np.maximum.reduce(sums[_SAID], keepdims=True) / rarity,
        own.highest(values[_FOUND]),
        (sums[_FOUND][THREAD:] - sums[_EXPECTED]) / np.sqrt(sums[_VARIANCE] + _ONE),
        sums[_GAIN] / words,
    )


def _rarest(own: Own, matched: Numbers, some: Integers) -> Numbers:
    """Return how rare a comment's rarest, fifth, middle, last words are, and three that stand nowhere, shape (7, n)."""
    if not len(own.of):
        return np.zeros((7, own.n))
    keys = own.of << _SIXTEEN
    keys -= own.ranks
    keys <<= _BIT
    keys += matched == _NONE
    keys.sort(kind="stable")  # of each comment from the rarest to the most common
    (lonely,) = (keys & _BIT == _BIT).nonzero()
    behind = np.concatenate((lonely, (len(keys),)))
    first = own.stems.begins
    within = some * _PLACES
    within -= _BEFORE
    within >>= _BIT
    within += first
    places = np.concatenate((within, behind.take(lonely.searchsorted(first) + _THREE, mode="clip")))
    ranks = keys.take(places, mode="clip") >> _BIT
    found = idf_of_ranks(np.negative(ranks, out=ranks).astype(np.uint16))
    found *= places < first + own.stems.sizes
    return found


def _names(batch: Batch, thread: Thread) -> Numbers:
    """Say who is named: somebody of the thread at the beginning, somebody absent; 1 or 0, shape (2, n)."""
    words, raw = batch.text.words, batch.text.codes.raw
    found = np.zeros((2, len(batch)))
    if not len(words.text):
        return found
    opening = words.first[:, None] + _OPENING
    inside = words.counts[:, None] > _OPENING
    named = thread.has_name(np.arange(len(batch))[:, None], words.hashes.take(opening, mode="clip"))
    named &= inside
    np.logical_or.reduce(named, axis=1, out=found[0])
    early = opening[:, _SALUTATION]
    starts = words.starts.take(early, mode="clip")
    after, called = raw.take(words.ends.take(early, mode="clip")), raw.take(starts - _BIT) == _AT
    greeted = (after == _COMMA) | (after == _COLON)
    at = ((greeted | called) & inside[:, _SALUTATION]).nonzero()
    if len(at[0]):
        addressed = (batch.text.codes.class_at(starts[at]) == UPPER) | called[at]
        found[1][at[0][addressed]] = 1.0
        found[1][at[0][addressed & named[at]]] = 0.0
    return found

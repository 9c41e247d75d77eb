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

from commentguard.features.background import Background
from commentguard.features.batch import THREAD_LIMIT, Batch
from commentguard.features.keys import order_of
from commentguard.features.sides import ALL, POST, THREAD, InPost, Own, Pairs, Sides
from commentguard.features.subjects import subjects, weights
from commentguard.features.texts import Texts
from commentguard.features.threads import Thread
from commentguard.text.characters import UPPER

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SMOOTHING: Final = 0.3
"""Weight of everyday language in a side's language model (Jelinek-Mercer smoothing)."""
_OPENING: Final = np.arange(6)
"""Words at the beginning of a comment in which a name of the thread counts as an address."""
_SALUTATION: Final = 4
"""How many of them can end an address such as ``Hi Ann,``."""
_RARE: Final = np.array(5.0)
"""Inverse document frequency from which on a word is rare: in fewer than one text of 150."""
# Numbers as NumPy has them: half of a short step is to make one of Python's, which a comment on its own would feel.
_BIT, _NONE, _ONE = np.array(1), np.array(0.0), np.array(1.0)
_EVERYDAY, _NOWHERE = np.array(_SMOOTHING / (1 - _SMOOTHING)), np.array(np.log(_SMOOTHING))
_THREE: Final = np.arange(3)[:, None]
_PLACES: Final = np.array([[0], [0], [1], [2]])
_BEFORE: Final = np.array([[0], [-8], [0], [1]])
"""Twice the places of the rarest, fifth, middle and most common word: their number times the one less the other."""
_AT: Final = np.array(ord("@"))
_GREETS: Final = np.zeros(1 << 16, dtype=bool)
_GREETS[[ord(","), ord(":")]] = True

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
    *("heavy_share", "title_covered"),
    *("own_idf_top", "own_idf_fifth", "own_idf_middle", "own_idf_low"),
    *("unmatched_top", "unmatched_second", "unmatched_third"),
    *("own_idf_mean", "author_in_post", "names_opening", "addresses_absent"),
    *("own_words", "own_rare_words", "post_pairs", "thread_pairs"),
)
"""The same in the order in which they are computed."""
_ORDER: Final = np.array([_COMPUTED.index(name) for name in NAMES])
_SHARES, _TOPS, _SURPLUS, _DISAGREEMENT = slice(6), slice(6, 10), slice(10, 12), slice(12, 15)
_SIDED: Final = slice(15)
"""These are about a side, and unknown where it has no words."""
_SIDE_OF: Final = np.array([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 2, 3, 1, 2, 3])
"""The side of each of them."""
_SUBJECT, _RARITIES, _LOGARITHMS, _PAIRS = slice(15, 17), slice(17, 24), slice(28, 32), slice(30, 32)
_MEAN, _AUTHOR, _NAMES, _OWN_WORDS, _OWN_RARE = 24, 25, slice(26, 28), 28, 29

_LEAST: Final = 2
"""The row of `subjects` that nothing is divided by."""

# What is summed over the stems of a comment, by rows: the rarity of each; whether it is rare; less what thread and all
# have of it by accident; less the variance of that.
_RARITY, _IS_RARE, _EXPECTED, _VARIANCE = 0, 1, slice(2, 4), slice(4, 6)
# What is summed over those that stand on some side: their weight among the post's heaviest; the rarity of what stands
# on each side, and in each message, the latest first; how much better text, thread and all explain it than everyday
# language.
_HEAVY, _FOUND, _SAID = 0, slice(1, 5), slice(5, 5 + THREAD_LIMIT)
_GAIN: Final = slice(_SAID.stop, _SAID.stop + 3)
_BEST: Final = 6
"""Where the greatest sum of a message is put: behind those of the sides and of the latest message."""
_HEAVY_AND_TITLE, _FOUND_TO_BEST = slice(2), slice(1, 7)


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
    subject = subjects(batch.sides, background).take(batch.post_of, axis=1)
    lengths = np.maximum(sides.sizes[POST : ALL + 1], _ONE)
    total = own.reduced(np.add, _of_all(own, lengths[1:]), own.first)
    values = _of_found(own, sides, thread, lengths, subject[_LEAST])
    found = np.empty((len(_COMPUTED), len(batch)))
    _compare(found, own, sides, total, values, batch.text)
    found[_SUBJECT] /= subject[:_LEAST]
    some = np.maximum(own.stems.sizes, _BIT)
    _rarest(own, sides.missing, some, found[_RARITIES])
    np.divide(total[_RARITY], some, out=found[_MEAN])
    _names(batch, thread, found[_NAMES])
    found[_AUTHOR] = _NONE
    if np.count_nonzero(in_post.author):
        np.divide(batch.author.per_text(in_post.author), batch.author.some_words, out=found[_AUTHOR])
    found[_OWN_WORDS], found[_OWN_RARE] = own.stems.sizes, total[_IS_RARE]
    found[_PAIRS] = pairs.rarity(background, in_post.pairs, pairs.in_thread(own, thread))
    counted = found[_LOGARITHMS]
    np.log1p(counted, out=counted)
    return found.take(_ORDER, axis=0).T


def _of_all(own: Own, lengths: Numbers) -> Numbers:
    """Return what is summed over all stems, given the words of thread and all, shape (6, n_stems)."""
    idf, _, rate = own.common
    values = np.empty((_VARIANCE.stop, len(idf)))
    values[_RARITY] = idf
    values[_IS_RARE] = idf > _RARE
    chance = np.multiply(lengths.take(own.of, axis=1), rate)
    np.expm1(chance, out=chance)  # less the chance that a stem stands there by accident
    expected = np.multiply(chance, idf, out=values[_EXPECTED])
    variance = np.multiply(expected, idf, out=values[_VARIANCE])
    chance += _ONE
    variance *= chance
    return values


def _of_found(own: Own, sides: Sides, thread: Thread, lengths: Numbers, least: Numbers) -> Numbers:
    """Return what is summed over the stems that stand on some side, shape (_GAIN.stop, n_found)."""
    at, counts = sides.at, sides.counts
    of = own.of.take(at)
    idf, everyday, _ = own.common.take(at, axis=1)
    values = np.empty((_GAIN.stop, len(at)))
    weight = weights(counts[POST], idf)
    np.multiply(weight, weight >= least.take(of), out=values[_HEAVY])
    found = np.minimum(counts, _ONE, out=values[_FOUND])
    found *= idf
    if len(thread.stem):
        said = np.zeros((THREAD_LIMIT, len(own.of)), dtype=bool)
        said.ravel()[thread.age.take(thread.place) * len(own.of) + thread.stem] = True
        np.multiply(said.take(at, axis=1), idf, out=values[_SAID])
    else:
        values[_SAID] = _NONE
    gain = np.divide(counts[POST:], (lengths * _EVERYDAY).take(of, axis=1), out=values[_GAIN])
    gain /= everyday
    np.log1p(gain, out=gain)  # beside that of a word that stands nowhere
    gain *= own.count.take(at)
    return values


def _compare(found: Numbers, own: Own, sides: Sides, total: Numbers, values: Numbers, text: Texts) -> None:
    """Say what of the comments stands on each side, how surprising that is, and how well the side explains it."""
    sums = own.reduced(np.add, values, sides.first)
    found[_SUBJECT] = sums[_HEAVY_AND_TITLE]
    sums[_BEST] = np.maximum.reduce(sums[_SAID])
    np.divide(sums[_FOUND_TO_BEST], np.maximum(total[_RARITY], _ONE), out=found[_SHARES])
    found[_TOPS] = own.reduced(np.maximum, values[_FOUND], sides.first)
    np.divide(sums[_FOUND][THREAD:] + total[_EXPECTED], np.sqrt(_ONE - total[_VARIANCE]), out=found[_SURPLUS])
    np.divide(sums[_GAIN] + text.word_counts * _NOWHERE, text.some_words, out=found[_DISAGREEMENT])
    np.copyto(found[_SIDED], np.nan, where=(sides.sizes == _NONE).take(_SIDE_OF, axis=0))


def _rarest(own: Own, missing: Flags, some: Integers, found: Numbers) -> None:
    """Say how rare a comment's rarest, fifth, middle, last words are, and three that stand nowhere, shape (7, n)."""
    if not len(own.of):
        found.fill(0.0)
        return
    order = order_of(own.by_rarity)
    unmatched = np.empty(len(order) + 1, dtype=bool)
    unmatched[-1] = True
    missing.take(order, mode="clip", out=unmatched[:-1])
    first = own.stems.begins
    places = np.empty(found.shape, dtype=np.int64)
    within = np.multiply(some, _PLACES, out=places[:4])
    within -= _BEFORE
    within >>= _BIT
    within += first
    (lonely,) = unmatched.nonzero()
    lonely.take(lonely.searchsorted(first) + _THREE, mode="clip", out=places[4:])
    own.common[0].take(order.take(places, mode="clip"), out=found)
    np.copyto(found, _NONE, where=places >= own.stems.ends)


def _names(batch: Batch, thread: Thread, found: Numbers) -> None:
    """Say who is named: somebody of the thread at the beginning, somebody absent; 1 or 0, shape (2, n)."""
    words, raw = batch.text.words, batch.own_codes.raw
    found.fill(0.0)
    if not len(words.text):
        return
    first = words.first
    opening = (first[:, None] + _OPENING).ravel()  # where a text ends before, words of the next one
    named = thread.named(len(batch), words.hashes.take(opening, mode="clip"))
    if len(named):
        comment = named // len(_OPENING)
        found[0][comment[opening.take(named) - first.take(comment) < words.counts.take(comment)]] = 1.0
    called = raw.take(words.starts.take(opening, mode="clip") - _BIT) == _AT
    (at,) = (_GREETS.take(raw.take(words.ends.take(opening, mode="clip"))) | called).nonzero()
    if len(at):
        comment, word = at // len(_OPENING), opening.take(at, mode="clip")
        early = word - first.take(comment) < np.minimum(words.counts.take(comment), _SALUTATION)
        at, comment, word = at[early], comment[early], word[early]
        addressed = (batch.own_codes.class_at(words.starts.take(word)) == UPPER) | called.take(at)
        present = np.zeros(len(opening), dtype=bool)
        present[named] = True
        found[1][comment[addressed]] = 1.0
        found[1][comment[addressed & present.take(at)]] = 0.0

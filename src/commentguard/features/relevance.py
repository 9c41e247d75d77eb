"""Relevance: how well a comment's words fit the post's title, its text and the thread before the comment.

Each side is asked the same questions: how much of what the comment says stands there, how surprising that is for a text
of that length, how much better the side's own frequencies explain the comment than everyday language does (Mishne,
Carmel and Lempel, "Blocking Blog Spam with Language Model Disagreement", AIRWeb 2005). Pairs of neighbouring words that
return show a quotation, or the subject in scripts without spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.batch import Batch, Texts
from commentguard.text.characters import UPPER

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]

SIDES: Final = ("title", "post", "thread", "all")
"""What a comment is compared with: the post's title, its text, the earlier messages, all of these."""

_QUESTIONS: Final = ("share", "sum", "top", "surprise", "surplus", "disagreement", "hits")
_SMOOTHING: Final = 0.3
"""Weight of everyday language in a side's language model (Jelinek-Mercer smoothing)."""
_OPENING: Final = 6
"""Words at the beginning of a comment in which a name of the thread counts as an address."""
_SALUTATION: Final = 4
"""Words at the beginning of a comment that can end an address such as ``Hi Ann,``."""
_HEAVIEST: Final = 30
"""Words of a post, by logarithm of 1 + count times rarity, that say what it is about."""
_RARE: Final = 5.0
"""Inverse document frequency from which on a word is rare: in fewer than one text of 150."""
_SPAN: Final = 64.0
"""More than any inverse document frequency: keeps the values of two comments apart in one sorted array."""
_FILTER_BITS: Final = 9
"""Each document has 2**_FILTER_BITS flags that say which items cannot stand there; a search is ten times dearer."""
_EVERYDAY_LENGTH: Final = 300.0
"""Words of a side of middling length, for BM25."""

NAMES: Final = (
    *(f"{side}_{question}" for side in SIDES for question in _QUESTIONS),
    "all_second",
    "all_third",
    "all_bm25",
    "last_share",
    "last_top",
    "best_message_share",
    "own_idf_mean",
    "own_idf_top",
    "own_idf_second",
    "own_idf_third",
    "own_idf_fifth",
    "own_idf_middle",
    "own_idf_low",
    "own_words",
    "own_rare_words",
    "unmatched_top",
    "unmatched_second",
    "unmatched_third",
    "heavy_hits",
    "heavy_share",
    "title_covered",
    "title_pairs",
    "post_pairs",
    "thread_pairs",
    "names_opening",
    "names_anywhere",
    "addresses_present",
    "addresses_absent",
    "author_in_thread",
    "author_in_title",
    "author_in_post",
)
"""Names of the columns that `relevance` returns."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """Items of documents, sorted: key = document << 32 | item, with how often each stands there."""

    keys: Integers
    counts: Numbers

    @classmethod
    def of(cls, keys: Integers) -> _Counted:
        found, counts = np.unique(keys, return_counts=True)
        return cls(found, counts.astype(np.float64))

    @property
    def document(self) -> Integers:
        return self.keys >> 32

    @property
    def item(self) -> Integers:
        return self.keys & 0xFFFFFFFF

    def find(self, document: Integers, item: Integers) -> Integers:
        """Return the position of each item in the document beside it, -1 where it does not stand there."""
        position = np.full(len(item), -1)
        if not len(self.keys):
            return position
        documents = max(int(self.keys[-1] >> 32), int(document.max(initial=0))) + 1
        seen = np.zeros(documents << _FILTER_BITS, dtype=bool)
        seen[_filter_slots(self.document, self.item)] = True
        within = np.flatnonzero(seen[_filter_slots(document, item)])  # the others cannot stand there: no search
        wanted = document[within] << 32 | item[within]
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        position[within] = np.where(self.keys[at] == wanted, at, -1)
        return position

    def look_up(self, document: Integers, item: Integers) -> Numbers:
        """Return the count of each item in the document beside it, 0 where it does not stand there."""
        return np.append(self.counts, 0.0)[self.find(document, item)]


def _filter_slots(document: Integers, item: Integers) -> Integers:
    return document << _FILTER_BITS | item & ((1 << _FILTER_BITS) - 1)


@dataclass(frozen=True, slots=True)
class _Thread:
    """The messages before each comment, one after the other: message `message[i]` stands before `comment[i]`."""

    comment: Integers
    message: Integers
    is_last: NDArray[np.bool_]

    @classmethod
    def of(cls, batch: Batch) -> _Thread:
        sizes = np.fromiter(map(len, batch.messages_of), dtype=np.int64, count=len(batch))
        flat = np.fromiter((one for held in batch.messages_of for one in held), dtype=np.int64, count=sizes.sum())
        holder = np.repeat(np.arange(len(batch)), sizes)
        return cls(holder, flat, np.append(holder[1:] != holder[:-1], True)[: len(flat)])

    def spread(self, owner: Integers) -> tuple[Integers, Integers]:
        """Return (place in the thread, position of the item) of each item of the messages; `owner` is sorted."""
        first = np.searchsorted(owner, self.message)
        count = np.searchsorted(owner, self.message, side="right") - first
        place = np.repeat(np.arange(len(self.message)), count)
        return place, np.arange(len(place)) + np.repeat(first - (np.cumsum(count) - count), count)


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
        Shares are 0 to 1; sums, tops and surprise in nats, 0 up; surplus and hits in standard deviations; disagreement
        in nats a word. NaN where a side has no words.
    """
    n = len(batch)
    terms = _Counted.of(_stem_keys(batch.text))
    of, idf = terms.document, background.idf_of(terms.item.astype(np.uint32))
    title, post, messages = (_Counted.of(_stem_keys(side)) for side in (batch.title, batch.body, batch.message))
    thread = _Thread.of(batch)
    post_of = batch.post_of[of]
    in_title, at_post = title.look_up(post_of, terms.item), post.find(post_of, terms.item)
    in_post = np.append(post.counts, 0.0)[at_post]
    in_thread, in_last, best = _in_messages(n, terms, idf, thread, messages)
    word_counts = batch.message.word_counts[thread.message].astype(np.float64)
    title_words, post_words = (side.word_counts[batch.post_of].astype(np.float64) for side in (batch.title, batch.body))
    thread_words = np.bincount(thread.comment, word_counts, n).astype(np.float64)
    asked = _Asked(n, of, idf, terms.counts, background)
    in_all, all_words = in_title + in_post + in_thread, title_words + post_words + thread_words
    columns = asked.questions(in_title, title_words) + asked.questions(in_post, post_words)
    columns += asked.questions(in_thread, thread_words) + asked.questions(in_all, all_words)
    columns += [*asked.greatest(idf * (in_all > 0), (1, 2)), asked.bm25(in_all, all_words)]
    last = asked.known(np.bincount(thread.comment, thread.is_last * word_counts, n).astype(np.float64))
    columns += [last * asked.share(in_last), last * asked.highest(idf * (in_last > 0)), best]
    columns += _own(asked, in_all > 0)
    columns += _heavy(asked, post, at_post, background, batch)
    columns.append(_title_covered(asked, in_title, title, background, batch))
    columns += _pairs(batch, thread, background)
    columns += _names(batch, thread, title, post, messages)
    return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The distinct stems of n comments, sorted by comment, and the questions about them."""

    n: int
    of: Integers
    idf: Numbers
    count: Numbers
    background: Background

    def sum(self, values: NDArray[np.generic]) -> Numbers:
        """Sum values of the stems, comment by comment."""
        return np.bincount(self.of, values, self.n).astype(np.float64)

    def share(self, counts: Numbers) -> Numbers:
        """Return the share of the comments' rarity that is found on a side."""
        return self.sum(self.idf * (counts > 0)) / np.maximum(self.sum(self.idf), 1)

    def known(self, words: Numbers) -> Numbers:
        """Return 1 where a side has words, else NaN."""
        return np.where(words > 0, 1.0, np.nan)

    def highest(self, values: Numbers) -> Numbers:
        """Return the highest value of each comment, 0 where it has no words."""
        column = np.zeros(self.n)
        first = np.flatnonzero(np.diff(self.of, prepend=-1))
        if len(first):
            column[self.of[first]] = np.maximum.reduceat(values, first)
        return column

    def greatest(self, values: Numbers, ranks: tuple[int, ...]) -> list[Numbers]:
        """Return the values of each comment at these ranks (0 is the greatest), 0 where there are fewer."""
        shift = np.arange(self.n) * _SPAN
        first = np.searchsorted(self.of, np.arange(self.n + 1))
        ordered = np.append(np.sort(self.of * _SPAN - values), 0.0)
        columns = []
        for rank in ranks:
            at = first[:-1] + rank
            columns.append(np.where(at < first[1:], shift - ordered[np.minimum(at, len(self.of))], 0.0))
        return columns

    def questions(self, counts: Numbers, words: Numbers) -> list[Numbers]:
        """Ask one side all questions; see the module's docstring."""
        matched = counts > 0
        length = words[self.of]
        weight = self.idf * matched
        found = self.sum(weight)
        chance = self.background.chance(self.idf, length)
        surprise = self.sum(np.where(matched, -np.log(np.maximum(chance, 1e-9)), 0.0))
        spread = chance * (1 - chance)
        surplus = (found - self.sum(self.idf * chance)) / np.sqrt(self.sum(self.idf**2 * spread) + 1)
        hits = self.sum(matched - chance) / np.sqrt(self.sum(spread) + 0.5)
        everyday = np.exp(-self.idf) / self.background.words_per_text
        gain = np.log((1 - _SMOOTHING) * counts / np.maximum(length, 1) / everyday + _SMOOTHING)
        disagreement = self.sum(gain * self.count) / np.maximum(self.sum(self.count), 1)
        share = found / np.maximum(self.sum(self.idf), 1)
        columns = (share, found, self.highest(weight), surprise, surplus, disagreement, hits)
        return [column * self.known(words) for column in columns]

    def bm25(self, counts: Numbers, words: Numbers) -> Numbers:
        """Return the Okapi score of a side for the comment as a query (k 1.2, b 0.75)."""
        damping = 1.2 * (0.25 + 0.75 * words[self.of] / _EVERYDAY_LENGTH)
        return self.sum(self.idf * counts * 2.2 / (counts + damping)) * self.known(words)


def _stem_keys(texts: Texts) -> Integers:
    keys: Integers = texts.words.text << 32 | texts.words.stems
    return keys


def _in_messages(
    n: int, terms: _Counted, idf: Numbers, thread: _Thread, messages: _Counted
) -> tuple[Numbers, Numbers, Numbers]:
    """Return counts of the terms over the thread and in its last message, and the best message's share."""
    place, at = thread.spread(messages.document)  # searching the few words of the comment is the shorter way
    term = terms.find(thread.comment[place], messages.item[at])
    place, at, term = (values[term >= 0] for values in (place, at, term))
    in_thread = np.bincount(term, messages.counts[at], len(idf))
    in_last = np.bincount(term, messages.counts[at] * thread.is_last[place], len(idf))
    total = np.maximum(np.bincount(terms.document, idf, n), 1)
    share = np.bincount(place, idf[term], len(thread.message)) / total[thread.comment]
    best = np.full(n, np.nan)
    np.fmax.at(best, thread.comment, share)
    return in_thread.astype(np.float64), in_last.astype(np.float64), best


def _own(asked: _Asked, matched: NDArray[np.bool_]) -> list[Numbers]:
    """Describe the comment's own words by their rarity, and the rarest of those that stand nowhere else."""
    number = np.bincount(asked.of, minlength=asked.n)
    first = np.cumsum(number) - number
    ordered = np.append(np.sort(asked.of * _SPAN - asked.idf), 0.0)
    shift = np.arange(asked.n) * _SPAN
    middle = np.where(number > 0, shift - ordered[first + number // 2], 0.0)
    low = np.where(number > 0, shift - ordered[first + np.maximum(number, 1) - 1], 0.0)
    mean = asked.sum(asked.idf) / np.maximum(number, 1)
    sizes = [np.log1p(number), np.log1p(asked.sum(asked.idf > _RARE))]
    unmatched = asked.greatest(np.where(matched, 0.0, asked.idf), (0, 1, 2))
    return [mean, *asked.greatest(asked.idf, (0, 1, 2, 4)), middle, low, *sizes, *unmatched]


def _heavy(asked: _Asked, post: _Counted, at_post: Integers, background: Background, batch: Batch) -> list[Numbers]:
    """Return how many of the post's heaviest words the comment uses, and their share of the weight of these."""
    weight = np.log1p(post.counts) * background.idf_of(post.item.astype(np.uint32))
    document = post.document
    order = np.lexsort((-weight, document))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(document, document)
    heavy = np.where(rank < _HEAVIEST, weight, 0.0)
    total = np.bincount(document, heavy, len(batch.posts))[batch.post_of]
    used = np.append(heavy, 0.0)[at_post]
    return [asked.sum(used > 0), asked.sum(used) / np.maximum(total, 1)]


def _title_covered(asked: _Asked, in_title: Numbers, title: _Counted, background: Background, batch: Batch) -> Numbers:
    """Return the share of the title's rarity that the comment takes up."""
    idf = background.idf_of(title.item.astype(np.uint32))
    total = np.bincount(title.document, idf, len(batch.posts))[batch.post_of]
    return asked.sum(asked.idf * (in_title > 0)) / np.maximum(total, 1)


def _pair_keys(texts: Texts) -> tuple[Integers, Integers]:
    """Return document << 32 | hash of each pair of neighbouring words, and the position of its first word."""
    found = texts.words
    at = np.flatnonzero(found.text[1:] == found.text[:-1])
    first, second = found.stems[at].astype(np.uint64), found.stems[at + 1].astype(np.uint64)
    mixed = (first * np.uint64(0x9E3779B97F4A7C15) + second * np.uint64(0xC2B2AE3D27D4EB4F)) >> np.uint64(32)
    return found.text[at] << 32 | mixed.astype(np.int64), at


def _pairs(batch: Batch, thread: _Thread, background: Background) -> list[Numbers]:
    """Return the logarithm of 1 + the rarity of word pairs shared with the title, the post, the thread."""
    keys, at = _pair_keys(batch.text)
    idf = background.idf_of(batch.text.words.stems)
    order = np.argsort(keys)
    order = order[np.append(True, np.diff(keys[order]) > 0)[: len(order)]]  # equal pairs weigh the same: keep any
    own, weight = keys[order], np.maximum(idf[at], idf[at + 1])[order]
    document, item = own >> 32, own & 0xFFFFFFFF
    columns = []
    for side in (batch.title, batch.body):
        there = _Counted.of(_pair_keys(side)[0]).find(batch.post_of[document], item) >= 0
        columns.append(np.bincount(document, weight * there, len(batch)))
    message_keys, _ = _pair_keys(batch.message)
    place, spread = thread.spread(message_keys >> 32)
    found = _Counted(own, weight).find(thread.comment[place], message_keys[spread] & 0xFFFFFFFF)
    there = np.zeros(len(own), dtype=bool)
    there[found[found >= 0]] = True
    columns.append(np.bincount(document, weight * there, len(batch)))
    return [np.log1p(column) for column in columns]


def _names(batch: Batch, thread: _Thread, title: _Counted, post: _Counted, messages: _Counted) -> list[Numbers]:
    """Say who is named: somebody of the thread, somebody absent, the comment's author by thread, title or post."""
    n, found, codes = len(batch), batch.text.words, batch.text.codes
    position = np.arange(len(found.text)) - np.searchsorted(found.text, found.text)
    place, at = thread.spread(batch.message_author.words.text)
    named = np.isin(
        found.text << 32 | found.hashes, thread.comment[place] << 32 | batch.message_author.words.hashes[at]
    )
    after, before = codes.raw[found.ends], codes.raw[found.starts - 1]
    greeted = ((after == ord(",")) | (after == ord(":"))) & (codes.classes[found.starts] == UPPER)
    addressed = (position < _SALUTATION) & (greeted | (before == ord("@")))
    flagged = (named & (position < _OPENING), named, addressed & named)
    said = [np.bincount(found.text, flags, n) > 0 for flags in flagged]
    said.append((np.bincount(found.text, addressed, n) > 0) & ~said[2])
    own = batch.author.words
    item = own.stems.astype(np.int64)
    long = np.flatnonzero(own.ends - own.starts > 2)
    holder = np.unique(thread.comment << 32 | thread.message)
    word = _Thread(holder >> 32, holder & 0xFFFFFFFF, np.zeros(0, dtype=bool))
    first = np.searchsorted(word.comment, own.text[long])
    count = np.searchsorted(word.comment, own.text[long], side="right") - first
    name = np.repeat(long, count)
    message = word.message[np.arange(len(name)) + np.repeat(first - (np.cumsum(count) - count), count)]
    said.append(np.bincount(own.text[name], messages.find(message, item[name]) >= 0, n) > 0)
    hits = [np.bincount(own.text, side.find(batch.post_of[own.text], item) >= 0, n) for side in (title, post)]
    shares = [hit / np.maximum(batch.author.word_counts, 1) for hit in hits]
    return [*(flags.astype(np.float64) for flags in said), *shares]

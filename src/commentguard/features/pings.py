"""Signals of pingbacks and trackbacks: pages that collect links, excerpts that say something of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import NAME_LIMIT, Batch
from commentguard.features.documents import Documents, in_title
from commentguard.features.registry import Compute, shared, signal, signals_of
from commentguard.features.texts import Texts
from commentguard.text.characters import DENSE, DIGIT, LETTER
from commentguard.text.codes import spread

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


def _of_pings(otherwise: float) -> Callable[[Compute], Compute]:
    """Let a signal be computed where there are pings, of which there are few; all comments have the other value."""

    def declare(compute: Compute) -> Compute:
        @wraps(compute)
        def of_pings(batch: Batch) -> Numbers:
            if not batch.has_pings:
                return batch.constant(otherwise)
            return np.where(batch.is_ping, compute(batch), otherwise)

        return of_pings

    return declare


@signal("a pingback or trackback", "a comment written into the form")
def ping(batch: Batch) -> Numbers:
    """1 for a pingback or trackback, 0 for a comment: their text is an excerpt, their name a title."""
    return batch.is_ping.astype(np.float64) if batch.has_pings else batch.constant(0.0)


@signal("a ping with an excerpt", "a ping with hardly any excerpt")
@_of_pings(otherwise=np.nan)
def ping_excerpt(batch: Batch) -> Numbers:
    """Logarithm of 1 + characters of a ping's excerpt, 0 up; NaN for comments: bare bookmarks have none."""
    return np.log1p(batch.text.codes.lengths)


@signal("the title of a list of links", "no list of links by its title")
@_of_pings(otherwise=0.0)
def collector_title(batch: Batch) -> Numbers:
    """Words of bookmarks, digests and lists in a ping's title, 0 up; 0 for comments: collectors say what they are."""
    return batch.author.count_in("collector")


@signal("the address of a list of links", "no list of links by its address")
@_of_pings(otherwise=0.0)
def collector_address(batch: Batch) -> Numbers:
    """Words of bookmarks, digests and lists in a ping's whole address, 0 up; 0 for comments."""
    addresses = Texts.of([batch.comments[number].author_url for number in batch.pings], NAME_LIMIT)
    found = np.zeros(len(batch))
    found[batch.pings] = addresses.count_in("collector")
    return found


@signal("the excerpt of a list of links", "no list of links by its excerpt")
@_of_pings(otherwise=0.0)
def collector_excerpt(batch: Batch) -> Numbers:
    """Share of words of bookmarks, digests and lists in a ping's excerpt, 0 to 1; 0 for comments."""
    return batch.text.count_in("collector") / (batch.text.word_counts + 1)


@signal("a ping that says something of its own", "a ping with the post's title and hardly more")
@_of_pings(otherwise=np.nan)
def excerpt_own_words(batch: Batch) -> Numbers:
    """Logarithm of 1 + words of a ping's excerpt that are not in the post's title, 0 up; NaN for comments."""
    return np.log1p(batch.text.word_counts - _in_title(batch, batch.text))


def _in_title(batch: Batch, texts: Texts) -> Numbers:
    """Return how many words of each ping's text stand in its post's title, shape (n,)."""
    words, pings = texts.words, np.array(batch.pings)
    places, ping = spread(words.first.take(pings), words.counts.take(pings))
    found = batch.documents.terms.find(batch.post_of.take(pings), words.counts.take(pings), words.stems.take(places))
    counts: Numbers = np.bincount(pings.take(ping), in_title(found) > 0, len(batch)).astype(np.float64)
    return counts


@signal("a ping's title like the post's", "a ping's title unlike the post's")
@_of_pings(otherwise=np.nan)
def ping_title_match(batch: Batch) -> Numbers:
    """Share of a ping's title that stands in the post's title, 0 to 1; NaN for comments: copies take it over."""
    return _in_title(batch, batch.author) / batch.author.some_words


@signal("a bare keyword phrase as title", "a title as pages have them")
@_of_pings(otherwise=0.0)
def keyword_title(batch: Batch) -> Flags:
    """1 where a ping's title is two to five words in small letters and nothing else, else 0: what a splog sells."""
    return _is_keyword(batch)


@shared
def _is_keyword(batch: Batch) -> Flags:
    names = batch.author
    plain = names.count(LETTER) + names.count(DENSE) + names.word_counts - 1
    bare: Flags = (names.small_words == names.word_counts) & (plain == names.lengths) & batch.is_ping
    return bare & (names.word_counts >= 2) & (names.word_counts <= 5)


@signal("a bare keyword phrase that has nothing to do with the post", "no stray keyword phrase as title")
@_of_pings(otherwise=0.0)
def stray_keyword_title(batch: Batch) -> Numbers:
    """1 where a bare keyword title shares no word with the post's title and text, else 0: it is there for the link."""
    found = {}
    for number in _is_keyword(batch).nonzero()[0].tolist():  # few: no need to look up words of all posts
        side = batch.sides[batch.post_of[number]]
        stems = batch.author.words.stems[batch.author.words.text == number]
        terms = Documents.of([side.document]).terms
        found[number] = not terms.find(np.arange(1), np.array([len(stems)]), stems).any()
    return batch.sparse_column(found)


@signal("digits in the title, as of a dated list", "no digits in the title")
@_of_pings(otherwise=0.0)
def title_digits(batch: Batch) -> Numbers:
    """Digits in a ping's title, 0 to 10; 0 for comments: lists are dated or numbered."""
    return np.minimum(batch.author.count(DIGIT), 10)


SIGNALS = signals_of(globals())

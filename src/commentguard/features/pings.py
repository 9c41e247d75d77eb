"""Signals of pingbacks and trackbacks: pages that collect links, excerpts that say something of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import NAME_LIMIT, Batch, Texts
from commentguard.features.lexicons import bit_of
from commentguard.features.registry import signal, signals_of
from commentguard.text.codes import DENSE, DIGIT, LETTER

Numbers = NDArray[np.float64]


def _collector_words(texts: Texts) -> Numbers:
    hits = texts.lists & bit_of("collector") != 0
    return np.bincount(texts.words.text, hits, len(texts.codes)).astype(np.float64)


@signal("a pingback or trackback", "a comment written into the form")
def ping(batch: Batch) -> Numbers:
    """1 for a pingback or trackback, 0 for a comment: their text is an excerpt, their name a title."""
    return batch.is_ping.astype(np.float64)


@signal("a trackback, which nobody verifies", "no trackback")
def trackback(batch: Batch) -> Numbers:
    """1 for a trackback, else 0: its sender can claim what it likes."""
    return batch.column(comment.type == "trackback" for comment in batch.comments)


@signal("a ping with an excerpt", "a ping with hardly any excerpt")
def ping_excerpt(batch: Batch) -> Numbers:
    """Logarithm of 1 + characters of a ping's excerpt, 0 up; NaN for comments: bare bookmarks have none."""
    return np.where(batch.is_ping, np.log1p(batch.text.codes.lengths), np.nan)


@signal("the title of a list of links", "no list of links by its title")
def collector_title(batch: Batch) -> Numbers:
    """Words of bookmarks, digests and lists in a ping's title, 0 up; 0 for comments: collectors say what they are."""
    return np.where(batch.is_ping, _collector_words(batch.author), 0.0)


@signal("the address of a list of links", "no list of links by its address")
def collector_address(batch: Batch) -> Numbers:
    """Words of bookmarks, digests and lists in a ping's whole address, 0 up; 0 for comments."""
    addresses = [comment.author_url if comment.type != "comment" else "" for comment in batch.comments]
    return _collector_words(Texts.of(addresses, NAME_LIMIT))


@signal("the excerpt of a list of links", "no list of links by its excerpt")
def collector_excerpt(batch: Batch) -> Numbers:
    """Share of words of bookmarks, digests and lists in a ping's excerpt, 0 to 1; 0 for comments."""
    return np.where(batch.is_ping, _collector_words(batch.text) / (batch.text.word_counts + 1), 0.0)


@signal("a ping that says something of its own", "a ping with the post's title and hardly more")
def excerpt_own_words(batch: Batch) -> Numbers:
    """Logarithm of 1 + words of a ping's excerpt that are not in the post's title, 0 up; NaN for comments."""
    found, title = batch.text.words, batch.title.words
    known = np.isin(batch.post_of[found.text] << 32 | found.stems, title.text << 32 | title.stems)
    return np.where(batch.is_ping, np.log1p(np.bincount(found.text, ~known, len(batch))), np.nan)


@signal("a ping's title like the post's", "a ping's title unlike the post's")
def ping_title_match(batch: Batch) -> Numbers:
    """Share of a ping's title that stands in the post's title, 0 to 1; NaN for comments: copies take it over."""
    names, title = batch.author.words, batch.title.words
    known = np.isin(batch.post_of[names.text] << 32 | names.stems, title.text << 32 | title.stems)
    hits = np.bincount(names.text, known, len(batch))
    return np.where(batch.is_ping, hits / np.maximum(batch.author.word_counts, 1), np.nan)


@signal("a bare keyword phrase as title", "a title as pages have them")
def keyword_title(batch: Batch) -> Numbers:
    """1 where a ping's title is two to five words in small letters and nothing else, else 0: what a splog sells."""
    found = batch.author.words
    codes = batch.author.codes
    plain = codes.per_text((codes.classes == LETTER) | (codes.classes == DENSE)) + batch.author.word_counts - 1
    count = batch.author.word_counts
    small = np.bincount(found.text, codes.classes[found.starts] == LETTER, len(batch)) == count
    bare = batch.is_ping & small & (count >= 2) & (count <= 5) & (plain == codes.lengths)
    return np.where(bare, 1.0, 0.0)


@signal("a bare keyword phrase that has nothing to do with the post", "no stray keyword phrase as title")
def stray_keyword_title(batch: Batch) -> Numbers:
    """1 where a bare keyword title shares no word with the post's title and text, else 0: it is there for the link."""
    return np.where(_words_in_post(batch) == 0, keyword_title(batch), 0.0)


def _words_in_post(batch: Batch) -> Numbers:
    names = batch.author.words
    wanted = batch.post_of[names.text] << 32 | names.stems
    there = [side.words.text << 32 | side.words.stems for side in (batch.title, batch.body)]
    return np.bincount(names.text, np.isin(wanted, np.concatenate(there)), len(batch)).astype(np.float64)


@signal("digits in the title, as of a dated list", "no digits in the title")
def title_digits(batch: Batch) -> Numbers:
    """Digits in a ping's title, 0 to 10; 0 for comments: lists are dated or numbered."""
    digits = batch.author.codes.per_text(batch.author.codes.classes == DIGIT)
    return np.where(batch.is_ping, np.minimum(digits, 10), 0.0)


SIGNALS = signals_of(globals())

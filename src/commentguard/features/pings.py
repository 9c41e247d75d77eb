"""Signals of pingbacks and trackbacks: pages that collect links, excerpts that say something of their own."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import NAME_LIMIT, Batch
from commentguard.features.documents import told
from commentguard.features.keys import Slots
from commentguard.features.lexicons import LEXICONS
from commentguard.features.registry import of_pings, signals_of
from commentguard.features.texts import Texts
from commentguard.text.characters import DENSE, DIGIT, LETTER
from commentguard.text.codes import spread

Numbers = NDArray[np.float64]
Counts = NDArray[np.float32]
Flags = NDArray[np.bool_]


_COLLECTORS: Final = frozenset(LEXICONS["collector"].split())
_WORD: Final = re.compile(r"[^\W_]+")


@of_pings("a pingback or trackback", "a comment written into the form")
def ping(batch: Batch, pings: list[int]) -> list[float]:
    """1 for a pingback or trackback, 0 for a comment: their text is an excerpt, their name a title."""
    return [1.0] * len(pings)


@of_pings("a ping with an excerpt", "a ping with hardly any excerpt", otherwise=np.nan)
def ping_excerpt(batch: Batch, pings: list[int]) -> Numbers:
    """Logarithm of 1 + characters of a ping's excerpt, 0 up; NaN for comments: bare bookmarks have none."""
    return np.log1p(batch.text.lengths[pings])


@of_pings("the title of a list of links", "no list of links by its title")
def collector_title(batch: Batch, pings: list[int]) -> Counts:
    """Words of bookmarks, digests and lists in a ping's title, 0 up; 0 for comments: collectors say what they are."""
    return batch.author.count_in("collector")[pings]


@of_pings("the address of a list of links", "no list of links by its address")
def collector_address(batch: Batch, pings: list[int]) -> list[int]:
    """Words of bookmarks, digests and lists in a ping's whole address, 0 up; 0 for comments."""
    addresses = [batch.comments[number].author_url[:NAME_LIMIT].lower() for number in pings]
    return [sum(map(_COLLECTORS.__contains__, _WORD.findall(address))) for address in addresses]


@of_pings("the excerpt of a list of links", "no list of links by its excerpt")
def collector_excerpt(batch: Batch, pings: list[int]) -> Numbers:
    """Share of words of bookmarks, digests and lists in a ping's excerpt, 0 to 1; 0 for comments."""
    excerpts = batch.text
    return excerpts.count_in("collector")[pings] / (excerpts.word_counts[pings] + 1)


@of_pings("a ping that says something of its own", "a ping with the post's title and hardly more", otherwise=np.nan)
def excerpt_own_words(batch: Batch, pings: list[int]) -> Numbers:
    """Logarithm of 1 + words of a ping's excerpt that are not in the post's title, 0 up; NaN for comments."""
    return np.log1p(batch.text.word_counts[pings] - _in_title(batch, batch.text, pings))


def _in_title(batch: Batch, texts: Texts, pings: list[int]) -> Numbers:
    """Return how many words of each ping's text stand in its post's title, shape (n_pings,)."""
    words, posts = texts.words, batch.post_of[pings]
    places, ping = spread(words.first.take(pings), words.counts.take(pings))
    found = batch.documents.find(posts, words.counts.take(pings), words.stems.take(places))
    counts: Numbers = np.bincount(ping, told(found)[0] > 0, len(pings)).astype(np.float64)
    return counts


@of_pings("a ping's title like the post's", "a ping's title unlike the post's", otherwise=np.nan)
def ping_title_match(batch: Batch, pings: list[int]) -> Numbers:
    """Share of a ping's title that stands in the post's title, 0 to 1; NaN for comments: copies take it over."""
    return _in_title(batch, batch.author, pings) / batch.author.some_words[pings]


@of_pings("a bare keyword phrase as title", "a title as pages have them")
def keyword_title(batch: Batch, pings: list[int]) -> Flags:
    """1 where a ping's title is two to five words in small letters and nothing else, else 0: what a splog sells."""
    return _is_bare(batch, pings)


def _is_bare(batch: Batch, pings: list[int]) -> Flags:
    counts, words = batch.author.counts[:, pings], batch.author.word_counts[pings]
    bare: Flags = (batch.author.small_words[pings] == words) & (words >= 2) & (words <= 5)
    bare &= counts[LETTER] + counts[DENSE] + words - 1 == batch.author.lengths[pings]
    return bare


@of_pings("a bare keyword phrase that has nothing to do with the post", "no stray keyword phrase as title")
def stray_keyword_title(batch: Batch, pings: list[int]) -> list[bool]:
    """1 where a bare keyword title shares no word with the post's title and text, else 0: it is there for the link."""
    bare = zip(_is_bare(batch, pings).tolist(), pings, strict=True)
    return [keyword and _is_stray(batch, number) for keyword, number in bare]


def _is_stray(batch: Batch, number: int) -> bool:
    names, side = batch.author.words, batch.sides[batch.post_of[number]]
    stems = names.stems[names.text == number]
    return not Slots.of([side.document]).find(np.arange(1), np.array([len(stems)]), stems).any()


@of_pings("digits in the title, as of a dated list", "no digits in the title")
def title_digits(batch: Batch, pings: list[int]) -> Counts:
    """Digits in a ping's title, 0 to 10; 0 for comments: lists are dated or numbered."""
    digits: Counts = np.minimum(batch.author.counts[DIGIT, pings], 10)
    return digits


SIGNALS = signals_of(globals())

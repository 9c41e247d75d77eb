"""Signals of the author's name and address; for a ping, of the page that links here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import NAME_LIMIT, Batch
from commentguard.features.facts import HOST, NAME, Share, characters, words
from commentguard.features.registry import counted, signal, signals_of
from commentguard.text.characters import CONSONANT, DIGIT, HYPHEN, UPPER, kinds_with
from commentguard.text.urls import registered_domain, signs

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]

_ADDRESS_LIMIT = 300


@counted("a name is given", "no name is given", logarithm=True)
def name_length() -> Share:
    """Logarithm of 1 + characters of the name, 0 where there is none."""
    return Share(characters(NAME))


@counted("a name of several words", "a name of one word")
def name_words() -> Share:
    """Words in the name, 0 up: keywords come in phrases, pings bring a title."""
    return Share(words(NAME))


@signal("a name without capitals", "a name with capitals")
def name_small(batch: Batch) -> Numbers:
    """Share of the name's words that begin with a small letter, 0 to 1: keyword phrases are typed so."""
    return batch.author.small_words / batch.author.some_words


@signal("capitals within the name", "no capitals within the name")
def name_inner_capitals(batch: Batch) -> Numbers:
    """Capitals of the name beyond one for each word, 0 up: generated names end in some (``JamesgetRT``)."""
    return np.maximum(batch.author.count(UPPER) - batch.author.word_counts, 0)


@counted("digits in the name", "no digits in the name")
def name_digits() -> Share:
    """Share of digits in the name, 0 to 1: generated names are numbered."""
    return Share(characters(NAME, DIGIT), characters(NAME))


@counted("a name that sells something", "a name that sells nothing")
def name_sells() -> Share:
    """Share of the name's words that stand in a list of things sold, 0 to 1: the name is the link's text."""
    return Share(words(NAME, "sold"), words(NAME))


@signal("the name stands in the text", "the name does not stand in the text")
def name_in_text(batch: Batch) -> Numbers:
    """Share of the name's words that stand in the comment, 0 to 1: people sign; shops repeat their keyword."""
    signed, _ = batch.words_signed
    if not len(signed):
        return batch.constant(0.0)
    return np.bincount(batch.author.words.text.take(signed), minlength=len(batch)) / batch.author.some_words


@signal("the name stands in the address", "the name does not stand in the address")
def name_in_host(batch: Batch) -> Numbers:
    """Share of the name's letters in words (three letters up) that the host holds, 0 to 1: owners, keyword domains."""
    return _of_hosts(batch, lambda number, host: _share_within(batch.comments[number].author, host))


def _of_hosts(batch: Batch, measure: Callable[[int, str], float]) -> Numbers:
    """Return a measure of each comment, by its number and its author's host; 0 where no host is known."""
    return batch.sparse_column({number: measure(number, batch.hosts[number]) for number in batch.hosted})


def _share_within(name: str, host: str) -> float:
    letters = inside = 0
    for part in name[:NAME_LIMIT].lower().split():
        if len(part) >= 3:
            letters += len(part)
            if part in host:
                inside += len(part)
    return inside / letters if inside else 0.0


@signal("an address is given", "no address is given")
def has_url(batch: Batch) -> NDArray[np.bool_]:
    """1 where an author's address was given, else 0."""
    return batch.host.lengths > 0


@counted("a long host name", "a short host name")
def host_length() -> Share:
    """Characters of the host, 0 where there is none: keyword domains are long."""
    return Share(characters(HOST))


@counted("hyphens in the host name", "no hyphens in the host name")
def host_hyphens() -> Share:
    """Hyphens in the host, 0 up: keyword domains join their words with them."""
    return Share(characters(HOST, HYPHEN))


@counted("digits in the host name", "no digits in the host name")
def host_digits() -> Share:
    """Share of digits in the host, 0 to 1: throw-away domains are numbered."""
    return Share(characters(HOST, DIGIT), characters(HOST))


@signal("an address below somebody else's domain", "an own domain")
def host_depth(batch: Batch) -> Numbers:
    """Labels of the host before its registered domain, 0 up: free hosters, and splogs on sub-domains."""
    return _of_hosts(batch, lambda number, host: host.count(".") - registered_domain(host).count("."))


@signal("an address deep within a site", "the address of a site's front page")
def url_depth(batch: Batch) -> Numbers:
    """Slashes, hyphens and query marks behind ``://``, 0 up: people give their front page, promoters a deep one."""
    given = enumerate(batch.comments)
    return batch.sparse_column({number: _depth(comment.author_url) for number, comment in given if comment.author_url})


def _depth(url: str) -> int:
    before, found, behind = url[:_ADDRESS_LIMIT].partition("://")
    return signs((behind if found else before).rstrip("/"), b"/-?=_")


@signal("no vowels in name or host, as from a random key", "a name that can be spoken")
def name_gibberish(batch: Batch) -> Counts:
    """Greatest run of consonants in the name and the host, 0 up: random strings can't be spoken."""
    own, n = batch.own_codes, len(batch)
    begin = int(own.ends[n - 1])  # what stands behind the texts: names, then hosts
    consonant = kinds_with(CONSONANT).take(own.kinds[begin:])
    runs = np.arange(len(consonant))
    runs -= np.maximum.accumulate(runs * ~consonant)  # characters since the last one that is no consonant
    longest = np.maximum.reduceat(runs, own.starts[n:] - (begin + 1))
    greater: Counts = longest.reshape(2, n).max(axis=0)
    return greater


SIGNALS = signals_of(globals())

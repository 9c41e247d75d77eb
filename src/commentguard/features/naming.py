"""Signals of the author's name and address; for a ping, of the page that links here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import NAME_LIMIT, Batch
from commentguard.features.facts import HOST, NAME, SMALL_WORDS, Share, characters, words
from commentguard.features.registry import counted, of_hosted, of_signed, signal, signals_of
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


@counted("a name without capitals", "a name with capitals")
def name_small() -> Share:
    """Share of the name's words that begin with a small letter, 0 to 1: keyword phrases are typed so."""
    return Share(SMALL_WORDS, words(NAME))


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


@of_signed("the name stands in the text", "the name does not stand in the text")
def name_in_text(batch: Batch, signed: list[int]) -> Numbers:
    """Share of the name's words that stand in the comment, 0 to 1: people sign; shops repeat their keyword."""
    names = batch.author
    found = np.bincount(names.words.text.take(batch.words_signed[0]), minlength=len(batch))
    return found[signed] / names.some_words[signed]


@of_hosted("the name stands in the address", "the name does not stand in the address")
def name_in_host(batch: Batch, hosted: list[int]) -> list[float]:
    """Share of the name's letters in words (three letters up) that the host holds, 0 to 1: owners, keyword domains."""
    return [_share_within(batch.comments[number].author, batch.hosts[number]) for number in hosted]


def _share_within(name: str, host: str) -> float:
    letters = inside = 0
    for part in name[:NAME_LIMIT].lower().split():
        if len(part) >= 3:
            letters += len(part)
            if part in host:
                inside += len(part)
    return inside / letters if inside else 0.0


@counted("an address is given", "no address is given")
def has_url() -> Share:
    """1 where an author's address was given, else 0."""
    return Share(characters(HOST), characters(HOST))


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


@of_hosted("an address below somebody else's domain", "an own domain")
def host_depth(batch: Batch, hosted: list[int]) -> list[int]:
    """Labels of the host before its registered domain, 0 up: free hosters, and splogs on sub-domains."""
    hosts = [batch.hosts[number] for number in hosted]
    return [host.count(".") - registered_domain(host).count(".") for host in hosts]


@of_hosted("an address deep within a site", "the address of a site's front page")
def url_depth(batch: Batch, hosted: list[int]) -> list[int]:
    """Slashes, hyphens and query marks behind ``://``, 0 up: people give their front page, promoters a deep one."""
    addresses = [batch.comments[number].author_url[:_ADDRESS_LIMIT] for number in hosted]
    return [signs((address.partition("://")[2] or address).rstrip("/"), b"/-?=_") for address in addresses]


@signal("no vowels in name or host, as from a random key", "a name that can be spoken")
def name_gibberish(batch: Batch) -> Counts:
    """Greatest run of consonants in the name and the host, 0 up: random strings can't be spoken."""
    own, n = batch.own_codes, len(batch)
    begin = int(own.ends[n - 1])  # what stands behind the texts: names, then hosts
    (others,) = (~kinds_with(CONSONANT)).take(own.kinds[begin:]).nonzero()
    steps = others[1:] - others[:-1]  # from one that is no consonant, or stands between two names, to the next
    longest = np.maximum.reduceat(steps, others.searchsorted(own.starts[n:] - (begin + 1)))
    return np.maximum(longest[:n], longest[n:]) - 1


SIGNALS = signals_of(globals())

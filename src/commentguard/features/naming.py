"""Signals of the author's name and address; for a ping, of the page that links here."""

from __future__ import annotations

from commentguard.features.batch import NAME_LIMIT, Batch
from commentguard.features.facts import HOST, NAME, SMALL_WORDS, Share, characters, words
from commentguard.features.registry import counted, of_hosted, signals_of
from commentguard.text.codes import cut


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


@counted("a name that sells something", "a name that sells nothing")
def name_sells() -> Share:
    """Share of the name's words that stand in a list of things sold, 0 to 1: the name is the link's text."""
    return Share(words(NAME, "sold"), words(NAME))


@counted("an address is given", "no address is given")
def has_url() -> Share:
    """1 where an author's address was given, else 0."""
    return Share(characters(HOST), characters(HOST))


@counted("a long host name", "a short host name")
def host_length() -> Share:
    """Characters of the host, 0 where there is none: keyword domains are long."""
    return Share(characters(HOST))


@of_hosted("hyphens in the host name", "no hyphens in the host name")
def host_hyphens(batch: Batch, hosted: list[int]) -> list[int]:
    """Hyphens in the host, 0 up: keyword domains join their words with them."""
    return [host.count("-") for host in cut([batch.hosts[number] for number in hosted], NAME_LIMIT)]


@of_hosted("an address deep within a site", "the address of a site's front page")
def url_depth(batch: Batch, hosted: list[int]) -> list[int]:
    """Slashes, hyphens and query marks behind ``://``, 0 up: people give their front page, promoters a deep one."""
    return batch.depths


SIGNALS = signals_of(globals())

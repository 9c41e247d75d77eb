"""Signals of where a comment stands: its post's age, the thread before it."""

from __future__ import annotations

from math import log1p

from commentguard.features.batch import Batch
from commentguard.features.facts import THREAD, Share, of_post
from commentguard.features.posts import WORDS
from commentguard.features.registry import counted, measured, of_hosted, signal, signals_of
from commentguard.text.characters import NOT_LATIN, SCRIPTED
from commentguard.text.urls import registered_domain


@of_hosted("a ping from the blog itself", "not from the blog itself")
def own_ping(batch: Batch, hosted: list[int]) -> list[bool]:
    """1 where the author's address is on the post's own registered domain, else 0: the owner, or a later post."""
    sides, side_of = batch.sides, batch.post_of.tolist()
    own = [(sides[side_of[number]].home, batch.hosts[number]) for number in hosted]
    # Few of the hosts are left for the list of suffixes.
    return [home != "" and host.endswith(home) and registered_domain(host) == home for home, host in own]


@counted("not in Latin letters", "in Latin letters")
def not_latin() -> Share:
    """Share of letters in other scripts than Latin, 0 to 1."""
    return Share(NOT_LATIN, SCRIPTED)


@signal("came long after the post", "came soon after the post")
def post_age(batch: Batch) -> list[float]:
    """Logarithm of 1 + days from post to comment, NaN where a date is unknown: old posts draw spam."""
    return [log1p(days) for days in batch.days]


@counted("several have commented before", "few have commented before, or nobody")
def thread_length() -> Share:
    """Earlier messages of the thread that are looked at, 0 to `THREAD_LIMIT`."""
    return Share(THREAD)


@measured(lambda batch: batch.known)("has commented here before", "has not commented here before")
def known_author(batch: Batch, known: list[int]) -> list[float]:
    """1 where the same name stands over an earlier message of the thread, else 0."""
    return [1.0] * len(known)


@counted("a long post", "a short post, or its text is unknown", logarithm=True)
def post_length() -> Share:
    """Logarithm of 1 + words of the post's title and text."""
    return Share(of_post(WORDS))


SIGNALS = signals_of(globals())

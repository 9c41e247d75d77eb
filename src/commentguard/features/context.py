"""Signals of where a comment stands: its post's language and age, the thread before it."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.posts import SCRIPT_SHARES, WORDS
from commentguard.features.registry import signal, signals_of
from commentguard.records import Comment
from commentguard.text.characters import LATIN, SCRIPTED, SCRIPTS
from commentguard.text.urls import registered_domain

Numbers = NDArray[np.float64]


@signal("a ping from the blog itself", "not from the blog itself")
def own_ping(batch: Batch) -> Numbers:
    """1 where the author's address is on the post's own registered domain, else 0: the owner, or a later post."""
    hosts, homes = batch.hosts, batch.homes
    return batch.sparse_column({number: registered_domain(hosts[number]) == homes[number] for number in batch.hosted})


@signal("written in another alphabet than the post", "written in the post's alphabet")
def foreign_script(batch: Batch) -> Numbers:
    """Distance of the comment's shares of scripts from the post's, 0 to 1; NaN without letters on either side."""
    letters = batch.text.count(SCRIPTED)
    shares = batch.text.counts(SCRIPTS) / np.where(letters > 0, letters, np.nan)[:, None]
    shares -= batch.post_figures[:, SCRIPT_SHARES]
    distance: Numbers = np.add.reduce(np.abs(shares), axis=1) / 2
    return distance


@signal("not in Latin letters", "in Latin letters")
def not_latin(batch: Batch) -> Numbers:
    """Share of letters in other scripts than Latin, 0 to 1."""
    letters = batch.text.count(SCRIPTED)
    others: Numbers = (letters - batch.text.count(LATIN)) / np.maximum(letters, 1)
    return others


@signal("came long after the post", "came soon after the post", logarithm=True)
def post_age(batch: Batch) -> Numbers:
    """Logarithm of 1 + days from post to comment, NaN where a date is unknown: old posts draw spam."""
    return np.maximum(batch.column([_seconds_since(comment) for comment in batch.comments]), 0.0) / 86_400


def _seconds_since(comment: Comment) -> float:
    came, post = comment.date, comment.post
    if came is None or post is None or post.date is None:
        return nan
    # By the clock on the wall: the machine's own time zone must not change a verdict, nor a date of the year 1 raise.
    if came.tzinfo is not post.date.tzinfo:
        return (came.replace(tzinfo=None) - post.date.replace(tzinfo=None)).total_seconds()
    return (came - post.date).total_seconds()


@signal("several have commented before", "few have commented before, or nobody")
def thread_length(batch: Batch) -> NDArray[np.int64]:
    """Earlier messages of the thread that are looked at, 0 to `THREAD_LIMIT`."""
    return batch.thread_lengths


@signal("has commented here before", "has not commented here before")
def known_author(batch: Batch) -> Numbers:
    """1 where the same name stands over an earlier message of the thread, else 0."""
    before = zip(batch.comments, batch.latest, strict=True)
    return batch.column([bool(one.author) and one.author in [said.author for said in latest] for one, latest in before])


@signal("repeats an earlier message", "repeats no earlier message")
def repeats_message(batch: Batch) -> Numbers:
    """1 where an earlier message of the thread has the same text, else 0."""
    before = zip(batch.comments, batch.latest, strict=True)
    return batch.column([one.text in [said.text for said in latest] for one, latest in before])


@signal("a long post", "a short post, or its text is unknown", logarithm=True)
def post_length(batch: Batch) -> Numbers:
    """Logarithm of 1 + words of the post's title and text."""
    return batch.post_figures[:, WORDS]


SIGNALS = signals_of(globals())

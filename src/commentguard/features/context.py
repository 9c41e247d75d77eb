"""Signals of where a comment stands: its post's language and age, the thread before it."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.registry import shared, signal, signals_of
from commentguard.records import Comment
from commentguard.text.characters import SCRIPTS
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
    counts, total = _scripts(batch)
    scripts = np.concatenate([side.scripts for side in batch.sides]).reshape(-1, counts.shape[1])
    of_post = scripts.take(batch.post_of, axis=0)
    distance = np.abs(counts / np.maximum(total, 1)[:, None] - of_post).sum(axis=1) / 2
    return np.where(total > 0, distance, np.nan)


@shared
def _scripts(batch: Batch) -> tuple[Numbers, Numbers]:
    """Return the letters of each text that belong to each script, shape (n, len(SCRIPTS)), and all of them."""
    counts = batch.text.counts(SCRIPTS)
    return counts, counts.sum(axis=1)


@signal("not in Latin letters", "in Latin letters")
def not_latin(batch: Batch) -> Numbers:
    """Share of letters in other scripts than Latin, 0 to 1."""
    counts, total = _scripts(batch)
    others: Numbers = (total - counts[:, 0]) / np.maximum(total, 1)
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
    return _said_before(batch)[0]


@signal("repeats an earlier message", "repeats no earlier message")
def repeats_message(batch: Batch) -> Numbers:
    """1 where an earlier message of the thread has the same text, else 0."""
    return _said_before(batch)[1]


@shared
def _said_before(batch: Batch) -> tuple[Numbers, Numbers]:
    """Return 1 where an earlier message has the comment's name, and where one has its text, each shape (n,)."""
    same_name, same_text = {}, {}
    for number, latest in enumerate(batch.latest):
        if latest:
            name, text = batch.comments[number].author, batch.comments[number].text
            for message in latest:
                if message.author == name and name:
                    same_name[number] = 1.0
                if message.text == text:
                    same_text[number] = 1.0
    return batch.sparse_column(same_name), batch.sparse_column(same_text)


@signal("a long post", "a short post, or its text is unknown", logarithm=True)
def post_length(batch: Batch) -> NDArray[np.int64]:
    """Logarithm of 1 + words of the post's title and text."""
    words: NDArray[np.int64] = batch.documents.words.sum(axis=0)
    return words.take(batch.post_of)


SIGNALS = signals_of(globals())

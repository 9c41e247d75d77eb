"""Signals of where a comment stands: its post's language and age, the thread before it."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch, Texts
from commentguard.features.registry import signal, signals_of
from commentguard.text.codes import SCRIPTS
from commentguard.text.urls import host, registered_domain

Numbers = NDArray[np.float64]


@signal("a ping from the blog itself", "not from the blog itself")
def own_ping(batch: Batch) -> Numbers:
    """1 where the author's address is on the post's own registered domain, else 0: the owner, or a later post."""
    homes = [registered_domain(host(post.url)) if "." in host(post.url) else "" for post in batch.posts]
    return batch.column(
        bool(own) and registered_domain(own) == homes[post]
        for own, post in zip(batch.hosts, batch.post_of.tolist(), strict=True)
    )


@signal("written in another alphabet than the post", "written in the post's alphabet")
def foreign_script(batch: Batch) -> Numbers:
    """Distance of the comment's shares of scripts from the post's, 0 to 1; NaN without letters on either side."""
    comment, post = _script_shares(batch.text), _post_script_shares(batch)[batch.post_of]
    distance = np.abs(comment - post).sum(axis=1) / 2
    known = (comment.sum(axis=1) > 0) & (post.sum(axis=1) > 0)
    return np.where(known, distance, np.nan)


def _script_counts(texts: Texts) -> Numbers:
    scripts = texts.codes.scripts
    return np.stack([texts.codes.per_text(scripts == script) for script in range(1, SCRIPTS)], axis=1)


def _script_shares(texts: Texts) -> Numbers:
    counts = _script_counts(texts)
    return _shares(counts)


def _post_script_shares(batch: Batch) -> Numbers:
    counts = _script_counts(batch.title) + _script_counts(batch.body)
    return _shares(counts)


def _shares(counts: Numbers) -> Numbers:
    shares: Numbers = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


@signal("not in Latin letters", "in Latin letters")
def not_latin(batch: Batch) -> Numbers:
    """Share of letters in other scripts than Latin, 0 to 1."""
    others: Numbers = _script_shares(batch.text)[:, 1:].sum(axis=1)
    return others


@signal("came long after the post", "came soon after the post")
def post_age(batch: Batch) -> Numbers:
    """Logarithm of 1 + days from post to comment, NaN where a date is unknown: old posts draw spam."""
    return batch.column(
        _age(comment.date, comment.post.date) if comment.date and comment.post and comment.post.date else np.nan
        for comment in batch.comments
    )


def _age(came: datetime, published: datetime) -> float:
    # By the clock on the wall: the machine's own time zone must not change a verdict, nor a date of the year 1 raise.
    seconds = (came.replace(tzinfo=None) - published.replace(tzinfo=None)).total_seconds()
    return float(np.log1p(max(seconds, 0.0) / 86_400))


@signal("several have commented before", "few have commented before, or nobody")
def thread_length(batch: Batch) -> Numbers:
    """Earlier messages of the thread that are looked at, 0 to `THREAD_LIMIT`."""
    return batch.column(map(len, batch.messages_of))


@signal("has commented here before", "has not commented here before")
def known_author(batch: Batch) -> Numbers:
    """1 where the same name stands over an earlier message of the thread, else 0."""
    return batch.column(
        bool(comment.author) and any(message.author == comment.author for message in comment.thread)
        for comment in batch.comments
    )


@signal("repeats an earlier message", "repeats no earlier message")
def repeats_message(batch: Batch) -> Numbers:
    """1 where an earlier message of the thread has the same text, else 0."""
    return batch.column(any(message.text == comment.text for message in comment.thread) for comment in batch.comments)


@signal("a long post", "a short post, or its text is unknown")
def post_length(batch: Batch) -> Numbers:
    """Logarithm of 1 + words of the post's title and text."""
    by_post: Numbers = np.log1p(batch.title.word_counts + batch.body.word_counts)
    return by_post[batch.post_of]


SIGNALS = signals_of(globals())

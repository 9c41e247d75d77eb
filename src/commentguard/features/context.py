"""Signals of where a comment stands: its post's language and age, the thread before it."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.registry import signal, signals_of
from commentguard.text.characters import SCRIPTS
from commentguard.text.urls import registered_domain

Numbers = NDArray[np.float64]


@signal("a ping from the blog itself", "not from the blog itself")
def own_ping(batch: Batch) -> Numbers:
    """1 where the author's address is on the post's own registered domain, else 0: the owner, or a later post."""
    homes = {number: batch.sides[batch.post_of[number]].home for number in batch.hosted}
    return batch.sparse_column(
        {number: registered_domain(batch.hosts[number]) == home for number, home in homes.items()}
    )


@signal("written in another alphabet than the post", "written in the post's alphabet")
def foreign_script(batch: Batch) -> Numbers:
    """Distance of the comment's shares of scripts from the post's, 0 to 1; NaN without letters on either side."""
    comment, post = _shares(batch.text.counts(SCRIPTS)), _shares(np.array([side.scripts for side in batch.sides]))
    of_post = post[batch.post_of]
    distance = np.abs(comment - of_post).sum(axis=1) / 2
    known = (comment.sum(axis=1) > 0) & (of_post.sum(axis=1) > 0)
    return np.where(known, distance, np.nan)


def _shares(counts: Numbers) -> Numbers:
    shares: Numbers = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


@signal("not in Latin letters", "in Latin letters")
def not_latin(batch: Batch) -> Numbers:
    """Share of letters in other scripts than Latin, 0 to 1."""
    others: Numbers = _shares(batch.text.counts(SCRIPTS))[:, 1:].sum(axis=1)
    return others


@signal("came long after the post", "came soon after the post")
def post_age(batch: Batch) -> Numbers:
    """Logarithm of 1 + days from post to comment, NaN where a date is unknown: old posts draw spam."""
    days = batch.column(
        _age(comment.date, comment.post.date) if comment.date and comment.post and comment.post.date else np.nan
        for comment in batch.comments
    )
    return np.log1p(days)


def _age(came: datetime, published: datetime) -> float:
    # By the clock on the wall: the machine's own time zone must not change a verdict, nor a date of the year 1 raise.
    seconds = (_on_the_wall(came) - _on_the_wall(published)).total_seconds()
    return max(seconds, 0.0) / 86_400


def _on_the_wall(date: datetime) -> datetime:
    return date.replace(tzinfo=None) if date.tzinfo else date


@signal("several have commented before", "few have commented before, or nobody")
def thread_length(batch: Batch) -> Numbers:
    """Earlier messages of the thread that are looked at, 0 to `THREAD_LIMIT`."""
    return batch.column(map(len, batch.messages_of))


@signal("has commented here before", "has not commented here before")
def known_author(batch: Batch) -> Numbers:
    """1 where the same name stands over an earlier message of the thread, else 0."""
    names = [comment.author or None for comment in batch.comments]
    return _said_before(batch, names, [name for name, _ in batch.messages])


@signal("repeats an earlier message", "repeats no earlier message")
def repeats_message(batch: Batch) -> Numbers:
    """1 where an earlier message of the thread has the same text, else 0."""
    return _said_before(batch, [comment.text for comment in batch.comments], [text for _, text in batch.messages])


def _said_before(batch: Batch, own: list[str | None] | list[str], messages: list[str]) -> Numbers:
    """Return 1 where what is a comment's own is that of an earlier message, of which `THREAD_LIMIT` are looked at."""
    numbers: dict[str | None, int] = {}
    of_message = np.array([numbers.setdefault(value, len(numbers)) for value in messages], dtype=np.int64)
    of_comment = np.array([numbers.get(value, -1) for value in own])
    comment, message = batch.places
    same = comment[of_message.take(message) == of_comment.take(comment)]
    return (np.bincount(same, minlength=len(batch)) > 0).astype(np.float64)


@signal("a long post", "a short post, or its text is unknown")
def post_length(batch: Batch) -> Numbers:
    """Logarithm of 1 + words of the post's title and text."""
    by_post: Numbers = np.log1p(batch.title.word_counts + batch.body.word_counts)
    return by_post[batch.post_of]


SIGNALS = signals_of(globals())

"""What a colleague would say of labelled rows before anybody learns from them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.records import LABELS, Comment, Label
from commentguard.splits import NO_CAMPAIGN

FEW: Final = 20
"""Fewer rows of a label than this are warned of."""
MANY: Final = 10
"""Fewer rows than this dominate nothing."""
ONE_BLOG: Final = 0.8
"""Share of all rows from which on one blog of several dominates."""
ONE_CAMPAIGN: Final = 0.25
"""Share of a label's rows from which on one campaign dominates."""


def first_of_each_comment(comments: Sequence[Comment]) -> tuple[list[Comment], list[str]]:
    """Return the rows without those that are about the same comment as one before, and what is to be said of them.

    Rows are about the same comment where id, type, author and text are: an export and a labels file that was made from
    it hold the same ones.
    """
    first: dict[Hashable, Comment] = {}
    conflicts = 0
    for comment in comments:
        kept = first.setdefault((comment.id, comment.type, comment.author, comment.text), comment)
        conflicts += kept.label != comment.label
    told = f"{conflicts:,} rows give a comment another label than an earlier row: the first label counts;"
    return list(first.values()), [f"{told} name the source that you trust most first"] if conflicts else []


def contradictions(comments: Sequence[Comment], campaigns: NDArray[np.int64]) -> list[list[int]]:
    """Return the rows that contradict each other, by their numbers: one list for each text.

    On the same text, or nearly the same, one label is spam and another is not; or, under one post, one is off-topic
    and another substantive. Texts too short to be a campaign are the same where author and address are, too.
    """
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for row, (comment, campaign) in enumerate(zip(comments, campaigns.tolist(), strict=True)):
        short = (comment.text.strip().casefold(), comment.author.strip().casefold(), comment.author_url)
        alike[short if campaign == NO_CAMPAIGN else campaign].append(row)
    return [rows for rows in alike.values() if len(rows) > 1 and _contradict([comments[row] for row in rows])]


def remarks(
    comments: Sequence[Comment], campaigns: NDArray[np.int64], counts: Mapping[Label, int], goes_on: bool
) -> list[str]:
    """Return what is to be said of labelled rows, a sentence each; nothing where there is nothing.

    Parameters
    ----------
    comments : sequence of Comment, length n
        Each with a label.
    campaigns : ndarray of int64, shape (n,)
        From `splits.campaigns_of`.
    counts : Mapping
        Label to number of rows.
    goes_on : bool
        Whether a model is gone on from, which knows all labels.
    """
    return [
        *_on_labels(counts, goes_on),
        *_on_contradictions(comments, campaigns),
        *_on_blogs(comments),
        *_on_campaigns(comments, campaigns, counts),
    ]


def _contradict(comments: Sequence[Comment]) -> bool:
    if len({comment.label == "spam" for comment in comments}) > 1:
        return True
    by_post: dict[Hashable, set[str | None]] = defaultdict(set)
    for comment in comments:
        post = comment.post
        by_post[(post.id, post.url, post.title) if post else None].add(comment.label)
    return any(len(labels) > 1 for labels in by_post.values())


def _on_labels(counts: Mapping[Label, int], goes_on: bool) -> list[str]:
    found = []
    for label in LABELS:
        if counts.get(label, 0) == 0 and goes_on:
            found.append(f"no row is labelled {label}: the model that this one goes on from alone knows it")
        elif counts.get(label, 0) == 0:
            found.append(f"no row is labelled {label}: the model will never say it")
        elif counts[label] < FEW:
            found.append(f"only {counts[label]} rows are labelled {label}: the model can hardly know it")
    return found


def _on_contradictions(comments: Sequence[Comment], campaigns: NDArray[np.int64]) -> list[str]:
    found = contradictions(comments, campaigns)
    if not found:
        return []
    rows, texts = sum(map(len, found)), "one text" if len(found) == 1 else f"{len(found):,} texts"
    return [f"{rows:,} rows on {texts}, the same or nearly, contradict each other: decide which label is right"]


def _on_blogs(comments: Sequence[Comment]) -> list[str]:
    sizes = Counter(comment.source for comment in comments)
    if len(sizes) < 2 or len(comments) < MANY:
        return []
    found = []
    name, count = sizes.most_common(1)[0]
    if count >= ONE_BLOG * len(comments):
        found.append(
            f"{count / len(comments):.0%} of the rows are of one blog ({name or 'without a name'}): the others hardly"
            " count; --balance source lets each count alike"
        )
    labels: dict[str, set[str | None]] = defaultdict(set)
    for comment in comments:
        labels[comment.source].add(comment.label)
    if "" in labels:  # what has no name may be of any of the others
        return found
    for label in LABELS:
        homes = {source for source, there in labels.items() if label in there}
        number = sum(comment.label == label for comment in comments)
        if number >= MANY and homes and all(labels[source] == {label} for source in homes):
            found.append(
                f"all {number:,} {label} rows are of blogs that have no other rows: the model may learn to tell the"
                " blogs and not the comments; add others of these blogs"
            )
    return found


def _on_campaigns(comments: Sequence[Comment], campaigns: NDArray[np.int64], counts: Mapping[Label, int]) -> list[str]:
    sizes = Counter((comment.label, campaign) for comment, campaign in zip(comments, campaigns.tolist(), strict=True))
    found = []
    for (label, campaign), size in sizes.most_common():
        if label and campaign != NO_CAMPAIGN and size >= max(MANY, ONE_CAMPAIGN * counts[label]):
            found.append(
                f"one campaign makes {size:,} of the {counts[label]:,} {label} rows: the others hardly count;"
                " --balance campaign lets it count once"
            )
    return found

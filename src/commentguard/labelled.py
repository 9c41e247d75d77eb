"""What is handed over to learn from: checks before anything is learned, repetitions, comments under two posts."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commentguard.errors import DatasetError
from commentguard.features.background import Background
from commentguard.features.batch import Texts
from commentguard.records import LABELS, Comment
from commentguard.text.html import plain_text

MOST_KNOWN: Final = 100_000
"""Of a model that learned from more rows than this, it is not kept which they were."""

_BACKGROUND_PER_SOURCE: Final = 1_200  # comments of one blog from which everyday language is learned
_BACKGROUND_LIMIT: Final = 1_500  # characters of each
_SCRAP: Final = 200  # most characters of a test message or another scrap


def checked_rows(
    comments: Sequence[Comment], y: Sequence[str], several: bool = True
) -> tuple[list[Comment], NDArray[np.int64]]:
    """Return comments and, of each, the index of its label in `records.LABELS`, shape (n,).

    Raises
    ------
    DatasetError
        Where numbers differ, a label is unknown, something is no `Comment`, or, with `several`, all labels are one.
    """
    listed = list(comments)
    labels = [str(label) for label in y]
    if len(listed) != len(labels):
        raise DatasetError(f"{len(listed)} comments and {len(labels)} labels: give one label for each comment")
    check_labels(labels)
    if not all(isinstance(comment, Comment) for comment in listed):
        raise DatasetError("X must hold Comment objects: make them with commentguard.Comment or read_comments")
    if several and len(set(labels)) < 2:
        raise DatasetError(f"only one label ({', '.join(set(labels)) or 'none'}): a model needs at least two of them")
    return listed, np.array([LABELS.index(label) for label in labels], dtype=np.int64)


def check_labels(labels: Sequence[str]) -> None:
    """Refuse labels that are none of `records.LABELS`."""
    unknown = sorted(set(labels) - set(LABELS))
    if unknown:
        raise DatasetError(f"unknown label {unknown[0]!r}: labels are {', '.join(LABELS)}")


def row_weights(sample_weight: ArrayLike | None, rows: int) -> NDArray[np.float64]:
    """Return the weight of each row, shape (rows,), 1 where none is given; refuse what can't weigh anything."""
    if sample_weight is None:
        return np.ones(rows)
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (rows,) or not np.isfinite(weight).all() or (weight < 0).any():
        raise DatasetError(f"sample_weight must be {rows} finite numbers, one for each comment, none below 0")
    return weight


def fingerprint(comments: Sequence[Comment], y: Sequence[str], weights: ArrayLike | None = None) -> str:
    """Return 32 hexadecimal digits that change with any row, its label or its weight."""
    digest = hashlib.blake2b(digest_size=16)
    given = np.ones(len(comments)) if weights is None else np.asarray(weights)
    for comment, label, weight in zip(comments, y, given.tolist(), strict=True):
        fields = (comment.id, comment.type, comment.author, comment.author_url, comment.text, label, f"{weight:g}")
        digest.update("\x1f".join(fields).encode("utf-8", "surrogatepass") + b"\x1e")
    return digest.hexdigest()


def row_key(comment: Comment) -> str:
    """Return 8 hexadecimal digits by which a row is known again, whatever its label."""
    fields = (comment.id, comment.type, comment.author, comment.text)
    return hashlib.blake2b("\x1f".join(fields).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def row_labels(comments: Iterable[Comment]) -> dict[str, str]:
    """Return the key of each row with its label."""
    return {row_key(comment): str(comment.label) for comment in comments}


def rows_file(labels: Mapping[str, str]) -> str:
    """Return the text of the file that tells what a model learned from: key and label, a row a line, sorted."""
    return "".join(sorted(f"{key} {label}\n" for key, label in labels.items())) if len(labels) <= MOST_KNOWN else ""


def under_two_posts(comments: Sequence[Comment], truth: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows stand once as substantive and once, under another post, as off-topic."""
    keys = [(comment.text, comment.author) for comment in comments]
    both = {key for key, label in zip(keys, truth.tolist(), strict=True) if label == 1}
    both &= {key for key, label in zip(keys, truth.tolist(), strict=True) if label == 2}
    found: NDArray[np.bool_] = np.fromiter((key in both for key in keys), dtype=bool, count=len(keys)) & (truth != 0)
    return found


def scrap_rows(comments: Sequence[Comment], truth: NDArray[np.int64], pairs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the rows that show what scraps are, shape (n,): short comments, neither spam nor moved to another post."""
    short = np.fromiter((len(row.text) <= _SCRAP and row.type == "comment" for row in comments), bool, len(comments))
    found: NDArray[np.bool_] = short & (truth != 0) & ~(pairs & (truth == 1))
    return found


def first_of_each(comments: Sequence[Comment]) -> NDArray[np.float64]:
    """Return 1 for the first comment of each text and author, 0 for its repetitions (a re-paired one among them)."""
    seen: set[tuple[str, str]] = set()
    first = np.zeros(len(comments))
    for number, comment in enumerate(comments):
        key = (comment.text, comment.author)
        first[number] = key not in seen
        seen.add(key)
    return first


def fit_background(comments: Sequence[Comment], is_spam: NDArray[np.bool_]) -> Background:
    """Learn how common words are from what is not spam and from posts; no blog may dominate."""
    per_source: Counter[str] = Counter()
    texts = []
    for comment, spam in zip(comments, is_spam.tolist(), strict=True):
        if not spam and per_source[comment.source] < _BACKGROUND_PER_SOURCE:
            per_source[comment.source] += 1
            texts.append(plain_text(comment.text))
    posts = {comment.post for comment in comments if comment.post and comment.post.text}
    texts += sorted(plain_text(post.text)[:_BACKGROUND_LIMIT] for post in posts)
    return Background.fit(Texts.of(texts, _BACKGROUND_LIMIT))

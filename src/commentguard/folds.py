"""Which rows are judged by a model that did not see them: folds of whole groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from commentguard.records import Comment


def group_of(comment: Comment, by: str) -> str:
    """Return the blog (`by` "source") or the post (`by` "post") that a comment belongs to."""
    post = comment.post
    if by == "source" or post is None:
        return comment.source
    return f"{comment.source}\x1f{post.id or post.url or post.title}"


def natural_groups(comments: Sequence[Comment], folds: int) -> list[str]:
    """Return the widest groups that can be spread over the folds: blogs, else posts, else single comments."""
    for by in ("source", "post"):
        groups = [group_of(comment, by) for comment in comments]
        if len(set(groups)) >= 2 * folds:
            return groups
    return [f"{number}" for number in range(len(comments))]


def spread(groups: Sequence[Hashable], folds: int) -> NDArray[np.int64]:
    """Spread whole groups over folds of about the same size.

    Parameters
    ----------
    groups : sequence
        Each row's group.
    folds : int
        Number of folds.

    Returns
    -------
    ndarray of int64, shape (n,)
        Each row's fold; the same for the same groups.

    Examples
    --------
    >>> spread(["a", "a", "b", "c"], 2).tolist()
    [0, 0, 1, 1]
    """
    sizes = [0] * folds
    fold_of: dict[Hashable, int] = {}
    for group, count in sorted(Counter(groups).items(), key=lambda item: (-item[1], str(item[0]))):
        fold_of[group] = sizes.index(min(sizes))
        sizes[fold_of[group]] += count
    return np.array([fold_of[group] for group in groups], dtype=np.int64)

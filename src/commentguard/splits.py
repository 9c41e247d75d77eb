"""What is held out to judge by: whole posts (or blogs) and whole campaigns, in about the shares of the labels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from commentguard.campaigns import Campaigns
from commentguard.folds import group_of
from commentguard.records import Comment

Grouping = Literal["post", "source"]
"""What is never on both sides of a split, beside campaigns: the comments of one post, or those of one blog."""

NO_CAMPAIGN: Final = -1


@dataclass(frozen=True, slots=True)
class Split:
    """Which rows are learned from and which are judged.

    Parameters
    ----------
    learn, judged : ndarray of bool, shape (n,)
        No row is both. Those that are neither belong to a campaign that stands on both sides.
    groups : ndarray of int64, shape (n,)
        What each row is drawn with when chance is reckoned with: its campaign, else its post or blog.
    """

    learn: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    groups: NDArray[np.int64]

    @property
    def set_aside(self) -> int:
        """Rows that are neither learned from nor judged."""
        return int((~self.learn & ~self.judged).sum())


Balance = Literal["none", "label", "source", "campaign"]
"""What counts alike as a whole, however many rows it has: nothing, each label, each blog; or a campaign counts once."""


def weights_of(comments: Sequence[Comment], campaigns: NDArray[np.int64], balance: Balance) -> NDArray[np.float64]:
    """Return how much each row counts, shape (n,); by label or source all of them together count n.

    Examples
    --------
    >>> rows = [Comment(text="a", label="spam"), Comment(text="b", label="spam"), Comment(text="c", label="off-topic")]
    >>> weights_of(rows, campaigns_of(rows), "label").tolist()
    [0.75, 0.75, 1.5]
    """
    if balance == "none":
        return np.ones(len(comments))
    if balance == "campaign":
        times = Counter(campaigns.tolist())
        return np.array([1.0 if number == NO_CAMPAIGN else 1 / times[number] for number in campaigns.tolist()])
    keys = [str(getattr(comment, balance)) for comment in comments]
    sizes = Counter(keys)
    return np.array([len(keys) / len(sizes) / sizes[key] for key in keys])


def campaigns_of(comments: Sequence[Comment]) -> NDArray[np.int64]:
    """Return the number of the campaign that each comment is part of, shape (n,).

    A campaign is a text that comes at least twice, nearly the same (`campaigns`), from whomever and under whatever
    post. `NO_CAMPAIGN` for all others, and for texts too short to tell.

    Examples
    --------
    >>> texts = ("I found your site by chance, great.", "No, the second step froze.", "I found your site by chance!")
    >>> campaigns_of([Comment(text=text) for text in texts]).tolist()
    [0, -1, 0]
    """
    seen = Campaigns(most=len(comments) + 1)
    numbers = [seen.group_of(comment.text) for comment in comments]
    sizes = Counter(numbers)
    found = [NO_CAMPAIGN if number is None or sizes[number] < 2 else number for number in numbers]
    return np.array(found, dtype=np.int64)


def hold_out(
    comments: Sequence[Comment],
    campaigns: NDArray[np.int64],
    shares: Sequence[float],
    *,
    by: Grouping = "post",
    seed: int = 0,
) -> list[Split]:
    """Divide rows into parts and return a split for each part, in which that part is judged by the others.

    Parameters
    ----------
    comments : sequence of Comment, length n
        Labelled rows.
    campaigns : ndarray of int64, shape (n,)
        From `campaigns_of`.
    shares : sequence of float
        Of the rows of each label, for each part; groups are whole, so that they are met roughly.
    by : {"post", "source"}
        What is kept whole. Where all rows are of one, it is single rows.
    seed : int
        Which groups come first.

    Returns
    -------
    list of Split
    """
    groups = [group_of(comment, by) for comment in comments]
    if len(set(groups)) < len(shares):  # one post alone can't be held out
        groups = [str(number) for number in range(len(comments))]
    part = _spread(groups, [str(comment.label) for comment in comments], np.asarray(shares), seed)
    home = _by_majority(part, campaigns)
    numbered = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    drawn = np.array([numbered[group] for group in groups], dtype=np.int64)
    drawn = np.where(campaigns == NO_CAMPAIGN, drawn, len(numbered) + campaigns)
    return [
        Split((part != number) & (home != number), (part == number) & (home == number), drawn)
        for number in range(len(shares))
    ]


def _by_majority(part: NDArray[np.int64], campaigns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the part of each row, but for the rows of a campaign the part where most of these stand."""
    rows: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(campaigns != NO_CAMPAIGN).tolist():
        rows[int(campaigns[row])].append(row)
    home = part.copy()
    for own in rows.values():
        home[own] = np.bincount(part[own]).argmax()
    return home


def _spread(
    groups: Sequence[Hashable], labels: Sequence[str], shares: NDArray[np.float64], seed: int
) -> NDArray[np.int64]:
    """Return the part of each row: whole groups, the largest first, each where its labels are most wanted."""
    names = sorted(set(labels))
    counts: dict[Hashable, NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(names)))
    for group, label in zip(groups, labels, strict=True):
        counts[group][names.index(label)] += 1
    total = np.sum(list(counts.values()), axis=0)
    whole = np.outer(shares, total)
    wanted = whole.copy()
    part_of: dict[Hashable, int] = {}
    for group in sorted(counts, key=lambda group: (-counts[group].sum(), _drawn(seed, group))):
        own = counts[group]
        lacks = ((wanted - own / 2) / whole * own / total).sum(axis=1)  # a rare label's row weighs more
        part_of[group] = int(lacks.argmax())
        wanted[part_of[group]] -= own
    return np.array([part_of[group] for group in groups], dtype=np.int64)


def _drawn(seed: int, group: Hashable) -> bytes:
    return blake2b(f"{seed}\x1f{group}".encode("utf-8", "surrogatepass"), digest_size=8).digest()

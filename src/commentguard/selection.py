"""Which comments a person should label next: those from which a model learns most."""

from __future__ import annotations

import hashlib
import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from commentguard.campaigns import Campaigns
from commentguard.records import LABELS, Comment, Verdict
from commentguard.text.urls import host

POOL: Final = 20
"""How many times the comments asked for are kept while an export is read, to choose from them in the end."""

_CAMPAIGN, _HOST, _POST = 0.5, 0.7, 0.1
_STEPS: Final = 60  # what is halved more often than this is nothing


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A comment that might be labelled next.

    Parameters
    ----------
    comment : Comment
        The comment.
    verdict : Verdict
        What the model says of it.
    campaign : int or None
        The number of the group of near-same texts that it belongs to; None for a text too short to tell.
    place : int
        Its place in the export, from 0.
    """

    comment: Comment
    verdict: Verdict
    campaign: int | None
    place: int


def uncertainty(verdict: Verdict) -> float:
    """Return how unsure a verdict is, 0 (certain) to 1: the entropy of its probabilities; 0.5 and more for review.

    Examples
    --------
    >>> sure = Verdict("spam", {"spam": 1.0, "off-topic": 0.0, "substantive": 0.0}, False)
    >>> torn = Verdict("spam", {"spam": 0.5, "off-topic": 0.0, "substantive": 0.5}, True)
    >>> uncertainty(sure), round(uncertainty(torn), 2)
    (0.0, 0.82)
    """
    shares = [verdict.probabilities[label] for label in LABELS]
    entropy = sum(share * -math.log(share) for share in shares if share > 0) / math.log(len(shares))
    return (1 + entropy) / 2 if verdict.needs_review else entropy


def _by_time(candidate: Candidate) -> float:
    date = candidate.comment.date  # by the clock on the wall: some callers give time zones, others none
    return -(date.replace(tzinfo=None) - datetime.min).total_seconds() if date else -math.inf


def _by_chance(candidate: Candidate) -> float:
    return int.from_bytes(hashlib.blake2b(candidate.comment.id.encode("utf-8", "replace"), digest_size=6).digest())


ORDERS: Final[Mapping[str, Callable[[Candidate], float]]] = MappingProxyType(
    {
        "use": lambda candidate: uncertainty(candidate.verdict),
        "time": _by_time,
        "newest": lambda candidate: -_by_time(candidate) if candidate.comment.date else -math.inf,
        "spam": lambda candidate: candidate.verdict.probabilities["spam"],
        "chance": _by_chance,
    }
)
"""Name of an order to the number by which it sorts, highest first.

`use` is what a model learns most from: unsure verdicts, spread over posts, hosts and campaigns. `time` begins with the
oldest, `newest` with the latest, `spam` with what is most probably spam. `chance` is the same draw each time: rows for
figures that are to hold for the whole export.
"""


def select(
    judged: Iterable[tuple[Comment, Verdict]], order: str = "use", most: int = 50, pool: int = POOL
) -> list[Candidate]:
    """Return the comments to label next, the first one first.

    Parameters
    ----------
    judged : iterable of (Comment, Verdict)
        Any number.
    order : str
        A key of `ORDERS`.
    most : int
        How many are wanted, 1 or more.
    pool : int
        How many times as many are held to choose from where the order is `use`.

    Returns
    -------
    list of Candidate
        At most `most`; equal ones in the order of the export.

    Examples
    --------
    >>> shares = {"spam": 0.4, "off-topic": 0.3, "substantive": 0.3}
    >>> texts = ("We grow rye on sandy soil here", "We grow rye on sandy soil here!", "Kale froze")
    >>> judged = [(Comment(text), Verdict("spam", shares, True)) for text in texts]
    >>> [candidate.comment.text for candidate in select(judged, most=2)]
    ['We grow rye on sandy soil here', 'Kale froze']
    """
    campaigns, key, by_use = Campaigns(), ORDERS[order], order == "use"
    kept = most * pool if by_use else most
    heap: list[tuple[float, int, Candidate]] = []
    for place, (comment, verdict) in enumerate(judged):
        candidate = Candidate(comment, verdict, campaigns.group_of(comment.text), place)
        value = key(candidate)
        if by_use and candidate.campaign is not None:
            value *= _CAMPAIGN ** min(campaigns.size_of(candidate.campaign) - 1, _STEPS)
        (heapq.heappush if len(heap) < kept else heapq.heappushpop)(heap, (value, -place, candidate))
    found = [candidate for _, _, candidate in sorted(heap, reverse=True)]
    return (spread(found) if by_use else found)[:most]


def spread(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates by use to a model: the unsure ones, not many of one campaign, host or post at the head."""
    seen: Counter[tuple[str, object]] = Counter()
    valued = []
    for candidate in sorted(candidates, key=lambda one: (-uncertainty(one.verdict), one.place)):
        kin = _kin(candidate)
        campaign, from_host, under_post = (min(seen[key], _STEPS) if key[1] else 0 for key in kin)
        seen.update(kin)
        value = uncertainty(candidate.verdict) * _CAMPAIGN**campaign * _HOST**from_host / (1 + _POST * under_post)
        valued.append((-value, candidate.place, candidate))
    return [candidate for _, _, candidate in sorted(valued)]


def _kin(candidate: Candidate) -> tuple[tuple[str, object], ...]:
    """Return what a candidate may have in common with others: campaign, host, post; each empty where it has none."""
    comment, post = candidate.comment, candidate.comment.post
    short = " ".join(comment.text.lower().split()) if candidate.campaign is None else ""
    campaign = short if candidate.campaign is None else candidate.campaign + 1
    under = (post.id or post.url or post.title) if post else ""
    return ("campaign", campaign), ("host", host(comment.author_url)), ("post", under)

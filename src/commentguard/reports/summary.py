"""What an export's verdicts come to, counted in one pass and in bounded memory."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Final

from commentguard.campaigns import Campaigns
from commentguard.records import LABELS, Comment, Label, Verdict
from commentguard.reports.samples import NAME, Sample, hosts_of, sample_of, shown, shown_text

LISTED: Final = 20
"""Posts, hosts and campaigns that a report lists."""
SAMPLES: Final = 5
"""Comments shown of each label."""
REVIEWED: Final = 20
"""Comments shown of each kind that a person should look at."""
REMEMBERED: Final = 50_000
"""Posts, hosts and campaigns that are counted at a time, each; when there are more, the smallest are let go."""

PUBLISHED: Final = frozenset(("approved", "approve", "publish", "published", "1"))
"""What platforms call a comment that readers see."""
REFUSED: Final = frozenset(("spam", "trash", "post-trashed", "deleted", "rejected"))
"""What platforms call a comment that readers don't see."""


_CAMPAIGN_TEXT: Final = 160


@dataclass(slots=True)
class Tally:
    """How many comments got which label.

    Parameters
    ----------
    spam, off_topic, substantive : int
        Comments of each label.
    to_review : int
        Comments, of whatever label, that a person should look at.
    """

    spam: int = 0
    off_topic: int = 0
    substantive: int = 0
    to_review: int = 0

    @property
    def total(self) -> int:
        """All comments."""
        return self.spam + self.off_topic + self.substantive

    @property
    def by_label(self) -> tuple[int, int, int]:
        """Comments of each label, in the order of `records.LABELS`."""
        return self.spam, self.off_topic, self.substantive

    def add(self, verdict: Verdict) -> None:
        """Count a verdict."""
        if verdict.label == "spam":
            self.spam += 1
        elif verdict.label == "off-topic":
            self.off_topic += 1
        else:
            self.substantive += 1
        self.to_review += verdict.needs_review

    def take(self, other: Tally) -> None:
        """Add the counts of another."""
        self.spam += other.spam
        self.off_topic += other.off_topic
        self.substantive += other.substantive
        self.to_review += other.to_review


@dataclass(slots=True)
class Group:
    """Comments that have something in common: a post, a host, a campaign.

    Parameters
    ----------
    name : str
        What it is, fit to be shown.
    tally : Tally
        Its comments.
    first, last : datetime or None
        Dates of the earliest and the latest comment, without time zone; None where none has one.
    """

    name: str
    tally: Tally = field(default_factory=Tally)
    first: datetime | None = None
    last: datetime | None = None

    def add(self, comment: Comment, verdict: Verdict) -> None:
        """Count a comment."""
        self.tally.add(verdict)
        if comment.date is not None:
            date = comment.date.replace(tzinfo=None)
            self.first = min(self.first or date, date)
            self.last = max(self.last or date, date)


@dataclass
class Groups:
    """Groups by their key, of which the largest stay when there are too many.

    Parameters
    ----------
    most : int
        Groups that are held at a time.
    dropped : int
        How often a group was let go: where it is not 0, counts of the small ones may be too low.
    """

    most: int = REMEMBERED
    dropped: int = 0
    held: dict[object, Group] = field(default_factory=dict)

    def at(self, key: object, name: Callable[[], str]) -> Group:
        """Return the group of a key, a new one with a name made for it where there is none."""
        group = self.held.get(key)
        if group is None:
            if len(self.held) >= self.most:
                self._drop()
            group = self.held[key] = Group(name())
        return group

    def largest(self, most: int = LISTED, least: int = 1) -> list[Group]:
        """Return the groups with the most comments, at least `least` of them, the largest first."""
        enough = (group for group in self.held.values() if group.tally.total >= least)
        return heapq.nlargest(most, enough, key=lambda group: group.tally.total)

    def _drop(self) -> None:
        kept = heapq.nlargest(self.most // 2, self.held.items(), key=lambda pair: pair[1].tally.total)
        self.dropped += len(self.held) - len(kept)
        self.held = dict(kept)


@dataclass
class Best:
    """The samples that rank highest, no more than so many; the others are never made."""

    most: int
    _heap: list[tuple[float, int, Sample]] = field(default_factory=list, repr=False)
    seen: int = 0

    def offer(self, rank: float, comment: Comment, verdict: Verdict) -> None:
        """Take a comment in where it ranks high enough; of equal ones the first stay."""
        self.seen += 1
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, (rank, -self.seen, sample_of(comment, verdict)))
        elif rank > self._heap[0][0]:
            heapq.heapreplace(self._heap, (rank, -self.seen, sample_of(comment, verdict)))

    @property
    def samples(self) -> list[Sample]:
        """The samples, the highest first."""
        return [sample for _, _, sample in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]


@dataclass
class Summary:
    """The verdicts of one export, counted.

    Parameters
    ----------
    total : Tally
        All comments.
    months : dict
        (year, month) to the month's comments.
    undated : Tally
        Comments without a date.
    types, statuses : Groups
        By how they came, and by what the platform did with them ("" where it says nothing).
    posts, hosts, campaigns : Groups
        By post, by registered domain that they lead to, by text that is nearly the same.
    reasons : dict
        Label to how often each reason, in words, spoke for it.
    review, published_spam, refused_substantive : Best
        What a person should look at: the most unsure first; spam that readers see and readers' comments that they
        don't see, by the platform's status, the surest first.
    samples : dict
        Label to a few comments of it, drawn by the hash of their id.
    """

    total: Tally = field(default_factory=Tally)
    months: dict[tuple[int, int], Tally] = field(default_factory=dict)
    undated: Tally = field(default_factory=Tally)
    types: Groups = field(default_factory=Groups)
    statuses: Groups = field(default_factory=lambda: Groups(most=100))
    posts: Groups = field(default_factory=Groups)
    hosts: Groups = field(default_factory=Groups)
    campaigns: Groups = field(default_factory=Groups)
    reasons: dict[Label, Counter[str]] = field(default_factory=lambda: {label: Counter() for label in LABELS})
    review: Best = field(default_factory=lambda: Best(REVIEWED))
    published_spam: Best = field(default_factory=lambda: Best(REVIEWED))
    refused_substantive: Best = field(default_factory=lambda: Best(REVIEWED))
    samples: dict[Label, Best] = field(default_factory=lambda: {label: Best(SAMPLES) for label in LABELS})


def summarise(judged: Iterable[tuple[Comment, Verdict]]) -> Summary:
    """Count verdicts, in one pass.

    Parameters
    ----------
    judged : iterable of (Comment, Verdict)
        As `commentguard.guard.CommentGuard.classify_many` yields them; any number.

    Returns
    -------
    Summary
        Of bounded size, whatever comes.

    Examples
    --------
    >>> verdict = Verdict("spam", {"spam": 0.9, "off-topic": 0.06, "substantive": 0.04}, False)
    >>> found = summarise([(Comment(text="Buy", author_url="http://lamps.example"), verdict)])
    >>> found.total.spam, [group.name for group in found.hosts.largest()]
    (1, ['lamps.example'])
    """
    found, campaigns = Summary(), Campaigns(REMEMBERED)
    for comment, verdict in judged:
        found.total.add(verdict)
        date = comment.date
        (found.months.setdefault((date.year, date.month), Tally()) if date else found.undated).add(verdict)
        for group in _groups(found, campaigns, comment):
            group.add(comment, verdict)
        found.reasons[verdict.label].update(reason.text for reason in verdict.reasons if reason.weight > 0)
        _choose(found, comment, verdict)
    return found


def _groups(found: Summary, campaigns: Campaigns, comment: Comment) -> Iterable[Group]:
    """Yield the groups that a comment belongs to."""
    yield found.types.at(comment.type, lambda: comment.type)
    yield found.statuses.at(comment.status, lambda: shown(comment.status, NAME))
    post = comment.post
    if post is not None:
        key = hash((comment.source, post.id or post.url or post.title))
        yield found.posts.at(key, lambda: shown(post.title or post.url or post.id, NAME))
    for name in sorted(hosts_of(comment)):  # so that the same input makes the same page
        yield found.hosts.at(name, name.__str__)
    campaign = campaigns.group_of(comment.text)
    if campaign is not None:
        yield found.campaigns.at(campaign, lambda: shown_text(comment.text, _CAMPAIGN_TEXT))


def _choose(found: Summary, comment: Comment, verdict: Verdict) -> None:
    """Offer a comment to the lists that it could stand in."""
    share = verdict.probabilities[verdict.label]
    drawn = blake2b(comment.id.encode("utf-8", "replace"), digest_size=6).digest()
    found.samples[verdict.label].offer(int.from_bytes(drawn, "big"), comment, verdict)
    if verdict.needs_review:
        found.review.offer(-max(verdict.probabilities.values()), comment, verdict)
    status = comment.status.lower()
    if verdict.label == "spam" and status in PUBLISHED:
        found.published_spam.offer(share, comment, verdict)
    elif verdict.label == "substantive" and status in REFUSED:
        found.refused_substantive.offer(share, comment, verdict)

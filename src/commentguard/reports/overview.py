"""What an export holds, counted: for a look at it before anything is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from commentguard.readers import FORMATS, ReadReport
from commentguard.records import Comment

_LISTED: Final = 20
NO_SPAM: Final = (
    "a WordPress export leaves out what was marked as spam, so there is none in it to learn from; "
    "export the comments table with wp comment list --status=spam --format=json beside it"
)
"""What is said where a WordPress export holds no spam."""
_NO_LABELS: Final = (
    "nobody's labels are in it; to train or evaluate, map the status: --map approved=substantive,spam=spam"
)


@dataclass
class Overview:
    """The counts of one export.

    Parameters
    ----------
    comments : int
        How many comments there are.
    types, statuses, labels, sources : Counter
        How many of each; comments without status or label count under ``""``.
    posts : int
        How many different posts they stand under.
    first, last : datetime or None
        The earliest and latest date; None where no comment has one.
    report : ReadReport
        What was skipped or repaired on the way.
    """

    comments: int = 0
    types: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    posts: int = 0
    first: datetime | None = None
    last: datetime | None = None
    report: ReadReport = field(default_factory=ReadReport)

    @property
    def hints(self) -> list[str]:
        """What the person who wants to train on it should know."""
        found = []
        if self.report.format == "wordpress" and not self.statuses["spam"]:
            found.append(NO_SPAM)
        if self.comments and self.labels[""] == self.comments:
            found.append(_NO_LABELS)
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the counts as a JSON object; of skipped records and warnings the first 20."""
        return {
            "format": self.report.format,
            "comments": self.comments,
            "types": dict(self.types),
            "statuses": dict(self.statuses),
            "labels": {label: times for label, times in self.labels.items() if label},
            "sources": len([source for source in self.sources if source]),
            "posts": self.posts,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "skipped": self.report.skipped_count,
            "skipped_first": [{"place": one.place, "reason": one.reason} for one in self.report.skipped[:_LISTED]],
            "warnings": self.report.warnings[:_LISTED],
            "truncated": self.report.truncated,
            "hints": self.hints,
        }


def overview(comments: Iterable[Comment], report: ReadReport) -> Overview:
    """Count what an export holds, in one pass.

    Parameters
    ----------
    comments : iterable of Comment
        The comments, as `commentguard.readers.read_comments` yields them.
    report : ReadReport
        The report that the reading run fills.

    Examples
    --------
    >>> found = overview([Comment(text="Nice", status="approved"), Comment(text="Buy")], ReadReport(format="jsonl"))
    >>> found.comments, dict(found.statuses)
    (2, {'approved': 1, '': 1})
    """
    found = Overview(report=report)
    posts: set[int] = set()
    for comment in comments:
        found.comments += 1
        found.types[comment.type] += 1
        found.statuses[comment.status] += 1
        found.labels[comment.label or ""] += 1
        found.sources[comment.source] += 1
        if comment.post is not None:
            posts.add(hash((comment.source, comment.post.id or comment.post.url or comment.post.title)))
        if comment.date is not None:
            date = comment.date.replace(tzinfo=None)
            found.first = min(found.first or date, date)
            found.last = max(found.last or date, date)
    found.posts = len(posts)
    return found


def described(found: Overview) -> list[tuple[str, str]]:
    """Return name and value of what a person wants to know of an export, in words."""
    report = found.report
    dates = f"{found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}" if found.first and found.last else "none"
    lines = [
        ("format", FORMATS[report.format].description if report.format in FORMATS else report.format),
        ("comments", f"{found.comments:,}"),
        ("types", _listed(found.types)),
        ("status", _listed(found.statuses)),
        ("labels", _listed(found.labels)),
        ("posts", f"{found.posts:,}"),
        ("sources", _listed(found.sources)),
        ("dates", dates),
        ("skipped", f"{report.skipped_count:,}"),
        *(("", f"{one.place}: {one.reason}") for one in report.skipped[:_LISTED]),
        *(("warning", warning) for warning in report.warnings[:_LISTED]),
        *(("hint", hint) for hint in found.hints),
    ]
    return lines


def _listed(counts: Counter[str], most: int = 12) -> str:
    named = [f"{name or 'none'} {times:,}" for name, times in counts.most_common(most)]
    more = f", and {len(counts) - most:,} more" if len(counts) > most else ""
    return ", ".join(named) + more if named else "none"

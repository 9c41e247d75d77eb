"""The page for the owner of a blog: what its comments are, and what to look at."""

from __future__ import annotations

from collections import Counter
from typing import Final, TextIO

from commentguard.records import LABELS
from commentguard.reports.pages import write_page
from commentguard.reports.periods import listed, periods
from commentguard.reports.samples import NAME, shown
from commentguard.reports.summary import LISTED, Summary

_MONTHS: Final = 240
_REASONS: Final = 8
_A_CAMPAIGN: Final = 3


def write_report(summary: Summary, stream: TextIO, *, name: str = "", model: str = "") -> None:
    """Write the page about a blog's comments.

    Parameters
    ----------
    summary : Summary
        What `commentguard.reports.summary.summarise` returned.
    stream : text stream
        Where to.
    name : str
        What the comments are of; empty where that is not known.
    model : str
        The model that judged, as its reader knows it.

    Raises
    ------
    MissingPackageError
        When Jinja2 is not installed.
    """
    statuses = [group for group in summary.statuses.largest() if group.name]
    tallies = (summary.posts, summary.hosts, summary.campaigns)
    write_page(
        "blog.html",
        stream,
        name=shown(name, NAME),
        model=shown(model, NAME),
        summary=summary,
        columns=periods(summary.months),
        months=listed(summary.months, _MONTHS),
        n_months=len(summary.months),
        types=summary.types.largest(),
        statuses=statuses,
        posts=summary.posts.largest(),
        hosts=summary.hosts.largest(),
        campaigns=summary.campaigns.largest(least=_A_CAMPAIGN),
        reasons=[(label, _named(summary.reasons[label])) for label in LABELS],
        samples=[(label, summary.samples[label].samples) for label in LABELS],
        listed=LISTED,
        a_campaign=_A_CAMPAIGN,
        dropped=any(groups.dropped for groups in tallies),
    )


def _named(reasons: Counter[str]) -> list[tuple[str, int]]:
    return [(shown(text, NAME), times) for text, times in reasons.most_common(_REASONS)]

"""Figures of several classifiers on the same rows, with intervals, as tables.

Rows of one blog resemble each other, so the intervals come from drawing whole sources, not rows, with replacement. All
classifiers are judged on the same draws: that tells the difference of two of them apart from luck even where their own
intervals overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from corpus import Labelled
from numpy.typing import NDArray

from commentguard.evaluation import judge
from commentguard.records import Verdict

DRAWS: Final = 500
"""Bootstrap draws of the sources."""
COLUMNS: Final = {
    "macro_f1": "macro-F1",
    "spam_auc": "spam AUC",
    "spam_recall_at_1pct": "spam caught at 1% of the substantive lost",
    "offtopic_auc": "off-topic AUC",
    "substantive_lost": "substantive lost",
    "ece": "ece",
}
"""Figures of the table and their headings."""
WITH_INTERVAL: Final = ("macro_f1", "spam_auc", "offtopic_auc")
THREE_WAY: Final = ("macro_f1", "offtopic_auc", "ece")
"""Figures that one who knows spam and the rest only does not have."""


@dataclass(frozen=True)
class Judged:
    """A classifier's figures on the rows, and on each draw of their sources.

    Parameters
    ----------
    two_way : bool
        True where it knows spam and the rest only.
    figures : Mapping
        `Evaluation.figures` on all rows.
    draws : Mapping
        Each of `WITH_INTERVAL` to its values on the draws, shape (DRAWS,).
    """

    two_way: bool
    figures: Mapping[str, float]
    draws: Mapping[str, NDArray[np.float64]]


def judged(rows: Sequence[Labelled], verdicts: Sequence[Verdict], two_way: bool = False) -> Judged:
    """Judge one classifier's verdicts by the labels of the rows."""
    comments = [row.labelled for row in rows]
    drawn = []
    for draw in _draws([row.comment.source for row in rows]):
        figures = judge([comments[row] for row in draw], [verdicts[row] for row in draw]).figures
        drawn.append([figures[name] for name in WITH_INTERVAL])
    draws = dict(zip(WITH_INTERVAL, np.array(drawn).T, strict=True))
    return Judged(two_way, judge(comments, verdicts).figures, draws)


def _draws(sources: Sequence[str]) -> list[list[int]]:
    rows_of = {source: [row for row, of in enumerate(sources) if of == source] for source in sorted(set(sources))}
    rng = np.random.default_rng(0)
    return [
        [row for source in rng.choice(list(rows_of), len(rows_of)).tolist() for row in rows_of[source]]
        for _ in range(DRAWS)
    ]


def figures_table(found: Mapping[str, Judged]) -> str:
    """Return the figures of all classifiers, a dash where one has none."""
    return table(("", *COLUMNS.values()), [(name, *(_cell(of, key) for key in COLUMNS)) for name, of in found.items()])


def lead_table(found: Mapping[str, Judged], ahead: str) -> str:
    """Return how far one classifier is ahead of each other one; an interval without 0 is no luck."""
    rows = [
        (f"{ahead} ahead of {name}", *(_lead(found[ahead], of, key) for key in WITH_INTERVAL))
        for name, of in found.items()
        if name != ahead
    ]
    return table(("", *(COLUMNS[key] for key in WITH_INTERVAL)), rows)


def _cell(of: Judged, key: str) -> str:
    if of.two_way and key in THREE_WAY:
        return "-"
    value = f"{of.figures[key]:.3f}"
    return f"{value} ({_interval(of.draws[key], '.3f')})" if key in WITH_INTERVAL else value


def _lead(of: Judged, other: Judged, key: str) -> str:
    if other.two_way and key in THREE_WAY:
        return "-"
    return f"{of.figures[key] - other.figures[key]:+.3f} ({_interval(of.draws[key] - other.draws[key], '+.3f')})"


def _interval(values: NDArray[np.float64], form: str) -> str:
    low, high = np.nanquantile(values, (0.025, 0.975))
    return f"{low:{form}} to {high:{form}}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ("---",) * len(head), *rows))

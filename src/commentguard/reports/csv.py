"""Comments and verdicts as CSV for spreadsheets: no cell is run as a formula, our own reader restores all."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Final, TextIO

from commentguard.objects import PERSONAL
from commentguard.readers import escape_cell
from commentguard.records import Comment, Post, Reason, Verdict

VERDICT_COLUMNS: Final = (
    "id", "label", "spam", "off_topic", "substantive", "needs_review", "reasons",
    "type", "author", "post_title", "text",
)  # fmt: skip
"""The columns of a table of verdicts."""

COMMENT_COLUMNS: Final = (
    "id", "type", "text", "author", "author_url", *PERSONAL, "user_agent", "date", "parent_id", "label", "status",
    "source", "post_id", "post_title", "post_text", "post_url", "post_date",
)  # fmt: skip
"""The columns of a table of comments; the personal ones only where they are asked for."""


def verdict_row(comment: Comment, verdict: Verdict) -> list[str]:
    """Return the cells of a verdict in the order of `VERDICT_COLUMNS`, not escaped.

    Examples
    --------
    >>> verdict_row(Comment(id="7", text="x"), Verdict("spam", {"spam": 0.9, "off-topic": 0.1, "substantive": 0}, True))
    ['7', 'spam', '0.900000', '0.100000', '0.000000', 'true', '', 'comment', '', '', 'x']
    """
    shares = [f"{verdict.probabilities[label]:.6f}" for label in ("spam", "off-topic", "substantive")]
    return [
        comment.id,
        verdict.label,
        *shares,
        "true" if verdict.needs_review else "false",
        reasons_in_words(verdict.reasons),
        comment.type,
        comment.author,
        comment.post.title if comment.post else "",
        comment.text,
    ]


def reasons_in_words(reasons: Iterable[Reason]) -> str:
    """Return reasons as one text, each with its weight."""
    return "; ".join(f"{reason.text} ({reason.weight:+.2f})" for reason in reasons)


def comment_row(comment: Comment, personal_data: bool = False) -> list[str]:
    """Return the cells of a comment in the order of `COMMENT_COLUMNS`, without the personal ones unless asked."""
    cells = []
    for name in COMMENT_COLUMNS:
        if name in PERSONAL and not personal_data:
            continue
        holder, field = (comment.post or Post(), name[5:]) if name.startswith("post_") else (comment, name)
        value = getattr(holder, field)
        cells.append(value.isoformat() if value and field == "date" else value or "")
    return cells


def write_verdicts(verdicts: Iterable[tuple[Comment, Verdict]], stream: TextIO) -> None:
    """Write verdicts as CSV with a header, each as it is drawn."""
    _write(VERDICT_COLUMNS, (verdict_row(*pair) for pair in verdicts), stream)


def write_comments(comments: Iterable[Comment], stream: TextIO, personal_data: bool = False) -> None:
    """Write comments as CSV with a header, each as it is drawn; threads and unknown keys have no column."""
    columns = [name for name in COMMENT_COLUMNS if personal_data or name not in PERSONAL]
    _write(columns, (comment_row(comment, personal_data) for comment in comments), stream)


def _write(header: Iterable[str], rows: Iterable[Iterable[str]], stream: TextIO) -> None:
    writer = csv.writer(stream)
    writer.writerow(header)
    for row in rows:
        writer.writerow([escape_cell(cell) for cell in row])

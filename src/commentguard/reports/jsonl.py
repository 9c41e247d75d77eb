"""Comments and verdicts as JSON Lines: one object a line."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from commentguard.objects import as_line, comment_to_json, verdict_to_json
from commentguard.records import Comment, Verdict

if TYPE_CHECKING:
    from commentguard.guard import Explanation


def explanation_to_json(comment: Comment, explanation: Explanation) -> dict[str, Any]:
    """Return a verdict's object with all evidence beside it, strongest first; a value that is unknown is null."""
    evidence = [
        {
            "name": piece.name,
            "text": piece.text,
            "value": None if math.isnan(piece.value) else float(piece.value),
            "contributions": {label: float(weight) for label, weight in piece.contributions.items()},
        }
        for piece in explanation.evidence
    ]
    told = verdict_to_json(comment, explanation.verdict)
    return {**told, "evidence": evidence, "passage": explanation.passage}


def write_comments(comments: Iterable[Comment], stream: TextIO, personal_data: bool = False) -> None:
    """Write comments as JSON Lines, each as it is drawn."""
    for comment in comments:
        stream.write(as_line(comment_to_json(comment, personal_data)))


def write_verdicts(verdicts: Iterable[tuple[Comment, Verdict]], stream: TextIO) -> None:
    """Write verdicts as JSON Lines, each as it is drawn."""
    for comment, verdict in verdicts:
        stream.write(as_line(verdict_to_json(comment, verdict)))


def write_explanations(explanations: Iterable[tuple[Comment, Explanation]], stream: TextIO) -> None:
    """Write explanations as JSON Lines, each as it is drawn."""
    for comment, explanation in explanations:
        stream.write(as_line(explanation_to_json(comment, explanation)))

"""What the golden files hold: the comments of an example export and the report on it, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commentguard.readers import ReadReport, read_comments
from commentguard.records import Comment

EXPORTS = Path(__file__).parent / "exports"


def as_json(comment: Comment) -> dict[str, Any]:
    """Return the comment with nothing left out but what is empty."""
    values = asdict(comment)
    found: dict[str, Any] = json.loads(json.dumps(values, default=str))
    found["post"] = {key: value for key, value in (found["post"] or {}).items() if value}
    return {key: value for key, value in found.items() if value or key in ("id", "text")}


def account(name: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what reading an example export gives."""
    report = ReadReport()
    comments = [as_json(comment) for comment in read_comments(EXPORTS / name, report=report, **options)]
    return {
        "format": report.format,
        "comments": comments,
        "skipped": [[skipped.place, skipped.reason] for skipped in report.skipped],
        "warnings": report.warnings,
        "truncated": report.truncated,
    }

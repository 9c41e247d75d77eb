"""A job over a whole export: what to look at first, as CSV.

Run `python examples/classify_export.py examples/export.xml`.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter

from commentguard import load_model, read_comments
from commentguard.readers import ReadReport, escape_cell


def main(export: str) -> None:
    """Write id, verdict and first reason of all published spam and all doubtful comments; the counts to stderr."""
    guard, report, counts = load_model(), ReadReport(), Counter[str]()
    writer = csv.writer(sys.stdout)
    writer.writerow(["id", "label", "spam", "author", "reason"])
    for comment, verdict in guard.classify_many(read_comments(export, report=report)):
        counts[verdict.label] += 1
        if verdict.needs_review or (verdict.label == "spam" and comment.status == "approved"):
            reason = verdict.reasons[0].text if verdict.reasons else ""
            row = (comment.id, verdict.label, f"{verdict.probabilities['spam']:.2f}", comment.author, reason)
            writer.writerow([escape_cell(cell) for cell in row])  # a name may be a spreadsheet formula
    sys.stderr.write(f"{report.comments} comments read, {report.skipped_count} skipped: {dict(counts)}\n")


if __name__ == "__main__":
    main(sys.argv[1])

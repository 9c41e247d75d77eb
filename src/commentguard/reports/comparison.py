"""What training ends with: two models side by side, the verdicts that change, the rows to look at."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TextIO

from rich.table import Table
from rich.text import Text

from commentguard.readers import escape_cell
from commentguard.records import LABELS, Comment
from commentguard.reports.display import printable
from commentguard.reports.figures import write_confusion
from commentguard.reports.table import console_for

if TYPE_CHECKING:
    from commentguard.gate import Comparison, Flip
    from commentguard.suspects import Suspect

_FIGURES: Final = {
    "macro_f1": "macro-F1",
    "spam_recall_at_1pct": "spam caught where 1% of substantive is lost",
    "substantive_lost": "substantive comments called spam",
    **{f"{label} {name}": f"{label}: {name.replace('f1', 'F1')}" for label in LABELS
       for name in ("precision", "recall", "f1")},
}  # fmt: skip
_COMMENT: Final = ("type", "author", "author_url", "post_title", "text")
FLIP_COLUMNS: Final = ("id", "label", "old", "new", "better", "old_spam", "new_spam", *_COMMENT)
"""The columns of a table of verdicts that change."""
SUSPECT_COLUMNS: Final = ("id", "label", "predicted", *(label.replace("-", "_") for label in LABELS), "why", *_COMMENT)
"""The columns of a table of rows to look at; once labels are mended, `commentguard labels import` takes it."""
MAX_CELL: Final = 32_000
"""The longest text of a cell, in characters: spreadsheets break longer ones apart."""


def write_comparison(comparison: Comparison, stream: TextIO, about_old: str = "") -> None:
    """Write two models side by side, each figure with its 95% interval, and what the new one makes of each label.

    Parameters
    ----------
    comparison : Comparison
        From `commentguard.train`.
    stream : text stream
        Where to.
    about_old : str
        What the old model is, in words; empty: nothing is said of it.
    """
    console = console_for(stream)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in (f"{comparison.old.n:,} labelled comments held out", "old model", "new model", "difference"):
        table.add_column(Text(name), overflow="fold")
    for key, name in _FIGURES.items():
        if key in comparison.figures:
            figure = comparison.figures[key]
            cells = (_with_interval(figure.old), _with_interval(figure.new), _with_interval(figure.difference, "+"))
            table.add_row(name, *cells)
    console.print(table)
    if about_old:
        console.print(Text(f"\nold model: {printable(about_old)}"))
    console.print(Text(f"\n{flips_in_words(comparison.flips)}\n\nnew model:"))
    write_confusion(comparison.new, stream)


def flips_in_words(flips: Sequence[Flip]) -> str:
    """Return how many verdicts change, and how many of them to the better."""
    better = sum(flip.new.label == flip.comment.label for flip in flips)
    worse = sum(flip.old.label == flip.comment.label for flip in flips)
    counted = "1 verdict changes" if len(flips) == 1 else f"{len(flips):,} verdicts change"
    return f"{counted}: {better:,} to right, {worse:,} to wrong"


def write_flips(flips: Iterable[Flip], stream: TextIO) -> None:
    """Write the verdicts that change as CSV; no cell is run as a formula."""
    rows = ((flip.comment, _flip_cells(flip)) for flip in flips)
    _write(FLIP_COLUMNS, rows, stream)


def write_suspects(suspects: Iterable[Suspect], stream: TextIO) -> None:
    """Write rows whose label is likely wrong as CSV, in the form that `commentguard labels import` takes."""
    rows = ((suspect.comment, _suspect_cells(suspect)) for suspect in suspects)
    _write(SUSPECT_COLUMNS, rows, stream)


def _flip_cells(flip: Flip) -> tuple[str, ...]:
    right = [name for name, verdict in (("old", flip.old), ("new", flip.new)) if verdict.label == flip.comment.label]
    shares = (f"{verdict.probabilities['spam']:.6f}" for verdict in (flip.old, flip.new))
    return (flip.comment.label or "", flip.old.label, flip.new.label, right[0] if right else "neither", *shares)


def _suspect_cells(suspect: Suspect) -> tuple[str, ...]:
    shares = [f"{share:.6f}" for share in suspect.probabilities] or [""] * len(LABELS)
    why = ["another row on this text has another label"] if suspect.contradicted else []
    if suspect.seen_as and suspect.seen_as != suspect.comment.label:
        why.append(f"models without this row call it {suspect.seen_as}")
    return (suspect.comment.label or "", suspect.seen_as or "", *shares, "; ".join(why))


def _write(header: Sequence[str], rows: Iterable[tuple[Comment, tuple[str, ...]]], stream: TextIO) -> None:
    writer = csv.writer(stream)
    writer.writerow(header)
    for comment, cells in rows:
        about = (comment.type, comment.author, comment.author_url, comment.post.title if comment.post else "")
        whole = (comment.id, *cells, *about, comment.text[:MAX_CELL])
        writer.writerow([escape_cell(cell) for cell in whole])


def _with_interval(figure: tuple[float, float, float], sign: str = "") -> str:
    value, low, high = figure
    if value != value:
        return "-"
    return f"{value:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"

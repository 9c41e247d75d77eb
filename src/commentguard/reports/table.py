"""Verdicts and explanations as tables for a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from commentguard.records import LABELS, Comment, Label, Verdict
from commentguard.reports.display import percent, shortened
from commentguard.text.html import plain_text

if TYPE_CHECKING:
    from commentguard.guard import Evidence, Explanation

ROWS_AT_A_TIME: Final = 50
"""Rows that are laid out together, so that the first are seen before the last are judged."""

STYLES: Final[Mapping[Label, str]] = {"spam": "red", "off-topic": "yellow", "substantive": "green"}
"""The colour of each label on a terminal."""

_PLAIN_WIDTH: Final = 120
_ONE_LINE: Final = 120
_LOOKED_AT: Final = 4000


def console_for(stream: TextIO) -> Console:
    """Return a console that writes to a stream: colours on a terminal alone, and text as it stands, without markup."""
    terminal = stream.isatty()
    size = shutil.get_terminal_size()
    return Console(
        file=stream,
        force_terminal=terminal,
        width=size.columns if terminal else _PLAIN_WIDTH,
        height=size.lines,  # with a width alone, rich takes a terminal that calls itself dumb for 80 columns wide
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )


def write_verdicts(verdicts: Iterable[tuple[Comment, Verdict]], stream: TextIO) -> None:
    """Write verdicts as a table as wide as the terminal, or 120 columns elsewhere, in portions as they are drawn.

    E-mail and IP addresses are never part of it; texts are made harmless (`commentguard.reports.display`).
    """
    console = console_for(stream)
    rows = iter(verdicts)
    header = True
    while portion := list(islice(rows, ROWS_AT_A_TIME)):
        console.print(verdict_table(portion, console.width, header))
        stream.flush()
        header = False


def verdict_table(portion: Sequence[tuple[Comment, Verdict]], width: int, header: bool = True) -> Table:
    """Return the table of some verdicts.

    Parameters
    ----------
    portion : sequence of pairs
        Comments with their verdicts.
    width : int
        The columns of the terminal; below 120 texts and reasons take two or three lines, below 70 the post's title
        and the reason are left out.
    header : bool
        True to name the columns.
    """
    wide, tall = width >= 70, width < _ONE_LINE
    table = Table(box=None, width=width, show_header=header, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("label", width=11, no_wrap=True)
    table.add_column("prob", width=4, justify="right", no_wrap=True)
    table.add_column("?", width=1, no_wrap=True)
    table.add_column("author", ratio=3, no_wrap=True, overflow="ellipsis")
    if wide:
        table.add_column("post", ratio=4, no_wrap=True, overflow="ellipsis")
    table.add_column("text", ratio=8, no_wrap=not tall, overflow="ellipsis")
    if wide:
        table.add_column("reason", ratio=6, no_wrap=not tall, overflow="ellipsis")
    for comment, verdict in portion:
        table.add_row(*_cells(comment, verdict, width, wide))
    return table


def _cells(comment: Comment, verdict: Verdict, width: int, wide: bool) -> Iterator[Text]:
    yield Text(verdict.label, style=STYLES[verdict.label])
    yield Text(percent(verdict.probabilities[verdict.label]))
    yield Text("?" if verdict.needs_review else "", style="bold magenta")
    yield Text(shortened(comment.author, width))
    if wide:
        yield Text(shortened(comment.post.title if comment.post else "", width))
    text = shortened(plain_text(comment.text[:_LOOKED_AT]), width)
    yield _beginning(text if comment.type == "comment" else f"[{comment.type}] {text}", width)
    if wide:
        yield _beginning(shortened(_first_reason(verdict), width), width)


def _first_reason(verdict: Verdict) -> str:
    """Return the strongest reason for the label; what speaks against it would read as its reason here."""
    return next((reason.text for reason in verdict.reasons if reason.weight > 0), "")


def _beginning(text: str, width: int) -> Text:
    """Return as much of a text as fills about two lines of a narrow table's column; all of it for a wide table."""
    found = Text(text)
    if width < _ONE_LINE:
        found.truncate(width // 2, overflow="ellipsis")
    return found


def write_explanations(explanations: Iterable[tuple[Comment, Explanation]], stream: TextIO, most: int = 12) -> None:
    """Write what speaks for and against each verdict, in words with weights.

    Parameters
    ----------
    explanations : iterable of pairs
        Comments with their explanations.
    stream : text stream
        Where to.
    most : int
        How many pieces of evidence are shown on either side, strongest first.
    """
    console = console_for(stream)
    for number, (comment, explanation) in enumerate(explanations):
        if number:
            console.print()
        _print_head(console, comment, explanation.verdict)
        label = explanation.verdict.label
        weighed = [(piece, piece.contributions.get(label, 0.0)) for piece in explanation.evidence]
        for side, chosen in (
            (f"for {label}", [pair for pair in weighed if pair[1] > 0]),
            (f"against {label}", [pair for pair in weighed if pair[1] < 0]),
        ):
            _print_side(console, side, sorted(chosen, key=lambda pair: -abs(pair[1])), most)
        if explanation.passage:
            head = Text("reads most like spam: ", style="bold")
            console.print(head.append(shortened(explanation.passage, 120), style="default not bold"))


def _print_head(console: Console, comment: Comment, verdict: Verdict) -> None:
    shares = ", ".join(f"{label} {percent(verdict.probabilities[label])}" for label in LABELS)
    head = Text(verdict.label, style=f"bold {STYLES[verdict.label]}")
    head.append(f"  ({shares})", style="default not bold")
    if verdict.needs_review:
        head.append("  to review", style="bold magenta")
    console.print(head)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in (
        ("id", comment.id),
        ("type", comment.type),
        ("author", comment.author),
        ("address", comment.author_url),
        ("post", comment.post.title if comment.post else ""),
        ("text", plain_text(comment.text[:_LOOKED_AT])),
    ):
        if value:
            table.add_row(name, Text(_cut(shortened(value, 160), 480)))
    console.print(table)


def _print_side(console: Console, side: str, pieces: Sequence[tuple[Evidence, float]], most: int) -> None:
    console.print(Text(f"{side}:" if pieces else f"{side}: nothing", style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for piece, weight in pieces[:most]:
        table.add_row(f"{weight:+.2f}", Text(_cut(shortened(piece.text, 80), 240)))
    if pieces:
        console.print(table)
    if len(pieces) > most:
        console.print(f"  and {len(pieces) - most} weaker ones; --output-format jsonl shows all")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"

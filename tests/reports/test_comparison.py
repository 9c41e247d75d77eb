"""Two models side by side, and the tables of what changes and of what to look at."""

from __future__ import annotations

import csv
from io import StringIO

import numpy as np

from commentguard import Comment, Post, Verdict
from commentguard.gate import Comparison, Flip, compare
from commentguard.records import LABELS, Label
from commentguard.reports.comparison import (
    FLIP_COLUMNS,
    SUSPECT_COLUMNS,
    flips_in_words,
    write_comparison,
    write_flips,
    write_suspects,
)
from commentguard.suspects import Suspect


def verdict(label: Label) -> Verdict:
    return Verdict(label, {one: 0.8 if one == label else 0.1 for one in LABELS}, False)


def compared() -> Comparison:
    rows = [Comment(text=f"note {number}", label=LABELS[number % 2]) for number in range(40)]
    old = [verdict(LABELS[number % 2]) for number in range(40)]
    new = [verdict("spam"), verdict("spam"), *old[2:]]
    return compare(rows, old, new, np.arange(40))


def test_figures_of_both_models_stand_side_by_side_with_intervals() -> None:
    stream = StringIO()
    write_comparison(compared(), stream)
    shown = stream.getvalue()
    assert shown.splitlines()[0].split("  ")[0] == "40 labelled comments held out"
    for words in ("old model", "new model", "difference", "macro-F1", "1.000 (1.000 to 1.000)", "-0.025 (-0.0", "F1",
                  "spam: recall", "1 verdict changes: 0 to right, 1 to wrong", "is, called"):  # fmt: skip
        assert words in shown
    (lost,) = [line for line in shown.splitlines() if line.startswith("substantive comments called spam")]
    assert lost.split("  ")[-1].strip() in ("", "-")


def test_flips_are_counted_by_what_they_do() -> None:
    rows = [Comment(text="x", label=label) for label in ("spam", "spam", "off-topic")]
    flips = [Flip(rows[0], verdict("off-topic"), verdict("spam")), Flip(rows[1], verdict("spam"), verdict("off-topic")),
             Flip(rows[2], verdict("spam"), verdict("substantive"))]  # fmt: skip
    assert flips_in_words(flips) == "3 verdicts change: 1 to right, 1 to wrong"
    stream = StringIO()
    write_flips(flips, stream)
    table = list(csv.DictReader(StringIO(stream.getvalue())))
    assert tuple(table[0]) == FLIP_COLUMNS
    assert [row["better"] for row in table] == ["new", "old", "neither"]
    assert (table[0]["old_spam"], table[0]["new_spam"]) == ("0.100000", "0.800000")


def test_rows_to_look_at_say_why_and_run_nothing_in_a_spreadsheet() -> None:
    comment = Comment(
        text="=1+1", id="7", author="@ann", label="spam", author_email="a@b.example", post=Post(title="Plums")
    )
    stream = StringIO()
    write_suspects([Suspect(comment, "substantive", (0.1, 0.1, 0.8), True), Suspect(comment, None, (), True)], stream)
    first, second = csv.DictReader(StringIO(stream.getvalue()))
    assert tuple(first) == SUSPECT_COLUMNS
    assert first["why"] == "another row on this text has another label; models without this row call it substantive"
    assert (first["label"], first["predicted"], first["substantive"]) == ("spam", "substantive", "0.800000")
    assert (first["text"], first["author"], first["post_title"]) == ("'=1+1", "'@ann", "Plums")
    assert (second["predicted"], second["spam"]) == ("", "")
    assert "b.example" not in stream.getvalue()

"""Rows whose label is likely wrong are found, and few others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from commentguard import Comment, CommentGuard, suspects
from commentguard.records import LABELS
from commentguard.suspects import find_suspects


@pytest.fixture(scope="module")
def spoiled(starter_rows: list[Comment]) -> tuple[list[Comment], set[str]]:
    """Return 120 rows, and the ids of the ten whose label was made a wrong one."""
    rows = starter_rows[::9][:120]
    wrong = {row.id for row in rows[5::12]}
    mixed = [
        replace(row, label="substantive" if row.label == "spam" else "spam") if row.id in wrong else row for row in rows
    ]
    return mixed, wrong


def test_wrong_labels_are_found_by_models_that_go_on_from_another(
    spoiled: tuple[list[Comment], set[str]], guard: CommentGuard
) -> None:
    rows, wrong = spoiled
    found = find_suspects(rows, start=guard)
    hit = [suspect for suspect in found if suspect.comment.id in wrong]
    assert len(hit) >= 6
    assert len(found) - len(hit) <= 6
    assert all(suspect.seen_as != suspect.comment.label for suspect in found)
    own = [suspect.probabilities[LABELS.index(suspect.comment.label or "spam")] for suspect in found]
    assert max(own) < 0.5


def test_probabilities_that_are_at_hand_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspects, "train", None)
    rows = [Comment(text=f"note {number}", id=str(number), label=LABELS[number % 3]) for number in range(30)]
    held_out = np.full((30, 3), 0.1)
    held_out[np.arange(30), np.arange(30) % 3] = 0.8
    held_out[4] = 0.9, 0.05, 0.05  # given as off-topic
    held_out[7] = 0.5, 0.3, 0.2  # no surer of spam than of what is spam
    (found,) = find_suspects(rows, held_out)
    assert (found.comment.id, found.seen_as, found.probabilities) == ("4", "spam", (0.9, 0.05, 0.05))


def test_contradictions_alone_are_found_where_no_model_is_asked(
    monkeypatch: pytest.MonkeyPatch, guard: CommentGuard
) -> None:
    text = "we sell the finest garden chairs at half the price today"
    rows = [Comment(text=text, id="1", label="spam"), Comment(text=text + "!", id="2", label="substantive"),
            Comment(text="Mine froze.", id="3", label="spam")]  # fmt: skip
    monkeypatch.setattr(suspects, "MOST_ROWS", 2)
    found = find_suspects(rows, start=guard)
    assert [(one.comment.id, one.seen_as, one.probabilities, one.contradicted) for one in found] == [
        ("1", None, (), True),
        ("2", None, (), True),
    ]


def test_rows_that_no_fold_judged_are_no_suspects(starter_rows: list[Comment]) -> None:
    rows = starter_rows[:30]
    assert find_suspects(rows, np.full((30, 3), np.nan)) == []

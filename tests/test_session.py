"""Labelling one comment after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commentguard.errors import OutputError
from commentguard.labels import Decision, append_decisions, read_decisions
from commentguard.queries import parse
from commentguard.records import Comment, Label, Post, Verdict
from commentguard.selection import Candidate
from commentguard.session import Session

Record = Callable[[Sequence[Decision]], None]
SPAM = Verdict("spam", {"spam": 0.8, "off-topic": 0.1, "substantive": 0.1}, False)
UNSURE = Verdict("spam", {"spam": 0.4, "off-topic": 0.3, "substantive": 0.3}, True)


def candidate(
    number: int, verdict: Verdict = SPAM, campaign: int | None = None, label: Label | None = None, url: str = ""
) -> Candidate:
    comment = Comment(f"text {number}", id=str(number), author_url=url, label=label, post=Post(id=f"p{number % 2}"))
    return Candidate(comment, verdict, campaign, number)


def session(
    candidates: Sequence[Candidate],
    record: Callable[[Sequence[Decision]], None] = lambda _: None,
    path: Path | None = None,
) -> Session:
    if path is None:
        return Session(candidates, [], record, labeller="ada", model="0123")
    decisions = read_decisions(path) if path.exists() else []
    return Session(candidates, decisions, lambda made: append_decisions(path, made), labeller="ada", model="0123")


def shown(found: Session) -> str:
    assert found.current is not None
    return found.current.comment.id


def in_file(path: Path) -> dict[str, str | None]:
    return {one.id: one.label for one in read_decisions(path)}


def test_a_decision_is_in_the_file_before_the_next_comment_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    found = session([candidate(n) for n in range(3)], path=path)
    assert found.waiting == 3
    found.decide("spam")
    assert (shown(found), found.waiting) == ("1", 2)
    (made,) = read_decisions(path)
    assert (made.id, made.label, made.labeller, made.model, made.verdict) == ("0", "spam", "ada", "0123", SPAM)


def test_reopening_goes_on_behind_the_last_decision_and_comes_back_to_what_was_skipped(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    candidates = [candidate(n) for n in range(4)]
    found = session(candidates, path=path)
    found.skip()
    found.decide("spam")
    again = session(candidates, path=path)
    assert shown(again) == "2"
    again.decide("spam")
    again.decide("off-topic")
    assert shown(again) == "0"
    assert again.waiting == 1


def test_a_comment_that_the_platforms_moderator_labelled_does_not_wait() -> None:
    found = session([candidate(0, label="spam"), candidate(1)])
    assert (shown(found), found.waiting) == ("1", 1)


def test_undo_takes_steps_back_one_by_one_and_nothing_is_removed_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    found = session([candidate(n) for n in range(3)], path=path)
    found.decide("spam")
    found.decide("spam")
    found.move(-2)
    found.decide("substantive")
    assert in_file(path) == {"0": "substantive", "1": "spam"}
    before = path.read_bytes()
    assert found.undo() == 1
    assert (shown(found), in_file(path)) == ("0", {"0": "spam", "1": "spam"})
    assert [found.undo(), found.undo(), found.undo()] == [1, 1, 0]
    assert in_file(path) == {"0": None, "1": None}
    assert (shown(found), found.waiting) == ("0", 3)
    assert path.read_bytes().startswith(before)


def test_the_last_decision_can_be_undone_after_the_program_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    candidates = [candidate(n) for n in range(3)]
    session(candidates, path=path).decide("spam")
    again = session(candidates, path=path)
    assert again.undo() == 1
    assert (shown(again), in_file(path)) == ("0", {"0": None})


def test_what_another_person_decided_is_not_undone() -> None:
    other = Decision(candidate(0).comment, "spam", datetime(2026, 1, 1, tzinfo=UTC), "grace")
    found = Session([candidate(0), candidate(1)], [other], lambda _: None, labeller="ada")
    assert found.waiting == 1
    assert found.undo() == 0


def test_times_of_decisions_grow_even_where_the_clock_goes_back(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    for clock in (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)):
        decisions = read_decisions(path) if path.exists() else []
        found = Session([candidate(0)], decisions, lambda made: append_decisions(path, made), now=lambda c=clock: c)  # type: ignore[misc]
        found.decide("spam" if clock.day == 2 else "substantive")
        assert in_file(path) == {"0": "spam" if clock.day == 2 else "substantive"}


def test_a_step_that_could_not_be_recorded_was_not_made() -> None:
    def full(made: Sequence[Decision]) -> None:
        raise OutputError("labels.jsonl: the decision can't be written (the disk is full)")

    found = session([candidate(0), candidate(1)], full)
    with pytest.raises(OutputError):
        found.decide("spam")
    assert (shown(found), found.waiting, found.undo()) == ("0", 2, 0)


def test_the_next_unsure_comment_is_one_that_waits_and_needs_review() -> None:
    found = session([candidate(0), candidate(1, UNSURE), candidate(2), candidate(3, UNSURE, label="spam")])
    assert found.skip_to_unsure()
    assert shown(found) == "1"
    found.decide("spam")
    assert not found.skip_to_unsure()


def test_a_query_shows_some_and_another_all_again() -> None:
    found = session([candidate(n) for n in range(4)])
    found.decide("spam")
    found.show(parse("post:p0"))
    assert [one.comment.id for one in found.shown] == ["0", "2"]
    assert shown(found) == "2"
    found.show(parse("nothing like it"))
    assert found.current is None
    found.decide("spam")
    found.skip()
    found.move(1)
    assert found.alike() == []
    found.show(parse(""))
    assert (len(found.shown), shown(found)) == (4, "1")


def test_undo_returns_to_a_comment_that_the_query_hides() -> None:
    found = session([candidate(n) for n in range(4)])
    found.decide("spam")
    found.show(parse("post:p1"))
    found.undo()
    assert (shown(found), len(found.shown)) == ("0", 4)


def test_a_campaign_is_labelled_in_one_step_and_undone_in_one(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    shop = "http://www.shop.example/"
    candidates = [candidate(0, campaign=5, url=shop), candidate(1), candidate(2, campaign=5),
                  candidate(3, url="http://shop.example/b"), candidate(4, campaign=5, label="substantive")]  # fmt: skip
    found = session(candidates, path=path)
    assert [one.comment.id for one in found.alike()] == ["0", "2"]
    assert [one.comment.id for one in found.alike(same_host=True)] == ["0", "2", "3"]
    found.decide_all(found.alike(same_host=True), "spam")
    assert in_file(path) == {"0": "spam", "2": "spam", "3": "spam"}
    assert shown(found) == "1"
    assert found.undo() == 3
    assert in_file(path) == {"0": None, "2": None, "3": None}
    assert shown(found) == "0"


def test_moving_stops_at_both_ends() -> None:
    found = session([candidate(0), candidate(1)])
    found.move(-3)
    assert shown(found) == "0"
    found.move(9)
    assert shown(found) == "1"


def test_where_all_is_labelled_the_view_stays() -> None:
    found = session([candidate(0), candidate(1)])
    found.decide("spam")
    found.decide("spam")
    assert (shown(found), found.waiting) == ("1", 0)

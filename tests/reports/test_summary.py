"""Counts over a stream of verdicts, in bounded memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentguard.records import LABELS, Comment, Label, Post, Verdict
from commentguard.reports.samples import Sample, sample_of
from commentguard.reports.summary import Best, Groups, summarise
from hostile import PHASES, comments

from .examples import verdict

PITCH = "I came across this page today and it is a real treasure, do visit my lamps"


def test_comments_are_counted_by_month_post_host_campaign_status_and_reason() -> None:
    rows = [
        (
            Comment(text=f"{PITCH} {n}", author_url="http://lamps.example", date=datetime(2014, 3, n + 1), id=str(n),
                    post=Post(id="1", title="Plums"), status="approved", source="a"),
            verdict("spam", 0.9, False, "sells lamps"),
        )
        for n in range(3)
    ]  # fmt: skip
    rows.append((Comment(text="My plums are late", status="spam"), verdict("substantive", 0.6, True)))
    found = summarise(rows)
    assert found.total.by_label == (3, 0, 1)
    assert found.total.to_review == 1
    assert {month: tally.spam for month, tally in found.months.items()} == {(2014, 3): 3}
    assert found.undated.total == 1
    (post,), (host,), (campaign,) = found.posts.largest(), found.hosts.largest(), found.campaigns.largest()
    assert (post.name, host.name, campaign.name) == ("Plums", "lamps.example", f"{PITCH} 0")
    assert post.tally.total == host.tally.total == campaign.tally.total == 3
    assert (campaign.first, campaign.last) == (datetime(2014, 3, 1), datetime(2014, 3, 3))
    assert found.reasons["spam"] == {"sells lamps": 3}
    assert [group.name for group in found.statuses.largest()] == ["approved", "spam"]


def test_what_contradicts_the_platform_is_found() -> None:
    rows = [
        (Comment(text="buy", id="1", status="approved"), verdict("spam", 0.8)),
        (Comment(text="buy more", id="2", status="approved"), verdict("spam", 0.95)),
        (Comment(text="plums", id="3", status="trash"), verdict("substantive", 0.9)),
        (Comment(text="plums", id="4", status="approved"), verdict("substantive", 0.9)),
        (Comment(text="buy", id="5", status="pending"), verdict("spam", 0.9)),
    ]
    found = summarise(rows)
    assert [sample.id for sample in found.published_spam.samples] == ["2", "1"]
    assert [sample.id for sample in found.refused_substantive.samples] == ["3"]


def test_the_most_unsure_come_first() -> None:
    shares = (0.6, 0.4, 0.5)
    rows = [(Comment(text="x", id=str(share)), verdict("spam", share, True)) for share in shares]
    assert [sample.id for sample in summarise(rows).review.samples] == ["0.4", "0.5", "0.6"]


def test_dates_with_and_without_a_time_zone_are_compared() -> None:
    post = Post(id="1")
    dates = (datetime(2014, 3, 2), datetime(2014, 3, 1, tzinfo=UTC))
    (group,) = summarise((Comment(text="x", date=date, post=post), verdict()) for date in dates).posts.largest()
    assert (group.first, group.last) == (datetime(2014, 3, 1), datetime(2014, 3, 2))


def test_groups_are_bounded_and_the_largest_stays() -> None:
    groups = Groups(most=10)
    for _ in range(5):
        groups.at("large", lambda: "large").add(Comment(text="x"), verdict())
    for number in range(200):
        groups.at(number, lambda: "small").add(Comment(text="x"), verdict())
        assert len(groups.held) <= 10
    assert groups.largest(1)[0].tally.total == 5
    assert groups.dropped > 0


def test_samples_are_bounded_and_made_for_those_that_stay_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def noted(comment: Comment, verdict: Verdict) -> Sample:
        made.append(comment)
        return sample_of(comment, verdict)

    monkeypatch.setattr("commentguard.reports.summary.sample_of", noted)
    best = Best(2)
    for rank in (5, 4, 3, 2, 1):
        best.offer(rank, Comment(text="x", id=str(rank)), verdict())
    assert [sample.id for sample in best.samples] == ["5", "4"]
    assert (best.seen, len(made)) == (5, 2)


@settings(max_examples=30, phases=PHASES)
@given(st.lists(st.tuples(comments(), st.sampled_from(LABELS)), max_size=5))
def test_any_comments_can_be_counted_and_none_is_lost(rows: list[tuple[Comment, Label]]) -> None:
    found = summarise((comment, verdict(label)) for comment, label in rows)
    assert found.total.total == len(rows)
    assert sum(tally.total for tally in found.months.values()) + found.undated.total == len(rows)
    assert sum(group.tally.total for group in found.statuses.largest(100)) == len(rows)

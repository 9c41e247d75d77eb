"""What an export holds, counted."""

from __future__ import annotations

from datetime import UTC, datetime

from commentguard.readers import ReadReport
from commentguard.records import Comment, Post
from commentguard.reports.overview import described, overview


def test_posts_are_told_apart_by_id_address_or_title_within_their_source() -> None:
    posts = [Post(id="1"), Post(id="1", title="x"), Post(url="u"), Post(title="t"), None]
    comments = [Comment("x", post=post, source="a") for post in posts] + [Comment("x", post=posts[0], source="b")]
    assert overview(comments, ReadReport()).posts == 4


def test_dates_with_and_without_a_time_zone_are_compared() -> None:
    dates = (datetime(2020, 1, 2), datetime(2019, 1, 1, tzinfo=UTC), None, datetime(2021, 1, 1))
    found = overview((Comment("x", date=date) for date in dates), ReadReport())
    assert (found.first, found.last) == (datetime(2019, 1, 1), datetime(2021, 1, 1))


def test_labelled_comments_get_no_hint_to_map_statuses() -> None:
    assert overview([Comment("x", label="spam"), Comment("y")], ReadReport()).hints == []
    assert "--map" in overview([Comment("y")], ReadReport()).hints[0]


def test_an_export_without_comments_is_told_without_dates_and_types() -> None:
    told = dict(described(overview([], ReadReport(format="wordpress"))))
    assert (told["comments"], told["types"], told["dates"]) == ("0", "none", "none")


def test_many_statuses_are_cut_to_the_commonest() -> None:
    comments = [Comment("x", status=f"s{number}") for number in range(40) for _ in range(40 - number)]
    told = dict(described(overview(comments, ReadReport())))
    assert told["status"].startswith("s0 40, s1 39")
    assert told["status"].endswith("and 28 more")

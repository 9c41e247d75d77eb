"""What is labelled next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from commentguard.records import Comment, Post, Verdict
from commentguard.selection import ORDERS, select, uncertainty

Judged = tuple[Comment, Verdict]
WORDS = "rye kale leek plum bean rose oak elm ash fig yew fir".split()


def verdict(spam: float, review: bool = False) -> Verdict:
    rest = (1 - spam) / 2
    return Verdict("spam", {"spam": spam, "off-topic": rest, "substantive": rest}, review)


def ids(judged: list[Judged], order: str = "use", most: int = 50) -> list[str]:
    return [candidate.comment.id for candidate in select(judged, order, most)]


def other(number: int) -> str:
    """Return a text that has nothing in common with those of other numbers."""
    return " ".join(f"{WORDS[(number * k) % 12]}{chr(97 + number % 26)}{chr(97 + number // 26)}" for k in range(1, 9))


def test_uncertainty_is_highest_where_all_labels_are_equal_and_higher_for_review() -> None:
    order = [verdict(1), verdict(0.9), verdict(0.6), verdict(1 / 3), verdict(1 / 3, review=True)]
    found = [uncertainty(one) for one in order]
    assert found == sorted(found)
    assert found[0] == 0
    assert found[-1] == pytest.approx(1)
    assert uncertainty(verdict(1, review=True)) == 0.5


def test_unsure_comments_come_first() -> None:
    judged = [(Comment(other(n), id=str(n)), verdict(spam)) for n, spam in enumerate((0.99, 0.4, 0.8, 0.55))]
    assert ids(judged) == ["1", "3", "2", "0"]


def test_copies_of_one_text_wait_behind_all_that_is_new() -> None:
    copies = [(Comment(f"Buy our loans today, they are cheap! {n}", id=f"copy{n}"), verdict(0.34)) for n in range(50)]
    fresh = [(Comment(other(n), id=f"new{n}"), verdict(0.8)) for n in range(10)]
    found = ids(copies + fresh, most=13)
    assert found[0] == "copy0"
    assert sum(one.startswith("copy") for one in found) <= 3


def test_copies_of_a_text_too_short_for_a_campaign_are_spread_too() -> None:
    same = [(Comment("Nice  post" if n % 2 else "nice post", id=f"same{n}"), verdict(0.4)) for n in range(9)]
    assert ids([*same, (Comment("Thanks", id="new"), verdict(0.5))])[1] == "new"


def test_comments_of_one_host_or_one_post_are_spread() -> None:
    def judged(number: int, url: str, post: str) -> Judged:
        return Comment(other(number), id=f"{url}{post}{number}", author_url=url, post=Post(id=post)), verdict(0.5)

    same = [judged(n, "http://www.shop.example/", f"p{n}") for n in range(5)] + [judged(9, "http://ann.example", "q")]
    assert ids(same)[1].startswith("http://ann")
    under_one = [judged(n, "", "p") for n in range(5)] + [judged(9, "", "q")]
    assert ids(under_one)[1] == "q9"


def test_other_orders_are_by_date_spam_and_chance() -> None:
    dates = (datetime(2020, 5, 1, tzinfo=UTC), None, datetime(2019, 1, 1), datetime(2021, 1, 1))
    judged = [(Comment("x", id=str(n), date=date), verdict(0.2 * n)) for n, date in enumerate(dates)]
    assert ids(judged, "time") == ["2", "0", "3", "1"]
    assert ids(judged, "newest") == ["3", "0", "2", "1"]
    assert ids(judged, "spam", 2) == ["3", "2"]
    assert ids(judged, "chance") == ids(judged[::-1], "chance") != ["0", "1", "2", "3"]


@pytest.mark.parametrize("order", ORDERS)
def test_no_more_comments_are_held_than_the_choice_needs(order: str) -> None:
    alive = 0
    highest = 0

    class Counted(str):
        def __init__(self, value: str) -> None:
            nonlocal alive, highest
            alive += 1
            highest = max(highest, alive)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def judged() -> Iterator[Judged]:
        for number in range(500):
            yield Comment("x", id=Counted(number)), verdict(number / 500)  # type: ignore[arg-type]

    assert len(select(judged(), order, 5)) == 5
    assert highest < 150

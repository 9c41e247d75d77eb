"""What is said of labelled rows before anybody learns from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from commentguard import Comment, Label, Post
from commentguard.checks import FEW, contradictions, first_of_each_comment, remarks
from commentguard.splits import campaigns_of

ADVERT = "we sell the finest garden chairs at half the price today"


def several(label: Label, count: int = FEW, source: str = "", text: str = "") -> list[Comment]:
    return [
        Comment(text=text or f"{label} number {number}", id=f"{label}{source}{number}", label=label, source=source)
        for number in range(count)
    ]


def said(rows: list[Comment], goes_on: bool = False) -> str:
    counts = Counter(row.label for row in rows if row.label)
    return " | ".join(remarks(rows, campaigns_of(rows), counts, goes_on))


GOOD = [*several("spam"), *several("off-topic"), *several("substantive")]


def test_of_good_rows_nothing_is_said() -> None:
    assert said(GOOD) == ""


def test_missing_and_rare_labels_are_told() -> None:
    rows = [*several("spam", FEW - 1), *several("substantive")]
    assert f"only {FEW - 1} rows are labelled spam" in said(rows)
    assert "no row is labelled off-topic: the model will never say it" in said(rows)
    assert "no row is labelled off-topic: the model that this one goes on from alone knows it" in said(rows, True)


@pytest.mark.parametrize(
    "changed", ["WE sell the finest garden chairs, at half the price: today!", ADVERT + " a.example"]
)
def test_near_same_texts_of_which_one_is_spam_contradict_each_other(changed: str) -> None:
    rows = [*GOOD, *several("spam", 1, text=ADVERT), *several("substantive", 1, text=changed)]
    assert contradictions(rows, campaigns_of(rows)) == [[len(GOOD), len(GOOD) + 1]]
    assert "2 rows on one text, the same or nearly, contradict each other" in said(rows)


def test_off_topic_and_substantive_contradict_each_other_under_one_post_alone() -> None:
    row = Comment(text="The second step froze here.", author="Ann", post=Post(id="1"), label="substantive")
    same = replace(row, label="off-topic")
    elsewhere = replace(same, post=Post(id="2"))
    assert contradictions([row, elsewhere], campaigns_of([row, elsewhere])) == []
    assert contradictions([row, same], campaigns_of([row, same])) == [[0, 1]]


def test_short_texts_contradict_each_other_only_where_author_and_address_are_the_same() -> None:
    thanks = Comment(text="Thanks!", author="Ann", label="substantive")
    seller = replace(thanks, author="cheap loans", author_url="http://loans.example", label="spam")
    assert contradictions([thanks, seller], campaigns_of([thanks, seller])) == []
    again = replace(thanks, text=" thanks! ", label="spam")
    assert contradictions([thanks, again], campaigns_of([thanks, again])) == [[0, 1]]


def test_of_several_rows_on_one_comment_the_first_counts_and_a_conflict_is_told() -> None:
    row = Comment(text="Mine froze.", id="7", label="substantive")
    kept, told = first_of_each_comment([row, replace(row, status="approved"), Comment(text="x", id="8", label="spam")])
    assert ([one.id for one in kept], told) == (["7", "8"], [])
    kept, told = first_of_each_comment([row, replace(row, label="spam")])
    assert kept == [row]
    assert "name the source that you trust most first" in told[0]


def test_one_blog_that_dominates_is_told_and_a_single_one_is_not() -> None:
    large = [row for label in ("spam", "off-topic", "substantive") for row in several(label, 100, "large")]
    small = [*several("spam", 5, "small"), *several("substantive", 5, "small")]
    assert "97% of the rows are of one blog (large)" in said([*large, *small])
    assert said(large) == ""


def test_a_label_that_comes_from_blogs_of_its_own_is_told() -> None:
    rows = [
        *several("spam", source="dump"),
        *several("substantive", source="mine"),
        *several("off-topic", source="mine"),
    ]
    assert "all 20 spam rows are of blogs that have no other rows" in said(rows)
    rows += several("substantive", 1, source="dump")
    assert "no other rows" not in said(rows)
    unnamed = [*several("spam"), *several("substantive", source="mine"), *several("off-topic", source="mine")]
    assert "no other rows" not in said(unnamed)


def test_one_campaign_that_dominates_its_label_is_told() -> None:
    rows = [*GOOD, *several("spam", 12, "a", ADVERT)]
    assert "one campaign makes 12 of the 32 spam rows" in said(rows)
    assert "campaign" not in said([*GOOD, *several("spam", 4, "a", ADVERT)])

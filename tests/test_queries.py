"""Queries of one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.queries import Query, QueryError, parse
from commentguard.records import Comment, Label, Post, Reason, Verdict

SHARES: dict[Label, float] = {"spam": 0.8, "off-topic": 0.1, "substantive": 0.1}
REASONS = (Reason("link_count", "it has links", 1.5), Reason("calm", "it is calm", -0.5))
COMMENT = Comment("Buy LOANS now", id="7", author="Best Loans", author_url="http://www.loans.example/x",
                  post=Post(id="12", title="Why I repaired the mill", url="http://blog.example/?p=12"))  # fmt: skip


@pytest.mark.parametrize(
    ("line", "label", "shown"),
    [
        ("", None, True),
        ("loans buy", None, True),
        ('"buy loans"', None, True),
        ('"loans buy"', None, False),
        ("best", None, True),
        ("label:spam", None, True),
        ("label:spam", "substantive", False),
        ("label:SUBSTANTIVE", "substantive", True),
        ("type:comment", None, True),
        ("type:pingback", None, False),
        ("reason:link", None, True),
        ("reason:calm", None, False),
        ('post:"the mill"', None, True),
        ("post:12", None, True),
        ("post:1", None, False),
        ("post:blog.example/?p=12", None, True),
        ("host:loans.example", None, True),
        ("host:www.loans.example", None, True),
        ("host:example", None, False),
        ("is:waiting", None, True),
        ("is:waiting", "spam", False),
        ("is:labelled", "spam", True),
        ("is:review", None, True),
        ("is:changed", "spam", False),
        ("is:changed", "substantive", True),
        ("is:waiting label:spam plums", None, False),
        ("mill's:x", None, False),
    ],
)
def test_a_query_lets_through_what_it_says(line: str, label: Label | None, shown: bool) -> None:
    assert parse(line).holds(COMMENT, Verdict("spam", SHARES, True, REASONS), label) is shown


@pytest.mark.parametrize("line", ["label:ham", "type:mail", "is:good"])
def test_a_value_that_there_is_not_is_refused_with_the_choices(line: str) -> None:
    with pytest.raises(QueryError, match=r"choose .*, "):
        parse(line)


@given(st.text(max_size=60).filter(lambda line: ":" not in line))
def test_any_line_is_a_query(line: str) -> None:
    query = parse(line)
    assert isinstance(query, Query)
    assert query.wanted == ()

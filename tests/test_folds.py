"""Folds: whole groups, about the same size, the same for the same rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.folds import group_of, natural_groups, spread
from commentguard.records import Comment, Post


@given(st.lists(st.sampled_from("abcdefgh")), st.integers(1, 5))
def test_a_group_is_never_parted(groups: list[str], folds: int) -> None:
    found = spread(groups, folds).tolist()
    assert len(set(zip(groups, found, strict=True))) == len(set(groups))
    assert all(0 <= fold < folds for fold in found)


@given(st.integers(1, 200), st.integers(1, 7))
def test_groups_of_one_are_spread_evenly(rows: int, folds: int) -> None:
    found = spread(list(range(rows)), folds).tolist()
    sizes = [found.count(fold) for fold in range(folds)]
    assert max(sizes) - min(sizes) <= 1


@given(st.lists(st.sampled_from("abcdefgh")), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_move_a_group(groups: list[str], rng: object) -> None:
    shuffled = sorted(groups, reverse=True)
    assert dict(zip(groups, spread(groups, 3).tolist(), strict=True)) == dict(
        zip(shuffled, spread(shuffled, 3).tolist(), strict=True)
    )


def under(blog: str, post: str) -> Comment:
    return Comment(text="x", source=blog, post=Post(id=post))


@pytest.mark.parametrize(
    ("rows", "groups"),
    [
        ([under(blog, "1") for blog in "abcd"], ["a", "b", "c", "d"]),
        ([under("a", post) for post in "1234"], ["a\x1f1", "a\x1f2", "a\x1f3", "a\x1f4"]),
        ([under("a", "1") for _ in range(4)], ["0", "1", "2", "3"]),
        ([], []),
    ],
)
def test_the_widest_groups_that_can_be_spread_are_taken(rows: list[Comment], groups: list[str]) -> None:
    assert natural_groups(rows, 2) == groups


def test_posts_go_by_id_then_address_then_title_within_their_blog() -> None:
    posts = (Post(id="1", url="u", title="t"), Post(url="u", title="t"), Post(title="t"), None)
    found = [group_of(Comment(text="x", source="a", post=post), "post") for post in posts]
    assert found == ["a\x1f1", "a\x1fu", "a\x1ft", "a"]
    assert group_of(Comment(text="x", source="a", post=posts[0]), "source") == "a"

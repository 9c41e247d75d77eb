"""What is known of a post is kept, as much as fits, and changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.features import posts
from commentguard.features.batch import Batch
from commentguard.features.posts import sides_of
from commentguard.features.texts import Texts
from commentguard.records import Comment, Post
from hostile import TEXT


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> posts._Kept:
    """Return an empty store with room for about three short posts."""
    empty = posts._Kept(3 * posts._OVERHEAD + 900)
    monkeypatch.setattr(posts, "_KEPT_SIDES", empty)
    return empty


def a_post(number: int) -> Post:
    return Post(title=f"Plums {number}", text="How plums grow. " * 5, url="http://www.plums.example/1")


def test_a_post_is_looked_at_once(kept: posts._Kept) -> None:
    (side,) = sides_of([a_post(1)])
    assert sides_of([a_post(2), a_post(1)])[1] is side
    assert side.home == "plums.example"


def test_the_posts_asked_for_last_are_kept(kept: posts._Kept) -> None:
    first, _, third = sides_of([a_post(1), a_post(2), a_post(3)])
    sides_of([a_post(1)])
    sides_of([a_post(4)])
    assert kept.find(a_post(1)) is first
    assert kept.find(a_post(2)) is None
    assert kept.find(a_post(3)) is third


def test_a_giant_post_is_not_kept(kept: posts._Kept) -> None:
    sides_of([a_post(1)])
    giant = Post(text="plums " * 10_000)
    assert sides_of([giant])[0].body.words < 10_000
    assert kept.find(giant) is None
    assert kept.find(a_post(1)) is not None


@given(st.lists(st.builds(Post, title=TEXT, text=TEXT, url=TEXT), min_size=1, max_size=40))
def test_posts_looked_at_together_are_as_if_alone(listed: list[Post]) -> None:
    batch = Batch([Comment(text="", post=post) for post in listed])
    assert batch.posts == list(dict.fromkeys(listed))
    for number, (post, side) in enumerate(zip(batch.posts, batch.sides, strict=True)):
        (alone,) = posts._look_at([post])
        np.testing.assert_array_equal(side.scripts, alone.scripts)
        assert (side.about_site, side.home) == (alone.about_site, alone.home)
        for together, own, by_itself in (
            (batch.title, side.title, alone.title), (batch.body, side.body, alone.body)
        ):  # fmt: skip
            stems = together.stems.sorted
            np.testing.assert_array_equal(stems[stems >> 32 == number] & 0xFFFFFFFF, own.stems)
            assert together.word_counts[number] == own.words == by_itself.words
            assert own.stems.tolist() == by_itself.stems.tolist()
            assert own.counts.tolist() == by_itself.counts.tolist()
            assert own.pairs.tolist() == by_itself.pairs.tolist()


def test_several_threads_may_ask(kept: posts._Kept) -> None:
    asked = [[a_post(number % 7) for number in range(start, start + 20)] for start in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(sides_of, asked))
    for listed, sides in zip(asked, found, strict=True):
        titles = Texts.of([post.title for post in listed], 100)
        assert [side.title.words for side in sides] == titles.word_counts.tolist()

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
    assert len(sides_of([giant])[0].body) < 10_000
    assert kept.find(giant) is None
    assert kept.find(a_post(1)) is not None


@given(st.lists(st.builds(Post, title=TEXT, text=TEXT, url=TEXT), min_size=1, max_size=40))
def test_posts_looked_at_together_are_as_if_alone(listed: list[Post]) -> None:
    batch = Batch([Comment(text="", post=post) for post in listed])
    assert batch.posts == list(dict.fromkeys(listed))
    for number, (post, side) in enumerate(zip(batch.posts, batch.sides, strict=True)):
        (alone,) = posts._look_at([post])
        for name in ("title", "body", "scripts"):
            np.testing.assert_array_equal(getattr(side, name), getattr(alone, name))
        assert (side.about_site, side.home) == (alone.about_site, alone.home)
        np.testing.assert_array_equal(batch.body.words.stems[batch.body.words.text == number], side.body)
        assert batch.title.word_counts[number] == len(side.title)


def test_several_threads_may_ask(kept: posts._Kept) -> None:
    asked = [[a_post(number % 7) for number in range(start, start + 20)] for start in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(sides_of, asked))
    for listed, sides in zip(asked, found, strict=True):
        titles = Texts.of([post.title for post in listed], 100)
        assert np.concatenate([side.title for side in sides]).tolist() == titles.words.stems.tolist()

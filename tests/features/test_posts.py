"""What is known of a post is kept, as much as fits, and changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.features import posts
from commentguard.features.batch import Batch
from commentguard.features.documents import told
from commentguard.features.kept import Kept
from commentguard.features.keys import Slots, unpacked
from commentguard.features.posts import SIZES, PostSide, sides_of
from commentguard.features.texts import Texts
from commentguard.records import Comment, Post
from hostile import TEXT


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept[int, PostSide]:
    """Return an empty store with room for about three short posts."""
    empty: Kept[int, PostSide] = Kept(3 * posts._OVERHEAD + 1_200)
    monkeypatch.setattr(posts, "_KEPT", empty)
    return empty


def a_post(number: int) -> Post:
    return Post(title=f"Plums {number}", text="How plums grow. " * 5, url="http://www.plums.example/1")


@pytest.mark.usefixtures("kept")
def test_a_post_is_looked_at_once() -> None:
    (side,) = sides_of([a_post(1)])
    assert sides_of([a_post(2), a_post(1)])[1] is side
    assert side.home == "plums.example"


@pytest.mark.usefixtures("kept")
def test_the_posts_asked_for_last_are_kept() -> None:
    first, _, third = sides_of([a_post(1), a_post(2), a_post(3)])
    sides_of([a_post(1)])
    sides_of([a_post(4)])
    assert sides_of([a_post(1)]) == [first]
    assert sides_of([a_post(3)]) == [third]


@pytest.mark.usefixtures("kept")
def test_a_giant_post_is_not_kept() -> None:
    (side,) = sides_of([a_post(1)])
    giant = Post(text=" ".join(f"{number:06}" for number in range(10_000)))
    first, second = sides_of([giant, replace(giant)])
    assert len(unpacked(first.document)[0]) < 10_000
    assert first is second is not sides_of([giant])[0]
    assert sides_of([a_post(1)]) == [side]


@given(st.lists(st.builds(Post, title=TEXT, text=TEXT, url=TEXT), min_size=1, max_size=40))
def test_posts_looked_at_together_are_as_if_alone(listed: list[Post]) -> None:
    batch = Batch([Comment(text="", post=post) for post in listed])
    assert len(batch.sides) == len({(post.title, post.text, post.url) for post in listed})
    for post, number in zip(listed, batch.post_of.tolist(), strict=True):
        side, (alone,) = batch.sides[number], posts._look_at([post])
        assert (side.figures, side.home) == (alone.figures, alone.home)
        assert side.document == alone.document


def test_words_of_a_post_are_counted_as_far_as_there_is_room() -> None:
    post = Post(title="Plums " * 3 + "a " * 70, text="Plums grow. " * 2 + "b " * 600)
    side = sides_of([post])[0]
    documents = Slots.of([side.document])
    stems = Texts.of(["plums grow a b none"], 100).words.stems
    found = documents.find(np.arange(1), np.array([5]), stems)
    assert [counts.tolist() for counts in told(found)] == [[3, 0, 63, 0, 0], [2, 2, 0, 511, 0]]
    assert np.frombuffer(side.figures)[SIZES].tolist() == [73, 604, 73 + 604]


@pytest.mark.usefixtures("kept")
def test_several_threads_may_ask() -> None:
    asked = [[a_post(number % 7) for number in range(start, start + 20)] for start in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(sides_of, asked))
    for listed, sides in zip(asked, found, strict=True):
        titles = Texts.of([post.title for post in listed], 100)
        assert [np.frombuffer(side.figures)[SIZES][0] for side in sides] == titles.word_counts.tolist()

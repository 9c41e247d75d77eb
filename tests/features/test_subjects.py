"""What posts are about does not depend on which posts are weighed together, nor on what weighed them before."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from commentguard.features.background import BITS, Background
from commentguard.features.posts import sides_of
from commentguard.features.subjects import _TOGETHER, subjects
from commentguard.features.texts import Texts
from commentguard.records import Post
from hostile import TEXT

LEARNED = Background.fit(Texts.of(["how plums grow", "how pears grow", "plums in may"] * 9, 100))
OTHER = Background(np.full(1 << BITS, 2.0, dtype=np.float32), 10.0)
WORDS = st.lists(st.integers(0, 99), max_size=80).map(lambda numbers: " ".join(f"word{number}" for number in numbers))


@given(st.lists(st.builds(Post, title=TEXT | WORDS, text=TEXT | WORDS), min_size=1, max_size=_TOGETHER + 4))
def test_posts_weighed_together_are_as_if_alone(listed: list[Post]) -> None:
    sides = sides_of(listed)
    together = subjects(sides, LEARNED).T.tolist()
    subjects(sides, OTHER)
    assert [subjects([side], LEARNED)[:, 0].tolist() for side in sides] == together


def test_a_post_of_less_than_thirty_words_has_no_lightest_heavy_word() -> None:
    few, many = (Post(title="One two", text=" ".join(f"{n:03}word" for n in range(size))) for size in (29, 31))
    weight = np.rint(np.log1p(1) * 2 * 2**20)
    np.testing.assert_allclose(
        subjects(sides_of([few, many]), OTHER), [[29 * weight, 31 * weight], [4, 4], [0, weight]]
    )

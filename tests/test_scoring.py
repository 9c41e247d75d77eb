"""From the parts of a model to probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from commentguard.forest import Forest
from commentguard.guard import CommentGuard
from commentguard.records import Comment, Post
from commentguard.scoring import added_odds, promotes_nothing, score


def constant(log_odds: float) -> Forest:
    """Return a forest of one leaf."""
    one = np.zeros(1, dtype=np.int32)
    return Forest(one, one.astype(np.int16), np.zeros(1, np.float32), np.zeros(1, bool), one, one,
                  np.zeros(1, np.float32), log_odds, 0)  # fmt: skip


def test_odds_of_several_forests_are_added() -> None:
    forests = [constant(np.log(2.0)), constant(np.log(3.0))]
    leaves = [np.zeros((4, 1), dtype=np.int32)] * 2
    assert np.exp(added_odds(forests, leaves, 4)).tolist() == pytest.approx([5.0] * 4)
    assert np.exp(added_odds(forests[:1], leaves[:1], 4)).tolist() == pytest.approx([2.0] * 4)


def test_without_a_forest_nothing_is_known() -> None:
    assert added_odds((), (), 2).tolist() == [0.0, 0.0]


POST = Post(title="Growing plums", text="How plums grow.")


@pytest.mark.parametrize(
    ("comment", "nothing"),
    [
        (Comment("Plums grow well here", post=POST), True),
        (Comment("Plums grow well here", post=Post(title="Growing plums")), False),
        (Comment("Plums grow well here"), False),
        (Comment("", author="Ann"), False),
        (Comment(""), True),
        (Comment("Plums grow well here", author_url="http://ann.example", post=POST), False),
        (Comment("Plums: http://ann.example", post=POST), False),
        (Comment("Plums: ann@mail.example", post=POST), False),
        (Comment("Plums: 0123 456 789 01", post=POST), False),
        (Comment("Plums grow well here", type="pingback", post=POST), False),
    ],
)
def test_only_what_leaves_nothing_behind_under_a_post_of_known_text_promotes_nothing(
    comment: Comment, nothing: bool, guard: CommentGuard
) -> None:
    assert promotes_nothing(score(guard.model.parameters, [comment]).features).tolist() == [nothing]

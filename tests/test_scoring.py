"""From the parts of a model to probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from commentguard.guard import CommentGuard
from commentguard.records import Comment, Post
from commentguard.scoring import no_pages, promotes_nothing, score


def test_odds_of_several_forests_are_added(guard: CommentGuard, starter_rows: list[Comment]) -> None:
    parameters = guard.model.parameters
    forests = (*parameters.forests[0], *parameters.forests[1])
    parameters = replace(
        parameters, forests=((), forests), calibration=np.array([[1, 0.0]] * 2), pings=(None, None), pages=no_pages()
    )
    scores = score(parameters, starter_rows[:300])
    alone = [forest.log_odds(forest.leaves(scores.features)) for forest in forests]
    np.testing.assert_allclose(np.exp(scores.log_odds - scores.layer)[:, 1], np.exp(alone).sum(axis=0))
    assert scores.odds.tolist() == [each.tolist() for each in alone]


def test_without_forests_the_calibration_alone_counts(guard: CommentGuard, starter_rows: list[Comment]) -> None:
    parameters = replace(guard.model.parameters, forests=((), ()), pings=(None, None), pages=no_pages())
    scores = score(parameters, starter_rows[:3])
    np.testing.assert_allclose(scores.log_odds - scores.layer, [parameters.calibration[:, 1]] * 3)


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
    assert promotes_nothing(score(guard.model.parameters, [comment]).features) == [nothing]

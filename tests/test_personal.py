"""The personal layer: decisions move what is like them, leave the rest, and can be taken back without a trace."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from commentguard import Comment, CommentGuard, DatasetError, personal
from commentguard.personal import PersonalLayer
from commentguard.scoring import Parameters, score

OFFERS = [Comment(text=f"Gazebo canopies for {town}, delivered on {day}", author="Canopies")
          for town in ("Ghent", "Turku", "Porto") for day in ("Monday", "Friday")]  # fmt: skip
REPLIES = [Comment(text=f"My {thing} warped after the second winter, the screws were too short", author="Ilse")
           for thing in ("frame", "door", "shelf", "lid")]  # fmt: skip
BOTH = [*OFFERS, *REPLIES]
LABELS = ["spam"] * len(OFFERS) + ["substantive"] * len(REPLIES)


@pytest.fixture
def base(guard: CommentGuard) -> Parameters:
    return guard.model.parameters


def log_odds(parameters: Parameters, comments: list[Comment]) -> NDArray[np.float64]:
    return score(parameters, comments).log_odds


def learned(base: Parameters, comments: list[Comment], labels: list[str]) -> PersonalLayer:
    layer = PersonalLayer(base)
    layer.learn(comments, labels)
    return layer


def test_what_is_like_a_decision_follows_it_and_what_is_not_stays(base: Parameters) -> None:
    like = Comment(text="Gazebo canopies for Malmo, delivered on Sunday", author="Canopies")
    other = Comment(text="How long did you let the dough rest before the second fold?", author="Mats")
    after = learned(base, BOTH, LABELS).solved()
    moved = (log_odds(after, [like, other]) - log_odds(base, [like, other]))[:, 0]
    assert moved[0] > 1
    assert abs(moved[1]) < 0.15 * moved[0]


def test_neither_order_nor_pace_matters(base: Parameters) -> None:
    at_once = learned(base, BOTH, LABELS).solved()
    one_by_one = PersonalLayer(base)
    for comment, label in reversed(list(zip(BOTH, LABELS, strict=True))):
        one_by_one.learn([comment], [label])
        one_by_one.solved()
    np.testing.assert_allclose(log_odds(one_by_one.solved(), BOTH), log_odds(at_once, BOTH), atol=1e-3)


def test_a_decision_that_is_taken_back_leaves_no_trace(base: Parameters) -> None:
    layer = learned(base, BOTH, LABELS)
    layer.solved()
    assert layer.unlearn(BOTH[0].id)
    assert not layer.unlearn(BOTH[0].id)
    assert (len(layer), BOTH[0].id in layer, BOTH[1].id in layer) == (len(BOTH) - 1, False, True)
    never = learned(base, BOTH[1:], LABELS[1:]).solved()
    np.testing.assert_allclose(log_odds(layer.solved(), BOTH), log_odds(never, BOTH), atol=1e-3)
    for comment in BOTH[1:]:
        layer.unlearn(comment.id)
    assert layer.solved() is base


def test_of_two_decisions_on_a_comment_the_later_counts(base: Parameters) -> None:
    layer = learned(base, [BOTH[0], *BOTH], ["substantive", *LABELS])
    layer.learn([BOTH[-1]], ["spam"])
    assert len(layer) == len(BOTH)
    corrected = learned(base, BOTH, [*LABELS[:-1], "spam"]).solved()
    np.testing.assert_allclose(log_odds(layer.solved(), BOTH), log_odds(corrected, BOTH), atol=1e-3)


def test_the_newest_decisions_are_kept(base: Parameters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "KEPT", 4)
    layer = learned(base, BOTH[:7], LABELS[:7])
    layer.learn(BOTH[7:9], LABELS[7:9])
    assert [comment.id in layer for comment in BOTH[:9]] == [False] * 5 + [True] * 4


def test_corrections_of_one_kind_alone_do_not_turn_what_was_known(
    base: Parameters, starter_rows: list[Comment]
) -> None:
    missed = [Comment(text=f"{reply.text} {number}", author=f"Reader {number}")
              for number in range(15) for reply in REPLIES]  # fmt: skip
    after = learned(base, missed, ["spam"] * len(missed)).solved()
    assert (log_odds(after, missed)[:, 0] > log_odds(base, missed)[:, 0] + 2).all()
    spam_before, spam_after = (log_odds(parameters, starter_rows)[:, 0] > 0 for parameters in (base, after))
    assert (spam_before != spam_after).mean() < 0.01


def test_off_topic_is_told_as_before_until_something_is_called_so(base: Parameters) -> None:
    layer = learned(base, BOTH, LABELS)
    assert (log_odds(layer.solved(), BOTH)[:, 1] == log_odds(base, BOTH)[:, 1]).all()
    layer.learn([REPLIES[0]], ["off-topic"])
    moved = log_odds(layer.solved(), REPLIES)[:, 1] - log_odds(base, REPLIES)[:, 1]
    assert moved[0] > moved[1:].max() + 0.1


def test_a_layer_that_the_model_has_is_added_to(base: Parameters) -> None:
    first = learned(base, OFFERS, ["spam"] * len(OFFERS)).solved()
    second = learned(first, REPLIES, ["substantive"] * len(REPLIES)).solved()
    found = log_odds(second, OFFERS)[:, 0] - log_odds(base, OFFERS)[:, 0]
    assert (found > 0.5 * (log_odds(first, OFFERS)[:, 0] - log_odds(base, OFFERS)[:, 0])).all()


def test_a_decision_without_a_text_does_no_harm(base: Parameters) -> None:
    after = learned(base, [Comment(text="", id="empty")], ["spam"]).solved()
    assert np.isfinite(log_odds(after, BOTH)).all()


def test_an_unknown_label_is_refused(base: Parameters) -> None:
    with pytest.raises(DatasetError, match="unknown label 'ham'"):
        PersonalLayer(base).learn(BOTH[:1], ["ham"])


def test_learning_loads_neither_scikit_learn_nor_nltk() -> None:
    program = (
        "import sys\nfrom commentguard import Comment, load_model\nguard = load_model('default')\n"
        "guard.learn(Comment(text='Gazebo canopies'), 'spam')\nprint({'sklearn', 'nltk'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"

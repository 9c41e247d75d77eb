"""Passages: where a text reads most like spam."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commentguard import Comment, load_model
from commentguard.passages import telling_passage
from commentguard.scoring import Parameters

PARAMETERS: Parameters = load_model("default").model.parameters
PITCH = "Buy cheap replica handbags online, best price, free shipping!"
WHOLE = "cheap replica handbags, free shipping"
PLAIN = "I tried it on the old fence and it held for a winter, so the second coat was worth the wait."


def test_the_pitch_within_a_comment_is_found() -> None:
    assert telling_passage(PARAMETERS, Comment(f"{PLAIN} {PITCH} {PLAIN}")) == f"…{PITCH}…"


def test_a_short_text_is_shown_whole() -> None:
    assert telling_passage(PARAMETERS, Comment(WHOLE)) == WHOLE


def test_markup_is_no_part_of_it() -> None:
    assert telling_passage(PARAMETERS, Comment("cheap <b>replica</b>\n\nhandbags, free shipping")) == WHOLE


def test_where_nothing_speaks_for_spam_there_is_none() -> None:
    assert telling_passage(PARAMETERS, Comment(PLAIN)) == ""
    assert telling_passage(PARAMETERS, Comment("")) == ""


def test_it_is_found_at_the_end_of_a_giant_text() -> None:
    assert telling_passage(PARAMETERS, Comment(PLAIN * 10_000 + " " + PITCH)) == f"…{PITCH}"


@given(st.text())
def test_it_is_a_bounded_part_of_the_text(text: str) -> None:
    passage = telling_passage(PARAMETERS, Comment(f"{text} {PITCH}"))
    assert len(passage) <= 102
    assert "\n" not in passage

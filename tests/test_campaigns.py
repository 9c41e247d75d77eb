"""Campaigns: near-same texts come together, others don't, and memory stays bounded."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.campaigns import LEAST_WORDS, Campaigns, signature
from hostile import TEXT

WORDS = "plum leek rose bean kale pear soil rain frost seed root leaf stem bark moss fern reed hedge pond wall".split()
PITCH = "I found this page by chance and I must say that the author has put real thought into it, see my shop for lamps"


def _text(chance: random.Random, length: int = 30) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(length))


@pytest.mark.parametrize(
    "other",
    [
        PITCH.upper() + "!!!",
        f"<p>{PITCH}</p> http://lamps.example/99",
        PITCH.replace("lamps", "shoes"),
        PITCH + " and more",
    ],
)
def test_a_text_with_other_case_markup_address_or_a_word_changed_is_of_the_same_campaign(other: str) -> None:
    campaigns = Campaigns()
    assert campaigns.group_of(PITCH) == campaigns.group_of(other)


def test_texts_without_spaces_are_compared_too() -> None:
    campaigns = Campaigns()
    text = "这个网站的文章写得非常好我会经常回来看看"
    assert campaigns.group_of(text) == campaigns.group_of(text + "谢谢") is not None


def test_other_texts_begin_campaigns_of_their_own() -> None:
    chance = random.Random(0)
    texts = [_text(chance) for _ in range(300)]
    campaigns = Campaigns()
    assert [campaigns.group_of(text) for text in texts] == list(range(300))
    assert [campaigns.group_of(text) for text in texts] == list(range(300))


def test_short_texts_are_of_no_campaign() -> None:
    campaigns = Campaigns()
    assert campaigns.group_of("word " * (LEAST_WORDS - 1)) is None
    assert campaigns.group_of("word " * LEAST_WORDS) == 0


def test_what_is_remembered_is_bounded_and_the_largest_stays() -> None:
    chance = random.Random(1)
    campaigns = Campaigns(most=50)
    for _ in range(3):
        campaigns.group_of(PITCH)
    for _ in range(500):
        campaigns.group_of(_text(chance))
        assert len(campaigns._signatures) <= 50
        assert len(campaigns._bands) <= 50 * 12
    assert campaigns.group_of(PITCH) == 0


@given(TEXT | st.text(alphabet="ab \n", max_size=200))
def test_any_text_has_a_signature_or_none_and_always_the_same(text: str) -> None:
    one, two = signature(text), signature(text)
    assert (one is None and two is None) or (one is not None and two is not None and (one == two).all())

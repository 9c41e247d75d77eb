"""Splits: whole posts and campaigns, in the shares asked for, the same for the same seed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentguard import Comment, Post
from commentguard.folds import group_of
from commentguard.records import LABELS
from commentguard.splits import NO_CAMPAIGN, campaigns_of, hold_out, weights_of
from hostile import PHASES

ADVERTS = (
    "we sell the finest garden chairs at half the price today",
    "win a voucher for your next holiday at our shop now",
)


def row(number: int, post: int, label: int, text: str = "", source: str = "a") -> Comment:
    return Comment(text=text or f"note {number}", id=str(number), label=LABELS[label], source=source,
                   post=Post(id=str(post)))  # fmt: skip


@settings(max_examples=60, phases=PHASES)
@given(
    drawn=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2), st.sampled_from(("", *ADVERTS))), min_size=4,
                   max_size=60),
    seed=st.integers(0, 3),
    share=st.sampled_from((0.1, 0.25, 0.5)),
)  # fmt: skip
def test_no_post_and_no_campaign_stands_on_both_sides(
    drawn: list[tuple[int, int, str]], seed: int, share: float
) -> None:
    rows = [row(number, *one) for number, one in enumerate(drawn)]
    campaigns = campaigns_of(rows)
    posts = np.array([group_of(one, "post") for one in rows])
    for split in hold_out(rows, campaigns, (share, 1 - share), seed=seed):
        assert not (split.learn & split.judged).any()
        assert split.set_aside == int((~split.learn & ~split.judged).sum())
        real = set(campaigns.tolist()) - {NO_CAMPAIGN}
        assert not real & set(campaigns[split.learn].tolist()) & set(campaigns[split.judged].tolist())
        if len(set(posts.tolist())) > 1:
            assert not set(posts[split.learn].tolist()) & set(posts[split.judged].tolist())


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4, 0.7])
def test_about_the_share_of_each_label_is_held_out(share: float) -> None:
    rows = [row(number, number // 4, (number // 7) % 3) for number in range(600)]
    judged = hold_out(rows, campaigns_of(rows), (share, 1 - share))[0].judged
    counts = Counter(one.label for one, out in zip(rows, judged, strict=True) if out)
    assert all(counts[label] == pytest.approx(200 * share, abs=6) for label in LABELS)


def test_the_seed_chooses_which_posts_are_held_out() -> None:
    rows = [row(number, number // 4, number % 3) for number in range(120)]
    held = [hold_out(rows, campaigns_of(rows), (0.2, 0.8), seed=seed)[0].judged.tolist() for seed in (0, 0, 1)]
    assert held[0] == held[1] != held[2]


def test_blogs_can_be_held_out_as_a_whole() -> None:
    rows = [row(number, number // 3, number % 3, source=str(number % 10)) for number in range(120)]
    split = hold_out(rows, campaigns_of(rows), (0.2, 0.8), by="source")[0]
    blogs = [
        {one.source for one, chosen in zip(rows, side, strict=True) if chosen} for side in (split.learn, split.judged)
    ]
    assert not blogs[0] & blogs[1]
    assert len(blogs[1]) == 2


def test_rows_under_one_post_are_held_out_one_by_one() -> None:
    rows = [row(number, 0, number % 2) for number in range(20)]
    assert int(hold_out(rows, campaigns_of(rows), (0.2, 0.8))[0].judged.sum()) == 4


def test_every_row_is_judged_by_one_of_five_folds() -> None:
    rows = [row(number, number // 3, number % 3) for number in range(90)]
    folds = hold_out(rows, campaigns_of(rows), [0.2] * 5)
    assert np.sum([fold.judged for fold in folds], axis=0).tolist() == [1] * 90


def test_a_campaign_is_a_text_that_comes_twice_whatever_its_address() -> None:
    texts = (f"{ADVERTS[0]} http://a.example", "Thank you!", f"{ADVERTS[0].upper()}!", ADVERTS[1], "Thank you!")
    assert campaigns_of([Comment(text=text) for text in texts]).tolist() == [0, -1, 0, -1, -1]


def test_weights_let_labels_blogs_or_campaigns_count_alike() -> None:
    rows = [
        row(number, 0, int(number > 7), ADVERTS[0] if number < 5 else "", str(number % 5 == 0)) for number in range(10)
    ]
    campaigns = campaigns_of(rows)

    def totals(by: str, keys: list[object]) -> dict[object, float]:
        weights = weights_of(rows, campaigns, by)  # type: ignore[arg-type]
        return {key: round(float(weights[[one == key for one in keys]].sum()), 9) for key in set(keys)}

    assert totals("none", [one.label for one in rows]) == {"spam": 8, "off-topic": 2}
    assert totals("label", [one.label for one in rows]) == {"spam": 5, "off-topic": 5}
    assert totals("source", [one.source for one in rows]) == {"True": 5, "False": 5}
    assert totals("campaign", campaigns.tolist()) == {0: 1, NO_CAMPAIGN: 5}

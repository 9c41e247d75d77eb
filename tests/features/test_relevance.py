"""Relevance, against a slow reference that asks one comment and one word at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import exp, expm1, log, log1p, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentguard.features.background import BITS, Background
from commentguard.features.batch import Batch, Texts
from commentguard.features.relevance import NAMES, relevance
from commentguard.records import Comment, Post, ThreadMessage
from hostile import PHASES, comments

WORDS = "plums pears garden frost slope water bees winter sow seed Ann Bea root soil prune 漢字 grafting".split()
PHRASE = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
ORDINARY = st.builds(
    Comment,
    text=PHRASE,
    author=PHRASE,
    post=st.none() | st.builds(Post, title=PHRASE, text=PHRASE),
    thread=st.lists(st.builds(ThreadMessage, st.sampled_from(WORDS), PHRASE), max_size=4).map(tuple),
)
_LEARNED = [" ".join(WORDS[: 1 + number % len(WORDS)]) for number in range(40)] + ["nothing of it"] * 60
BACKGROUND = Background.fit(Texts.of(_LEARNED, 1_000))


def stems(text: str) -> Counter[int]:
    return Counter(Texts.of([text], 20_000).words.stems.tolist())


def idf_of(stem: int) -> float:
    return float(BACKGROUND.idf[stem >> 32 - BITS])


def slow_side(own: Counter[int], side: Counter[int]) -> dict[str, float]:
    """Ask one side, word by word; without words there is no answer."""
    length = sum(side.values())
    if not length:
        return dict.fromkeys(("share", "top", "surplus", "disagreement"), nan)
    found = expected = variance = total = gain = top = 0.0
    for stem, count in own.items():
        idf = idf_of(stem)
        rate = -log1p(-min(exp(-idf), 0.99)) / BACKGROUND.words_per_text
        accident = -expm1(-rate * length)
        total += idf
        expected += idf * accident
        variance += idf**2 * accident * (1 - accident)
        everyday = exp(-idf) / BACKGROUND.words_per_text
        gain += count * log(0.7 * side[stem] / length / everyday + 0.3)
        if side[stem]:
            found += idf
            top = max(top, idf)
    return {
        "share": found / max(total, 1), "top": top,
        "surplus": (found - expected) / (variance + 1) ** 0.5, "disagreement": gain / max(sum(own.values()), 1),
    }  # fmt: skip


def slow_relevance(comment: Comment) -> dict[str, float]:
    post = comment.post or Post()
    own, sides = stems(comment.text), {"title": stems(post.title), "post": stems(post.text)}
    sides["all"] = sum((stems(message.text) for message in comment.thread), sides["title"] + sides["post"])
    answers = {
        f"{side}_{name}": value for side, counts in sides.items() for name, value in slow_side(own, counts).items()
    }
    answers["own_idf_mean"] = sum(map(idf_of, own)) / max(len(own), 1)
    answers["own_words"] = log1p(len(own))
    covered = sum(idf_of(stem) for stem in own if stem in sides["title"])
    answers["title_covered"] = covered / max(sum(map(idf_of, sides["title"])), 1)
    weights = {stem: round(idf_of(stem) * log1p(count) * 2**20) / 2**20 for stem, count in sides["post"].items()}
    least = sorted(weights.values(), reverse=True)[:30][-1] if weights else 0.0
    heavy = {stem: weight for stem, weight in weights.items() if weight >= least}
    answers["heavy_share"] = sum(heavy.get(stem, 0.0) for stem in own) / max(sum(heavy.values()), 1)
    return answers


@settings(max_examples=60)
@given(st.lists(ORDINARY, min_size=1, max_size=4))
def test_answers_equal_those_of_one_word_at_a_time(batch: list[Comment]) -> None:
    found = relevance(Batch(batch), BACKGROUND)
    for comment, row in zip(batch, found, strict=True):
        got = dict(zip(NAMES, row.tolist(), strict=True))
        expected = {name: value for name, value in slow_relevance(comment).items() if name in got}
        assert {name: got[name] for name in expected} == pytest.approx(expected, nan_ok=True, rel=1e-9, abs=1e-9)


def test_all_answers_have_a_slow_reference() -> None:
    assert set(NAMES) <= set(slow_relevance(Comment(text="plums")))


@settings(max_examples=40, phases=PHASES)
@given(st.lists(comments(), min_size=1, max_size=4))
def test_any_comments_have_finite_or_unknown_answers(batch: list[Comment]) -> None:
    found = relevance(Batch(batch), BACKGROUND)
    assert found.shape == (len(batch), len(NAMES))
    assert not np.isinf(found).any()


def test_a_comment_fits_its_own_post_better_than_another() -> None:
    own = Post(title="Pruning pears", text="Prune pears in winter, before the frost leaves the soil.")
    other = Post(title="A garden for bees", text="Sow seed on a slope with water.")
    comment = Comment(text="I prune my pears before the frost", post=own)
    fits, misses = (relevance(Batch([replace(comment, post=post)]), BACKGROUND)[0] for post in (own, other))
    for name in ("post_share", "all_disagreement", "title_share", "all_surplus", "heavy_share"):
        assert fits[NAMES.index(name)] > misses[NAMES.index(name)]


@pytest.mark.parametrize(("word", "share"), [("7heavy", 1 / 30), ("7light", 0.0)])
def test_only_the_thirty_heaviest_words_of_a_post_count_for_its_weight(word: str, share: float) -> None:
    words = [f"{number}heavy" for number in range(30)] * 2 + [f"{number}light" for number in range(10)]
    comment = Comment(text=word, post=Post(text=" ".join(words)))
    assert relevance(Batch([comment]), BACKGROUND)[0, NAMES.index("heavy_share")] == pytest.approx(share)


def test_what_is_kept_of_a_post_by_one_background_is_not_taken_for_another() -> None:
    comment = Comment(text="frost", post=Post(title="Frost pears", text="Pears and plums under frost."))
    other = Background.fit(Texts.of(["pears", "pears frost", "plums"] * 30, 100))
    first, second, again = (relevance(Batch([comment]), one)[0] for one in (BACKGROUND, other, BACKGROUND))
    for name in ("title_covered", "heavy_share"):
        assert first[NAMES.index(name)] != second[NAMES.index(name)]
    np.testing.assert_array_equal(again, first)


def test_without_post_and_thread_their_sides_are_unknown() -> None:
    row = dict(zip(NAMES, relevance(Batch([Comment(text="plums")]), BACKGROUND)[0].tolist(), strict=True))
    assert all(np.isnan(row[f"{side}_share"]) for side in ("title", "post", "all"))
    assert row["own_words"] == log1p(1)


def test_a_background_of_nothing_still_answers() -> None:
    empty = Background.fit(Texts.of([], 10))
    assert empty.words_per_text == 1
    assert not np.isinf(relevance(Batch([Comment(text="plums", post=Post(title="plums"))]), empty)).any()


def test_rare_words_have_a_higher_idf_and_words_in_few_texts_are_taken_as_one() -> None:
    texts = ["common " + ("seldom" if number < 20 else "") + (" once" if number == 0 else "") for number in range(100)]
    background = Background.fit(Texts.of(texts, 100))
    words = Texts.of(["common seldom once never"], 100).words
    common, seldom, once, never = background.idf_of(words.stems).tolist()
    assert common < seldom < once == never


def test_a_table_says_of_words_what_the_formulas_do() -> None:
    background = Background.fit(Texts.of(["everywhere " + "often" * (number % 2) for number in range(40)], 100))
    words = Texts.of(["everywhere often never"], 100).words.stems
    idf, everyday, rate = background.of(words)
    np.testing.assert_array_equal(idf, background.idf_of(words))
    np.testing.assert_allclose(everyday, np.exp(-idf) / background.words_per_text, rtol=1e-15)
    np.testing.assert_allclose(rate, [log1p(-min(exp(-one), 0.99)) / background.words_per_text for one in idf])
    assert idf[0] == 0


def test_many_comments_together_are_as_if_alone() -> None:
    made = [
        Comment(text=" ".join(WORDS[number % 5 : number % 17]), post=Post(text=" ".join(WORDS[number % 3 :: 2])))
        for number in range(150)
    ]
    together = relevance(Batch(made), BACKGROUND)
    for number in range(0, 150, 7):
        np.testing.assert_array_equal(together[number], relevance(Batch([made[number]]), BACKGROUND)[0])

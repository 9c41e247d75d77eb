"""Every signal has a comment for which it is high, one for which it is low, and a docstring that says its range."""

from __future__ import annotations

import re
from datetime import datetime
from math import isnan, log1p, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentguard.features.batch import THREAD_LIMIT, Batch
from commentguard.features.lexicons import LEXICONS
from commentguard.features.named import SIGNALS
from commentguard.records import Comment, Post, ThreadMessage
from hostile import PHASES, comments

Fixture = tuple[Comment, float]


def c(text: str = "", **fields: object) -> Comment:
    return Comment(text=text, **fields)  # type: ignore[arg-type]


def by(author: str = "", author_url: str = "", text: str = "") -> Comment:
    return Comment(text=text, author=author, author_url=author_url)


def ping(author: str = "", **fields: object) -> Comment:
    return c(fields.pop("text", ""), type="pingback", author=author, **fields)  # type: ignore[arg-type]


def under(post: Post, text: str = "", **fields: object) -> Comment:
    return c(text, post=post, **fields)


def answering(*messages: str, text: str = "", author: str = "") -> Comment:
    return c(text, author=author, thread=tuple(ThreadMessage("Bea", message) for message in messages))


HOME = Post(title="Growing plums", text="How plums are grown in a garden.", url="http://www.plums.example/2020/plums")
DATED = Post(date=datetime(2020, 3, 1, 12))
PLAIN = c("I planted mine on a slope in March.")

FIXTURES: dict[str, tuple[Fixture, ...]] = {
    "length": ((c("x" * 99), log1p(99)), (c(""), 0)),
    "word_count": ((c("one two three"), log1p(3)), (c("..."), 0)),
    "word_repetition": ((c("plums plums PLUMS pears"), 0.5), (c("plums pears"), 0), (c(""), 0)),
    "capitals": ((c("ABcd"), 0.5), (c("ab 12"), 0), (c(""), 0)),
    "punctuation": ((c("a,b."), 0.5), (c("ab"), 0)),
    "symbols": ((c("\U0001f600 ok"), 0.25), (c("ok"), 0)),
    "question_marks": ((c("why? how?"), log1p(2)), (c("so."), 0)),
    "lines": ((c("one\ntwo\nthree"), log1p(2)), (c("one"), 0)),
    "code_characters": ((c("a={b};"), 4 / 6), (c("plums"), 0)),
    "phone_numbers": ((c("call +1 (555) 010-9999 now"), 1), (c("in 2019 or 2020"), 0), (c("9" * 30), 0)),
    "money_amounts": ((c("$5, €7 and 20%"), log1p(3)), (c("five"), 0)),
    "email_in_text": ((c("write to ann@mail.example"), log1p(1)), (c("@ann look"), 0)),
    "link_count": ((c("http://a.example http://b.example"), log1p(2)), (PLAIN, 0)),
    "link_at_end": ((c("x" * 90 + " http://a.example"), 1), (c("http://a.example " + "x" * 90), 0)),
    "bbcode": ((c("[url=http://a.example]a[/url] [URL]"), log1p(2)), (PLAIN, 0)),
    "shown_markup": ((c("&lt;a href=http://a.example&gt;"), log1p(2)), (c("<a href='http://a.example'>a</a>"), 0)),
    "name_length": ((by("Anna"), log1p(4)), (by(""), 0)),
    "name_words": ((by("cheap red shoes"), 3), (by(""), 0)),
    "name_small": ((by("cheap red Shoes"), 2 / 3), (by("Ann Lee"), 0), (by(""), 0)),
    "name_sells": ((by("casino Ann"), 0.5), (by("Ann Lee"), 0)),
    "has_url": ((by("a", "http://a.example"), 1), (by("a"), 0)),
    "host_length": ((by("a", "http://www.abc.example"), 11), (by("a"), 0)),
    "host_hyphens": ((by("a", "http://a-b-c.example"), 2), (by("a", "http://abc.example"), 0)),
    "url_depth": ((by("a", "http://a.example/b/c-d?e=f"), 5), (by("a", "http://a.example/"), 0)),
    "ping": ((ping("A title"), 1), (c("x"), 0)),
    "own_ping": (
        (ping("x", author_url="https://plums.example/later", post=HOME), 1),
        (ping("x", author_url="https://a.example/later", post=HOME), 0),
        (ping("x", post=HOME), 0),
    ),
    "collector_title": ((ping("Reddit bookmarks"), 2), (by("Reddit bookmarks"), 0)),
    "collector_address": (
        (ping("x", author_url="http://links.example/daily"), 2),
        (by("x", "http://links.example/daily"), 0),
    ),
    "collector_excerpt": ((ping("x", text="links roundup here"), 0.5), (c("links roundup here"), 0)),
    "excerpt_own_words": (
        (ping("x", text="Growing plums needs patience", post=HOME), log1p(2)),
        (ping("x", text="Growing plums", post=HOME), 0),
        (c("patience"), nan),
    ),
    "ping_title_match": ((ping("growing pears", post=HOME), 0.5), (ping("pears", post=HOME), 0), (c("x"), nan)),
    "stray_keyword_title": (
        (ping("cheap red shoes", post=HOME), 1),
        (ping("cheap red plums", post=HOME), 0),
        (ping("Cheap red shoes", post=HOME), 0),
    ),
    "keyword_title": ((ping("cheap red shoes"), 1), (ping("Cheap red shoes"), 0), (by("cheap red shoes"), 0)),
    "title_digits": ((ping("Links for 2020-01-02"), 8), (ping("9" * 40), 10), (by("Ann 1"), 0)),
    "post_about_site": ((under(Post(title="Login password")), 2 / 3), (under(HOME), 0)),
    "ping_excerpt": ((ping("x", text="abc"), log1p(3)), (ping("x"), 0), (c("abc"), nan)),
    "not_latin": ((c("abприве"), 5 / 7), (c("plums"), 0), (c(""), 0)),
    "post_age": (
        (under(DATED, date=datetime(2020, 3, 11, 12)), log1p(10)),
        (under(DATED, date=datetime(2019, 1, 1)), 0),
        (under(DATED), nan),
    ),
    "thread_length": ((answering("a", "b"), 2), (answering(*"abcdefghijkl"), THREAD_LIMIT), (c(""), 0)),
    "known_author": ((answering("a", author="Bea"), 1), (answering("a", author="Ann"), 0), (answering("a"), 0)),
    "post_length": ((under(HOME), log1p(9)), (c("x"), 0)),
    "promotion_words": ((c("buy cheap"), 0.4), (PLAIN, 0)),
    "seo_words": ((c("seo backlinks"), 0.4), (PLAIN, 0)),
    "contact_words": ((c("call whatsapp"), 0.4), (PLAIN, 0)),
    "praise_words": ((c("great awesome"), 0.4), (PLAIN, 0)),
    "thanks_words": ((c("thanks merci"), 0.4), (PLAIN, 0)),
    "first_person_words": ((c("ive mine"), 0.4), (c("plums"), 0)),
    "reasoning_words": ((c("because however"), 0.4), (PLAIN, 0)),
    "question_words": ((c("how why"), 0.4), (PLAIN, 0)),
    "site_words": ((c("captcha password"), 0.4), (PLAIN, 0)),
    "test_words": ((c("asdf lorem"), 0.4), (PLAIN, 0)),
    "software_words": ((c("python server"), 0.4), (PLAIN, 0)),
}

UNKNOWN_AT_TIMES = {name for name, pairs in FIXTURES.items() if any(isnan(value) for _, value in pairs)}

BY_NAME = {signal.name: signal for signal in SIGNALS}
CASES = [(name, comment, value) for name, pairs in FIXTURES.items() for comment, value in pairs]


@pytest.mark.parametrize(
    ("name", "comment", "expected"), CASES, ids=[f"{name}={value:.3g}" for name, _, value in CASES]
)
def test_a_signal_has_the_value_of_its_fixture(name: str, comment: Comment, expected: float) -> None:
    assert BY_NAME[name](Batch([comment])).tolist() == pytest.approx([expected], nan_ok=True)


def test_every_signal_has_fixtures_of_different_values_and_no_other_has() -> None:
    assert set(FIXTURES) == set(BY_NAME)
    assert not [name for name, pairs in FIXTURES.items() if len({value for _, value in pairs}) < 2]


def test_signals_have_names_of_their_own() -> None:
    assert len(BY_NAME) == len(SIGNALS)


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_a_signal_says_its_range_and_has_words_for_a_moderator(signal) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    ranged = r"0 to \S|0 up|1 (for|where)|[Ll]ogarithm of 1 \+|for each hundred|0 where there is none"
    assert re.search(ranged, signal.compute.__doc__ or "")
    assert signal.high
    assert signal.low
    assert signal.high != signal.low


def test_all_fixtures_have_the_same_values_in_one_batch_and_in_any_order() -> None:
    together = Batch([comment for _, comment, _ in CASES])
    backwards = Batch([comment for _, comment, _ in reversed(CASES)])
    for signal in SIGNALS:
        alone = np.concatenate([signal(Batch([comment])) for _, comment, _ in CASES])
        np.testing.assert_array_equal(signal(together), alone)
        np.testing.assert_array_equal(signal(backwards)[::-1], alone)


@settings(max_examples=40, phases=PHASES)
@given(st.lists(comments(), min_size=1, max_size=4))
def test_signals_of_any_comments_are_in_range(batch: list[Comment]) -> None:
    laid_out = Batch(batch)
    for signal in SIGNALS:
        values = signal(laid_out)
        known = values[~np.isnan(values)]
        assert values.shape == (len(batch),)
        assert np.isfinite(known).all(), signal.name
        assert (known >= 0).all(), signal.name
        if "0 to 1," in (signal.compute.__doc__ or "") or "else 0" in (signal.compute.__doc__ or ""):
            assert (known <= 1).all(), signal.name
        if signal.name not in UNKNOWN_AT_TIMES:
            assert len(known) == len(values), signal.name


@pytest.mark.parametrize("lexicon", LEXICONS)
def test_every_word_of_a_list_is_found_in_a_text(lexicon: str) -> None:
    listed = [word for word in LEXICONS[lexicon].split() if word.isascii() or len(word) > 2]
    batch = Batch([Comment(text=f"so {word} yes") for word in listed])
    missed = [word for word, count in zip(listed, batch.text.count_in(lexicon), strict=True) if not count]
    assert not missed


def test_columns_of_dates_do_not_depend_on_the_machines_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    comment = under(Post(date=datetime(2021, 3, 1)), date=datetime(2021, 5, 1))
    values = set()
    for zone in ("UTC", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        values.add(float(BY_NAME["post_age"](Batch([comment]))[0]))
    assert values == {log1p(61)}


def test_what_the_platform_decided_is_no_feature() -> None:
    plain = Comment(text="So it is.", author="Ann")
    told = Comment(
        text="So it is.", author="Ann", status="spam", label="spam", author_email="a@a.example", author_ip="192.0.2.1"
    )
    for signal in SIGNALS:
        values = signal(Batch([plain, told]))
        np.testing.assert_array_equal(values[0], values[1])

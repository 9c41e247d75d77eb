"""What pages show of comments: short, harmless, without addresses."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given

from commentguard.records import Comment, Post
from commentguard.reports.samples import NAME, TEXT, hosts_of, sample_of, shown, shown_host, without_addresses

from .examples import comments, verdict


@pytest.mark.parametrize(
    "text",
    ["ada@mail.example", "a.b+c@x.co.example", "ada＠mail.example", "ada\u200b@mail.example", "192.0.2.77",
     "2001:db8::1", "[2001:db8:0:0:0:0:2:1]", "mailto:ada@mail.example"],
)  # fmt: skip
def test_addresses_of_people_are_left_out(text: str) -> None:
    found = without_addresses(f"write to {text}, please")
    assert found.startswith("write to ")
    assert found.endswith(", please")
    assert "[e-mail]" in found or "[IP address]" in found
    assert not any(part in found for part in ("mail.example", "192.0", "2001", "co.example"))


@pytest.mark.parametrize("text", ["at 12:30:45", "std::vector", "@ada", "2 @ 3 each", "version 1.2.3", "1.000.000"])
def test_what_only_looks_a_little_like_an_address_stays(text: str) -> None:
    assert without_addresses(text) == text


@pytest.mark.parametrize("text", ["a@" * 50_000, "1." * 50_000, "a:" * 50_000, "@" * 100_000, "f" * 100_000 + "@"])
def test_looking_for_addresses_takes_linear_time_on_any_text(text: str) -> None:
    assert len(without_addresses(text)) <= len(text) * 5  # and it ends


def test_a_host_that_is_an_ip_address_is_named_as_such() -> None:
    assert shown_host("192.0.2.7") == "[IP address]"
    assert shown_host("[2001") == "[IP address]"
    assert shown_host("shop.example") == "shop.example"


def test_hosts_are_those_of_author_and_links_but_not_the_blogs_own() -> None:
    comment = Comment(
        text='<a href="http://www.lamps.example/x">here</a> or http://blog.example/2',
        author_url="http://ads.shop.example/",
        post=Post(url="https://blog.example/1"),
    )
    assert hosts_of(comment) == {"lamps.example", "shop.example"}


def test_a_sample_has_the_text_without_markup_and_the_day() -> None:
    comment = Comment(id="7", text="<p>One<br>two</p>", date=datetime(2014, 3, 9, 12), post=Post(title="Plums"))
    found = sample_of(comment, verdict("spam", 0.9, False, "sells"))
    assert (found.text, found.date, found.post) == ("One two", "2014-03-09", "Plums")
    assert found.shares[0] == ("spam", 0.9)
    assert found.reasons == (("sells", 1.5),)


@given(comments())
def test_a_sample_of_any_comment_is_short_and_printable(comment: Comment) -> None:
    found = sample_of(comment, verdict())
    for name in ("id", "author", "host", "post", "date", "status", "text"):
        value = getattr(found, name)
        assert len(value) <= (TEXT if name == "text" else NAME)
        assert all(character.isprintable() or character in "\u200c\u200d" for character in value)


def test_long_texts_are_cut_with_a_sign() -> None:
    assert shown("word " * 100, 20) == "word word word word…"

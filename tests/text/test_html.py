"""Markup to plain text: golden cases, and bounded time on hostile markup."""

from __future__ import annotations

import time

import pytest
from hypothesis import given

from commentguard.text.html import FEW_STYLES, MAX_MARKUP, TAGS_AT_A_TIME, head_and_tail, plain_text
from hostile import TEXT


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("", ""),
        ("no markup at all,\n two lines ", "no markup at all,\n two lines "),
        ("5 < 6 && 7 > 6", "5 < 6 && 7 > 6"),
        ("fish &amp; chips &#39;now&#39;", "fish & chips 'now'"),
        ("&lt;b&gt; is bold", "<b> is bold"),
        ('<a href="http://a.example/">here</a>', "here (http://a.example/)"),
        ('<a href="http://a.example/">http://a.example/</a>', "http://a.example/"),
        ('<a href="#top">up</a>, <a>none</a>, <a href="">empty</a>', "up, none, empty"),
        ('<a href=" http://a.example ">x<b>y</b></a>z', "xy (http://a.example)z"),
        ('<A HREF="http://a.example">X</A>', "X (http://a.example)"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one<p>two", "one\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<div>one</div>\n\n  <div>two</div>", "one\ntwo"),
        ("line\nof its <i>own</i>", "line\nof its own"),
        ("<p>wrapped\nline</p>", "wrapped\nline"),
        ("a<script>alert('x')</script>b", "ab"),
        ("a<style>p { color: red }</style>b", "ab"),
        ("<noscript>a</noscript><template>b</template>c", "c"),
        ("a<!-- hidden -->b", "ab"),
        ("a<!-- never closed", "a"),
        ("<html><head><title>t</title></head><body>text</body></html>", "text"),
        ("<b>bold <i>both</b> italic</i>", "bold both italic"),
        ("<p>a</div></span>b", "ab"),
        ("text <a href='http://a.example", "text"),
        ("a<frameset><frame>", "a"),
        ("<frameset>what nobody shall read", "what nobody shall read"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("<x-unknown>kept</x-unknown>", "kept"),
        ("<b>nul\0</b>", "nul"),
        ("<b>\ud800</b>", "?"),
        ("<i>\U0001f600</i>", "\U0001f600"),
    ],
)
def test_markup_becomes_the_text_that_a_reader_sees(raw: str, plain: str) -> None:
    assert plain_text(raw) == plain


@given(TEXT)
def test_any_text_becomes_text(raw: str) -> None:
    assert isinstance(plain_text(raw), str)


@given(TEXT)
def test_text_without_markup_is_returned_as_it_is(raw: str) -> None:
    harmless = raw.replace("<", "").replace("&", "")
    assert plain_text(harmless) is harmless


def test_what_only_looks_like_a_tag_swallows_no_line() -> None:
    assert plain_text("if x <y then\nnext line, said <b>loud</b>\nlast") == "if x next line, said loud\nlast"


def test_lines_within_a_comment_of_paragraphs_stay_lines() -> None:
    assert plain_text("one\n<b>two</b>\nthree") == plain_text("one<br><b>two</b><br>three") == "one\ntwo\nthree"


_MANY_STYLES = "<p>" + "".join(f"<b id={number}>" for number in range(5_000)) + "x</p>" + "<p>y" * 20_000


@pytest.mark.parametrize(
    "raw",
    [
        *(f"<{tag}>" * 100_000 for tag in ("div", "b", "ul><li", "applet><a href=x", "dl><dt", "svg", "a href=x")),
        "<div>" * 20_000 + "end" + "</div>" * 20_000,
        _MANY_STYLES,
        "<" * 200_000,
        "&" * 200_000 + "<b>",
        "<a " + "x='" * 60_000,
        "<!--" * 50_000,
        "\n" * 190_000 + "<i>x",
        "<p>word " * 2_500_000,
    ],
    ids=lambda raw: raw[:12],
)
def test_hostile_markup_takes_bounded_time(raw: str) -> None:
    began = time.process_time()
    plain_text(raw)
    assert time.process_time() - began < 3  # a tenth of it on an idle machine; quadratic parsing took ten seconds


def test_twenty_megabytes_of_plain_text_are_returned_at_once() -> None:
    raw = "word " * 4_000_000
    began = time.process_time()
    assert plain_text(raw) is raw
    assert time.process_time() - began < 1.5


def test_what_stands_deep_within_many_tags_is_read() -> None:
    assert plain_text("<div>" * 20_000 + "end") == "end"


def test_many_tags_read_the_same_as_few() -> None:
    row = '<p>one <b class="x">two</b> <a href="http://a.example">three</a></p>'
    times = TAGS_AT_A_TIME // 3 + FEW_STYLES
    assert plain_text(row * times).split() == plain_text(row).split() * times


def test_of_giant_markup_head_and_tail_are_read() -> None:
    plain = plain_text("<p>begin</p>" + "<p>middle</p>" * MAX_MARKUP + "<p>finish</p>")
    assert plain.startswith("begin\n")
    assert plain.endswith("\nfinish")


@given(TEXT)
def test_head_and_tail_have_the_length_asked_for(text: str) -> None:
    for length in range(len(text) + 2):
        cut = head_and_tail(text, length)
        assert len(cut) == min(length, len(text))
        assert text.startswith(cut[: length - length // 4])
        assert text.endswith(cut[length - length // 4 :])

"""What a page says of a post: links found however they are written, told apart by where they stand, bounded."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentguard.records import Post, SourcePage
from commentguard.sourcepage import examine
from hostile import TEXT

POST = Post(title="Rye bread", text="Sourdough needs patience, flour, water and an oven that keeps its temperature.",
            url="https://blog.example/rye")  # fmt: skip
LINK = '<a href="https://blog.example/rye">the recipe</a>'


def found(markup: str, url: str = "http://page.example/notes/1") -> SourcePage:
    return examine(markup, url, POST.url, POST)


def test_a_page_is_told_by_title_language_links_and_the_text_around_the_link() -> None:
    page = found(
        "<html lang=en-GB><title> My\n notes </title><body><p>Last week I tried"
        f" {LINK} with <i>less</i> water.</p><p><a href=/own>own</a> <a href=//b.example>other</a>"
    )
    assert page == SourcePage(
        True, links_back=True, place="body", around="Last week I tried the recipe with less water.", title="My notes",
        language="en-GB", outgoing=2, nearness=page.nearness,
    )  # fmt: skip


def test_a_page_without_the_link_says_nothing_of_it() -> None:
    page = found("<title>Shop</title><p>https://blog.example/rye <a href='https://blog.example/'>blog</a>")
    assert (page.reached, page.links_back, page.place, page.rel, page.around) == (True, False, None, (), "")


@pytest.mark.parametrize(
    "markup",
    ["<a href='//www.blog.example/rye/?utm_medium=x#more'>x</a>",
     "<base href='http://blog.example/2026/'><a href=../rye>x</a>",
     "<A HREF=' HTTPS://BLOG.example/r%79e '>x</A>", "<a href='&#104;ttp://blog.example/rye'>x</a>"],
)  # fmt: skip
def test_a_link_is_found_however_it_is_written(markup: str) -> None:
    assert found(markup).links_back


@pytest.mark.parametrize(
    "markup",
    [f"<!-- {LINK} -->", f"<script>document.write('{LINK}')</script>", f"<p><noscript>{LINK}</noscript>",
     f"<template>{LINK}</template>", f"<textarea>{LINK}</textarea>", f"<style>{LINK}</style>", f"<title>{LINK}</title>",
     "<a href='https://evil.example/?https://blog.example/rye'>x</a>", "<a name='https://blog.example/rye'>x</a>",
     "<link rel=pingback href='https://blog.example/rye'>", f"<base href='http://[' >{'<a href=/rye>x</a>'}"],
)  # fmt: skip
def test_what_no_reader_could_follow_is_no_link(markup: str) -> None:
    assert not found(markup).links_back


LINKS = "".join(f"<li><a href='http://page{number}.example/'>Page {number}</a>" for number in range(5))


@pytest.mark.parametrize(
    ("markup", "place"),
    [(f"<p>So {LINK}", "body"), (f"<body class='has-sidebar comments-open'><article class=comment>{LINK}", "body"),
     (f"<ul><li>Mix flour and water<li>Then see {LINK}, it says why</ul>", "body"),
     (f"<ul><li>{LINK}{LINKS}</ul>", "list"),
     (f"<table><tr><td>{LINK}<td>{LINKS}</table>", "list"), (f"<div class='widget widget_links'>{LINK}", "sidebar"),
     (f"<aside>{LINK}", "sidebar"), (f"<div id=sidebar><ul>{LINK}{LINKS}</ul>", "sidebar"),
     (f"<nav>{LINK}", "navigation"), (f"<ul class='main-menu'><li>{LINK}", "navigation"), (f"<footer>{LINK}", "footer"),
     (f"<div id=colophon><div role=x>{LINK}", "footer"), (f"<ol class=commentlist><li id=comment-7>{LINK}", "comments"),
     (f"<section id=comments><footer>{LINK}", "footer"), (f"<div role=navigation>{LINK}", "navigation")],
)  # fmt: skip
def test_where_the_link_stands_goes_by_what_is_around_it(markup: str, place: str) -> None:
    assert found(markup).place == place


def test_of_several_links_the_one_in_the_text_counts() -> None:
    page = found(
        f"<nav>{LINK}</nav><p>I tried {LINK.replace('<a', '<a rel=ugc')}<p>Really, {LINK}<footer>{LINK}</footer>"
    )
    assert (page.place, page.rel, page.around) == ("body", (), "Really, the recipe")


def test_what_is_said_of_the_link_is_kept() -> None:
    assert found(LINK.replace("<a", "<a rel='Nofollow external ugc'")).rel == ("nofollow", "ugc")
    assert found(f"<meta name=robots content='noindex, NOFOLLOW'>{LINK}").rel == ("nofollow",)


def test_a_page_on_the_subject_is_nearer_than_one_on_another() -> None:
    near = found("<p>Our oven and its temperature decide over sourdough; flour and patience do the rest.").nearness
    far = found("<p>Designer handbags with free shipping, replica watches at wholesale prices.").nearness
    assert near is not None
    assert far is not None
    assert near >= 0.5 > far
    assert found("").nearness is None
    assert examine("<p>Oven", "http://page.example/", POST.url).nearness is None


@settings(max_examples=25)
@given(
    st.lists(TEXT | st.sampled_from([LINK, "<ul>", "<aside>", "</p>", "<base href=//b.example>", "<frameset>"])).map(
        "".join
    )
)
def test_all_that_is_kept_of_a_page_is_bounded(markup: str) -> None:
    page = found(markup * 3)
    assert len(page.around) <= 300
    assert len(page.title) <= 200
    assert page.nearness is None or 0 <= page.nearness <= 1
    assert page.links_back == (page.place is not None)


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<ul><li>", "<a href=x><div>", "<b><p>", "<a><b a{}><p>", "<table><tr><td>", LINK, f"<ul><li>{LINK}",
     "<!--", "<a " + "x " * 50, "&amp;", "<a href='/" + "../" * 100 + "'>"],
)  # fmt: skip
def test_a_page_that_is_made_to_take_long_does_not(piece: str) -> None:
    markup = "".join(piece.replace("{}", str(number)) for number in range(153_600 // len(piece)))
    begun = time.monotonic()
    found(markup)
    assert time.monotonic() - begun < 3

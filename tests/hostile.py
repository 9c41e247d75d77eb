"""Text and comments as hostile as they come, for property tests."""

from __future__ import annotations

from hypothesis import Phase
from hypothesis import strategies as st

from commentguard.records import COMMENT_TYPES, LINK_PLACES, Comment, Post, SourcePage, ThreadMessage

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking: where one example takes a while, a failure must not take minutes."""

_PIECES = (
    *("\ud800", "\udfff", "\0", "\u200b", "\u202e", "\u00ad", "\U0001f600", "\U0001d5d5", "\uffff"),
    *("漢字", "ひらがな", "ไทย", "한국어", "שלום", "مرحبا", "привет", "Ωμέγα", "ПaуРаl", "é", "ß", "İ", "\u0301"),
    *("<p>", "</p>", "<a href='http://shop.example/x'>", "<br", "&amp;", "&#0;", "<!--", "<script>", "[url=", "{a|b}"),
    *(
        "http://a.example/b-c?d=1",
        "www.b.example",
        "@",
        ">",
        "555-123-45-67",
        "$5",
        "!",
        "?",
        "\n",
        " ",
        "\t",
        "%",
        ".",
    ),
    *("the garden", "cheap pills", "Thanks", "casino", "WORD", "x" * 90),
)

TEXT = st.text(max_size=30) | st.lists(st.sampled_from(_PIECES) | st.text(max_size=6), max_size=12).map("".join)
"""Any text: lone surrogates, NUL, scripts of all sorts, markup whole and broken, addresses."""


def comments() -> st.SearchStrategy[Comment]:
    """Return comments with hostile text in each field that a feature could look at."""
    dates = st.none() | st.datetimes()
    posts = st.builds(Post, id=TEXT, title=TEXT, text=TEXT, url=TEXT, date=dates)
    messages = st.lists(st.builds(ThreadMessage, TEXT, TEXT), max_size=10)
    pages = st.builds(
        SourcePage, reached=st.booleans(), links_back=st.booleans(), place=st.none() | st.sampled_from(LINK_PLACES),
        rel=st.lists(TEXT, max_size=2).map(tuple), outgoing=st.integers(0, 10**6), nearness=st.none() | st.floats(0, 1),
    )  # fmt: skip
    return st.builds(
        Comment,
        text=TEXT, author=TEXT, author_url=TEXT, type=st.sampled_from(COMMENT_TYPES), date=dates,
        post=st.none() | posts, thread=messages.map(tuple), source_page=st.none() | pages,
    )  # fmt: skip

"""The page for the owner of a blog."""

from __future__ import annotations

import sys
from datetime import datetime
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentguard.errors import MissingPackageError
from commentguard.records import LABELS, Comment, Label, Post
from commentguard.reports import pages
from commentguard.reports.blog_page import write_report
from commentguard.reports.summary import summarise
from hostile import PHASES, comments
from webpages import HOSTILE, parsed, text_of

from .examples import verdict


def _page(rows: list[tuple[Comment, Label]], name: str = "") -> str:
    stream = StringIO()
    judged = ((comment, verdict(label, 0.6, label == "off-topic", HOSTILE)) for comment, label in rows)
    write_report(summarise(judged), stream, name=name, model=HOSTILE)
    return stream.getvalue()


def test_hostile_text_is_shown_and_does_nothing() -> None:
    rows = [
        (
            Comment(id=f"{HOSTILE}{n}", text=HOSTILE.replace("<", "&lt;"), author=HOSTILE, status=HOSTILE,
                    author_url=f"http://{HOSTILE}", post=Post(title=HOSTILE, url=HOSTILE), source=HOSTILE,
                    date=datetime(2014, 3, n + 1)),
            LABELS[n % 3],
        )
        for n in range(9)
    ]  # fmt: skip
    page = _page(rows, HOSTILE)
    tree = parsed(page)
    assert not tree.css("script")
    assert "<script>alert(1)</script>" in text_of(tree, "p.said")
    assert "{{ 7*7 }}" in page
    assert len(page) < 200_000


def test_counts_stand_in_the_tables() -> None:
    post, day = Post(id="1", title="Plums"), datetime(2014, 3, 1)
    rows: list[tuple[Comment, Label]] = [(Comment(text=f"plums {n}", post=post, date=day), "spam") for n in range(4)]
    tree = parsed(_page([*rows, (Comment(text="when is the bus?"), "off-topic")]))
    cells = {
        text_of(row, "th"): [cell.text() for cell in row.css("td.n")][:5]
        for row in tree.css("tbody tr") if row.css("td.n")
    }  # fmt: skip
    assert cells["Plums"] == cells["2014-03"] == ["4", "4", "0", "0", "0"]
    assert cells["comment"] == ["5", "4", "1", "0", "1"]
    assert [node.text().strip() for node in tree.css("dl.tiles dd")] == ["5", "4 80%", "1 20%", "0 0%", "1 20%"]


def test_an_empty_export_has_a_page_too() -> None:
    tree = parsed(_page([]))
    assert "No comment tells its post" in text_of(tree, "main")
    assert not tree.css("svg")


@settings(max_examples=20, phases=PHASES)
@given(st.lists(st.tuples(comments(), st.sampled_from(LABELS)), max_size=3))
def test_any_comments_make_a_page_that_runs_and_leads_nowhere(rows: list[tuple[Comment, Label]]) -> None:
    parsed(_page(rows)).css("main")


def test_without_jinja_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    pages._environment.cache_clear()
    with pytest.raises(MissingPackageError, match=r"pip install commentguard\[report\]"):
        pages.require_templates()

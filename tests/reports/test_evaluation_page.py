"""The page for who trains a model."""

from __future__ import annotations

from io import StringIO

import pytest

from commentguard.curves import curves_of
from commentguard.evaluation import judge
from commentguard.records import LABELS, Comment, Label
from commentguard.reports.evaluation_page import write_evaluation
from webpages import HOSTILE, parsed, text_of

from .examples import verdict


def _page(rows: list[tuple[Comment, Label, float]]) -> str:
    comments = [comment for comment, _, _ in rows]
    verdicts = [verdict(label, share, False, HOSTILE) for _, label, share in rows]
    stream = StringIO()
    write_evaluation(judge(comments, verdicts), curves_of(comments, verdicts), stream, name=HOSTILE, model=HOSTILE)
    return stream.getvalue()


def _rows(n: int, text: str = "plums") -> list[tuple[Comment, Label, float]]:
    return [
        (Comment(id=str(number), text=text, author=text, label=LABELS[number % 3], source=f"{text} {number % 2}"),
         LABELS[number % 4 % 3], 0.4 + number % 6 / 10)
        for number in range(n)
    ]  # fmt: skip


def test_hostile_text_is_shown_and_does_nothing_but_the_pages_own_script() -> None:
    tree = parsed(_page(_rows(12, HOSTILE)))
    assert len(tree.css("script")) == 1
    assert "longword" in text_of(tree, "tbody th bdi") or "<script>" in text_of(tree, "h1")


def test_the_tables_tell_the_figures() -> None:
    tree = parsed(_page(_rows(12)))
    confusion = [[text_of(cell, "*") for cell in row.css("th, td")] for row in tree.css("table.confusion tbody tr")]
    assert confusion == [[label, "2 50%", "1 25%", "1 25%"] for label in LABELS]
    thresholds = {row.attributes["data-threshold"]: row for row in tree.css("tr[data-threshold]")}
    assert len(thresholds) == 99
    assert thresholds["0.50"].attributes["data-spam"] == "4"
    assert len(tree.css(".cards > li")) == 8


def test_without_the_script_the_page_reads_whole() -> None:
    tree = parsed(_page(_rows(12)))
    hidden = tree.css("[hidden]")
    assert [node.attributes["id"] for node in hidden] == ["try"]
    assert "The cheapest threshold" in text_of(tree, "main")


@pytest.mark.parametrize("labels", [("spam",), ("substantive",), ("off-topic", "substantive")])
def test_rows_that_lack_a_label_have_a_page_too(labels: tuple[Label, ...]) -> None:
    rows = [(Comment(text="x", label=label), label, 1.0) for label in labels for _ in range(2)]
    tree = parsed(_page(rows))
    assert "nan" not in text_of(tree, "main").lower()
    assert "No verdict was wrong" in text_of(tree, "main")

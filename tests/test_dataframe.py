"""Tables of pandas, Polars and Arrow: a verdict for each row, in a table of the same kind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from commentguard import Comment, CommentGuard, Post, ThreadMessage
from commentguard.dataframe import OUTPUT, classify
from commentguard.errors import DatasetError, MissingPackageError
from commentguard.records import LABELS

pandas = pytest.importorskip("pandas", reason="pandas is not installed")
polars = pytest.importorskip("polars", reason="Polars is not installed")
pyarrow = pytest.importorskip("pyarrow", reason="Arrow is not installed")
pytest.importorskip("narwhals", reason="narwhals is not installed: pip install commentguard[dataframe]")

Make = Callable[[dict[str, Any]], Any]
KINDS: dict[str, Make] = {
    "pandas": pandas.DataFrame,
    "pandas-arrow": lambda columns: pyarrow.table(columns).to_pandas(types_mapper=pandas.ArrowDtype),
    "pandas-from-parquet": lambda columns: pyarrow.table(columns).to_pandas(),
    "polars": polars.DataFrame,
    "arrow": pyarrow.table,
    "arrow-batch": pyarrow.RecordBatch.from_pydict,
}
MESSAGE = {"author": "Ada", "text": "Plums need lime."}
COLUMNS = {
    "id": ["a", "b", "c"],
    "text": ["My plums failed as well, the soil was wet.", "cheap loans http://loans.example/", None],
    "author": ["Ann", "best loans", "dry skin"],
    "author_url": [None, "http://loans.example/", "http://skin.example/"],
    "type": ["comment", None, "pingback"],
    "date": [datetime(2024, 5, 6, 7, 8), None, datetime(2024, 5, 8)],
    "post_title": ["Growing plums", "Growing plums", None],
    "post_text": ["How plums grow in wet soil.", "How plums grow in wet soil.", None],
    "thread": [[MESSAGE], None, []],
    "label": ["ham", "ham", "ham"],
    "unknown": [1.5, None, 2.5],
}
POST = Post(title="Growing plums", text="How plums grow in wet soil.")
COMMENTS = [
    Comment(
        "My plums failed as well, the soil was wet.", "a", author="Ann", date=datetime(2024, 5, 6, 7, 8), post=POST,
        thread=(ThreadMessage("Ada", "Plums need lime."),),
    ),
    Comment("cheap loans http://loans.example/", "b", author="best loans", author_url="http://loans.example/",
            post=POST),
    Comment("", "c", "pingback", author="dry skin", author_url="http://skin.example/", date=datetime(2024, 5, 8)),
]  # fmt: skip


@pytest.fixture(params=KINDS)
def make(request: pytest.FixtureRequest) -> Make:
    """Return what makes a table of columns."""
    return KINDS[request.param]


def rows(table: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - of any kind
    if isinstance(table, pandas.DataFrame):
        return table.to_dict("records")  # type: ignore[no-any-return]
    return table.to_dicts() if isinstance(table, polars.DataFrame) else table.to_pylist()  # type: ignore[no-any-return]


def test_each_row_gets_the_verdict_of_its_comment_in_a_table_of_the_same_kind(make: Make, guard: CommentGuard) -> None:
    table = make(COLUMNS)
    found = classify(table, model=guard)
    assert type(found) is type(table)
    expected = [guard.classify(comment) for comment in COMMENTS]
    assert [list(row) for row in rows(found)] == [["id", *OUTPUT]] * 3
    assert [row["id"] for row in rows(found)] == ["a", "b", "c"]
    assert [row["label"] for row in rows(found)] == [verdict.label for verdict in expected]
    assert [row["needs_review"] for row in rows(found)] == [verdict.needs_review for verdict in expected]
    assert [[row[f"p_{label.replace('-', '_')}"] for label in LABELS] for row in rows(found)] == [
        list(verdict.probabilities.values()) for verdict in expected
    ]
    assert [row["reasons"].split(" (")[0] for row in rows(found)] == [
        verdict.reasons[0].text.split(" (")[0] for verdict in expected
    ]


@pytest.mark.parametrize("keep", [(), ("id",), ("author", "unknown")])
def test_the_columns_to_keep_come_first_and_others_are_left_out(
    keep: Sequence[str], make: Make, guard: CommentGuard
) -> None:
    assert list(rows(classify(make(COLUMNS), model=guard, keep=keep))[0]) == [*keep, *OUTPUT]


def test_text_alone_is_enough(make: Make, guard: CommentGuard) -> None:
    found = rows(classify(make({"text": ["Nice sunset", "buy"]}), model=guard))
    assert [list(row) for row in found] == [list(OUTPUT)] * 2
    assert found[0]["label"] == guard.classify(Comment("Nice sunset")).label


def test_a_table_without_rows_gives_one_with_the_same_columns(make: Make, guard: CommentGuard) -> None:
    table = make(COLUMNS)
    nothing = classify(table.slice(0, 0) if hasattr(table, "slice") else table[:0], model=guard)
    assert type(nothing) is type(table)
    assert rows(nothing) == []
    names = nothing.schema.names if hasattr(nothing, "to_pylist") else nothing.columns
    assert list(names) == ["id", *OUTPUT]


def test_the_index_of_pandas_stays(guard: CommentGuard) -> None:
    table = pandas.DataFrame(COLUMNS, index=[7, 3, 7])
    assert classify(table, model=guard).index.tolist() == [7, 3, 7]


def test_comments_of_one_post_above_a_row_are_its_thread(guard: CommentGuard) -> None:
    table = polars.DataFrame({
        "text": ["Plums need lime.", "I agree with Ada.", "Refused"],
        "author": ["Ada", "Ben", "Cy"],
        "post_id": ["7", "7", "7"],
        "post_title": ["Growing plums"] * 3,
        "status": ["approved", "approved", "spam"],
    })  # fmt: skip
    post = Post(id="7", title="Growing plums")
    comment = Comment("I agree with Ada.", author="Ben", post=post, thread=(ThreadMessage("Ada", "Plums need lime."),))
    verdict = guard.classify(comment)
    assert classify(table, model=guard)["p_spam"][1] == verdict.probabilities["spam"]


def test_a_model_can_be_named_by_its_folder(guard: CommentGuard, model_folder: Any) -> None:  # noqa: ANN401
    table = polars.DataFrame({"text": ["Nice sunset"]})
    assert classify(table, model=model_folder).equals(classify(table, model=guard))
    assert classify(table, model=str(model_folder)).equals(classify(table, model=guard))


@pytest.mark.parametrize(
    ("table", "options", "says"),
    [
        (polars.DataFrame({"body": ["x"]}), {}, r"has no column text \(it has body\); rename one"),
        (polars.DataFrame({"text": ["x"]}), {"keep": ["key"]}, "has no column key to keep"),
        (polars.DataFrame({"text": ["x"], "label": ["y"]}), {"keep": ["label"]}, "has a column label of its own"),
        (polars.DataFrame({"text": ["x", "y"], "post": [["a"], ["b"]]}).lazy(), {}, "LazyFrame is no table"),
        ([{"text": "x"}], {}, "list is no table of pandas, Polars or Arrow in memory: collect it"),
        (polars.DataFrame({"text": [{"a": 1}]}), {}, "the table: row 0: its text is not text; mend the row"),
    ],
)
def test_a_table_that_does_not_fit_is_told_with_the_remedy(
    table: object, options: dict[str, Any], says: str, guard: CommentGuard
) -> None:
    with pytest.raises(DatasetError, match=says):
        classify(table, model=guard, **options)


def test_narwhals_that_is_not_installed_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
    with pytest.raises(MissingPackageError, match=r"pip install commentguard\[dataframe\]"):
        classify(polars.DataFrame({"text": ["x"]}))

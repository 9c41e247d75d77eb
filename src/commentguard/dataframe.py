"""Comments in a table of pandas, Polars or Arrow, and their verdicts as such a table.

Needs the extra ``commentguard[dataframe]``, and the library that the table comes from.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

from commentguard.errors import DatasetError, MissingPackageError
from commentguard.guard import CommentGuard, load_model
from commentguard.readers.report import Reading, ReadReport
from commentguard.readers.rows import FIELDS, RowReader
from commentguard.records import Comment
from commentguard.reports.csv import reasons_in_words

Table = TypeVar("Table")

INPUT: Final = (*(name for name in FIELDS if name != "label"), "post", "thread")
"""Columns that are looked at; what a person said of a comment is none of them."""

OUTPUT: Final = ("label", "p_spam", "p_off_topic", "p_substantive", "needs_review", "reasons")
"""Columns that a verdict has."""


def classify(
    table: Table, *, model: CommentGuard | str | os.PathLike[str] | None = None, keep: Sequence[str] = ("id",)
) -> Table:
    """Classify the comments of a table, one a row.

    Parameters
    ----------
    table : pandas.DataFrame, polars.DataFrame, pyarrow.Table or pyarrow.RecordBatch
        Columns are called as keys are in JSON Lines, those of the post flat: `text`, and as far as there are any `id`,
        `type`, `author`, `author_url`, `date`, `status`, `post_id`, `post_title`, `post_text`, `post_url`,
        `post_date`, and `thread`, a list of structures of `author` and `text`. Others are ignored. Without `thread`
        the thread of a comment is what stands above it in the table under the same `post_id`: sort by date, and keep a
        post's comments in one table.
    model : CommentGuard, str, path or None
        A model, or the folder of one, which is then loaded once a process; None for the shipped one.
    keep : sequence of str
        Columns of the table that the result has too, by default `id` where there is one.

    Returns
    -------
    table of the same kind
        As many rows in the same order (in pandas with the same index): the columns to keep, then `label`; `p_spam`,
        `p_off_topic`, `p_substantive` (probabilities that sum to 1); `needs_review`; `reasons` (in words).

    Raises
    ------
    MissingPackageError
        When narwhals is not installed, by which all these tables are read.
    DatasetError
        When this is no such table, it has no column `text`, or no column that is to be kept.

    Examples
    --------
    >>> import polars
    >>> classify(polars.DataFrame({"text": ["cheap pills http://pills.example"], "author": ["pills"]}))["label"].item()
    'spam'
    """
    try:
        import narwhals.stable.v2 as nw
    except ImportError:
        raise MissingPackageError("narwhals is not installed: pip install commentguard[dataframe]") from None
    try:
        frame: Any = nw.from_native(_whole(table), eager_only=True)
    except TypeError:
        raise DatasetError(
            f"{type(table).__name__} is no table of pandas, Polars or Arrow in memory: collect it, or map this "
            "function over its partitions"
        ) from None
    kept = _kept(frame.columns, keep)
    columns = _verdicts(frame, _guard(model))
    types: tuple[Any, ...] = (nw.String, nw.Float64, nw.Float64, nw.Float64, nw.Boolean, nw.String)
    made = [
        nw.new_series(name, column, kind, backend=frame.implementation)
        for name, column, kind in zip(OUTPUT, columns, types, strict=True)
    ]
    result = frame.with_columns(*made).select(*kept, *OUTPUT).to_native()
    if not isinstance(result, type(table)):  # a record batch of Arrow's
        batch: Any = type(table)
        result = batch.from_struct_array(result.to_struct_array().combine_chunks())
    return cast(Table, result)


def _whole(table: object) -> Any:  # noqa: ANN401 - of many types
    """Return a table as narwhals knows it: it knows none of Arrow's record batches."""
    arrow = sys.modules.get("pyarrow")
    if arrow is not None and isinstance(table, arrow.RecordBatch):
        return arrow.Table.from_batches([table])
    return table


def _kept(columns: Sequence[str], keep: Sequence[str]) -> list[str]:
    if "text" not in columns:
        raise DatasetError(f"the table has no column text (it has {', '.join(columns)[:200]}); rename one")
    kept = [name for name in keep if name in columns]
    missing = sorted({*keep} - {*kept} - {"id"})
    if missing:
        raise DatasetError(f"the table has no column {missing[0]} to keep; leave it out")
    taken = sorted({*kept} & {*OUTPUT})
    if taken:
        raise DatasetError(f"the result has a column {taken[0]} of its own; rename yours to keep it")
    return kept


def _guard(model: CommentGuard | str | os.PathLike[str] | None) -> CommentGuard:
    if isinstance(model, CommentGuard):
        return model
    return _loaded(None if model is None else os.fspath(model))


@lru_cache(maxsize=4)
def _loaded(model: str | None) -> CommentGuard:
    return load_model(model)


def _verdicts(frame: Any, guard: CommentGuard) -> list[list[object]]:  # noqa: ANN401 - of one of many libraries
    """Return the columns of the verdicts."""
    columns: list[list[object]] = [[] for _ in OUTPUT]
    report = ReadReport()
    comments = RowReader(Reading("the table", report)).comments(_rows(frame))
    for _, verdict in guard.classify_many(_all(comments, report)):
        shares = [verdict.probabilities[label] for label in ("spam", "off-topic", "substantive")]
        row = (verdict.label, *shares, verdict.needs_review, reasons_in_words(verdict.reasons))
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return columns


def _all(comments: Iterable[Comment], report: ReadReport) -> Iterator[Comment]:
    """Yield comments; a row that was left out is an error, for each must get its verdict."""
    for comment in comments:
        if report.skipped:
            break
        yield comment
    for skipped in report.skipped:
        raise DatasetError(f"the table: {skipped.place}: {skipped.reason}; mend the row, or leave it out")


def _rows(frame: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401 - of one of many libraries
    """Yield place and values of each row; what is missing is None."""
    names = [name for name in INPUT if name in frame.columns]
    for number, row in enumerate(zip(*(_values(frame[name]) for name in names), strict=True)):
        yield f"row {number:,}", dict(zip(names, row, strict=True))


def _values(column: Any) -> Iterator[object]:  # noqa: ANN401 - of one of many libraries
    for missing, value in zip(column.is_null().to_list(), column.to_list(), strict=True):
        yield None if missing else _plain(value)


def _plain(value: Any) -> object:  # noqa: ANN401 - whatever a cell may hold
    """Return a cell's value as JSON would have it."""
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "tolist"):  # pandas holds a list of Parquet's as an array
        return value.tolist()
    return None if isinstance(value, float) and value != value else value

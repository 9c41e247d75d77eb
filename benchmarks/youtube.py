"""How well a model does that learned from few comments: `python benchmarks/youtube.py ../shared/data`.

The YouTube Spam Collection (Alberto, Lochter and Almeida, "TubeSpam", ICMLA 2015): comments under five videos, for each
the first 70% of either label to learn from (`author_split`), the rest to judge by. One setting for all five, that of
`commentguard train --from nothing`. Beside it, the best single method of the authors that has all five sets.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click
from corpus import rows_of, to_comment

from commentguard import Comment, CommentGuard, evaluate, load_model, train

ROWS: Final = Path("youtube") / "youtube_spam_collection.jsonl.gz"
AUTHORS: Final = Path("youtube") / "youtube_benchmark_authors_repo.csv"
SETS: Final = 5

Figures = tuple[float, float]
"""Accuracy in percent, and Matthews' correlation."""


@dataclass(frozen=True)
class Part:
    """One of the five sets, as its authors split it."""

    name: str
    train: list[Comment]
    test: list[Comment]


def parts(data: Path) -> list[Part]:
    """Return the sets, in the order of their names."""
    split: dict[tuple[str, str], list[Comment]] = defaultdict(list)
    for row in rows_of(data / ROWS):
        split[row["dataset"], row["author_split"]].append(replace(to_comment(row), label=row["label"]))
    names = sorted({name for name, _ in split})
    return [Part(name.partition("-")[2], split[name, "train"], split[name, "test"]) for name in names]


def learned(part: Part, start: CommentGuard | None) -> Figures:
    """Return the figures on the part's test rows of a model that learned from its other rows."""
    result = train(part.train, start=start, test_size=0)
    figures = evaluate(CommentGuard(result.model), part.test).figures
    return 100 * figures["accuracy"], figures["mcc"]


def best_of_authors(data: Path) -> tuple[str, dict[str, Figures]]:
    """Return the authors' method with the best mean accuracy over all sets, and its figures for each."""
    found: dict[str, dict[str, Figures]] = defaultdict(dict)
    with (data / AUTHORS).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            method = f"{row['classifier']}, {row['experiment']}"
            found[method][row["dataset"]] = float(row["acc"]), float(row["MCC"])
    whole = {method: sets for method, sets in found.items() if len(sets) == SETS}
    best = max(whole, key=lambda method: sum(accuracy for accuracy, _ in whole[method].values()))
    return best, whole[best]


def table(columns: Sequence[tuple[str, dict[str, Figures]]], sets: Sequence[Part]) -> Iterator[str]:
    """Yield the lines of a table: the sets, and their mean, with accuracy and correlation of each column."""
    yield " | ".join(["set        train  test", *(f"{title:^24.24}" for title, _ in columns)])
    yield " | ".join([" " * 22, *(f"{'accuracy':>12}{'MCC':>12}" for _ in columns)])
    for part in sets:
        cells = (f"{figures[part.name][0]:>12.2f}{figures[part.name][1]:>12.3f}" for _, figures in columns)
        yield " | ".join([f"{part.name:<10}{len(part.train):>6}{len(part.test):>6}", *cells])
    means = ([sum(column) / len(sets) for column in zip(*figures.values(), strict=True)] for _, figures in columns)
    yield " | ".join([f"{'mean':<22}", *(f"{accuracy:>12.2f}{mcc:>12.3f}" for accuracy, mcc in means)])


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--with-default", is_flag=True, help="Show what is had by going on from the shipped model too.")
def main(data: Path, with_default: bool) -> None:
    """Learn from the train rows of each of the five sets of DATA and judge on its test rows."""
    sets = parts(data)
    columns = [("--from nothing", {part.name: learned(part, None) for part in sets})]
    if with_default:
        shipped = load_model("default")
        columns.append(("--from default", {part.name: learned(part, shipped) for part in sets}))
    columns.append(best_of_authors(data))
    for line in table(columns, sets):
        click.echo(line)


if __name__ == "__main__":
    sys.exit(main())

"""How a model learns from little: `python benchmarks/little.py ../shared/data`.

For each of three blogs, a model that learned from no row of the blog goes on from 25 to 400 of the decisions that its
owner made (published is substantive, refused is spam), as `commentguard update` and `commentguard train --from` do, and
is judged on the rows of the blog that were labelled by hand. Beside them, a model that learned from the same decisions
alone. What is kept of what was known before is told by the hand-labelled rows of other sources, from which the model
never learned either. Means over several draws of decisions, each draw's smaller parts within its larger ones. With
`--corrections` the decisions are only those that say otherwise than the model, which is what people take the trouble to
make.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import numpy as np
from corpus import Labelled, gold, owners, without_duplicates
from numpy.typing import NDArray
from quality import fit, training_rows
from scipy.stats import rankdata

from commentguard import Comment, CommentGuard, load_model, train, update
from commentguard.records import LABELS
from commentguard.storage import save_model
from commentguard.training import to_model

BLOGS: Final = ("joehx", "haacked", "mattwrock")
OTHERS: Final = ("yasoob", "spinningnumbers", "evertpot", "dyn4j", "dkmeteor_wp", "mariusv")
"""Sources whose hand-labelled rows tell what was forgotten: no model here learns from them."""
SIZES: Final = (25, 50, 100, 200, 400)
RESAMPLES: Final = 1_000

Figure = Callable[[NDArray[np.str_], NDArray[np.float64], NDArray[np.str_]], float]
"""From labels, probabilities of spam and verdicts to a figure."""


@dataclass(frozen=True)
class Judged:
    """What a model says of rows labelled by hand: probabilities of spam and labels, of shape (n,)."""

    spam: NDArray[np.float64]
    labels: NDArray[np.str_]

    def of(self, rows: slice) -> Judged:
        """Return what is said of some of the rows."""
        return Judged(self.spam[rows], self.labels[rows])


@dataclass(frozen=True)
class Blog:
    """A blog's rows: `decisions` of its owner to learn from; `rows` and those of `others`, labelled by hand, to judge.

    `base` has learned from none of them, nor from what is nearly the same as a row that judges.
    """

    name: str
    base: CommentGuard
    decisions: list[Comment]
    rows: list[Labelled]
    others: list[Labelled]


def blog(name: str, data: Path, folder: Path | None) -> Blog:
    """Return a blog with its base model, which is kept in `folder` or found there."""
    judged = [row for row in gold(data) if row.comment.source in (name, *OTHERS)]
    rows = [row for row in judged if row.comment.source == name]
    others = [row for row in judged if row.comment.source != name]
    by_hand = {row.comment.id.removesuffix(":re") for row in rows}
    own = [row for row in owners(data) if row.comment.source == name and row.kind == "owner"]
    own = [row for row in own if f"{name}:{row.comment.id}" not in by_hand]
    decisions = [row.labelled for row in without_duplicates(own, rows)]
    return Blog(name, _base(name, data, judged, folder), decisions, rows, others)


def _base(name: str, data: Path, judged: Sequence[Labelled], folder: Path | None) -> CommentGuard:
    if folder and (folder / name).is_dir():
        return load_model(folder / name)
    left_out = (name, *OTHERS)
    learn = without_duplicates([row for row in training_rows(data) if row.comment.source not in left_out], judged)
    model = to_model(fit(learn), [row.comment for row in learn], [row.label for row in learn], {})
    if folder:
        save_model(model, folder / name, name=name)
    return CommentGuard(model)


def judge(guard: CommentGuard, rows: Sequence[Labelled]) -> Judged:
    """Return what a model says of the rows."""
    verdicts = [verdict for _, verdict in guard.classify_many(row.comment for row in rows)]
    spam = np.array([verdict.probabilities["spam"] for verdict in verdicts])
    return Judged(spam, np.array([verdict.label for verdict in verdicts]))


def updated(decisions: Sequence[Comment], base: CommentGuard, rows: Sequence[Labelled]) -> Judged:
    """Return what a model says of the rows once it has taken the decisions in."""
    return judge(CommentGuard(update(base, decisions).model), rows)


def trained(decisions: Sequence[Comment], base: CommentGuard, rows: Sequence[Labelled]) -> Judged:
    """Return what a model says of the rows that was trained on the decisions, going on from `base`."""
    return judge(CommentGuard(train(decisions, start=base, test_size=0).model), rows)


def alone(decisions: Sequence[Comment], base: CommentGuard, rows: Sequence[Labelled]) -> Judged:
    """Return what a model says of the rows that learned from the decisions only; of one label, always that label."""
    labels = {str(comment.label) for comment in decisions}
    if len(labels) < 2:
        return Judged(np.full(len(rows), float("spam" in labels)), np.repeat(sorted(labels), len(rows)))
    return judge(CommentGuard(train(decisions, start=None, test_size=0).model), rows)


WAYS: Final = {"update": updated, "train --from": trained, "alone": alone}


def spam_auc(truth: NDArray[np.str_], spam: NDArray[np.float64], labels: NDArray[np.str_]) -> float:
    """Area under the curve of spam against the rest; NaN where the rows are all of one side."""
    is_spam = truth == "spam"
    n, rest = int(is_spam.sum()), int((~is_spam).sum())
    return float((rankdata(spam)[is_spam].sum() / n - (n + 1) / 2) / rest) if n and rest else float("nan")


def spam_f1(truth: NDArray[np.str_], spam: NDArray[np.float64], labels: NDArray[np.str_]) -> float:
    """F1 of what is called spam, at the model's threshold."""
    return _f1(truth == "spam", labels == "spam")


def lost(truth: NDArray[np.str_], spam: NDArray[np.float64], labels: NDArray[np.str_]) -> float:
    """Share of the substantive rows that are called spam."""
    return float((labels[truth == "substantive"] == "spam").mean())


def macro_f1(truth: NDArray[np.str_], spam: NDArray[np.float64], labels: NDArray[np.str_]) -> float:
    """Mean F1 of the three labels."""
    return float(np.mean([_f1(truth == label, labels == label) for label in LABELS]))


def _f1(truth: NDArray[np.bool_], called: NDArray[np.bool_]) -> float:
    # By hand, as the area is: scikit-learn's checks of each of many thousand resamples take minutes.
    return float(2 * (truth & called).sum() / max(truth.sum() + called.sum(), 1))


def mean_figure(figure: Figure, judged: Sequence[Judged], truth: NDArray[np.str_], rows: NDArray[np.int64]) -> float:
    """Return a figure's mean over the draws, on some of the rows."""
    return float(np.mean([figure(truth[rows], given.spam[rows], given.labels[rows]) for given in judged]))


def with_interval(
    figure: Figure, judged: Sequence[Judged], truth: NDArray[np.str_], minus: Sequence[Judged] = ()
) -> tuple[float, float, float]:
    """Return a figure's mean over the draws, less that of `minus`, and its 95% bootstrap interval over the rows."""

    def of(rows: NDArray[np.int64]) -> float:
        taken = mean_figure(figure, minus, truth, rows) if minus else 0.0
        return mean_figure(figure, judged, truth, rows) - taken

    rng = np.random.default_rng(0)
    drawn = [of(rng.integers(0, len(truth), len(truth))) for _ in range(RESAMPLES)]
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return of(np.arange(len(truth))), float(low), float(high)


def corrections(given: Blog) -> list[Comment]:
    """Return the decisions that say otherwise than the base model."""
    verdicts = (verdict.label for _, verdict in given.base.classify_many(given.decisions))
    return [row for row, label in zip(given.decisions, verdicts, strict=True) if row.label != label]


def curve(given: Blog, decisions: Sequence[Comment], draws: int, ways: Sequence[str]) -> Iterator[str]:
    """Yield a line for each number of decisions and each of `WAYS`."""
    truth, others = (np.array([row.label for row in rows]) for rows in (given.rows, given.others))
    before, before_others = judge(given.base, given.rows), judge(given.base, given.others)
    yield _line("0", "", *(_cell(with_interval(figure, [before], truth)) for figure in (spam_auc, spam_f1)))
    for size in SIZES:
        drawn = [np.random.default_rng(seed).permutation(len(decisions))[:size] for seed in range(draws)]
        for way in ways:
            found = [
                WAYS[way]([decisions[row] for row in order], given.base, [*given.rows, *given.others])
                for order in drawn
            ]
            after = [judged.of(slice(len(truth))) for judged in found]
            kept = [judged.of(slice(len(truth), None)) for judged in found]
            yield _line(
                str(min(size, len(decisions))),
                way,
                *(_cell(with_interval(figure, after, truth)) for figure in (spam_auc, spam_f1)),
                *(_cell(with_interval(figure, after, truth, [before]), "+.3f") for figure in (spam_auc, spam_f1)),
                f"{mean_figure(lost, after, truth, np.arange(len(truth))):.3f}",
                _cell(with_interval(macro_f1, kept, others, [before_others]), "+.3f"),
            )
        if size >= len(decisions):
            return


HEAD: Final = ("decisions", "way", "AUC of spam", "F1 of spam", "AUC, gain", "F1, gain", "lost", "others, gain")


def _line(size: str, way: str, *cells: str) -> str:
    return " | ".join(
        [f"{size:>9}", f"{way:12}", *(f"{cell:^22}" if len(cell) > 6 else f"{cell:^6}" for cell in cells)]
    )


def _cell(figure: tuple[float, float, float], form: str = ".3f") -> str:
    value, low, high = (format(number, form) for number in figure)
    return f"{value} ({low} to {high})"


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--blog", "names", multiple=True, type=click.Choice(BLOGS), default=BLOGS, help="Which of the blogs.")
@click.option("--draws", default=5, show_default=True, help="Draws of decisions.")
@click.option("--way", "ways", multiple=True, type=click.Choice(list(WAYS)), default=list(WAYS), help="Which ways.")
@click.option("--corrections", "only_corrections", is_flag=True, help="Decisions that differ from the model's alone.")
@click.option("--bases", type=click.Path(file_okay=False, path_type=Path), help="Folder that keeps the base models.")
def main(
    data: Path, names: tuple[str, ...], draws: int, ways: tuple[str, ...], only_corrections: bool, bases: Path | None
) -> None:
    """Let models go on from few decisions of the blogs of DATA, and judge them on rows labelled by hand."""
    for name in names:
        given = blog(name, data, bases)
        decisions = corrections(given) if only_corrections else given.decisions
        counts = ", ".join(f"{sum(row.label == label for row in given.rows)} {label}" for label in LABELS)
        click.echo(f"{name}: {len(decisions):,} decisions; judged on {counts}; others: {len(given.others)} rows")
        click.echo(_line(*HEAD))
        for line in curve(given, decisions, draws, ways):
            click.echo(line)


if __name__ == "__main__":
    sys.exit(main())

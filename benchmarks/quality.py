"""How well the model does on blogs it has never seen: `python benchmarks/quality.py ../shared/data`.

Every gold row is judged by a model that learned from no row of its source: the sources are spread over five folds, the
rows of a fold and all near-duplicates of them are taken out of training. Single rows, with their post and thread only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import click
import numpy as np
from corpus import WEIGHTS, Labelled, gold, owners, starter, with_gaps, without_duplicates
from joblib import Parallel, delayed
from numpy.typing import NDArray

from commentguard.classifier import CommentClassifier
from commentguard.evaluation import Evaluation, judge
from commentguard.folds import spread
from commentguard.guard import CommentGuard
from commentguard.records import Verdict
from commentguard.training import to_model

FOLDS: Final = 5
STARTER: Final = Path(__file__).parents[1] / "datasets" / "starter"


def training_rows(data: Path, with_starter: bool = True) -> list[Labelled]:
    """Return all rows that the shipped model may learn from."""
    return [*gold(data), *(starter(STARTER) if with_starter else ()), *owners(data)]


def fit(complete: list[Labelled], n_jobs: int | None = None) -> CommentClassifier:
    """Fit the classifier with the weights of the kinds of rows."""
    rows = with_gaps(complete)
    return CommentClassifier(n_jobs=n_jobs).fit(
        [row.comment for row in rows],
        [row.label for row in rows],
        sample_weight=[WEIGHTS[row.kind] for row in rows],
        reviewed=[row.kind in ("gold", "starter") for row in rows],
    )


def left_out(data: Path, jobs: int, with_starter: bool = True) -> tuple[list[Labelled], list[Verdict]]:
    """Return the gold rows, and for each the verdict of a model that did not see its source."""
    judged = gold(data)
    fold = spread([row.comment.source for row in judged], FOLDS)
    parts = Parallel(n_jobs=jobs)(delayed(_one_fold)(data, fold, number, with_starter) for number in range(FOLDS))
    verdict_of = {id_: verdict for part in parts for id_, verdict in part}
    return judged, [verdict_of[row.comment.id] for row in judged]


def _one_fold(data: Path, fold: NDArray[np.int64], number: int, with_starter: bool) -> list[tuple[str, Verdict]]:
    rows = training_rows(data, with_starter)
    judged = [row for row, of in zip(gold(data), fold, strict=True) if of == number]
    sources = {row.comment.source for row in judged}
    learn = without_duplicates([row for row in rows if row.comment.source not in sources], judged)
    model = to_model(fit(learn), [row.comment for row in learn], [row.label for row in learn], {})
    guard = CommentGuard(model)
    return [(comment.id, verdict) for comment, verdict in guard.classify_many(row.comment for row in judged)]


def evaluation(rows: list[Labelled], verdicts: list[Verdict]) -> Evaluation:
    """Return the figures, as `commentguard evaluate` has them."""
    return judge([row.labelled for row in rows], verdicts)


def write_predictions(rows: list[Labelled], verdicts: list[Verdict], file: Path) -> None:
    """Write predictions in the form that a scoring program reads: id, label, probabilities a line."""
    lines = (
        json.dumps({"id": row.comment.id, "label": verdict.label, "probabilities": dict(verdict.probabilities)})
        for row, verdict in zip(rows, verdicts, strict=True)
    )
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--jobs", default=2, show_default=True, help="Folds at a time.")
@click.option("--without-starter", is_flag=True, help="Leave the project's own labelled set out of training.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write the predictions (JSON Lines).")
def main(data: Path, jobs: int, without_starter: bool, output: Path | None) -> None:
    """Judge the model on the gold rows of DATA, each row's source left out of training."""
    rows, verdicts = left_out(data, jobs, with_starter=not without_starter)
    if output:
        write_predictions(rows, verdicts, output)
    result = evaluation(rows, verdicts)
    for name, value in result.figures.items():
        click.echo(f"{name:22} {value:.4f}")
    for label, figures in result.per_label.items():
        click.echo(f"{label:12} " + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    click.echo(f"needs review {np.mean([verdict.needs_review for verdict in verdicts]):.3f}")


if __name__ == "__main__":
    sys.exit(main())

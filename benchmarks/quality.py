"""How well the model does on blogs it has never seen, and its peers: `python benchmarks/quality.py ../shared/data`.

Every gold row is judged by a model that learned from no row of its source: the sources are spread over five folds, the
rows of a fold and all near-duplicates of them are taken out of training. Single rows, with their post and thread only.
The peers (`peers.py`) learn from the same rows and are judged on the same rows in the same run.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import click
import numpy as np
from comparison import DRAWS, figures_table, judged, lead_table
from corpus import Labelled, gold, owners, ping_weights, starter, weights, with_gaps, without_duplicates
from joblib import Parallel, delayed
from numpy.typing import NDArray
from peers import Peer, peers

from commentguard.classifier import CommentClassifier
from commentguard.decision import Thresholds, decide
from commentguard.evaluation import Evaluation, judge
from commentguard.folds import spread
from commentguard.guard import CommentGuard
from commentguard.records import LABELS, Comment, Verdict
from commentguard.training import to_model

FOLDS: Final = 5
OURS: Final = "commentguard"
STARTER: Final = Path(__file__).parents[1] / "datasets" / "starter"

Contender = Callable[[list[Labelled], list[Comment]], list[Verdict]]
"""What learns from rows and then judges comments."""


def training_rows(data: Path, with_starter: bool = True) -> list[Labelled]:
    """Return all rows that the shipped model may learn from."""
    return [*gold(data), *(starter(STARTER) if with_starter else ()), *owners(data)]


def fit(complete: list[Labelled], n_jobs: int | None = None) -> CommentClassifier:
    """Fit the classifier with the weights of the kinds of rows."""
    rows = with_gaps(complete)
    return CommentClassifier(n_jobs=n_jobs).fit(
        [row.comment for row in rows],
        [row.label for row in rows],
        sample_weight=weights(rows),
        reviewed=[row.kind in ("gold", "starter") for row in rows],
        ping_weight=ping_weights(rows),
        typical=[row.kind == "gold" for row in rows],
    )


def ours(learn: list[Labelled], comments: list[Comment]) -> list[Verdict]:
    """Return the verdicts of our model, learned from the rows."""
    model = to_model(fit(learn), [row.comment for row in learn], [row.label for row in learn], {})
    return [verdict for _, verdict in CommentGuard(model).classify_many(comments)]


def of_peer(peer: Peer, learn: list[Labelled], comments: list[Comment]) -> list[Verdict]:
    """Return the verdicts of a peer that learned from the same rows, gaps and weights included."""
    rows = with_gaps(learn)
    peer.fit([row.comment for row in rows], [row.label for row in rows], weights(rows))
    found = peer.predict_proba(comments)
    thresholds = Thresholds(spam=peer.spam_from, ping=peer.spam_from)
    decided = [(row, *decide(row, thresholds)) for row in found.tolist()]
    return [Verdict(LABELS[label], dict(zip(LABELS, row, strict=True)), unsure) for row, label, unsure in decided]


def left_out(data: Path, jobs: int, with_starter: bool = True) -> tuple[list[Labelled], list[Verdict]]:
    """Return the gold rows, and for each the verdict of a model that did not see its source."""
    judged_rows, found = all_left_out(data, jobs, {OURS: ours}, with_starter)
    return judged_rows, found[OURS]


def all_left_out(
    data: Path, jobs: int, contenders: Mapping[str, Contender], with_starter: bool = True
) -> tuple[list[Labelled], dict[str, list[Verdict]]]:
    """Return the gold rows, and the verdicts on them of all contenders; see `left_out`."""
    rows = gold(data)
    fold = spread([row.comment.source for row in rows], FOLDS)
    parts = Parallel(n_jobs=jobs)(
        delayed(_one_fold)(data, fold, number, contenders, with_starter) for number in range(FOLDS)
    )
    order = np.argsort(np.concatenate([np.flatnonzero(fold == number) for number in range(FOLDS)]))
    joined = {name: [verdict for part in parts for verdict in part[name]] for name in contenders}
    return rows, {name: [verdicts[place] for place in order.tolist()] for name, verdicts in joined.items()}


def _one_fold(
    data: Path, fold: NDArray[np.int64], number: int, contenders: Mapping[str, Contender], with_starter: bool
) -> dict[str, list[Verdict]]:
    rows = training_rows(data, with_starter)
    held_out = [row for row, of in zip(gold(data), fold, strict=True) if of == number]
    sources = {row.comment.source for row in held_out}
    learn = without_duplicates([row for row in rows if row.comment.source not in sources], held_out)
    found = {}
    for name, contender in contenders.items():
        start = time.perf_counter()
        found[name] = contender(learn, [row.comment for row in held_out])
        click.echo(f"fold {number + 1} of {FOLDS}, {name}: {time.perf_counter() - start:.0f} s", err=True)
    return found


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
@click.option("--peers/--no-peers", "with_peers", default=True, help="Judge the peers too; with them by default.")
@click.option("--only", multiple=True, metavar="NAME", help=f"Judge only this one ({OURS}, or a peer); repeatable.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write our predictions (JSON Lines).")
def main(
    data: Path, jobs: int, without_starter: bool, with_peers: bool, only: tuple[str, ...], output: Path | None
) -> None:
    """Judge the model and its peers on the gold rows of DATA, each row's source left out of training."""
    competing = peers(data) if with_peers else []
    names = [OURS, *(peer.name for peer in competing)]
    if unknown := set(only) - set(names):
        raise click.UsageError(f"there is no {', '.join(sorted(unknown))} here; there are: {', '.join(names)}")
    chosen = set(only or names)
    if output and OURS not in chosen:
        raise click.UsageError(f"-o writes the predictions of {OURS}: add --only {OURS}")
    able = _able([peer for peer in competing if peer.name in chosen])
    contenders: dict[str, Contender] = {peer.name: partial(of_peer, peer) for peer in able}
    contenders |= {OURS: ours} if OURS in chosen else {}
    rows, verdicts = all_left_out(data, jobs, contenders, with_starter=not without_starter)
    if output:
        write_predictions(rows, verdicts[OURS], output)
    two_way = {peer.name for peer in able if peer.two_way}
    found = {name: judged(rows, of, name in two_way) for name, of in verdicts.items()}
    sources = len({row.comment.source for row in rows})
    click.echo(f"{len(rows):,} comments of {sources} sources; 95% intervals from {DRAWS} draws of whole sources\n")
    click.echo(figures_table(found))
    if OURS in found:
        click.echo(f"\n{lead_table(found, OURS)}" if len(found) > 1 else _details(rows, verdicts[OURS]))


def _able(competing: list[Peer]) -> list[Peer]:
    """Return the peers that can run here, with a word on the others."""
    words = {peer.name: peer.missing() for peer in competing}
    for name, word in words.items():
        if word:
            click.echo(f"{name} is left out: it is not installed ({word})", err=True)
    return [peer for peer in competing if not words[peer.name]]


def _details(rows: list[Labelled], verdicts: list[Verdict]) -> str:
    result = evaluation(rows, verdicts)
    lines = [f"{name:22} {value:.4f}" for name, value in result.figures.items()]
    for label, figures in result.per_label.items():
        lines.append(f"{label:12} " + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    return "\n".join(("", *lines, f"needs review {np.mean([verdict.needs_review for verdict in verdicts]):.3f}"))


if __name__ == "__main__":
    sys.exit(main())

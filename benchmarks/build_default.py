"""Train the shipped model: `python benchmarks/build_default.py ../shared/data`.

Writes models/default: weights and manifest, metrics.json (figures with each row's blog left out), MODEL_CARD.md (the
template beside this file, its tables filled in). The figures come from `quality.left_out`; the weights from all rows.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any, Final

import click
import py3langid
from comparison import table
from corpus import WEIGHTS, Labelled, weights, without_duplicates
from quality import FOLDS, evaluation, fit, left_out, training_rows, write_predictions
from scipy.stats import binomtest

from commentguard.drift import reference_of
from commentguard.evaluation import Evaluation, evaluate
from commentguard.guard import CommentGuard
from commentguard.labelled import fingerprint
from commentguard.records import LABELS, Comment, Verdict
from commentguard.storage import save_model
from commentguard.text.html import plain_text
from commentguard.training import to_model

ROOT: Final = Path(__file__).parents[1]
LEAST_ROWS: Final = 8
"""Sources and languages with fewer gold rows than this are counted together in the card."""
_LEAST_LETTERS: Final = 20
_LANGUAGES: Final = "cs de el en es fr hu id it nl pl pt ru tr vi zh".split()


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o", "--output", default=ROOT / "models" / "default", type=click.Path(path_type=Path), help="Model folder."
)
@click.option("--jobs", default=2, show_default=True, help="Processes.")
@click.option("--predictions", type=click.Path(path_type=Path), help="Where to write the left-out predictions too.")
def main(data: Path, output: Path, jobs: int, predictions: Path | None) -> None:
    """Judge on left-out blogs of DATA, train on all of it, and write the model with its card."""
    py3langid.set_languages(_LANGUAGES)
    rows, verdicts = left_out(data, jobs)
    if predictions:
        write_predictions(rows, verdicts, predictions)
    judged = evaluation(rows, verdicts)
    click.echo(f"left out: macro-F1 {judged.figures['macro_f1']:.3f}", err=True)
    learn = without_duplicates(training_rows(data), [])
    comments, labels = [row.comment for row in learn], [row.label for row in learn]
    kinds = Counter(f"{row.kind}/{row.label}" for row in learn)
    notes = {
        "rows": dict(sorted(kinds.items())),
        "weights": WEIGHTS,
        "sources": len({row.comment.source for row in learn}),
        "rows_fingerprint": fingerprint(comments, labels, weights(learn)),
        "reference": _reference(rows, verdicts),
    }
    model = to_model(fit(learn, jobs), comments, labels, notes)
    metrics = _metrics(judged, rows, verdicts)
    card = _card(judged, rows, verdicts, learn, model.thresholds.spam)
    beside = {"metrics.json": json.dumps(metrics, indent=1) + "\n", "MODEL_CARD.md": card}
    save_model(model, output, name="default", beside=beside)
    seen = evaluate(CommentGuard(model), [row.labelled for row in rows])
    click.echo(f"check, on rows it has learned from: accuracy {seen.figures['accuracy']:.3f}", err=True)


def _reference(rows: list[Labelled], verdicts: list[Verdict]) -> dict[str, Any]:
    probabilities = (verdict.probabilities.values() for verdict in verdicts)
    return reference_of((verdict.label for verdict in verdicts), probabilities, (row.comment.source for row in rows))


def _metrics(judged: Evaluation, rows: list[Labelled], verdicts: list[Verdict]) -> dict[str, Any]:
    command = "python benchmarks/build_default.py ../shared/data"
    return {"command": command, "folds": FOLDS, "left_out": judged.to_json(), "review": _review(verdicts)}


def _review(verdicts: list[Verdict]) -> float:
    return sum(verdict.needs_review for verdict in verdicts) / len(verdicts)


def _card(judged: Evaluation, rows: list[Labelled], verdicts: list[Verdict], learn: list[Labelled], spam: float) -> str:
    template = Template((Path(__file__).parent / "MODEL_CARD.template.md").read_text(encoding="utf-8"))
    return template.substitute(
        n=judged.n,
        figures=_figures_table(judged),
        labels=_labels_table(judged),
        confusion=_confusion_table(judged),
        types=_groups_table(rows, verdicts, lambda comment: comment.type),
        languages=_groups_table(rows, verdicts, _language),
        sources=_groups_table(rows, verdicts, lambda comment: comment.source),
        kinds=_kinds_table(learn),
        review=f"{_review(verdicts):.0%}",
        threshold=f"{spam:.2f}",
    )


def _figures_table(judged: Evaluation) -> str:
    words = {
        "macro_f1": "macro-F1, three labels",
        "spam_auc": "spam against the rest, AUC",
        "spam_recall_at_1pct": "spam caught where 1% of the substantive is lost",
        "offtopic_auc": "off-topic against substantive, AUC",
        "substantive_lost": "substantive called spam, at the shipped threshold",
        "ece": "calibration error",
        "accuracy": "accuracy",
    }
    figures = {name: f"{judged.figures[name]:.3f}" for name in words}
    figures["macro_f1"] += f" ({judged.figures['macro_f1_low']:.3f} to {judged.figures['macro_f1_high']:.3f})"
    return table(("figure", "value"), [(words[name], value) for name, value in figures.items()])


def _labels_table(judged: Evaluation) -> str:
    rows = [
        (label, f"{part['n']:.0f}", *(f"{part[name]:.3f}" for name in ("precision", "recall", "f1")))
        for label, part in judged.per_label.items()
    ]
    return table(("label", "rows", "precision", "recall", "F1"), rows)


def _confusion_table(judged: Evaluation) -> str:
    rows = [(label, *map(str, counts)) for label, counts in zip(LABELS, judged.confusion, strict=True)]
    return table(("truth, called:", *LABELS), rows)


def _language(comment: Comment) -> str:
    text = plain_text(comment.text)
    if sum(letter.isalpha() for letter in text) < _LEAST_LETTERS:
        return "too short to tell"
    return str(py3langid.classify(text)[0])


def _groups_table(rows: list[Labelled], verdicts: list[Verdict], group: Callable[[Comment], str]) -> str:
    """Return counts and the share of right verdicts of each group, with Wilson's interval; small groups together."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row, verdict in zip(rows, verdicts, strict=True):
        groups[group(row.comment)].append((row.label, verdict.label))
    small = [name for name, pairs in groups.items() if len(pairs) < LEAST_ROWS]
    if len(small) > 1:
        groups[f"{len(small)} smaller ones"] = [pair for name in small for pair in groups.pop(name)]
    return table(
        ("", "rows", "of them spam", "right", "95% interval"),
        [(name, *_share_right(pairs)) for name, pairs in sorted(groups.items())],
    )


def _share_right(pairs: list[tuple[str, str]]) -> tuple[str, str, str, str]:
    right = sum(truth == called for truth, called in pairs)
    low, high = binomtest(right, len(pairs)).proportion_ci(method="wilson")
    spam = sum(truth == "spam" for truth, _ in pairs)
    return str(len(pairs)), str(spam), f"{right / len(pairs):.2f}", f"{low:.2f} to {high:.2f}"


def _kinds_table(learn: list[Labelled]) -> str:
    counts = Counter((row.kind, row.label) for row in learn)
    rows = [
        (kind, *(f"{counts[kind, label]:,}" for label in LABELS), f"{weight:g}") for kind, weight in WEIGHTS.items()
    ]
    return table(("kind of rows", *LABELS, "weight of a row"), rows)


if __name__ == "__main__":
    sys.exit(main())

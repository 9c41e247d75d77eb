"""The page for who trains a model: how good it is, where it errs, and what another threshold would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from commentguard.curves import Curves, GroupFigures, Share
from commentguard.records import LABELS, Label
from commentguard.reports.figures import named_figures
from commentguard.reports.pages import write_page
from commentguard.reports.samples import NAME, sample_of, shown

if TYPE_CHECKING:
    from commentguard.evaluation import Evaluation

RATIOS: Final = (1, 3, 10, 30, 100)
"""How much spam let through one substantive comment lost is worth, where costs are listed."""

RATIO: Final = 10
"""The one that the page begins with."""


def write_evaluation(
    evaluation: Evaluation, curves: Curves, stream: TextIO, *, name: str = "", model: str = ""
) -> None:
    """Write the page about an evaluation.

    Parameters
    ----------
    evaluation : Evaluation
        What `commentguard.evaluation.judge` returned.
    curves : Curves
        What `commentguard.curves.curves_of` returned for the same rows.
    stream : text stream
        Where to.
    name : str
        What the rows are of; empty where that is not known.
    model : str
        The model that was judged, as its reader knows it.

    Raises
    ------
    MissingPackageError
        When Jinja2 is not installed.
    """
    write_page(
        "evaluation.html",
        stream,
        script="threshold.js",
        name=shown(name, NAME),
        model=shown(model, NAME),
        figures=named_figures(evaluation),
        evaluation=evaluation,
        by_label=[(label, *_of_label(evaluation, number)) for number, label in enumerate(LABELS)],
        curves=curves,
        ratio=RATIO,
        cheapest=[(ratio, curves.cheapest(ratio)) for ratio in RATIOS],
        groups=[(kind, [_shown(group) for group in curves.groups[kind]]) for kind in ("type", "language", "source")],
        errors=[sample_of(*pair) for pair in evaluation.errors],
    )


def _of_label(evaluation: Evaluation, number: int) -> tuple[Share, Share, float]:
    """Return precision, recall and F1 of a label."""
    row, column = evaluation.confusion[number], [cells[number] for cells in evaluation.confusion]
    label: Label = LABELS[number]
    return Share(row[number], sum(column)), Share(row[number], sum(row)), evaluation.per_label[label]["f1"]


def _shown(group: GroupFigures) -> GroupFigures:
    return GroupFigures(shown(group.name, NAME), group.right, group.caught, group.lost)

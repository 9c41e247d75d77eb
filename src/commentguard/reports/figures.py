"""Figures of an evaluation and the description of a model, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from commentguard.records import LABELS
from commentguard.reports.display import printable
from commentguard.reports.table import console_for

if TYPE_CHECKING:
    from commentguard.evaluation import Evaluation

_FIGURES: Final = (
    ("accuracy", "accuracy"),
    ("macro_f1", "macro-F1, the mean of the labels' F1"),
    ("mcc", "Matthews correlation"),
    ("spam_auc", "ROC AUC of spam against the rest"),
    ("spam_recall_at_1pct", "spam caught where 1% of substantive is lost"),
    ("offtopic_auc", "ROC AUC of off-topic against substantive"),
    ("substantive_lost", "substantive comments called spam"),
    ("ece", "calibration error"),
)
_NAMED: Final = {"name": "name", "format": "format", "commentguard": "made by commentguard", "labels": "labels",
                 "thresholds": "thresholds"}  # fmt: skip
_NOTED: Final = {"labels": "learned from", "data": "data fingerprint", "parent": "went on from", "from": "--from",
                 "map": "--map", "test_size": "--test-size", "gate": "compared"}  # fmt: skip
_LISTED: Final = 30


def write_evaluation(evaluation: Evaluation, stream: TextIO, by: Iterable[str] = ()) -> None:
    """Write the figures of an evaluation as tables.

    Parameters
    ----------
    evaluation : Evaluation
        What `commentguard.evaluate` returned.
    stream : text stream
        Where to.
    by : iterable of str
        The groupings to show too: ``"source"``, ``"type"``, ``"month"``.
    """
    console = console_for(stream)
    _print_pairs(console, named_figures(evaluation))
    console.print()
    console.print(_label_table(evaluation))
    console.print()
    console.print(_confusion_table(evaluation))
    for name in by:
        console.print()
        console.print(_group_table(name, evaluation.by.get(name, {})))


def write_confusion(evaluation: Evaluation, stream: TextIO) -> None:
    """Write how often each label was called what."""
    console_for(stream).print(_confusion_table(evaluation))


def write_models(listed: Iterable[Mapping[str, Any]], stream: TextIO) -> None:
    """Write a list of models, one a line; the one in use has a star."""
    models = list(listed)
    known = {model["fingerprint"]: model["version"] for model in models[::-1] if "damaged" not in model}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("", "version", "made", "fingerprint", "went on from", "rows", "name"):
        table.add_column(Text(name), overflow="fold", justify="right" if name == "rows" else "left")
    for model in models:
        star, version = "*" if model["in_use"] else "", model["version"]
        if "damaged" in model:
            table.add_row(star, f"{version} (damaged)")
            continue
        if model["gate"].get("worse"):
            version += " (found worse)"
        parent = known.get(model["parent"], model["parent"]) or "nothing"
        rows = f"{sum(model['learned_from'].values()):,}"
        cells = (star, version, model["made"], model["fingerprint"], str(parent), rows, model["name"])
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console_for(stream).print(table)


def write_pairs(pairs: Iterable[tuple[str, str]], stream: TextIO) -> None:
    """Write names with their values, one pair a line; long values are folded under themselves."""
    _print_pairs(console_for(stream), pairs)


def described_model(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return name and value of what a manifest tells of a model, in words.

    Parameters
    ----------
    manifest : Mapping
        What `commentguard.storage.describe` returned; keys that are not known are told as they are.

    Examples
    --------
    >>> described_model({"name": "mine", "files": {"weights.npz": {"bytes": 2048, "sha256": "ab"}}, "bias": 0.5})
    [('name', 'mine'), ('files', 'weights.npz (2,048 bytes)'), ('fingerprint', 'ab')]
    """
    pairs = [(_NAMED[key], _in_words(manifest[key])) for key in _NAMED if key in manifest]
    counted = [(key, f"{len(manifest[key]):,}") for key in ("features", "ngrams") if key in manifest]
    notes = manifest.get("notes", {})
    told = [(_NOTED.get(key, str(key).replace("_", " ")), _noted(key, value)) for key, value in notes.items()]
    files = manifest.get("files", {})
    sizes = ", ".join(f"{name}{_size(about)}" for name, about in files.items())
    return [*pairs, *counted, *told, ("files", sizes), ("fingerprint", fingerprint_of(manifest))]


def fingerprint_of(manifest: Mapping[str, Any]) -> str:
    """Return the fingerprint of a model's weights, as `commentguard.guard.CommentGuard` has it."""
    hashes = [str(about.get("sha256", "")) for about in manifest.get("files", {}).values()]
    return hashes[0][:16] if hashes else ""


def _in_words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{str(key).replace('_', ' ')} {_in_words(item)}" for key, item in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        shown = ", ".join(_in_words(item) for item in value[:_LISTED])
        return f"{shown}, and {len(value) - _LISTED:,} more" if len(value) > _LISTED else shown or "none"
    if value is None or isinstance(value, bool):
        return "none" if value is None else "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else printable(str(value))


def _noted(key: str, value: Any) -> str:  # noqa: ANN401 - whatever a manifest holds
    if key != "gate":
        return _in_words(value)
    try:
        before, now = (_number(value["figures"]["macro_f1"][side][0]) for side in ("old", "new"))
        told = f"macro-F1 {now}, {before} before, on {value['rows']:,} rows held out"
        return f"{told}; found worse" if value["worse"] else told
    except (KeyError, TypeError, ValueError, IndexError):
        return _in_words(value)


def _size(about: object) -> str:
    size = about.get("bytes") if isinstance(about, Mapping) else None
    return f" ({size:,} bytes)" if isinstance(size, int) else ""


def named_figures(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return name and value of each figure of an evaluation, in words."""
    figures = evaluation.figures
    pairs = [("labelled comments", f"{evaluation.n:,}")]
    for key, name in _FIGURES:
        if key in figures:
            interval = ""
            if f"{key}_low" in figures and f"{key}_high" in figures:
                interval = f" (95% interval {_number(figures[f'{key}_low'])} to {_number(figures[f'{key}_high'])})"
            pairs.append((name, _number(figures[key]) + interval))
    return pairs


def _number(value: float | None) -> str:
    """Return a figure with three places; a figure that can't be had, for want of a label, is a dash."""
    return "-" if value is None or value != value else f"{value:.3f}"


def _print_pairs(console: Console, pairs: Iterable[tuple[str, str]]) -> None:
    rows = [(name, printable(value)) for name, value in pairs]
    if not console.is_terminal:  # a line each, whole, for grep and diff
        width = max((len(name) for name, _ in rows), default=0)
        console.file.writelines(f"{name:<{width}}  {value}\n" for name, value in rows)
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(Text(name), Text(value))
    console.print(table)


def _new_table(first: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(Text(first), overflow="ellipsis")
    for column in columns:
        table.add_column(Text(column), justify="right")
    return table


def _label_table(evaluation: Evaluation) -> Table:
    table = _new_table("label", "precision", "recall", "F1", "comments")
    for label in LABELS:
        told = evaluation.per_label.get(label, {})
        shares = [_number(told.get(name)) for name in ("precision", "recall", "f1")]
        table.add_row(label, *shares, f"{int(told.get('n', 0)):,}")
    return table


def _confusion_table(evaluation: Evaluation) -> Table:
    table = _new_table("is, called", *LABELS)
    for label, row in zip(LABELS, evaluation.confusion, strict=True):
        table.add_row(label, *(f"{count:,}" for count in row))
    return table


def _group_table(name: str, groups: Mapping[str, Mapping[str, Any]]) -> Table:
    table = _new_table(name, "comments", "spam", "accuracy")
    newest_first = name == "month"
    listed = sorted(groups.items(), key=lambda pair: pair[0] if newest_first else pair[1].get("n", 0), reverse=True)
    for group, told in listed[:_LISTED]:
        cells = f"{int(told.get('n', 0)):,}", f"{int(told.get('spam', 0)):,}", _number(told.get("accuracy"))
        table.add_row(Text(printable(group) or "none"), *cells)
    if len(listed) > _LISTED:
        table.add_row(f"and {len(listed) - _LISTED:,} more", "", "", "")
    return table

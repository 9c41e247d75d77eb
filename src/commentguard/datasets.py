"""Labelled sets as folders: a manifest that is checked, comments, posts, and how far two readings agree."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from commentguard.errors import DatasetError
from commentguard.readers import ReadReport, read_comments
from commentguard.records import Comment

MANIFEST: Final = "manifest.json"
SECOND_READING: Final = "second_reading.csv"
MAX_MANIFEST: Final = 1_000_000
"""Greatest size of a manifest in bytes."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A labelled set.

    Parameters
    ----------
    comments : tuple of Comment
        Its rows, with posts, threads and labels.
    manifest : Mapping
        Name, version, licence, label counts, SHA-256 of each file.
    agreement : float or None
        Cohen's kappa between the labels and a second reading, -1 to 1; None where there is no second reading.
    """

    comments: tuple[Comment, ...]
    manifest: Mapping[str, Any]
    agreement: float | None


def read_dataset(folder: str | os.PathLike[str]) -> Dataset:
    """Read a labelled set after checking its files against its manifest.

    Parameters
    ----------
    folder : str or path
        Holds manifest.json, comments.jsonl, posts.jsonl, and perhaps second_reading.csv (id, label).

    Raises
    ------
    DatasetError
        Where the manifest is missing or a file is not the one that it names.
    """
    path = Path(folder)
    manifest = _manifest(path)
    for name, digest in manifest["sha256"].items():
        if hashlib.sha256(_bytes(path / Path(name).name)).hexdigest() != digest:
            raise DatasetError(f"{path / name}: is not the file that {MANIFEST} names (SHA-256): fetch the set again")
    report = ReadReport()
    comments = tuple(read_comments(path, report=report))
    counts = Counter(str(comment.label) for comment in comments)
    if dict(counts) != manifest["labels"] or report.skipped_count:
        raise DatasetError(f"{path}: holds {dict(counts)}, {MANIFEST} says {manifest['labels']}: fetch the set again")
    return Dataset(comments, manifest, _second_agreement(path, comments))


def agreement(first: Sequence[str], second: Sequence[str]) -> float:
    """Return Cohen's kappa between two readings of the same rows: agreement beyond chance, -1 to 1.

    Examples
    --------
    >>> agreement(["spam", "spam", "substantive", "off-topic"], ["spam", "spam", "substantive", "substantive"])
    0.6
    """
    from nltk.metrics.agreement import AnnotationTask  # over a second to import

    readings = zip(("first", "second"), (first, second), strict=True)
    task = AnnotationTask([(who, number, label) for who, labels in readings for number, label in enumerate(labels)])
    return round(float(task.kappa()), 4)


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(_bytes(path / MANIFEST))
        if isinstance(manifest["sha256"], dict) and isinstance(manifest["labels"], dict):
            return dict(manifest)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise DatasetError(f"{path / MANIFEST}: is no manifest of a labelled set: fetch the set again")


def _bytes(file: Path) -> bytes:
    try:
        if file.name == MANIFEST and file.stat().st_size > MAX_MANIFEST:
            raise DatasetError(f"{file}: is larger than {MAX_MANIFEST} bytes: fetch the set again")
        return file.read_bytes()
    except OSError as error:
        raise DatasetError(
            f"{file}: can't be read ({error.strerror}): name a folder that holds a labelled set"
        ) from error


def _second_agreement(path: Path, comments: Sequence[Comment]) -> float | None:
    file = path / SECOND_READING
    if not file.is_file():
        return None
    with file.open(encoding="utf-8", newline="") as stream:
        second = {row["id"]: row["label"] for row in csv.DictReader(stream)}
    both = [comment for comment in comments if comment.id in second]
    return agreement([str(comment.label) for comment in both], [second[comment.id] for comment in both])

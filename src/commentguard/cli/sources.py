"""What the commands read: several exports as one stream, and what is said of them at the end."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

import click

from commentguard.cli.failure import Failure
from commentguard.drift import Counts, Shape, drift
from commentguard.readers import ReadReport, read_comments, read_posts
from commentguard.records import LABELS, Comment, Label, Post, Verdict
from commentguard.reports.display import printable

if TYPE_CHECKING:
    from commentguard.guard import CommentGuard

Record = TypeVar("Record")

_FIRST: Final = 3


@dataclass
class Sources:
    """Exports that are read one after the other with the same options.

    Parameters
    ----------
    names : sequence of str
        Paths, or ``-`` for standard input.
    format, columns, posts, strict
        As in `commentguard.readers.read_comments`.

    Attributes
    ----------
    reports : list of ReadReport
        One for each name, filled as far as the source was read.

    Raises
    ------
    Failure
        When one of them does not exist: said before hours of work on those named earlier.
    """

    names: Sequence[str]
    format: str | None = None
    columns: Mapping[str, str] | None = None
    posts: str | None = None
    strict: bool = False
    reports: list[ReadReport] = field(init=False)

    def __post_init__(self) -> None:  # noqa: D105 - told above
        self.reports = [ReadReport() for _ in self.names]
        if list(self.names).count("-") > 1:
            raise click.UsageError("standard input (-) can be read once only; name it once")
        for name in (*self.names, *([self.posts] if self.posts else [])):
            if name != "-" and not os.path.lexists(name):
                raise Failure(f"{name}: no such file; check the path")

    def comments(self) -> Iterator[Comment]:
        """Yield the comments of all sources; `reports` tells of each as far as it was read."""
        yield from self._read(read_comments)

    def posts_found(self) -> Iterator[Post]:
        """Yield the posts of all sources, as `comments` does their comments."""
        yield from self._read(read_posts)

    def _read(self, read: Callable[..., Iterator[Record]]) -> Iterator[Record]:
        for name, report in zip(self.names, self.reports, strict=True):
            if name == "-" and sys.stdin is None:
                raise Failure("standard input is closed; name a file")
            if name == "-" and sys.stdin.isatty():
                click.echo(
                    "commentguard: reading comments from the keyboard; end with Ctrl-D, or name a file", err=True
                )
            yield from read(
                name, format=self.format, columns=self.columns, posts=self.posts, report=report, strict=self.strict
            )

    def refuse_as_output(self, output: str | None, option: str = "-o") -> None:
        """Refuse an output, given by that option, that is one of the inputs, by whatever name.

        Raises
        ------
        click.UsageError
            When it is.
        """
        if output is None or output == "-":
            return
        inputs = [name for name in (*self.names, self.posts) if name and name != "-"]
        inputs += [os.path.join(name, file) for name in inputs if os.path.isdir(name) for file in os.listdir(name)]
        for name in inputs:
            with suppress(OSError, ValueError):
                if os.path.samefile(name, output):
                    raise click.UsageError(f"{option} {output} is an input; name another file, so that none is lost")

    def say(self) -> None:
        """Print to standard error what was skipped or repaired, each source apart."""
        for name, report in zip(self.names, self.reports, strict=True):
            prefix = f"{printable(name)}: " if len(self.names) > 1 else ""
            if report.skipped_count:
                first = "; ".join(f"{one.place}: {one.reason}" for one in report.skipped[:_FIRST])
                more = "; ..." if report.skipped_count > _FIRST else ""
                click.echo(f"{prefix}{report.skipped_count:,} skipped: {printable(first)}{more}", err=True)
            warnings = report.warnings
            for warning in warnings[:_FIRST]:
                click.echo(f"{prefix}warning: {printable(warning)}", err=True)
            if len(warnings) > _FIRST:
                rest = len(warnings) - _FIRST
                click.echo(f"{prefix}and {rest:,} other warnings; commentguard inspect shows them", err=True)

    def fail_if_cut_off(self, done: str) -> None:
        """End with an error where an input ended too early; what it held is written by then.

        Raises
        ------
        Failure
            When one did.
        """
        for name, report in zip(self.names, self.reports, strict=True):
            if report.truncated:
                place = "standard input" if name == "-" else name
                held = f"the {report.comments:,} comments before that were {done}"
                raise Failure(f"{place}: the input is cut off; {held}; fetch or export it again")


def name_of(sources: Sequence[str]) -> str:
    """Return what a page calls its sources: the file's own name where there is one, empty otherwise."""
    only = sources[0] if len(sources) == 1 else "-"
    return os.path.basename(os.path.abspath(only)) if only != "-" else ""


@dataclass
class Tally:
    """Verdicts counted as they pass.

    Parameters
    ----------
    labels : Counter
        How many comments got each label.
    to_review : int
        How many need review.
    shape : Shape
        The same by label and confidence.
    """

    labels: Counter[str] = field(default_factory=Counter)
    to_review: int = 0
    shape: Shape = field(default_factory=Shape)

    def of(self, verdicts: Iterable[tuple[Comment, Verdict]]) -> Iterator[tuple[Comment, Verdict]]:
        """Yield verdicts, counted."""
        for pair in verdicts:
            self.labels[pair[1].label] += 1
            self.to_review += pair[1].needs_review
            self.shape.add_verdict(pair[1])
            yield pair

    def in_words(self) -> str:
        """Return the counts as a sentence."""
        counts = ", ".join(f"{self.labels[label]:,} {label}" for label in LABELS)
        total = self.labels.total()
        return f"{total:,} comment{'' if total == 1 else 's'}: {counts}; {self.to_review:,} to review"


def warn_of_drift(guard: CommentGuard, counts: Counts) -> None:
    """Print a warning where verdicts, counted as `Shape.counts`, are far from those by which the model was judged."""
    found = drift(guard.model.manifest.get("notes", {}).get("reference"), counts)
    for warning in found.warnings() if found else ():
        click.echo(f"warning: {warning}", err=True)


@dataclass
class Labelling:
    """Labels that a person's mapping gave to comments by their status.

    Parameters
    ----------
    mapping : Mapping
        Status to label.
    """

    mapping: Mapping[str, Label]
    mapped: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of(self, comments: Iterable[Comment]) -> Iterator[Comment]:
        """Yield comments, labelled where they had no label and their status is in the mapping; say so at the end."""
        from commentguard.training import label_from_status

        for comment in comments:
            labelled = label_from_status(comment, self.mapping) if self.mapping else comment
            if comment.label is None and labelled.label is not None:
                self.mapped[comment.status, labelled.label] += 1
            yield labelled
        self._say()

    def _say(self) -> None:
        """Print which statuses gave which label, and how often: before whoever draws finds that labels are missing."""
        for (status, label), times in sorted(self.mapped.items()):
            click.echo(f"status {printable(status)} taken as {label}: {times:,}", err=True)
        for status in sorted(set(self.mapping) - {status for status, _ in self.mapped}):
            click.echo(f"warning: no unlabelled comment has the status {printable(status)}", err=True)

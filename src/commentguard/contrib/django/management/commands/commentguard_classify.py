"""Judge the comments that are there already: ``manage.py commentguard_classify``."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from commentguard.contrib.django.backlog import backlog, judged
from commentguard.contrib.django.conf import current
from commentguard.contrib.django.models import SAID, Judgement, keep
from commentguard.contrib.django.moderation import loaded_guard
from commentguard.errors import CommentGuardError
from commentguard.records import LABELS


class Command(BaseCommand):
    """The command as Django finds it."""

    help = ("Judge all comments that the model in use has not judged yet, and keep the verdicts for the admin. Nothing "
            "is hidden or published. Stop it in any way: the next run goes on from there.")  # fmt: skip

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --dry-run and --again."""
        parser.add_argument("--dry-run", action="store_true", help="Count what would be said; keep nothing.")
        parser.add_argument("--again", action="store_true", help="Judge also what this model has judged already.")

    def handle(self, *args: object, dry_run: bool, again: bool, verbosity: int, **options: object) -> None:
        """Judge, keep, count.

        Raises
        ------
        CommandError
            When the model can't be loaded.
        """
        counts: Counter[str] = Counter()
        settings = current()
        try:
            guard = loaded_guard()
        except CommentGuardError as error:
            raise CommandError(str(error)) from None
        waiting = backlog(guard.fingerprint, again)
        with _progress(verbosity > 0) as progress:
            task = progress.add_task("", total=waiting.count())
            for comments, verdicts in judged(waiting, guard, settings.post):
                if not dry_run:
                    said = zip(comments, verdicts, strict=True)
                    keep((Judgement.of(one.pk, verdict, guard.fingerprint) for one, verdict in said), SAID)
                counts.update(verdict.label for verdict in verdicts)
                counts["review"] += sum(verdict.needs_review for verdict in verdicts)
                counts["hold"] += sum(settings.holds(verdict) for verdict in verdicts)
                progress.advance(task, len(verdicts))
        if verbosity:
            self.stdout.write(_in_words(counts, dry_run))


def _progress(asked: bool) -> Progress:
    """Return progress on standard error, for a person who waits there."""
    console = Console(stderr=True)
    columns = MofNCompleteColumn(), TextColumn("comments, ready in"), TimeRemainingColumn()
    return Progress(*columns, console=console, transient=True, disable=not (asked and console.is_terminal))


def _in_words(counts: Counter[str], dry_run: bool) -> str:
    total = sum(counts[label] for label in LABELS)
    labels = ", ".join(f"{counts[label]:,} {label}" for label in LABELS)
    kept = "nothing kept" if dry_run else "kept"
    return (f"{total:,} comment{'' if total == 1 else 's'}: {labels}; {counts['review']:,} to review; as new comments "
            f"{counts['hold']:,} would be held; {kept}")  # fmt: skip

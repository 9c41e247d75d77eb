"""Comments that came before the model, or were judged by another one: judged page by page, and the verdicts kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from django.db import connection, transaction
from django_comments import get_model

from commentguard.contrib.django.context import in_contexts
from commentguard.contrib.django.models import SAID, Judgement
from commentguard.guard import CommentGuard
from commentguard.records import Post, Verdict

PAGE: Final = 200
"""Comments that are held in memory at a time, with their posts and threads."""


def backlog(model: str, again: bool = False) -> Any:  # noqa: ANN401 - Django's queries have no types
    """Return the query of comments to judge.

    Parameters
    ----------
    model : str
        The fingerprint of the model in use: what it has judged already is left out.
    again : bool
        True to leave nothing out.
    """
    found = get_model().objects.all()
    return found if again else found.exclude(commentguard__model=model)


def judged(
    comments: Any, guard: CommentGuard, post_of: Callable[[Any], Post]  # noqa: ANN401
) -> Iterator[tuple[list[Any], list[Verdict]]]:
    """Yield comments of a query with their verdicts, a page at a time; no database cursor stays open in between."""
    for page in _pages(comments):
        yield page, [verdict for _, verdict in guard.classify_many(in_contexts(page, post_of))]


def keep(comments: Sequence[Any], verdicts: Sequence[Verdict], model: str) -> None:
    """Keep verdicts of the model with that fingerprint; what persons decided stays as it is."""
    rows = [Judgement.of(one.pk, verdict, model) for one, verdict in zip(comments, verdicts, strict=True)]
    with transaction.atomic():
        there = set(get_model().objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        Judgement.objects.bulk_create(
            [row for row in rows if row.pk in there],  # one may have been deleted meanwhile
            update_conflicts=True,
            update_fields=SAID,
            unique_fields=["comment"] if connection.features.supports_update_conflicts_with_target else None,
        )


def _pages(comments: Any) -> Iterator[list[Any]]:  # noqa: ANN401
    """Yield a query's comments by their numbers: an open cursor would keep readers of the blog from writing."""
    ordered = comments.select_related("user", "site").order_by("pk")
    page = list(ordered[:PAGE])
    while page:
        yield page
        page = list(ordered.filter(pk__gt=page[-1].pk)[:PAGE])

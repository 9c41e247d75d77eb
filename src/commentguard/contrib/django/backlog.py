"""Comments that came before the model, or were judged by another one: judged page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from django_comments import get_model

from commentguard.contrib.django.context import in_contexts
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


def _pages(comments: Any) -> Iterator[list[Any]]:  # noqa: ANN401
    """Yield a query's comments by their numbers: an open cursor would keep readers of the blog from writing."""
    ordered = comments.select_related("user", "site").order_by("pk")
    page = list(ordered[:PAGE])
    while page:
        yield page
        page = list(ordered.filter(pk__gt=page[-1].pk)[:PAGE])

"""A comment of django-contrib-comments as a record, with the post and the thread that it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django_comments import get_model

from commentguard.readers import THREAD_MESSAGES
from commentguard.readers.decoding import clip
from commentguard.records import Comment, Post, ThreadMessage


def in_context(comment: Any, post: Post | None) -> Comment:  # noqa: ANN401 - Django's models have no types
    """Return a comment as a record, with what was public under the same object when it came.

    Parameters
    ----------
    comment : django_comments comment
        Saved, or about to be.
    post : Post or None
        What it stands under; None where that is gone.

    Returns
    -------
    Comment
        Without e-mail and IP address, which the model does not look at.
    """
    return Comment(
        text=comment.comment,
        id="" if comment.pk is None else str(comment.pk),
        author=comment.name,
        author_url=comment.url,
        date=_as_written(comment.submit_date),
        post=post,
        thread=thread_before(comment),
        source=comment.site.domain,
    )


def in_contexts(comments: Iterable[Any], post_of: Callable[[Any], Post]) -> Iterator[Comment]:
    """Yield comments as records; a post is made once for all that stand under it."""
    posts: dict[tuple[int, str], Post | None] = {}
    for comment in comments:
        place = comment.content_type_id, comment.object_pk
        if place not in posts:
            commented = _commented(comment)
            posts[place] = None if commented is None else post_of(commented)
        yield in_context(comment, posts[place])


def thread_before(comment: Any) -> tuple[ThreadMessage, ...]:  # noqa: ANN401
    """Return the latest `THREAD_MESSAGES` public comments before this one under the same object, oldest first."""
    came = comment.submit_date or timezone.now()
    earlier = Q(submit_date__lt=came)
    if comment.pk is not None:
        earlier |= Q(submit_date=came, pk__lt=comment.pk)
    found = (
        # Nearly all comments share kind and site: "+ 0" keeps SQLite from the indexes of those, which it takes for as
        # good as that of object_pk, and then reads the whole table for each comment.
        get_model()
        .objects.alias(kind=F("content_type_id") + 0, place=F("site_id") + 0)
        .filter(earlier, kind=comment.content_type_id, place=comment.site_id, object_pk=comment.object_pk,
                is_public=True, is_removed=False)
        .select_related("user")
        .order_by("-submit_date", "-pk")[:THREAD_MESSAGES]
    )  # fmt: skip
    return tuple(ThreadMessage(one.name, clip(one.comment)) for one in reversed(found))


def _commented(comment: Any) -> Any:  # noqa: ANN401
    """Return what a comment stands under; None where it, or its whole app, is gone."""
    return None if comment.content_type.model_class() is None else comment.content_object


def _as_written(moment: datetime | None) -> datetime | None:
    """Return a date in the project's time zone, without it."""
    return timezone.make_naive(moment) if moment is not None and timezone.is_aware(moment) else moment

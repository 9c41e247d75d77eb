"""What a moderator decides: it goes to the labels file first, then to the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django_comments import get_model

from commentguard.contrib.django.conf import current
from commentguard.contrib.django.context import in_contexts
from commentguard.contrib.django.models import DECIDED, Judgement, keep
from commentguard.labels import Decision, append_decisions
from commentguard.records import Label


def decide(comments: Sequence[Any], label: Label, user: Any) -> None:  # noqa: ANN401 - Django's models have no types
    """Take a person's decision on some comments: append it to the labels file, publish or hide them.

    Parameters
    ----------
    comments : sequence of django_comments comments
        As many as fit into memory with their threads: some hundred.
    label : {"spam", "off-topic", "substantive"}
        What they are; COMMENTGUARD_ACTIONS says whether such comments are published.
    user : user
        Who decided.

    Raises
    ------
    OutputError
        When the labels file can't be written; nothing has changed then.
    """
    settings = current()
    judged = Judgement.objects.in_bulk([comment.pk for comment in comments])
    made = []
    for comment, record in zip(comments, in_contexts(comments, settings.post), strict=True):
        known = judged.get(comment.pk) or Judgement()
        made.append(
            Decision(record, label, datetime.now(UTC), _name(user), verdict=known.verdict, model=known.model)
        )
    append_decisions(settings.labels, made)
    shown = {"is_public": True, "is_removed": False} if settings.actions[label] == "publish" else {"is_public": False}
    with transaction.atomic():
        keep((Judgement(comment_id=comment.pk, decided=label) for comment in comments), DECIDED)
        get_model().objects.filter(pk__in=[comment.pk for comment in comments]).update(**shown)


def _name(user: Any) -> str:  # noqa: ANN401
    """Return who decided, without giving away an address that somebody logs in with."""
    name = str(user.get_username())
    return f"user {user.pk}" if "@" in name else name

"""The moderator: it asks the model about a comment before the comment is saved."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from typing import Any, Final

from django.dispatch import receiver
from django_comments.moderation import CommentModerator
from django_comments.signals import comment_was_posted

from commentguard.contrib.django.conf import current
from commentguard.contrib.django.context import in_context
from commentguard.contrib.django.models import SAID, Judgement, keep
from commentguard.errors import CommentGuardError
from commentguard.guard import CommentGuard, load_model

_LOG: Final = logging.getLogger("commentguard")
_SAID: Final = "_commentguard_said"


class GuardModerator(CommentModerator):
    """Holds a comment where the settings say so of the model's verdict, and keeps the verdict.

    Register it with ``django_comments.moderation.moderator``. Other rules of `CommentModerator` go on to hold in
    subclasses. Where the model or the adapter fails, the fault is logged and the comment is held: none is lost, and
    ``manage.py commentguard_classify`` catches up.
    """

    def moderate(self, comment: Any, content_object: Any, request: Any) -> bool:  # noqa: ANN401 - as in the base
        """Tell whether a comment is held, that is: saved, but not public."""
        held = bool(super().moderate(comment, content_object, request))
        try:
            settings = current()
            guard = loaded_guard()
            verdict = guard.classify(in_context(comment, settings.post(content_object)))
        except Exception:
            _LOG.exception("a comment could not be judged and is held")
            return True
        setattr(comment, _SAID, (verdict, guard.fingerprint))
        return held or settings.holds(verdict)


@receiver(comment_was_posted)
def keep_verdict(sender: object, comment: Any, **options: object) -> None:  # noqa: ANN401
    """Keep what the model said of a comment, now that the comment has its number."""
    said = getattr(comment, _SAID, None)
    if said is not None:
        keep([Judgement.of(comment.pk, *said)], SAID)


def loaded_guard() -> CommentGuard:
    """Return the model that the settings name; one that was promoted meanwhile is taken over.

    Raises
    ------
    ModelFormatError
        When it can't be loaded.
    """
    model = current().model
    guard = _loaded(None if model is None else os.fspath(model))
    try:
        guard.reload_if_changed()
    except CommentGuardError as error:
        _LOG.error("the new model can't be loaded, the one before stays in use: %s", error)
    return guard


@lru_cache(maxsize=1)
def _loaded(model: str | None) -> CommentGuard:
    return load_model(model)

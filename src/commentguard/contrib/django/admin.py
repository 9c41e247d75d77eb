"""The list of comments in Django's admin, with verdicts and with actions that decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import F
from django_comments import get_model
from django_comments.admin import CommentsAdmin

from commentguard.contrib.django.backlog import PAGE
from commentguard.contrib.django.decisions import decide
from commentguard.errors import CommentGuardError
from commentguard.records import LABELS, Label
from commentguard.reports.display import percent, printable

_EXCERPT: Final = 120


class ReviewFilter(admin.SimpleListFilter):
    """Finds what waits for a person, and what a person has decided."""

    title = "review"
    parameter_name = "review"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as in the base
        """Return the choices."""
        return [("waiting", "Unsure, not decided"), *((label, f"Decided: {label}") for label in LABELS)]

    def queryset(self, request: Any, queryset: Any) -> Any:  # noqa: ANN401
        """Return the comments of a choice."""
        if self.value() == "waiting":
            return queryset.filter(commentguard__needs_review=True, commentguard__decided="")
        return queryset.filter(commentguard__decided=self.value()) if self.value() in LABELS else queryset


class VerdictColumns:
    """Columns, filters and actions for the admin of any comment model: put it before the admin class it extends."""

    list_display: Sequence[Any] = ("name", "excerpt", "verdict", "probability", "needs_review", "decided", "reasons",
                                   "submit_date", "is_public", "is_removed")  # fmt: skip
    list_filter: Sequence[Any] = (ReviewFilter, "commentguard__label", "submit_date", "site", "is_public",
                                  "is_removed")  # fmt: skip
    actions: Sequence[Any] = ("mark_spam", "mark_off_topic", "mark_substantive", "flag_comments", "approve_comments",
                              "remove_comments")  # fmt: skip

    def get_queryset(self, request: Any) -> Any:  # noqa: ANN401 - as in the base
        """Fetch judgements along with comments."""
        return super().get_queryset(request).select_related("commentguard", "user")  # type: ignore[misc]

    def has_moderate_permission(self, request: Any) -> bool:  # noqa: ANN401
        """Tell whether the user may moderate comments."""
        return bool(request.user.has_perm(f"{get_model()._meta.app_label}.can_moderate"))

    @admin.display(description="comment")
    def excerpt(self, comment: Any) -> str:  # noqa: ANN401
        """Return the beginning of the text."""
        text = printable(comment.comment[: _EXCERPT + 1])
        return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"

    @admin.display(description="verdict", ordering="commentguard__label")
    def verdict(self, comment: Any) -> str | None:  # noqa: ANN401
        """Return the model's label; None where it has not judged."""
        return getattr(_judgement(comment), "label", None) or None

    @admin.display(description="probability", ordering=F("commentguard__spam").desc(nulls_last=True))
    def probability(self, comment: Any) -> str | None:  # noqa: ANN401
        """Return how sure the model is of its label; the column sorts by the probability of spam."""
        share = getattr(_judgement(comment), "probability", None)
        return None if share is None else percent(share)

    @admin.display(description="review", boolean=True, ordering="commentguard__needs_review")
    def needs_review(self, comment: Any) -> bool | None:  # noqa: ANN401
        """Tell whether the model is unsure and nobody has decided; None where it has not judged."""
        judgement = _judgement(comment)
        return judgement.needs_review and not judgement.decided if judgement is not None and judgement.label else None

    @admin.display(description="decided", ordering="commentguard__decided")
    def decided(self, comment: Any) -> str | None:  # noqa: ANN401
        """Return what a person decided."""
        return getattr(_judgement(comment), "decided", None) or None

    @admin.display(description="reasons")
    def reasons(self, comment: Any) -> str:  # noqa: ANN401
        """Return the model's reasons in words."""
        return printable("; ".join(one["text"] for one in getattr(_judgement(comment), "reasons", ())))

    @admin.action(description="Mark selected comments as spam", permissions=["moderate"])
    def mark_spam(self, request: Any, queryset: Any) -> None:  # noqa: ANN401
        """Decide that comments are spam."""
        self._decide(request, queryset, "spam")

    @admin.action(description="Mark selected comments as off-topic", permissions=["moderate"])
    def mark_off_topic(self, request: Any, queryset: Any) -> None:  # noqa: ANN401
        """Decide that comments are off-topic."""
        self._decide(request, queryset, "off-topic")

    @admin.action(description="Mark selected comments as substantive", permissions=["moderate"])
    def mark_substantive(self, request: Any, queryset: Any) -> None:  # noqa: ANN401
        """Decide that comments are substantive."""
        self._decide(request, queryset, "substantive")

    def _decide(self, request: Any, queryset: Any, label: Label) -> None:  # noqa: ANN401
        done = 0
        try:
            for comments in _in_pieces(queryset):
                decide(comments, label, request.user)
                done += len(comments)
        except CommentGuardError as error:
            messages.error(request, str(error))
        if done:
            messages.success(request, f"{done:,} comment{'' if done == 1 else 's'} marked as {label}.")


def _judgement(comment: Any) -> Any:  # noqa: ANN401
    return getattr(comment, "commentguard", None)


def _in_pieces(queryset: Any) -> Iterator[list[Any]]:  # noqa: ANN401
    """Yield the chosen comments, some hundred at a time; chosen once, since a decision changes what a filter finds."""
    chosen = list(queryset.values_list("pk", flat=True))
    for begin in range(0, len(chosen), PAGE):
        found = get_model().objects.select_related("user", "site").in_bulk(chosen[begin : begin + PAGE])
        yield list(found.values())


class GuardedCommentsAdmin(VerdictColumns, CommentsAdmin):
    """The admin of django-contrib-comments, with verdicts."""


# A comment model of somebody's own has an admin of its own: mix VerdictColumns into that.
if get_model()._meta.app_label == "django_comments":
    admin.site.unregister(get_model())
    admin.site.register(get_model(), GuardedCommentsAdmin)

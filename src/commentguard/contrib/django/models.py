"""What is known of a comment: what the model said, and what a person decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection, models, transaction
from django_comments import get_model

from commentguard.records import LABELS, Reason, Verdict

_CHOICES = [(label, label) for label in LABELS]


class Judgement(models.Model):
    """What the model said of a comment, and what a person decided.

    Before the model has seen the comment `label` and `model` are empty and the probabilities None; `decided` is empty
    until a person decides.
    """

    comment = models.OneToOneField(
        get_model(), models.CASCADE, primary_key=True, related_name="commentguard", verbose_name="comment"
    )
    label = models.CharField("label", max_length=11, choices=_CHOICES, blank=True, db_index=True)
    spam = models.FloatField("probability of spam", null=True)
    off_topic = models.FloatField("probability of off-topic", null=True)
    substantive = models.FloatField("probability of substantive", null=True)
    needs_review = models.BooleanField("needs review", default=False, db_index=True)
    reasons = models.JSONField("reasons", default=list)
    model = models.CharField("fingerprint of the model", max_length=16, blank=True)
    decided = models.CharField("decided by a person", max_length=11, choices=_CHOICES, blank=True, db_index=True)

    class Meta:
        """How it is called."""

        verbose_name = "judgement"

    def __str__(self) -> str:
        """Return what counts: the decision, else the model's label."""
        return str(self.decided or self.label or "not judged")

    @property
    def probability(self) -> float | None:
        """The probability of the model's label, in [0, 1]; None before the model has seen the comment."""
        return getattr(self, self.label.replace("-", "_")) if self.label else None

    @property
    def verdict(self) -> Verdict | None:
        """What the model said; None before it has seen the comment."""
        if not self.label:
            return None
        shares = {label: getattr(self, label.replace("-", "_")) for label in LABELS}
        return Verdict(self.label, shares, self.needs_review, tuple(Reason(**one) for one in self.reasons))

    @classmethod
    def of(cls, comment_pk: object, verdict: Verdict, model: str) -> Judgement:
        """Return what the model with that fingerprint said of a comment; nothing is saved."""
        reasons = [{"code": one.code, "text": one.text, "weight": float(one.weight)} for one in verdict.reasons]
        shares = {label.replace("-", "_"): float(share) for label, share in verdict.probabilities.items()}
        return cls(comment_id=comment_pk, label=verdict.label, needs_review=bool(verdict.needs_review), reasons=reasons,
                   model=model, **shares)  # fmt: skip


SAID: Final = ("label", "spam", "off_topic", "substantive", "needs_review", "reasons", "model")
"""The fields that hold what the model said."""

DECIDED: Final = ("decided",)
"""The fields that hold what a person decided."""


def keep(judgements: Iterable[Judgement], fields: Sequence[str]) -> None:
    """Keep some fields of judgements, whether there was one of the comment before or not; other fields stay.

    Parameters
    ----------
    judgements : iterable of Judgement
        As many as fit into memory; those of comments that were deleted meanwhile are left out.
    fields : sequence of str
        `SAID` or `DECIDED`.
    """
    rows = list(judgements)
    with transaction.atomic():
        there = set(get_model().objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        Judgement.objects.bulk_create(
            [row for row in rows if row.pk in there],
            update_conflicts=True,
            update_fields=fields,
            unique_fields=["comment"] if connection.features.supports_update_conflicts_with_target else None,
        )

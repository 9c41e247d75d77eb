"""What is known of a comment: what the model said, and what a person decided."""

from __future__ import annotations

from django.db import models
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


SAID = ("label", "spam", "off_topic", "substantive", "needs_review", "reasons", "model")
"""The fields that hold what the model said: they change with the model, `decided` does not."""

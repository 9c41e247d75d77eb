"""Make the table of judgements, for whatever model of comments the project has."""

from __future__ import annotations

from typing import Final

import django.db.models.deletion
from django.db import migrations, models
from django_comments import get_model

_COMMENT: Final = get_model()._meta
_CHOICES: Final = [("spam", "spam"), ("off-topic", "off-topic"), ("substantive", "substantive")]


class Migration(migrations.Migration):
    """The first."""

    initial = True
    dependencies = ((_COMMENT.app_label, "__first__"),)
    operations = (
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("comment", models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="commentguard",
                    serialize=False, to=_COMMENT.label_lower, verbose_name="comment")),
                ("label", models.CharField(
                    blank=True, choices=_CHOICES, db_index=True, max_length=11, verbose_name="label")),
                ("spam", models.FloatField(null=True, verbose_name="probability of spam")),
                ("off_topic", models.FloatField(null=True, verbose_name="probability of off-topic")),
                ("substantive", models.FloatField(null=True, verbose_name="probability of substantive")),
                ("needs_review", models.BooleanField(db_index=True, default=False, verbose_name="needs review")),
                ("reasons", models.JSONField(default=list, verbose_name="reasons")),
                ("model", models.CharField(blank=True, max_length=16, verbose_name="fingerprint of the model")),
                ("decided", models.CharField(
                    blank=True, choices=_CHOICES, db_index=True, max_length=11, verbose_name="decided by a person")),
            ],
            options={"verbose_name": "judgement"},
        ),
    )  # fmt: skip

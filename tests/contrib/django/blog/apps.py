"""The blog as an app."""

from __future__ import annotations

from django.apps import AppConfig


class BlogConfig(AppConfig):
    """An app whose comments are guarded."""

    name = "contrib.django.blog"

    def ready(self) -> None:
        """Have comments on entries judged."""
        from django_comments.moderation import moderator

        from commentguard.contrib.django.moderation import GuardModerator

        moderator.register(self.get_model("Entry"), GuardModerator)

"""What Django is told of the app."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class CommentGuardConfig(AppConfig):
    """The app, called ``commentguard`` in tables and migrations."""

    name = "commentguard.contrib.django"
    label = "commentguard"
    verbose_name = "Comment guard"

    def ready(self) -> None:
        """Have the settings looked at by ``manage.py check``."""
        from commentguard.contrib.django.checks import check_settings

        register(check_settings)

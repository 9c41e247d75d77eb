"""The settings of a Django project that this app reads, with their defaults."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.conf import settings
from django.utils.module_loading import import_string

from commentguard.records import Label, Post, Verdict

Action = Literal["publish", "hold"]
"""What is done with a comment: left to the page, or kept off it until a person publishes it."""

ACTIONS: Final[Mapping[Label, Action]] = {"spam": "hold", "off-topic": "publish", "substantive": "publish"}
"""What is done with each label unless COMMENTGUARD_ACTIONS says otherwise."""

NAMES: Final = ("COMMENTGUARD_ACTIONS", "COMMENTGUARD_HOLD_UNSURE", "COMMENTGUARD_LABELS", "COMMENTGUARD_MODEL",
                "COMMENTGUARD_POST")  # fmt: skip
"""All settings that there are."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the project's settings say.

    Parameters
    ----------
    labels : str or path
        COMMENTGUARD_LABELS, the file that decisions of moderators are appended to; must be set.
    post : callable
        COMMENTGUARD_POST, the dotted path of a function that makes a `Post` of an object that is commented on. Without
        it the model sees the object's name and address, but no text.
    model : str, path or None
        COMMENTGUARD_MODEL, as `commentguard.load_model` takes it; None for the promoted version, else the shipped one.
    actions : Mapping
        COMMENTGUARD_ACTIONS, label to ``"publish"`` or ``"hold"``; labels that it leaves out go by `ACTIONS`.
    hold_unsure : bool
        COMMENTGUARD_HOLD_UNSURE, True to hold whatever the model is unsure of; False by default.
    """

    labels: str | os.PathLike[str]
    post: Callable[[Any], Post]
    model: str | os.PathLike[str] | None
    actions: Mapping[Label, Action]
    hold_unsure: bool

    def holds(self, verdict: Verdict) -> bool:
        """Tell whether a comment with that verdict is kept off the page."""
        return self.actions[verdict.label] == "hold" or (self.hold_unsure and verdict.needs_review)


def current() -> Settings:
    """Return what the settings say now; ``manage.py check`` tells what is wrong with them.

    Raises
    ------
    ImportError
        When COMMENTGUARD_POST names nothing.
    """
    path = getattr(settings, "COMMENTGUARD_POST", None)
    return Settings(
        labels=getattr(settings, "COMMENTGUARD_LABELS", ""),
        post=import_string(path) if path else name_and_address,
        model=getattr(settings, "COMMENTGUARD_MODEL", None),
        actions={**ACTIONS, **getattr(settings, "COMMENTGUARD_ACTIONS", {})},
        hold_unsure=getattr(settings, "COMMENTGUARD_HOLD_UNSURE", False),
    )


def name_and_address(commented: Any) -> Post:  # noqa: ANN401 - any model may be commented on
    """Return what every object tells of itself: its name as the title, and its address where it has one."""
    address = commented.get_absolute_url() if hasattr(commented, "get_absolute_url") else ""
    return Post(id=str(commented.pk), title=str(commented), url=address)

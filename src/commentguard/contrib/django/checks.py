"""What ``manage.py check`` says of the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.utils.module_loading import import_string

from commentguard.contrib.django.conf import NAMES, Action
from commentguard.records import LABELS

_PREFIX: Final = "COMMENTGUARD_"


def check_settings(app_configs: Any, **options: Any) -> list[CheckMessage]:  # noqa: ANN401 - as Django calls it
    """Return what is wrong with the settings, each with its remedy."""
    return [*_unknown(), *_labels(), *_post(), *_model(), *_actions(), *_hold()]


def _unknown() -> Iterator[CheckMessage]:
    for name in dir(settings):
        if name.startswith(_PREFIX) and name not in NAMES:
            hint = f"Settings are {', '.join(NAMES)}."
            yield Warning(f"There is no setting {name}.", hint=hint, id="commentguard.W002")


def _labels() -> Iterator[CheckMessage]:
    value = getattr(settings, "COMMENTGUARD_LABELS", None)
    if not value or not isinstance(value, (str, os.PathLike)):
        hint = "Name a file that decisions are appended to, such as BASE_DIR / 'labels.jsonl'."
        yield Error("COMMENTGUARD_LABELS names no file.", hint=hint, id="commentguard.E001")
        return
    name = os.fsdecode(value)
    if name == "-" or name.lower().endswith(".gz"):
        hint = "Decisions are appended to a plain file; name one such as labels.jsonl."
        yield Error(f"COMMENTGUARD_LABELS: {name} can't be appended to.", hint=hint, id="commentguard.E002")
    elif not os.path.isdir(os.path.dirname(os.path.abspath(name))):
        hint = "Make the folder, or name another place."
        yield Error(f"COMMENTGUARD_LABELS: {name} lies in no folder that exists.", hint=hint, id="commentguard.E002")


def _post() -> Iterator[CheckMessage]:
    path = getattr(settings, "COMMENTGUARD_POST", None)
    hint = "Give the dotted path of a function that makes a commentguard.Post of an object: 'blog.comments.post_of'."
    if not path:
        yield Warning("COMMENTGUARD_POST is not set: without the text that a comment stands under, off-topic can't be "
                      "told.", hint=hint, id="commentguard.W001")  # fmt: skip
        return
    try:
        found = import_string(path)
    except (ImportError, AttributeError, TypeError) as error:
        yield Error(f"COMMENTGUARD_POST: {path!r} can't be imported ({error}).", hint=hint, id="commentguard.E003")
        return
    if not callable(found):
        yield Error(f"COMMENTGUARD_POST: {path!r} can't be called.", hint=hint, id="commentguard.E003")


def _model() -> Iterator[CheckMessage]:
    value = getattr(settings, "COMMENTGUARD_MODEL", None)
    if value is None:
        return
    from commentguard.errors import CommentGuardError
    from commentguard.guard import model_folder  # brings NumPy along
    from commentguard.storage import MANIFEST

    try:
        if (model_folder(value) / MANIFEST).is_file():
            return
        said = f"there is no model in {value}"
    except (CommentGuardError, TypeError) as error:
        said = str(error)
    hint = "Name a model's folder or a version, or leave it out for the promoted one."
    yield Error(f"COMMENTGUARD_MODEL: {said}.", hint=hint, id="commentguard.E004")


def _actions() -> Iterator[CheckMessage]:
    value = getattr(settings, "COMMENTGUARD_ACTIONS", {})
    hint = "Write it like {'spam': 'hold', 'off-topic': 'publish', 'substantive': 'publish'}."
    if not isinstance(value, Mapping):
        yield Error("COMMENTGUARD_ACTIONS is no dictionary.", hint=hint, id="commentguard.E005")
        return
    for label, action in value.items():
        if label not in LABELS:
            yield Error(f"COMMENTGUARD_ACTIONS: there is no label {label!r}.", hint=hint, id="commentguard.E005")
        if action not in get_args(Action):
            yield Error(f"COMMENTGUARD_ACTIONS: there is no action {action!r}.", hint=hint, id="commentguard.E005")


def _hold() -> Iterator[CheckMessage]:
    if not isinstance(getattr(settings, "COMMENTGUARD_HOLD_UNSURE", False), bool):
        hint = "True holds what the model is unsure of."
        yield Error("COMMENTGUARD_HOLD_UNSURE is neither True nor False.", hint=hint, id="commentguard.E006")

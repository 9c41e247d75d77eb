"""What `manage.py check` says of settings."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("django", reason="Django is not installed: pip install commentguard[django]")
pytest.importorskip("django_comments", reason="the comments app is not installed: pip install commentguard[django]")

from django.core.checks import run_checks
from django.test import override_settings

from commentguard.contrib.django.conf import current
from contrib.django.blog.models import Entry


def said(**settings: object) -> list[str]:
    """Return the codes of what is said of settings."""
    with override_settings(**settings):
        found = [one for one in run_checks() if one.id.startswith("commentguard.")]
        assert all(one.hint for one in found)
        return [one.id.removeprefix("commentguard.") for one in found]


def test_the_projects_settings_are_right() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("LABELS", None, "E001"),
        ("LABELS", 7, "E001"),
        ("LABELS", "labels.jsonl.gz", "E002"),
        ("LABELS", "/no/such/folder/labels.jsonl", "E002"),
        ("POST", None, "W001"),
        ("POST", "contrib.django.blog.models.nothing", "E003"),
        ("POST", "no dots", "E003"),
        ("POST", 7, "E003"),
        ("POST", "contrib.django.blog.settings.SITE_ID", "E003"),
        ("MODEL", "/no/such/model", "E004"),
        ("ACTIONS", {"ham": "hold"}, "E005"),
        ("ACTIONS", {"spam": "burn"}, "E005"),
        ("ACTIONS", "hold", "E005"),
        ("HOLD_UNSURE", "yes", "E006"),
        ("HOLD", True, "W002"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(name: str, value: object, code: str) -> None:
    assert said(**{f"COMMENTGUARD_{name}": value}) == [code]


def test_a_labels_file_may_lie_beside_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert said(COMMENTGUARD_LABELS="labels.jsonl") == []


def test_without_an_adapter_the_model_sees_name_and_address_alone() -> None:
    with override_settings(COMMENTGUARD_POST=None):
        post = current().post(Entry(pk=7, title="Doors", body="They swell."))
    assert (post.id, post.title, post.text, post.url) == ("7", "Doors", "", "/entries/7/")

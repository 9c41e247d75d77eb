"""The list of comments in the admin: what it shows, and what its actions decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("django", reason="Django is not installed: pip install commentguard[django]")
pytest.importorskip("django_comments", reason="the comments app is not installed: pip install commentguard[django]")

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django_comments.models import Comment as Posted

from commentguard.contrib.django import admin
from commentguard.contrib.django.models import Judgement
from commentguard.labels import read_decisions
from webpages import HOSTILE

from .conftest import KeywordGuard

if TYPE_CHECKING:
    from contrib.django.blog.models import Entry

LIST = "/admin/django_comments/comment/"
CommentOn = Callable[..., Any]


@pytest.fixture
def owner(database: None) -> Client:
    """Return the blog's owner, logged in."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("ada", "ada@mail.example", "secret"))
    return client


def act(client: Client, action: str, *comments: Any) -> str:  # noqa: ANN401 - Django's models have no types
    """Choose an action for some comments and return the page that follows."""
    asked = {"action": action, "_selected_action": [one.pk for one in comments]}
    return str(client.post(LIST, asked, follow=True).content.decode())


def test_the_list_shows_label_probability_reasons_and_escapes_them(
    entry: Entry, comment_on: CommentOn, keywords: KeywordGuard, owner: Client
) -> None:
    comment_on(entry, f"spam, perhaps {HOSTILE}", user_name="Mallory\u202e")
    call_command("commentguard_classify", verbosity=0)
    Judgement.objects.update(reasons=[{"code": "wording", "text": f"it says {HOSTILE}", "weight": 1.5}])
    page = owner.get(LIST).content.decode()
    assert '<td class="field-verdict">spam</td>' in page
    assert '<td class="field-probability">90%</td>' in page
    assert "it says" in page
    assert HOSTILE not in page
    assert "&lt;" in page


def test_a_comment_without_a_verdict_is_shown_and_the_list_asks_once_for_all(
    entry: Entry, comment_on: CommentOn, keywords: KeywordGuard, owner: Client
) -> None:
    comment_on(entry, "spam")
    call_command("commentguard_classify", verbosity=0)
    with CaptureQueriesContext(connection) as few:
        owner.get(LIST)
    for number in range(5):
        comment_on(entry, f"not judged {number}")
    with CaptureQueriesContext(connection) as many:
        assert owner.get(LIST).status_code == 200
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("action", "label", "public"),
    [("mark_spam", "spam", False), ("mark_off_topic", "off-topic", True), ("mark_substantive", "substantive", True)],
)
def test_an_action_reaches_the_labels_file_and_the_page(
    action: str, label: str, public: bool, entry: Entry, comment_on: CommentOn, keywords: KeywordGuard,
    owner: Client, labels: Path
) -> None:  # fmt: skip
    comment_on(entry, "Which oil did you take?")
    chosen = comment_on(entry, "spam", is_public=not public, is_removed=public, user_email="m@mail.example",
                        ip_address="192.0.2.7")  # fmt: skip
    call_command("commentguard_classify", verbosity=0)
    assert f"1 comment marked as {label}." in act(owner, action, chosen)
    chosen.refresh_from_db()
    assert (chosen.is_public, chosen.is_removed) == (public, False)
    assert (chosen.commentguard.decided, chosen.commentguard.label) == (label, "spam")
    decision, = read_decisions(labels)
    assert (decision.id, decision.label, decision.labeller) == (str(chosen.pk), label, "ada")
    assert decision.verdict == chosen.commentguard.verdict
    assert decision.model == keywords.fingerprint
    assert decision.comment.post is not None
    assert decision.comment.post.text == entry.body
    assert [one.text for one in decision.comment.thread] == ["Which oil did you take?"]
    assert "m@mail.example" not in labels.read_text(encoding="utf-8")
    assert "192.0.2.7" not in labels.read_text(encoding="utf-8")


def test_a_comment_that_was_not_judged_can_be_decided_and_is_judged_later(
    entry: Entry, comment_on: CommentOn, keywords: KeywordGuard, owner: Client, labels: Path
) -> None:
    chosen = comment_on(entry, "off-topic")
    act(owner, "mark_spam", chosen)
    assert json.loads(labels.read_text(encoding="utf-8"))["verdict"] is None
    assert not Posted.objects.get(pk=chosen.pk).is_public
    call_command("commentguard_classify", verbosity=0)
    row = Judgement.objects.get(pk=chosen.pk)
    assert (row.label, row.decided) == ("off-topic", "spam")


def test_all_that_a_filter_finds_is_decided_also_where_deciding_changes_what_it_finds(
    entry: Entry, comment_on: CommentOn, owner: Client, labels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "PAGE", 2)
    for number in range(5):
        comment_on(entry, f"number {number}")
    asked = {"action": "mark_spam", "select_across": "1", "_selected_action": [Posted.objects.all()[0].pk]}
    answer = owner.post(f"{LIST}?is_public__exact=1", asked, follow=True)
    assert "5 comments marked as spam." in answer.content.decode()
    assert not Posted.objects.filter(is_public=True).exists()
    assert len(read_decisions(labels)) == 5


def test_what_waits_for_a_person_is_found_until_somebody_decides(
    entry: Entry, comment_on: CommentOn, keywords: KeywordGuard, owner: Client, labels: Path
) -> None:
    unsure = comment_on(entry, "off-topic, perhaps")
    comment_on(entry, "a sure comment")
    call_command("commentguard_classify", verbosity=0)
    waiting = owner.get(f"{LIST}?review=waiting").content.decode()
    assert "off-topic, perhaps" in waiting
    assert "a sure comment" not in waiting
    act(owner, "mark_substantive", unsure)
    assert "off-topic, perhaps" not in owner.get(f"{LIST}?review=waiting").content.decode()
    assert "off-topic, perhaps" in owner.get(f"{LIST}?review=substantive").content.decode()
    assert "a sure comment" in owner.get(f"{LIST}?review=nonsense").content.decode()


def test_what_cant_be_written_is_not_decided(
    entry: Entry, comment_on: CommentOn, owner: Client, tmp_path: Path
) -> None:
    chosen = comment_on(entry, "spam")
    with override_settings(COMMENTGUARD_LABELS=tmp_path / "none" / "labels.jsonl"):
        page = act(owner, "mark_spam", chosen)
    assert "can&#x27;t be written" in page
    assert "marked as spam" not in page
    assert Posted.objects.get(pk=chosen.pk).is_public
    assert not Judgement.objects.exists()


def test_only_moderators_decide_and_an_address_to_log_in_with_is_not_given_away(
    entry: Entry, comment_on: CommentOn, labels: Path, database: None
) -> None:
    chosen = comment_on(entry, "spam")
    user = get_user_model().objects.create_user("piet@mail.example", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=("view_comment", "change_comment")))
    client = Client()
    client.force_login(user)
    assert "mark_spam" not in client.get(LIST).content.decode()
    act(client, "mark_spam", chosen)
    assert not labels.exists()
    user.user_permissions.add(Permission.objects.get(codename="can_moderate"))
    act(client, "mark_spam", chosen)
    assert json.loads(labels.read_text(encoding="utf-8"))["labeller"] == f"user {user.pk}"

"""Comments posted through the blog's own form: judged with their post and thread, held or published."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("django", reason="Django is not installed: pip install commentguard[django]")
pytest.importorskip("django_comments", reason="the comments app is not installed: pip install commentguard[django]")

from django.contrib.auth import get_user_model
from django.test import Client, override_settings
from django_comments.forms import CommentForm
from django_comments.models import Comment as Posted

from commentguard.contrib.django import moderation
from commentguard.contrib.django.models import Judgement
from commentguard.errors import ModelFormatError

from .conftest import KeywordGuard

if TYPE_CHECKING:
    from contrib.django.blog.models import Entry

THOUGHTFUL = "Linseed oil works for the edge of the door, but let it dry for two days before you hang it on the hinge."
BLATANT = "Cheap pills without prescription http://pills-4-less.example/buy"


def post(entry: Entry, text: str, client: Client | None = None, **fields: str) -> Posted:
    """Fill the form in as a reader does, and return what was stored."""
    hidden = CommentForm(entry).generate_security_data()
    asked = {"name": "Piet", "email": "piet@mail.example", "comment": text, "honeypot": "", **fields, **hidden}
    answer = (client or Client()).post("/comments/post/", asked)
    assert answer.status_code == 302, answer.content
    return Posted.objects.get(pk=answer.url.rpartition("=")[2])


def test_the_shipped_model_publishes_a_reader_and_holds_spam(entry: Entry) -> None:
    reader = post(entry, THOUGHTFUL)
    bot = post(entry, BLATANT, name="generic pills", url="http://pills-4-less.example")
    assert reader.is_public
    assert not bot.is_public
    assert not bot.is_removed
    page = Client().get(entry.get_absolute_url()).content.decode()
    assert "Linseed oil" in page
    assert "Cheap pills" not in page
    assert bot.commentguard.label == "spam"
    assert bot.commentguard.spam + bot.commentguard.off_topic + bot.commentguard.substantive == pytest.approx(1)
    assert bot.commentguard.reasons[0]["text"]
    assert bot.commentguard.model == moderation.loaded_guard().fingerprint


@pytest.mark.parametrize(
    ("text", "settings", "public"),
    [
        ("spam", {}, False),
        ("off-topic", {}, True),
        ("substantive", {}, True),
        ("substantive, perhaps", {}, True),
        ("substantive, perhaps", {"COMMENTGUARD_HOLD_UNSURE": True}, False),
        ("spam", {"COMMENTGUARD_ACTIONS": {"spam": "publish"}}, True),
        ("off-topic", {"COMMENTGUARD_ACTIONS": {"off-topic": "hold"}}, False),
        ("spam", {"COMMENTGUARD_ACTIONS": {"off-topic": "hold"}}, False),
    ],
)
def test_settings_say_what_is_held(
    text: str, settings: dict[str, Any], public: bool, entry: Entry, keywords: KeywordGuard
) -> None:
    with override_settings(**settings):
        assert post(entry, text).is_public is public


def test_the_model_sees_the_entry_and_what_was_public_under_it(
    entry: Entry, keywords: KeywordGuard, comment_on: Callable[..., Any]
) -> None:
    comment_on(entry, "Which oil did you take?")
    comment_on(entry, "hidden", is_public=False)
    comment_on(entry, "removed", is_removed=True)
    post(entry, "Linseed.", url="http://piet.example")
    seen = keywords.seen[0]
    assert seen.post is not None
    assert (seen.post.title, seen.post.text, seen.post.url) == (entry.title, entry.body, entry.get_absolute_url())
    assert [(one.author, one.text) for one in seen.thread] == [("Nora", "Which oil did you take?")]
    assert (seen.text, seen.author, seen.author_url) == ("Linseed.", "Piet", "http://piet.example")
    assert (seen.author_email, seen.author_ip) == ("", "")


def test_a_reader_who_is_logged_in_is_called_by_name(entry: Entry, keywords: KeywordGuard) -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_user("ada", "ada@mail.example", first_name="Ada", last_name="L"))
    post(entry, "Thank you", client, name="", email="")
    assert keywords.seen[0].author == "Ada L"


def test_a_model_that_fails_loses_no_comment(
    entry: Entry, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ModelFormatError("the model is damaged")

    monkeypatch.setattr(moderation, "loaded_guard", fail)
    stored = post(entry, THOUGHTFUL)
    assert not stored.is_public
    assert not Judgement.objects.exists()
    assert "is held" in caplog.text
    assert "piet@mail.example" not in caplog.text


def test_a_promoted_model_that_is_damaged_leaves_the_one_in_use(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    guard = moderation.loaded_guard()

    def fail(self: object) -> bool:
        raise ModelFormatError("the model is damaged")

    monkeypatch.setattr(type(guard), "reload_if_changed", fail)
    assert moderation.loaded_guard() is guard
    assert "the model is damaged" in caplog.text

"""`manage.py commentguard_classify` over comments that are there already."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("django", reason="Django is not installed: pip install commentguard[django]")
pytest.importorskip("django_comments", reason="the comments app is not installed: pip install commentguard[django]")

from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django_comments.models import Comment as Posted

from commentguard.contrib.django import backlog
from commentguard.contrib.django.context import in_contexts
from commentguard.contrib.django.models import SAID, Judgement, keep
from contrib.django.blog.models import post_of

from .conftest import KeywordGuard

if TYPE_CHECKING:
    from contrib.django.blog.models import Entry

CommentOn = Callable[..., Any]


def classify(*words: str) -> str:
    """Run the command and return what it prints."""
    said = io.StringIO()
    call_command("commentguard_classify", *words, stdout=said)
    return said.getvalue().strip()


def test_the_backlog_is_judged_and_nothing_is_hidden(
    entry: Entry, comment_on: CommentOn, keywords: KeywordGuard
) -> None:
    made = [comment_on(entry, text) for text in ("spam", "off-topic, perhaps", "Which oil did you take?")]
    assert classify() == (
        "3 comments: 1 spam, 1 off-topic, 1 substantive; 1 to review; as new comments 1 would be held; kept"
    )
    rows = [Judgement.objects.get(pk=one.pk) for one in made]
    assert [(row.label, row.needs_review, row.model) for row in rows] == [
        ("spam", False, keywords.fingerprint),
        ("off-topic", True, keywords.fingerprint),
        ("substantive", False, keywords.fingerprint),
    ]
    assert rows[0].verdict == keywords.classify(keywords.seen[0])
    assert Posted.objects.filter(is_public=True).count() == 3


def test_a_dry_run_keeps_nothing(entry: Entry, comment_on: CommentOn, keywords: KeywordGuard) -> None:
    comment_on(entry, "spam")
    assert classify("--dry-run").startswith("1 comment: 1 spam")
    assert not Judgement.objects.exists()


def test_only_what_the_model_in_use_has_not_judged_is_judged_and_decisions_stay(
    entry: Entry, comment_on: CommentOn, keywords: KeywordGuard
) -> None:
    first = comment_on(entry, "spam")
    classify()
    Judgement.objects.update(decided="substantive")
    comment_on(entry, "another")
    assert classify().startswith("1 comment:")
    assert classify("--again").startswith("2 comments:")
    keywords.fingerprint = "fedcba9876543210"
    assert classify().startswith("2 comments:")
    row = Judgement.objects.get(pk=first.pk)
    assert (row.model, row.decided) == ("fedcba9876543210", "substantive")


def test_comments_are_read_in_pages_each_with_the_thread_that_it_found(
    entry: Entry, comment_on: CommentOn, keywords: KeywordGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "PAGE", 2)
    for number in range(5):
        comment_on(entry, f"number {number}", is_public=number != 1)
    with CaptureQueriesContext(connection) as asked:
        assert classify().startswith("5 comments:")
    threads = [[one.text for one in seen.thread] for seen in keywords.seen]
    public = ["number 0", "number 2", "number 3"]
    assert threads == [[], public[:1], public[:1], public[:2], public]
    limits = [one["sql"] for one in asked.captured_queries if one["sql"].endswith("LIMIT 2")]
    assert len(limits) == 4  # three pages, and one that is empty


def test_what_a_comment_stood_under_may_be_gone(
    entry: Entry, comment_on: CommentOn, keywords: KeywordGuard
) -> None:
    comment_on(entry, "under an entry that is deleted")
    entry.delete()
    stale = ContentType.objects.create(app_label="gone", model="page")
    Posted.objects.create(content_type=stale, object_pk="1", site_id=1, comment="under an app that is gone")
    assert classify().startswith("2 comments:")
    assert [one.post for one in keywords.seen] == [None, None]


def test_a_comment_that_is_deleted_meanwhile_is_left_out(
    entry: Entry, comment_on: CommentOn, keywords: KeywordGuard
) -> None:
    made = [comment_on(entry, "one"), comment_on(entry, "two")]
    rows = [Judgement.of(one.pk, keywords.classify(seen), "0")
            for one, seen in zip(made, in_contexts(made, post_of), strict=True)]  # fmt: skip
    Posted.objects.filter(pk=made[0].pk).delete()
    keep(rows, SAID)
    assert list(Judgement.objects.values_list("pk", flat=True)) == [made[1].pk]


def test_a_model_that_is_missing_is_said_in_one_line(entry: Entry, tmp_path: Path) -> None:
    with override_settings(COMMENTGUARD_MODEL=tmp_path / "none"), pytest.raises(CommandError) as told:
        classify()
    assert "none" in str(told.value)
    assert "\n" not in str(told.value)


def test_the_project_as_a_process_checks_out_and_its_migrations_are_complete() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "django", "makemigrations", "commentguard", "--check", "--dry-run"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

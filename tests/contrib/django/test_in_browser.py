"""A reader and the blog's owner in a real browser: a comment is posted, shown in the admin, and decided there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("django", reason="Django is not installed: pip install commentguard[django]")
pytest.importorskip("django_comments", reason="the comments app is not installed: pip install commentguard[django]")

from django.contrib.auth import get_user_model
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connections
from django.test.testcases import LiveServerThread

from browsers import chromium
from commentguard.labels import read_decisions

from .conftest import make_entry
from .test_moderation import BLATANT, THOUGHTFUL

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser


@pytest.fixture
def address(project: None) -> Iterator[str]:
    """Start the project on loopback, with an entry and its owner; what is written is deleted afterwards."""
    entry = make_entry()
    get_user_model().objects.create_superuser("ada", "ada@mail.example", "secret")
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
    server.daemon = True
    server.start()
    assert server.is_ready.wait(20)
    assert server.error is None
    yield f"http://127.0.0.1:{server.port}{entry.get_absolute_url()}"
    server.terminate()
    call_command("flush", interactive=False, verbosity=0)
    connections.close_all()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Return a browser of this machine, or Playwright's own."""
    with chromium() as started:
        yield started


def write(page: Page, address: str, name: str, text: str) -> None:
    """Post a comment as a reader."""
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Email address").fill("reader@mail.example")
    page.get_by_role("textbox", name="Comment:").fill(text)
    page.get_by_role("button", name="Post").click()
    page.wait_for_url("**/comments/posted/**", timeout=10_000)


def test_a_reader_posts_and_the_owner_decides(address: str, browser: Browser, labels: Path) -> None:
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    write(page, address, "Piet", THOUGHTFUL)
    write(page, address, "generic pills", BLATANT)
    page.goto(address)
    assert page.get_by_text("Linseed oil").count() == 1
    assert page.get_by_text("Cheap pills").count() == 0

    page.goto(f"{address.partition('/entries')[0]}/admin/django_comments/comment/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Log in").click()
    row = page.get_by_role("row").filter(has_text="Cheap pills")
    assert row.locator(".field-verdict").inner_text() == "spam"
    assert row.locator(".field-probability").inner_text().endswith("%")
    assert row.locator(".field-reasons").inner_text() != "-"

    row.get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option(label="Mark selected comments as substantive")
    page.get_by_role("button", name="Run", exact=False).or_(page.get_by_role("button", name="Go")).first.click()
    page.get_by_text("1 comment marked as substantive.").wait_for()
    assert row.locator(".field-decided").inner_text() == "substantive"
    assert [(one.label, one.labeller, one.comment.text) for one in read_decisions(labels)] == [
        ("substantive", "ada", BLATANT)
    ]
    page.goto(address)
    assert page.get_by_text("Cheap pills").count() == 1
    assert faults == []

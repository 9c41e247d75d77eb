"""A real WordPress whose Akismet plugin asks our server: what visitors and other sites send, what a moderator clicks.

With COMMENTGUARD_PICTURES set to a folder, the pictures of `examples/wordpress/README.md` are made there.
"""

from __future__ import annotations

import json
import os
import threading
import xmlrpc.client
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

import httpx
from click.testing import CliRunner

from browsers import chromium
from commentguard.cli import main
from commentguard.records import Post
from commentguard.store.posts import post_at
from wordpress_blog import MODERATOR, PASSWORD, Blog, wordpress

from .running import Running, server, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.integration, pytest.mark.browser]

THOUGHTFUL = (
    "I let my rye rest in a linen bag for two nights, and the crumb was far less sticky than after one. "
    "Does your starter still rise in a cold kitchen?"
)
SPUN = (
    "Splendid page, my friend! Such golden knowledge is hard to come by, I will tell all my colleagues of it. Students "
    "trust our {} essay writing service: order today, cheap price, best quality, click on my name."
)
SHOP = "http://essays.example/buy-cheap-essay"
PAGE = """<title>What I baked in November</title><p>I tried the loaf of <a href="{}">Rye bread on the second day</a>
and it sliced like cake once it had rested in its linen for a night.</p>"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start a server with a store of its own, so that posts and labels are this blog's alone."""
    with server(f"sqlite:///{tmp_path_factory.mktemp('wordpress')}/store.db") as one:
        yield one


@pytest.fixture(scope="module")
def blog(asked: Running) -> Iterator[Blog]:
    """Start a WordPress that asks that server."""
    with wordpress(asked.url, asked.key) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return one browser for all tests here."""
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page of a visitor whom nobody knows."""
    opened = browser.new_page(viewport={"width": 1000, "height": 620})
    yield opened
    opened.close()


def _picture(page: Page, name: str) -> None:
    """Keep what the page shows, where pictures were asked for."""
    folder = os.environ.get("COMMENTGUARD_PICTURES")
    if folder:
        page.screenshot(path=Path(folder, f"{name}.png"))


def _write(page: Page, blog: Blog, author: str, text: str, url: str = "") -> None:
    """Write a comment into the form under the post."""
    page.goto(blog.post)
    page.fill("#author", author)
    page.fill("#email", f"{author.replace(' ', '').lower()}@mail.example")
    page.fill("#url", url)
    page.fill("#comment", text)
    page.click("#commentform #submit")


def _log_in(page: Page, blog: Blog) -> None:
    page.goto(f"{blog.url}/wp-login.php")
    page.fill("#user_login", MODERATOR)
    page.fill("#user_pass", PASSWORD)
    page.click("#wp-submit")
    page.wait_for_url("**/wp-admin/**", timeout=90_000)  # the first look at the dashboard is slow on a busy machine


def _known(asked: Running, blog: Blog) -> Post | None:
    with asked.store.reading() as connection:
        return post_at(connection, blog.post)


def test_a_thoughtful_comment_is_shown_and_a_spun_one_goes_to_the_spam_queue(blog: Blog, page: Page) -> None:
    _write(page, blog, "Ada", THOUGHTFUL)
    _write(page, blog, "Essay Help", SPUN.format("cheap"), SHOP)
    assert blog.statuses()["Ada"] == "1"
    assert blog.statuses()["Essay Help"] == "spam"
    page.context.clear_cookies()
    page.goto(blog.post)
    assert THOUGHTFUL in page.inner_text("#comments")
    assert "essay" not in page.inner_text("#comments")
    page.locator("#comments").evaluate("comments => comments.scrollIntoView()")
    _picture(page, "post")


def test_a_trackback_that_sells_goes_to_the_spam_queue(blog: Blog) -> None:
    told = {"url": "http://pills.example/cheap", "title": "cheap pills online no prescription",
            "excerpt": "Buy pills online, no prescription, best price", "blog_name": "cheap pills online"}  # fmt: skip
    answer = httpx.post(f"{blog.url}/wp-trackback.php?p={blog.post_id}", data=told, timeout=60)
    assert "<error>0</error>" in answer.text
    query = "SELECT comment_type, comment_approved FROM wp_comments WHERE comment_author = 'cheap pills online'"
    assert blog.rows(query) == [["trackback", "spam"]]


def test_a_pingback_is_fetched_judged_and_put_where_the_verdict_says(blog: Blog, tmp_path: Path) -> None:
    (tmp_path / "november.html").write_text(PAGE.format(blog.post))
    handler = partial(_Quiet, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        source = f"http://127.0.0.1:{other.server_port}/november.html"
        with xmlrpc.client.ServerProxy(f"{blog.url}/xmlrpc.php") as blog_api:
            said = blog_api.pingback.ping(source, blog.post)
        other.shutdown()
    assert "registered" in str(said)
    query = (
        "SELECT comment_type, comment_approved, meta_value FROM wp_comments JOIN wp_commentmeta USING (comment_ID)"
        f" WHERE comment_author_url = '{source}' AND meta_key = 'akismet_result'"
    )
    assert blog.rows(query) in ([["pingback", "1", "false"]], [["pingback", "spam", "true"]])


class _Quiet(SimpleHTTPRequestHandler):
    """Another person's site; it says nothing of requests."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_click_on_not_spam_reaches_our_labels(asked: Running, blog: Blog, page: Page, tmp_path: Path) -> None:
    _write(page, blog, "Essay Friend", SPUN.format("thesis and"), SHOP)
    assert blog.statuses()["Essay Friend"] == "spam"
    _log_in(page, blog)
    page.goto(f"{blog.url}/wp-admin/edit-comments.php?comment_status=spam")
    row = page.locator("#the-comment-list tr", has_text="Essay Friend")
    row.hover()
    _picture(page, "spam")
    row.locator(".unspam a").click()
    until(lambda: blog.statuses()["Essay Friend"] != "spam")
    page.wait_for_load_state("networkidle")
    labels = tmp_path / "labels.jsonl"
    ran = CliRunner().invoke(main, ["labels", "export", "--store", asked.store.name, "-o", str(labels)])
    assert ran.exit_code == 0, ran.output
    rows = [json.loads(line) for line in labels.read_text().splitlines()]
    assert [(row["comment"]["text"], row["label"], row["labeller"]) for row in rows] == [
        (SPUN.format("thesis and"), "substantive", MODERATOR)
    ]
    assert rows[0]["verdict"]["label"] == "spam"
    assert rows[0]["comment"]["post"]["title"] == "Rye bread on the second day"


def test_the_server_knows_the_post_and_what_was_changed_in_it(asked: Running, blog: Blog, page: Page) -> None:
    _write(page, blog, "Grace", "Mine rests in a stone jar, which keeps the rye moist for a week.")
    known = _known(asked, blog)
    assert known is not None
    assert known.title == "Rye bread on the second day"
    assert "linen bag" in known.text
    blog.rows("UPDATE wp_posts SET post_title = 'Rye, again', post_modified_gmt = '2030-01-01 00:00:00'")
    _write(page, blog, "Alan", "A week is long; ours is eaten by the third morning, rye or not.")
    changed = _known(asked, blog)
    assert changed is not None
    assert changed.title == "Rye, again"


def test_the_plugins_own_page_finds_the_server_and_asks_no_other(blog: Blog, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _log_in(page, blog)
    page.goto(f"{blog.url}/wp-admin/options-general.php?page=akismet-key-config")
    assert page.locator(".akismet-alert").count() == 0, page.inner_text(".akismet-alert")
    assert "spam blocked" in page.inner_text(".akismet-new-snapshot").lower()
    _picture(page, "akismet")
    page.goto(f"{blog.url}/wp-admin/options-general.php?page=akismet-key-config&view=stats")
    assert not [url for url in asked if not url.startswith((blog.url, "data:"))]


def test_a_comment_is_held_while_the_server_does_not_answer(asked: Running, blog: Blog, page: Page) -> None:
    settings = blog.settings.read_text()
    blog.settings.write_text(settings.replace(asked.url, "http://127.0.0.1:9"))
    try:
        _write(page, blog, "Edsger", "Do you weigh the salt before or after the second feeding of the starter?")
    finally:
        blog.settings.write_text(settings)
    assert blog.statuses()["Edsger"] == "0"

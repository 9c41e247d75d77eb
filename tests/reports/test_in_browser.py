"""Pages in a real browser: accessible, within the screen, silent, and hostile text does nothing there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from browsers import chromium
from commentguard.curves import curves_of
from commentguard.evaluation import judge
from commentguard.records import LABELS, Comment, Post, Verdict
from commentguard.reports import blog_page, evaluation_page, verdict_page
from commentguard.reports.summary import summarise
from webpages import HOSTILE

from .examples import verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = pytest.mark.browser

PAGES = ("blog", "verdicts", "evaluation")
PITCH = "I came across this page today and it is a real treasure, do visit my lamps"
Theme = Literal["light", "dark"]
WIDE, PHONE = (1200, 900), (360, 740)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return one browser for all tests here."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one page of each kind, full of hostile and of ordinary text."""
    place = tmp_path_factory.mktemp("pages")
    rows = list(_rows())
    for name in PAGES:
        with (place / f"{name}.html").open("w", encoding="utf-8", newline="") as stream:
            if name == "blog":
                blog_page.write_report(summarise(rows), stream, name=HOSTILE, model="small")
            elif name == "verdicts":
                verdict_page.write_verdicts(rows, stream)
            else:
                comments, verdicts = [pair[0] for pair in rows], [pair[1] for pair in rows]
                evaluation_page.write_evaluation(judge(comments, verdicts), curves_of(comments, verdicts), stream)
    return place


def _rows() -> Iterator[tuple[Comment, Verdict]]:
    for number in range(24):
        text = (HOSTILE, PITCH, "שלום עולם, איפה האוטובוס?", "m" * 3000)[number % 4]
        comment = Comment(
            id=str(number), text=text, author=text, author_url=f"http://{'long-' * 12}{number}.example/",
            date=datetime(2013 + number // 12, number % 12 + 1, 1), post=Post(title=text), status="approved",
            label=LABELS[number % 3], source="a blog",
        )  # fmt: skip
        yield comment, verdict(LABELS[number % 4 % 3], 0.4 + number % 6 / 10, number % 5 == 0, "sells lamps")


class Watched:
    """A page of a browser, with all that it said and asked for."""

    def __init__(self, browser: Browser, size: tuple[int, int], theme: Theme, script: bool = True) -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", self._dismissed)
        self.page.on("request", lambda request: self.said.append(f"request {request.url[:99]}"))

    def _dismissed(self, dialog: Dialog) -> None:
        self.said.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def __enter__(self) -> Watched:
        """Return itself; the page is closed at the end."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the page."""
        self.context.close()

    def open(self, file: Path) -> Page:
        """Open a file; only its own request is expected."""
        self.page.goto(file.as_uri())
        assert self.said == [f"request {file.as_uri()[:99]}"]
        return self.page


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")])
def test_a_page_is_accessible_silent_and_as_wide_as_the_screen(
    name: str, size: tuple[int, int], theme: Theme, browser: Browser, folder: Path
) -> None:
    with Watched(browser, size, theme) as watched:
        page = watched.open(folder / f"{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        violations = axe.Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
        assert len(watched.said) == 1
        assert page.title().startswith(("Comments of <script>", "Verdicts", "How good"))


def test_the_slider_goes_by_keyboard_and_tells_the_outcome(browser: Browser, folder: Path) -> None:
    with Watched(browser, WIDE, "light") as watched:
        page = watched.open(folder / "evaluation.html")
        outcome = page.locator("#outcome")
        assert outcome.inner_text().startswith("From 0.50 on: ")
        page.locator("#threshold").focus()
        page.keyboard.press("ArrowRight")
        assert outcome.inner_text().startswith("From 0.51 on: ")
        assert page.locator("tr.hit").get_attribute("data-threshold") == "0.51"
        assert page.locator("#mark").is_visible()
        before = outcome.inner_text()
        page.locator("#ratio").fill("1000")
        assert outcome.inner_text() != before
        assert len(watched.said) == 1


def test_without_scripts_the_slider_is_not_shown_and_all_else_is(browser: Browser, folder: Path) -> None:
    with Watched(browser, WIDE, "light", script=False) as watched:
        page = watched.open(folder / "evaluation.html")
        assert not page.locator("#try").is_visible()
        assert page.get_by_text("The cheapest threshold").is_visible()
        page.get_by_text("Every threshold").first.click()
        assert page.locator("tr[data-threshold]").last.is_visible()


def test_the_policy_holds_where_something_got_onto_a_page_all_the_same(browser: Browser, folder: Path) -> None:
    with Watched(browser, WIDE, "light") as watched:
        page = watched.open(folder / "evaluation.html")
        page.evaluate(
            """() => {
              document.body.insertAdjacentHTML("beforeend", `<img src="http://shop.example/x" onerror="alert(1)">
                <p id="styled" style="display: none">x</p><iframe src="http://shop.example/"></iframe>`);
              const script = document.createElement("script");
              script.textContent = "document.title = 'run'";
              document.body.append(script);
            }"""
        )
        page.wait_for_timeout(100)
        assert page.title() != "run"
        assert page.locator("#styled").is_visible()
        refused = [line for line in watched.said if "Content Security Policy" in line]
        for what in ("shop.example/x", "shop.example/'", "style", "script"):
            assert any(what in line for line in refused), what
        assert not [line for line in watched.said if line.startswith("dialog")]


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_the_content_first(name: str, browser: Browser, folder: Path) -> None:
    with Watched(browser, WIDE, "light") as watched:
        page = watched.open(folder / f"{name}.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").evaluate("node => node.getBoundingClientRect().x") >= 0


def test_in_print_nothing_is_folded_away(browser: Browser, folder: Path) -> None:
    with Watched(browser, WIDE, "dark") as watched:
        page = watched.open(folder / "blog.html")
        months = page.locator("details table").first
        assert not months.is_visible()
        page.emulate_media(media="print")
        assert months.is_visible()
        assert not page.locator("nav").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"

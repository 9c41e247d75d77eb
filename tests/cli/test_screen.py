"""The screen of review, driven by keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from commentguard.cli.screen import ReviewApp
from commentguard.errors import OutputError
from commentguard.labels import Decision, append_decisions, read_decisions
from commentguard.records import Comment, Label, Post, Reason, ThreadMessage, Verdict
from commentguard.selection import Candidate
from commentguard.session import Session

HOSTILE = "[bold red]x[/] [link=http://evil.example]y[/link] [@click=app.quit]z[/] \x1b[2J\x1b]0;t\x07 \u202egpj.exe"


def candidate(number: int, text: str, label: Label = "spam", review: bool = False, url: str = "") -> Candidate:
    rest: dict[Label, float] = {"spam": 0.1, "off-topic": 0.1, "substantive": 0.1}
    verdict = Verdict(label, {**rest, label: 0.8}, review, (Reason("words", "its [b]words", 1.0),))
    thread = (ThreadMessage("Ann", "An earlier message"),)
    comment = Comment(text, id=str(number), author=f"author {number}", author_url=url, thread=thread,
                      post=Post(id=f"p{number % 2}", title=f"Post {number % 2}", text="All about rye"))  # fmt: skip
    return Candidate(comment, verdict, None, number)


Look = Callable[[ReviewApp], None]


def play(session: Session, *steps: str | Look, query: str = "") -> None:
    """Open the screen once; press keys, which stand apart by spaces, and look at it between them."""

    async def run() -> None:
        app = ReviewApp(session, query)
        async with app.run_test(size=(100, 40)) as pilot:
            while not app.check_action("skip", ()):  # keys work once the first comment was seen
                await pilot.pause(0.01)
            for step in steps:
                if isinstance(step, str):
                    await pilot.press(*step.split())
                    await pilot.pause()
                else:
                    step(app)

    asyncio.run(run())


def has(name: str, text: str) -> Look:
    """Return a look that finds a text in a part of the screen."""

    def look(app: ReviewApp) -> None:
        assert text in text_of(app, name)

    return look


def text_of(app: ReviewApp, name: str) -> str:
    return str(app.query_one(f"#{name}", Static).content)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


def session(path: Path, *candidates: Candidate) -> Session:
    decisions = read_decisions(path) if path.exists() else []
    return Session(candidates, decisions, lambda made: append_decisions(path, made), labeller="ada")


def in_file(path: Path) -> dict[str, str | None]:
    return {one.id: one.label for one in read_decisions(path)} if path.exists() else {}


def test_single_keys_label_and_the_next_comment_comes(path: Path) -> None:
    found = session(path, *(candidate(n, f"comment {n}", "off-topic") for n in range(8)))
    play(
        found,
        has("text", "comment 0"),
        has("judgement", "its [b]words"),
        "1 2 3 s o g enter",
        has("text", "comment 7"),
        has("heading", "author 7"),
        has("progress", "7 of 8 labelled"),
        "1",
        has("said", "all is labelled"),
    )
    expected = ["spam", "off-topic", "substantive", "spam", "off-topic", "substantive", "off-topic", "spam"]
    assert list(in_file(path).values()) == expected


def test_undo_skip_and_the_arrows_move_as_their_names_say(path: Path) -> None:
    found = session(path, *(candidate(n, f"comment {n}", review=n == 3) for n in range(5)))
    play(
        found,
        "1 u",
        has("said", "taken back"),
        "space 1 r",
        has("text", "comment 3"),
        "left left right",
        has("text", "comment 2"),
        "r",
        has("text", "comment 3"),
    )
    assert in_file(path) == {"0": None, "1": "spam"}


def test_a_search_shows_what_it_lets_through_and_escape_shows_all(path: Path) -> None:
    found = session(path, *(candidate(n, f"comment {'odd' if n % 2 else 'even'} {n}") for n in range(4)))

    def closed(app: ReviewApp) -> None:
        assert not app.query_one(Input).display

    play(found, "slash o d d enter", has("progress", "2 shown: odd"), closed, "1 1 escape", has("text", "odd 3"))
    assert in_file(path) == {"1": "spam", "3": "spam"}
    assert len(found.shown) == 4


def test_a_search_can_be_given_from_outside(path: Path) -> None:
    found = session(path, *(candidate(n, f"comment {n}") for n in range(4)))
    play(found, has("text", "comment 2"), has("progress", "1 shown"), query="post:p0 2")


def test_a_search_that_makes_no_sense_is_told_and_can_be_mended(path: Path) -> None:
    def asked(app: ReviewApp) -> None:
        assert app.query_one(Input).has_focus

    play(
        session(path, candidate(0, "x")),
        "slash i s : x enter",
        has("said", "there is no is:x"),
        asked,
        "y enter",
        has("said", "there is no is:xy"),
        "backspace backspace backspace enter",
        has("heading", "Nothing is like that"),
        "1 a space c left",
        has("text", ""),
    )


def test_the_last_word_of_a_search_is_completed(path: Path) -> None:
    def completed(app: ReviewApp) -> None:
        assert app.query_one(Input).value == "x is:labelled"

    play(session(path, candidate(0, "x")), "slash x space i s : l", "right", completed)


def test_only_this_post_and_all_again(path: Path) -> None:
    found = session(path, *(candidate(n, f"comment {n}") for n in range(4)))
    shown = has("progress", "2 shown: post Post 0")
    play(found, "p", shown, "p", has("progress", "comment 1 of 4"), "slash 2 enter p", shown, "p p", shown)


def test_undo_of_what_a_search_hides_shows_all_and_says_so(path: Path) -> None:
    def all_shown(app: ReviewApp) -> None:
        assert "shown" not in text_of(app, "progress")

    found = session(path, *(candidate(n, f"comment {n}") for n in range(4)))
    play(found, "1 slash 3 enter", has("progress", "1 shown: 3"), "u", has("text", "comment 0"), all_shown)


def test_all_like_this_are_labelled_after_a_look_at_them(path: Path) -> None:
    shop = "http://shop.example/"
    found = session(path, candidate(0, "Buy now", url=shop), candidate(1, "Other"), candidate(2, "Buy now"),
                    candidate(3, "Cheap", url=shop))  # fmt: skip

    def asked(app: ReviewApp) -> None:
        assert "2 comments with near the same text" in str(app.screen.query_one("#alike", Static).content)
        assert in_file(path) == {}

    def labelled(app: ReviewApp) -> None:
        assert in_file(path) == {"0": "spam", "2": "spam", "3": "spam"}

    play(
        found,
        has("judgement", "1 more with the same text"),
        "a",
        asked,
        "escape a h 1",
        has("said", "3 labelled spam"),
        labelled,
        "u",
        has("said", "3 taken back"),
        "right a",
        has("said", "no other comment without a label has near"),
    )
    assert set(in_file(path).values()) == {None}


def test_the_post_and_the_thread_are_shown_on_demand(path: Path) -> None:
    def displayed(app: ReviewApp) -> bool:
        return app.query_one("#context", Static).display

    def hidden(app: ReviewApp) -> None:
        assert not displayed(app)

    def shown(app: ReviewApp) -> None:
        assert displayed(app)

    found = session(path, candidate(0, "x"))
    play(found, hidden, "c", shown, has("context", "All about rye"), has("context", "An earlier message"), "c", hidden)


def test_help_closes_with_any_key_and_that_key_labels_nothing(path: Path) -> None:
    def opened(app: ReviewApp) -> None:
        assert len(app.screen_stack) == 2

    def closed(app: ReviewApp) -> None:
        assert len(app.screen_stack) == 1

    play(session(path, candidate(0, "x")), "question_mark", opened, "1", closed)
    assert in_file(path) == {}


def test_what_strangers_write_is_shown_as_it_is_and_neither_markup_nor_control(path: Path) -> None:
    hostile = Comment(HOSTILE, id=HOSTILE, author=HOSTILE, author_url=HOSTILE, status=HOSTILE,
                      thread=(ThreadMessage(HOSTILE, HOSTILE),), post=Post(title=HOSTILE, text=HOSTILE))  # fmt: skip
    verdict = Verdict("spam", {"spam": 0.8, "off-topic": 0.1, "substantive": 0.1}, False)
    found = session(path, *(Candidate(hostile if not n else candidate(1, HOSTILE).comment, verdict, None, n)
                            for n in range(2)))  # fmt: skip

    def look(app: ReviewApp) -> None:
        for name in ("text", "heading", "context", "progress", "said", "judgement"):
            shown = text_of(app, name)
            assert not set(shown) & set("\x1b\x07\u202e")
            assert "[bold red]x[/]" in shown or name in ("progress", "said", "judgement")
        drawn = "\n".join("".join(segment.text for segment in line) for line in app.screen._compositor.render_strips())
        assert "[bold red]x[/]" in drawn
        assert not set(drawn) & set("\x1b\x07\u202e")

    play(found, "c", look, "p", look, "a", "escape", look, "1", look)


def test_a_full_disk_is_told_and_the_comment_stays(tmp_path: Path) -> None:
    def full(made: Sequence[Decision]) -> None:
        raise OutputError("labels.jsonl: the decision can't be written (the disk is full)")

    found = Session([candidate(0, "x"), candidate(1, "x")], [], full)
    told = has("said", "the disk is full")
    play(found, "1", told, "space left", has("said", ""), "a 1", told)
    assert found.waiting == 2
    assert found.place == 0


def test_a_text_without_end_is_cut_in_the_middle(path: Path) -> None:
    found = session(path, candidate(0, "rye " * 200_000 + "END"))

    def look(app: ReviewApp) -> None:
        assert len(text_of(app, "text")) < 21_000
        assert "characters left out" in text_of(app, "text")
        assert text_of(app, "text").endswith("END")

    play(found, look)


def test_q_stops(path: Path) -> None:
    async def run() -> int | None:
        app = ReviewApp(session(path, candidate(0, "x")))
        async with app.run_test() as pilot:
            await pilot.press("q")
        return app.return_code

    assert asyncio.run(run()) == 0

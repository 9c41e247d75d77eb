"""The screen of review: keys to steps of a session; needs the extra ``commentguard[review]`` (Textual)."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Footer, Input, Static

from commentguard.cli import view
from commentguard.errors import OutputError
from commentguard.queries import STATES, Query, QueryError, parse
from commentguard.records import COMMENT_TYPES, LABELS, Label
from commentguard.selection import Candidate
from commentguard.session import Session

HELP = """\
1 s    spam                    Space n  skip to the next without a label
2 o    off-topic               r        skip to the next unsure one
3 g    substantive (good)      ← →      one back, one on
Enter  what the model says     ↑ ↓      scroll a long text
u      take the last one back  c        show the post and the thread
a      all like this one       p        this post only; again for all
q      stop; all is kept       /        search; Esc shows all

A search is words of the text, name or address, and any of
  label:spam    type:pingback    reason:link    is:waiting   is:review
  post:"words of its title"      host:shop.example           is:labelled
  is:changed (labelled otherwise than the model says)

Any key closes this."""


class Pane(VerticalScroll, inherit_bindings=False):
    """The comment; it scrolls up and down only, for left and right go from comment to comment."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", show=False),
        Binding("down", "scroll_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
    ]


class Message(ModalScreen[None]):
    """A text that any key closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Show the text."""
        yield Static(Text(self._text), classes="box")

    def on_key(self, event: Key) -> None:
        """Close; the key means nothing else."""
        event.stop()
        self.dismiss(None)


class Alike(ModalScreen[tuple[Label, list[Candidate]] | None]):
    """Asks for one label for all comments that are like one; gives none where nothing is to be labelled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("1,s", "choose('spam')", "spam"),
        ("2,o", "choose('off-topic')", "off-topic"),
        ("3,g", "choose('substantive')", "substantive"),
        ("h", "toggle_host", "same host"),
        ("escape,q", "dismiss(None)", "none"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._same_host = session, len(session.alike()) == 1
        self._found = session.alike(self._same_host)

    def compose(self) -> ComposeResult:
        """Show what would be labelled."""
        yield Static(view.campaign(self._found, self._same_host), classes="box", id="alike")

    def action_toggle_host(self) -> None:
        """Take those with the same host in, or leave them out."""
        self._same_host = not self._same_host
        self._found = self._session.alike(self._same_host)
        self.query_one("#alike", Static).update(view.campaign(self._found, self._same_host))

    def action_choose(self, label: Label) -> None:
        """Give the answer."""
        self.dismiss((label, self._found))


class Words(Suggester):
    """Completes the last word of a query."""

    def __init__(self, session: Session) -> None:
        super().__init__(use_cache=False)
        codes = sorted({reason.code for one in session.candidates for reason in one.verdict.reasons})
        lists = {"label": LABELS, "type": COMMENT_TYPES, "is": STATES, "reason": codes}
        self._words = [f"{key}:{value}" for key, values in lists.items() for value in values] + ["post:", "host:"]

    async def get_suggestion(self, value: str) -> str | None:
        """Return the query with its last word completed, None where there is nothing to complete."""
        head, space, last = value.rpartition(" ")
        found = next((word for word in self._words if last and word.startswith(last)), None)
        return None if found is None else f"{head}{space}{found}"


class ReviewApp(App[None]):
    """Shows one comment at a time and takes what a person says of it.

    Parameters
    ----------
    session : Session
        The comments, and where decisions go.
    query : str
        What is shown at first.
    """

    TITLE = "commentguard review"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #progress, #judgement, #said { padding: 0 1; }
    #progress { background: $panel; }
    #heading, #context, #text { padding: 1 1 0 1; }
    #judgement { border-top: solid $panel; max-height: 40%; }
    #said { height: 1; background: $panel; }
    #context { border-top: dashed $panel; }
    #context, #query { display: none; }
    .box { width: auto; max-width: 98%; height: auto; max-height: 90%; padding: 1 2; border: round $accent;
           background: $surface; }
    #alike { text-wrap: nowrap; text-overflow: ellipsis; }
    Alike, Message { align: center middle; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1,s", "decide('spam')", "spam", key_display="1"),
        Binding("2,o", "decide('off-topic')", "off-topic", key_display="2"),
        Binding("3,g", "decide('substantive')", "substantive", key_display="3"),
        Binding("enter", "agree", "agree", show=False),
        Binding("space,n", "skip", "skip", key_display="␣"),
        Binding("u", "undo", "undo"),
        Binding("a", "alike", "alike", show=False),
        Binding("slash", "ask", "search", key_display="/"),
        Binding("r", "unsure", "unsure", show=False),
        Binding("c", "context", "context", show=False),
        Binding("p", "post", "this post", show=False),
        Binding("left", "move(-1)", "before", show=False),
        Binding("right", "move(1)", "next", show=False),
        Binding("escape", "show_all", "all", show=False),
        Binding("question_mark", "help", "keys", key_display="?"),
        Binding("q,ctrl+c", "quit", "quit", key_display="q"),
    ]

    def __init__(self, session: Session, query: str = "") -> None:
        super().__init__()
        self.session = session
        self._of_post: Query | None = None
        self._seen = False
        self._first_query = query

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="progress")
        with Pane(id="pane"):
            yield Static(id="heading")
            yield Static(id="text")
            yield Static(id="context")
        yield Static(id="judgement")
        yield Static(id="said")
        yield Input(
            id="query", placeholder="words, label: type: reason: post: host: is:", suggester=Words(self.session)
        )
        yield Footer()

    def on_mount(self) -> None:
        """Begin; a request to end (kill, a closed terminal) closes the screen and leaves the terminal in order."""
        loop = asyncio.get_running_loop()
        for number in (getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)):
            with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows; not the main thread
                loop.add_signal_handler(number, self.exit, None, 128 + number)
        if self._first_query:
            self._search(self._first_query)
        self.query_one(Pane).focus()
        self._draw()
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        self._seen = True
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Let keys do nothing until the first comment was seen: those typed while the export was read label nothing."""
        return self._seen or action == "quit"

    def _draw(self) -> None:
        """Show the comment in view."""
        current = self.session.current
        self._set("progress", view.progress(self.session))
        if current is None:
            self._set("heading", Text("Nothing is like that; Esc shows all."))
            for name in ("text", "context", "judgement"):
                self._set(name, Text())
            return
        self._set("heading", view.heading(current.comment))
        self._set("text", view.body(current.comment))
        if self.query_one("#context", Static).display:
            self._set("context", view.context(current.comment))
        self._set("judgement", view.judgement(self.session, current))
        self.query_one(Pane).scroll_home(animate=False)

    def _set(self, name: str, text: Text) -> None:
        self.query_one(f"#{name}", Static).update(text)

    def _tell(self, text: Text | str) -> None:
        self._set("said", Text(text) if isinstance(text, str) else text)

    def action_decide(self, label: Label) -> None:
        """Label the comment in view."""
        current = self.session.current
        if current is None:
            return
        try:
            self.session.decide(label)
        except OutputError as error:
            self._tell(view.fault(error))
            return
        self._tell(view.said_of(label, current.comment) if self.session.waiting else "all is labelled; q stops")
        self._draw()

    def action_agree(self) -> None:
        """Label the comment in view as the model does."""
        if self.session.current is not None:
            self.action_decide(self.session.current.verdict.label)

    def action_skip(self) -> None:
        """Go on to the next comment that waits."""
        self.session.skip()
        self._tell("")
        self._draw()

    def action_unsure(self) -> None:
        """Go on to the next unsure comment."""
        self._tell("" if self.session.skip_to_unsure() else "no other comment without a label needs review")
        self._draw()

    def action_move(self, step: int) -> None:
        """Go one comment on or back."""
        self.session.move(step)
        self._tell("")
        self._draw()

    def action_undo(self) -> None:
        """Take the last step back."""
        try:
            count = self.session.undo()
        except OutputError as error:
            self._tell(view.fault(error))
            return
        self._tell({0: "there is nothing to take back", 1: "taken back"}.get(count, f"{count:,} taken back"))
        self._draw()

    def action_alike(self) -> None:
        """Ask for one label for all that are like the comment in view."""
        if len(self.session.alike(same_host=True)) < 2:
            self._tell("no other comment without a label has near the same text or host")
        else:
            self.push_screen(Alike(self.session), self._decide_all)

    def _decide_all(self, answer: tuple[Label, list[Candidate]] | None) -> None:
        if answer is None:
            return
        label, candidates = answer
        try:
            self.session.decide_all(candidates, label)
        except OutputError as error:
            self._tell(view.fault(error))
            return
        self._tell(f"{len(candidates):,} labelled {label}  (u takes them all back)")
        self._draw()

    def action_context(self) -> None:
        """Show or hide the post and the thread."""
        context = self.query_one("#context", Static)
        context.display = not context.display
        self._draw()

    def action_post(self) -> None:
        """Show only the comments of this post, or all again."""
        current = self.session.current
        if self.session.query is self._of_post:
            self.action_show_all()
        elif current is not None and current.comment.post is not None:
            post = current.comment.post
            line = f"post {post.title or post.id}"
            self._of_post = Query(wanted=(("post", (post.id or post.title).lower()),), line=line)
            self._show(self._of_post)

    def action_ask(self) -> None:
        """Ask for a query."""
        asked = self.query_one("#query", Input)
        asked.display = True
        asked.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show what the query lets through."""
        if self._search(event.value.strip()):
            self._close_query()

    def _search(self, line: str) -> bool:
        try:
            query = parse(line)
        except QueryError as error:
            self._tell(view.fault(error))
            return False
        self._show(query)
        return True

    def _show(self, query: Query) -> None:
        self.session.show(query)
        self._tell("")
        self._draw()

    def action_show_all(self) -> None:
        """Show all comments again."""
        self._close_query()
        if self.session.query.line:
            self._show(Query())

    def _close_query(self) -> None:
        self.query_one("#query", Input).display = False
        self.query_one(Pane).focus()

    def action_help(self) -> None:
        """Show all keys."""
        self.push_screen(Message(HELP))

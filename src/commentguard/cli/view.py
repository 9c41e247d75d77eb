"""What the screen of review shows, as styled text: nothing that a stranger wrote works as control or as markup."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from commentguard.records import LABELS, Comment, Label
from commentguard.reports.display import percent, printable, shortened
from commentguard.selection import Candidate
from commentguard.session import Session
from commentguard.text.html import plain_text

STYLES: Final = {"spam": "bold red", "off-topic": "bold yellow", "substantive": "bold green"}
_MOST: Final = 20_000  # characters of a text that are shown
_POST: Final = 3_000
_MESSAGES: Final = 5
_REASONS: Final = 6
_CELLS: Final = 200
_EXAMPLES: Final = 8


def lines_of(text: str, most: int = _MOST) -> str:
    r"""Return a text of HTML as lines for a terminal, its middle part left out where it is too long.

    Examples
    --------
    >>> lines_of("<p>Nice \x1b[2J sunset</p><p>Bye</p>")
    'Nice ␛[2J sunset\nBye'
    """
    plain = plain_text(text)
    left_out = len(plain) - most
    if left_out > 0:
        plain = f"{plain[: most - 500]}\n[... {left_out + 500:,} characters left out ...]\n{plain[-500:]}"
    return "\n".join(printable(line) for line in plain.strip().splitlines())


def progress(session: Session) -> Text:
    """Return how far the work is and what is shown."""
    total = len(session.candidates)
    shown = Text().append(f"{total - session.waiting:,} of {total:,} labelled", style="bold")
    if session.query.line:
        shown.append(f"  ·  {len(session.shown):,} shown: {shortened(session.query.line, _CELLS)}", style="cyan")
    if session.current is not None:
        shown.append(f"  ·  comment {session.place + 1:,} of {len(session.shown):,}", style="dim")
    return shown


def heading(comment: Comment) -> Text:
    """Return the post's title and who wrote the comment."""
    post = comment.post
    title = shortened(post.title, _CELLS) if post else ""
    found = Text().append(title or "(a post without a title)", style="bold" if title else "dim")
    facts = [comment.type, shortened(comment.author, _CELLS) or "(no name)", shortened(comment.author_url, _CELLS)]
    facts += [f"{comment.date:%Y-%m-%d %H:%M}" if comment.date else "", shortened(comment.status, _CELLS)]
    found.append("\n")
    found.append("  ·  ".join(filter(None, facts)), style="cyan")
    return found


def body(comment: Comment) -> Text:
    """Return the comment's text."""
    text = lines_of(comment.text)
    return Text(text) if text else Text("(no text)", style="dim")


def context(comment: Comment) -> Text:
    """Return the beginning of the post and the latest messages of the thread."""
    found = Text()
    if comment.post is not None and comment.post.text:
        found.append("The post:\n", style="bold").append(lines_of(comment.post.text, _POST), style="dim").append("\n\n")
    for message in comment.thread[-_MESSAGES:]:
        found.append(f"{shortened(message.author, 60) or '(no name)'}: ", style="bold dim")
        found.append(shortened(plain_text(message.text), _CELLS), style="dim").append("\n")
    return found or Text("Neither the post's text nor an earlier comment is known.", style="dim")


def judgement(session: Session, candidate: Candidate) -> Text:
    """Return what was said of a comment: by a person, by the model, with its reasons; and how many are like it."""
    verdict, said = candidate.verdict, session.label_of(candidate)
    found = Text()
    if said is not None:
        found.append("labelled ").append(said, style=STYLES[said]).append("  ·  ")
    found.append("the model says ").append(verdict.label, style=STYLES[verdict.label])
    shares = ", ".join(f"{label} {percent(verdict.probabilities[label])}" for label in LABELS)
    found.append(f"  ({shares})", style="dim")
    if verdict.needs_review:
        found.append("  to review", style="bold magenta")
    for reason in verdict.reasons[:_REASONS]:
        style = "" if reason.weight > 0 else "dim"
        found.append(f"\n{reason.weight:+.1f}  {shortened(reason.text, _CELLS)}", style)
    alike = len(session.alike()) - 1
    if alike > 0:
        found.append(f"\n{alike:,} more with the same text: a labels them all", style="bold cyan")
    return found


def said_of(label: Label, comment: Comment) -> Text:
    """Return what is told after a decision."""
    found = Text("labelled ").append(label, style=STYLES[label])
    return found.append(f": {shortened(comment.id, 40)}  (u takes it back)")


def fault(error: Exception) -> Text:
    """Return what went wrong."""
    return Text(printable(str(error)), style="bold red")


def campaign(candidates: list[Candidate], same_host: bool) -> Text:
    """Return what would be labelled in one step."""
    how = "near the same text or an address at the same host" if same_host else "near the same text"
    found = Text().append(f"{len(candidates):,} comments with {how}\n", style="bold")
    found.append("1 spam, 2 off-topic, 3 substantive: all of them\nh: with or without the same host; Esc: none\n")
    for one in candidates[:_EXAMPLES]:
        found.append(f"\n{shortened(one.comment.author, 24) or '(no name)'}: ", style="cyan")
        found.append(shortened(plain_text(one.comment.text), 20) or shortened(one.comment.author_url, 20))
    if len(candidates) > _EXAMPLES:
        found.append(f"\nand {len(candidates) - _EXAMPLES:,} more", style="dim")
    return found

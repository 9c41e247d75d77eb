"""What the screen of review shows, whatever strangers wrote."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from rich.text import Text

from commentguard.cli import view
from commentguard.queries import Query
from commentguard.records import Comment, Reason, Verdict
from commentguard.selection import Candidate
from commentguard.session import Session
from reports.examples import comments


def shown(comment: Comment) -> list[Text]:
    """Return all that the screen shows of a comment."""
    verdict = Verdict(
        "spam", {"spam": 0.8, "off-topic": 0.1, "substantive": 0.1}, True, (Reason("x", comment.text, 1),)
    )
    candidate = Candidate(comment, verdict, None, 0)
    session = Session([candidate], [], lambda made: None)
    session.show(Query(line=comment.text))
    return [
        view.heading(comment),
        view.body(comment),
        view.context(comment),
        view.judgement(session, candidate),
        view.progress(session),
        view.said_of("spam", comment),
        view.campaign([candidate] * 9, same_host=True),
        view.fault(ValueError(comment.text)),
    ]


@settings(max_examples=50)
@given(comments())
def test_no_terminal_obeys_anything_that_a_comment_holds(comment: Comment) -> None:
    for text in shown(comment):
        kinds = {unicodedata.category(character) for character in str(text) if character not in "\n\u200c\u200d"}
        assert not kinds & {"Cc", "Cf", "Zl", "Zp"}


def test_what_looks_like_markup_stays_text_without_a_style() -> None:
    body = view.body(Comment("[bold]loud[/bold] [link=http://a.example]x[/link]"))
    assert str(body) == "[bold]loud[/bold] [link=http://a.example]x[/link]"
    assert body.spans == []


def test_what_is_missing_is_named() -> None:
    heading, body, context = shown(Comment("", id="1"))[:3]
    assert str(heading) == "(a post without a title)\ncomment  ·  (no name)"
    assert str(body) == "(no text)"
    assert "Neither the post's text nor an earlier comment is known" in str(context)

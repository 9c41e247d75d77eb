"""Queries: which comments a person wants to see, written in one line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from commentguard.records import COMMENT_TYPES, LABELS, Comment, Label, Post, Verdict
from commentguard.text.urls import host

STATES: Final = ("waiting", "labelled", "review", "changed")
"""What a comment can be: not labelled yet, labelled, in need of review, labelled otherwise than the model says."""

_PART: Final = re.compile(r'(label|reason|type|post|host|is):(?:"([^"]*)"|(\S+))|"([^"]*)"|(\S+)')
_CHOICES: Final = {"label": LABELS, "type": COMMENT_TYPES, "is": STATES}


class QueryError(ValueError):
    """A query that can't be understood; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Query:
    """What comments must be to be shown; all of it has to hold, and what is empty holds for all.

    Parameters
    ----------
    words : tuple of str
        What stands in the text, the author's name or address, in lower case.
    wanted : tuple of (str, str)
        Key and value: `label` (a person's, else the model's), `type`, `is` (one of `STATES`), `reason` (the beginning
        of a reason's code), `post` (its id, or a part of its title or address), `host` (of the author's address).
    line : str
        The query as a person reads it.
    """

    words: tuple[str, ...] = ()
    wanted: tuple[tuple[str, str], ...] = ()
    line: str = field(default="", compare=False)

    def holds(self, comment: Comment, verdict: Verdict, label: Label | None) -> bool:
        """Tell whether a comment is to be shown; `label` is what a person said of it, None where nobody did."""
        if self.words:
            text = "\n".join((comment.text, comment.author, comment.author_url)).lower()
            if not all(word in text for word in self.words):
                return False
        return all(_holds(key, value, comment, verdict, label) for key, value in self.wanted)


def parse(line: str) -> Query:
    """Return the query that a line stands for.

    Raises
    ------
    QueryError
        Where a label, type or state is none that there is.

    Examples
    --------
    >>> query = parse('label:spam post:"the mill" loans')
    >>> query.words, query.wanted
    (('loans',), (('label', 'spam'), ('post', 'the mill')))
    """
    words, wanted = [], []
    for key, quoted, bare, phrase, word in _PART.findall(line):
        if not key:
            words.append((phrase or word).lower())
            continue
        value = (quoted or bare).lower()
        if value not in _CHOICES.get(key, (value,)):
            raise QueryError(f"there is no {key}:{value}; choose {', '.join(_CHOICES[key])}")
        wanted.append((key, value))
    return Query(tuple(filter(None, words)), tuple(wanted), line)


def _holds(key: str, value: str, comment: Comment, verdict: Verdict, label: Label | None) -> bool:
    match key:
        case "label":
            return value == (label or verdict.label)
        case "type":
            return value == comment.type
        case "reason":
            return any(reason.code.startswith(value) and reason.weight > 0 for reason in verdict.reasons)
        case "host":
            return host(comment.author_url) == value.removeprefix("www.")
        case "post":
            return _is_post(comment.post, value)
    return {
        "waiting": label is None,
        "labelled": label is not None,
        "review": verdict.needs_review,
        "changed": label is not None and label != verdict.label,
    }[value]


def _is_post(post: Post | None, value: str) -> bool:
    if post is None or value.isdecimal():  # a number is an id, not a part of a title
        return post is not None and value == post.id
    return value == post.id.lower() or value in post.title.lower() or ("/" in value and value in post.url.lower())

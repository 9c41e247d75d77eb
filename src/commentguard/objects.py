"""Comments and verdicts as JSON objects, in the keys that our own reader knows."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from commentguard.readers.rows import FIELDS
from commentguard.records import Comment, Post, SourcePage, Verdict

PERSONAL: Final = ("author_email", "author_ip")
"""Fields of a comment that are personal data."""

_PLAIN: Final = ("id", "type", "text", "author", "author_url", *PERSONAL, "user_agent", "date", "parent_id",
                 "post", "thread", "label", "status", "source", "source_page")  # fmt: skip
_ALWAYS: Final = ("id", "type", "text")
_PERSONAL_KEY: Final = re.compile(
    r"(?i:e[-_]?mail|(?<![a-z])(?:mail|ip)(?![a-z])|(?:ip|remote)_?addr)|[a-z]I[pP](?![a-z])", re.ASCII
)


def comment_to_json(comment: Comment, personal_data: bool = False) -> dict[str, Any]:
    """Return a comment as the object that our JSON Lines hold; reading it gives the same comment again.

    Parameters
    ----------
    comment : Comment
        Any comment; post and thread go inline, empty fields are left out.
    personal_data : bool
        True to write e-mail and IP address too, and unknown keys that are named like them.

    Returns
    -------
    dict
        Keys as in `Comment`; unknown keys of the input beside them.

    Examples
    --------
    >>> comment_to_json(Comment(id="7", text="Nice sunset", author_email="ada@mail.example", extra={"mood": "calm"}))
    {'id': '7', 'type': 'comment', 'text': 'Nice sunset', 'mood': 'calm'}
    """
    found: dict[str, Any] = {}
    for name in _PLAIN:
        value = getattr(comment, name)
        if name in PERSONAL and not personal_data:
            continue
        if name in ("post", "source_page"):
            if value is not None:
                found[name] = post_to_json(value) if name == "post" else source_page_to_json(value)
        elif name == "thread":
            if value:
                found[name] = [{"author": message.author, "text": message.text} for message in value]
        elif value or name in _ALWAYS:
            found[name] = value.isoformat() if name == "date" else value
    for key, value in _kept(comment.extra, personal_data).items():
        # An unread `post` or `thread` keeps its name where that is free, since the reader keeps such a value again.
        free = key not in FIELDS and key not in found
        found[key if free else f"column_{key}"] = value
    return found


def post_to_json(post: Post) -> dict[str, str]:
    """Return a post as it stands inline in a comment's object; empty fields are left out."""
    values = {"id": post.id, "title": post.title, "text": post.text, "url": post.url,
              "date": post.date.isoformat() if post.date else ""}  # fmt: skip
    return {key: value for key, value in values.items() if value}


def source_page_to_json(page: SourcePage) -> dict[str, Any]:
    """Return what was found at a ping's source as it stands inline in an object; what says nothing is left out.

    Examples
    --------
    >>> source_page_to_json(SourcePage(True, links_back=True, place="body", outgoing=4, nearness=0.25))
    {'reached': True, 'links_back': True, 'place': 'body', 'outgoing': 4, 'nearness': 0.25}
    """
    values = {one.name: getattr(page, one.name) for one in fields(page)}
    found = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    always = ("reached", "links_back", "outgoing") if page.reached else ("reached",)
    return {key: value for key, value in found.items() if value or key in always or (key == "nearness" and value == 0)}


def verdict_to_json(comment: Comment, verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as the object that our JSON Lines hold.

    Examples
    --------
    >>> from commentguard.records import Reason
    >>> verdict = Verdict("spam", {"spam": 0.9, "off-topic": 0.06, "substantive": 0.04}, False,
    ...                   (Reason("link_count", "it has links", 1.5),))
    >>> found = verdict_to_json(Comment(id="7", text="x"), verdict)
    >>> list(found)
    ['id', 'label', 'probabilities', 'needs_review', 'reasons']
    >>> found["reasons"]
    [{'code': 'link_count', 'text': 'it has links', 'weight': 1.5}]
    """
    checked = {} if comment.source_page is None else {"source_page": source_page_to_json(comment.source_page)}
    return {
        "id": comment.id,
        "label": verdict.label,
        "probabilities": {label: float(share) for label, share in verdict.probabilities.items()},
        "needs_review": bool(verdict.needs_review),
        "reasons": [{"code": reason.code, "text": reason.text, "weight": float(reason.weight)}
                    for reason in verdict.reasons],
        **checked,
    }  # fmt: skip


def as_line(value: Mapping[str, Any]) -> str:
    """Return an object as one line of JSON, its end included; infinite numbers, which JSON lacks, become text."""
    try:
        line = json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:
        line = json.dumps(_finite(value), ensure_ascii=False, default=str)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(json.loads(line))
    return f"{line}\n"


def _kept(extra: Mapping[str, Any], personal_data: bool) -> dict[str, Any]:
    """Return the unknown keys that may be written; at all depths those named like e-mail or IP are left out."""
    if personal_data:
        return dict(extra)
    return {key: _impersonal(value) for key, value in extra.items() if not _PERSONAL_KEY.search(key)}


def _impersonal(value: Any) -> Any:  # noqa: ANN401 - a JSON value is anything
    if isinstance(value, Mapping):
        return _kept(value, personal_data=False)
    return [_impersonal(item) for item in value] if isinstance(value, list) else value


def _finite(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value

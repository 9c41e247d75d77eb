"""What the JSON API takes and gives, as types: requests are checked by them and the description is made of them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, json

MAX_ROWS: Final = 1_000
"""Comments, posts or labels of one request."""

LabelName = Literal["spam", "off-topic", "substantive"]
Id = Annotated[str, Meta(min_length=1, max_length=400)] | int
Shares = dict[LabelName, Annotated[float, Meta(ge=0, le=1)]]


class PostIn(Struct):
    """A post that a comment brings along: what is empty is unknown."""

    id: Id | None = None
    title: str | None = None
    text: str | None = None
    url: str | None = None
    date: str | None = None


class StoredPost(Struct):
    """A post that the server keeps: comments find it by `url`, or by `id` as their `post_id`."""

    id: Id
    title: str | None = None
    text: str | None = None
    url: str | None = None
    date: str | None = None


class MessageIn(Struct):
    """An earlier comment under the same post."""

    text: str
    author: str | None = None


class CommentIn(Struct):
    """A comment as a line of our JSON Lines holds it; unknown keys do no harm."""

    text: str
    id: Id | None = None
    type: str | None = None
    author: str | None = None
    author_url: str | None = None
    author_email: str | None = None
    author_ip: str | None = None
    user_agent: str | None = None
    date: str | None = None
    parent_id: Id | None = None
    post: PostIn | None = None
    post_id: Id | None = None
    post_url: str | None = None
    thread: list[MessageIn] | None = None
    source: str | None = None


class LabelIn(Struct):
    """A person's decision on a comment; one that the server has not seen must come along."""

    id: Id
    label: LabelName
    comment: CommentIn | None = None
    source: str | None = None
    labeller: Annotated[str, Meta(max_length=200)] | None = None


class ReasonOut(Struct):
    """One piece of evidence behind a verdict."""

    code: str
    text: str
    weight: float


class VerdictOut(Struct):
    """What the model says of one comment."""

    id: str
    label: LabelName
    probabilities: Shares
    needs_review: bool
    reasons: list[ReasonOut]


class StoredOut(Struct):
    """How many were kept, all of them on the disk."""

    stored: int


class HealthOut(Struct):
    """That the server works, and with which model."""

    status: Literal["ok"]
    model: str
    version: str


class ErrorOut(Struct):
    """What is wrong and what to do, in one line."""

    error: str


def components() -> dict[str, Any]:
    """Return the JSON schemas of all messages by name."""
    every = (StoredPost, CommentIn, LabelIn, VerdictOut, StoredOut, HealthOut, ErrorOut)
    _, found = json.schema_components(every, ref_template="#/components/schemas/{name}")
    return found

"""The records that flow through the library: what a comment is, and what is said of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, Literal, TypeVar, get_args

Label = Literal["spam", "off-topic", "substantive"]
"""What a comment is to the careful owner of the blog."""

CommentType = Literal["comment", "pingback", "trackback"]
"""How a comment came: written into the form, or sent by another site that links to the post."""

LinkPlace = Literal["body", "list", "comments", "sidebar", "navigation", "footer"]
"""Where on a page a link stands: in its text, in a list of links, or in what surrounds the text."""

LABELS: Final[tuple[Label, ...]] = get_args(Label)
"""All labels, in the order in which probabilities are held everywhere in this library."""

COMMENT_TYPES: Final[tuple[CommentType, ...]] = get_args(CommentType)
"""All types of comments."""

LINK_PLACES: Final[tuple[LinkPlace, ...]] = get_args(LinkPlace)
"""All places of links; one that says more of the page's author comes first."""

_Record = TypeVar("_Record")


def _pickled_by_position(record: type[_Record]) -> type[_Record]:
    """Let records cross to other processes as their values: a third of the time that dataclasses themselves take."""
    values = attrgetter(*(one.name for one in fields(record)))  # type: ignore[arg-type]

    def reduce(self: _Record) -> tuple[type[_Record], tuple[Any, ...]]:
        return type(self), values(self)

    record.__reduce__ = reduce  # type: ignore[assignment]
    return record


@_pickled_by_position
@dataclass(frozen=True, slots=True)
class Post:
    """A blog post, as the context of the comments under it.

    Parameters
    ----------
    id : str
        The platform's identifier; empty when unknown.
    title : str
        The post's title as plain text.
    text : str
        The post's body, plain text or HTML.
    url : str
        The post's address.
    date : datetime or None
        When the post was published, without time zone as the platform wrote it; None when unknown.
    """

    id: str = ""
    title: str = ""
    text: str = ""
    url: str = ""
    date: datetime | None = None


@_pickled_by_position
@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """An earlier comment under the same post, as the context of a later one.

    Parameters
    ----------
    author : str
        The name that stands over the message.
    text : str
        The message, plain text or HTML.
    """

    author: str = ""
    text: str = ""


@_pickled_by_position
@dataclass(frozen=True, slots=True)
class SourcePage:
    """What was found at the page that a ping names; `commentguard.pings.verify` makes it.

    Parameters
    ----------
    reached : bool
        Whether there was a page.
    problem : str
        Why there was none, in one line without any IP address; empty where there was one.
    links_back : bool
        Whether the page links to the post. All that is said of the link below is empty where it does not.
    place : {"body", "list", "comments", "sidebar", "navigation", "footer"} or None
        Where the link stands, of several links that which stands nearest to the text; None where there is none.
    rel : tuple of str
        What the page says of the link: of ``"nofollow"``, ``"sponsored"``, ``"ugc"`` those that it names.
    around : str
        The text around the link, at most 300 characters.
    title : str
        The page's title, at most 200 characters.
    language : str or None
        The language that the page names, e.g. ``"en-GB"``; None where it names none.
    outgoing : int
        Links of the page to other hosts, 0 up.
    nearness : float or None
        Share of the post's longer words that stand on the page too, 0 to 1; None where one of the two has none.
    """

    reached: bool
    problem: str = ""
    links_back: bool = False
    place: LinkPlace | None = None
    rel: tuple[str, ...] = ()
    around: str = ""
    title: str = ""
    language: str | None = None
    outgoing: int = 0
    nearness: float | None = None


@_pickled_by_position
@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, pingback or trackback with all that was known when it arrived.

    Parameters
    ----------
    text : str
        What was written, plain text or HTML; for a ping the excerpt that the platform stored.
    id : str
        The platform's identifier. When empty, a stable hash of post, author, date and text takes its place.
    type : {"comment", "pingback", "trackback"}
        How it came.
    author : str
        The name given; for a ping the title of the page that links here (pingback) or its blog's name (trackback).
    author_url : str
        The address given with the name; for a ping the address of the page that links here.
    author_email, author_ip : str
        Personal data; never part of `repr`, never printed, never a feature.
    user_agent : str
        The program that sent the comment, as it named itself.
    date : datetime or None
        When it arrived, without time zone as the platform wrote it; None when unknown.
    parent_id : str or None
        The comment that it answers; None when it answers the post.
    post : Post or None
        The post it stands under; None when unknown.
    thread : tuple of ThreadMessage
        Earlier published comments under the same post, oldest first.
    label : {"spam", "off-topic", "substantive"} or None
        What a person said of it; None when nobody did. Never an input of the classifier.
    status : str
        What the platform did with it, in the platform's own word. Never an input of the classifier.
    source : str
        The blog or site it belongs to: splits for evaluation go by it.
    extra : Mapping
        Keys of the input that have no field here; kept so that nothing is lost on the way through.
    source_page : SourcePage or None
        What was found at the page that a ping names; None where nobody looked.

    Examples
    --------
    >>> ping = Comment(text="", type="pingback", author="dry skin", post=Post(title="Careers"))
    >>> ping.id == Comment(text="", type="pingback", author="dry skin", post=Post(title="Careers")).id
    True
    """

    text: str
    id: str = ""
    type: CommentType = "comment"
    author: str = ""
    author_url: str = ""
    author_email: str = field(default="", repr=False)
    author_ip: str = field(default="", repr=False)
    user_agent: str = ""
    date: datetime | None = None
    parent_id: str | None = None
    post: Post | None = None
    thread: tuple[ThreadMessage, ...] = ()
    label: Label | None = None
    status: str = ""
    source: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    source_page: SourcePage | None = None

    def __post_init__(self) -> None:
        """Make the id where there is none."""
        if not self.id:
            object.__setattr__(self, "id", _stable_id(self))


def _stable_id(comment: Comment) -> str:
    """Return 16 hexadecimal digits that depend on post, author, date and text alone."""
    post = comment.post
    parts = (
        (post.id or post.url or post.title) if post else "",
        comment.author,
        comment.date.isoformat() if comment.date else "",
        comment.text,
    )
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=8).hexdigest()


@_pickled_by_position
@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence behind a verdict.

    Parameters
    ----------
    code : str
        A stable name that a program can switch on, e.g. ``"link_count"``.
    text : str
        The same in words for a moderator.
    weight : float
        How much it moved the verdict, in log-odds: positive speaks for the verdict's label, negative against it.
    """

    code: str
    text: str
    weight: float


@_pickled_by_position
@dataclass(frozen=True, slots=True)
class Verdict:
    """What the model says of one comment.

    Parameters
    ----------
    label : {"spam", "off-topic", "substantive"}
        The label decided on; not always the most probable one, since calling a reader's comment spam costs more than
        letting one spam pass.
    probabilities : Mapping
        Label to calibrated probability; the three sum to 1.
    needs_review : bool
        True where the model is unsure and a person should look.
    reasons : tuple of Reason
        The strongest evidence for the label and against it, strongest first.
    """

    label: Label
    probabilities: Mapping[Label, float]
    needs_review: bool
    reasons: tuple[Reason, ...] = ()

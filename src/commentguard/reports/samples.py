"""Comments as a page shows them: short, harmless, without e-mail and IP addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from commentguard.records import Comment, Label, Verdict
from commentguard.reports.display import printable
from commentguard.text.html import plain_text
from commentguard.text.urls import host, links, may_link, registered_domain

TEXT: Final = 600
"""Characters of a comment's text that are shown."""
NAME: Final = 120
"""Characters of a name, a title or an identifier that are shown."""

_LOOKED_AT: Final = 4_000
_LINKS: Final = 5
_AT: Final = "@\uff20"
# Bounded on every side, so that no text makes the search run away.
_EMAIL = re.compile(rf"[^\s{_AT}<>()\[\]\"',;:]{{0,64}}[{_AT}][\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_IPV6 = re.compile(r"(?<![\w:])[0-9a-fA-F:]{3,39}(?![\w:])")
_LONGEST_ADDRESS: Final = 700  # so that none is cut before it is seen for what it is
_NO_EMAIL: Final = "[e-mail]"
_NO_IP: Final = "[IP address]"


@dataclass(frozen=True, slots=True)
class Sample:
    """A comment with its verdict, cut down to what a page shows; it holds on to nothing else of the comment.

    Parameters
    ----------
    id, type, author, host, post, text, date, status : str
        Of the comment, made fit by `shown`; `host` is that of the author's address, `post` the title, `date` the day.
    label : {"spam", "off-topic", "substantive"}
        The verdict's.
    truth : {"spam", "off-topic", "substantive"} or None
        What a person said; None when nobody did.
    shares : tuple of (str, float)
        Each label with its probability, 0 to 1, the most probable first.
    needs_review : bool
        Whether a person should look.
    reasons : tuple of (str, float)
        Words and weight in log-odds, strongest first.
    """

    id: str
    type: str
    author: str
    host: str
    post: str
    text: str
    date: str
    status: str
    label: Label
    truth: Label | None
    shares: tuple[tuple[Label, float], ...]
    needs_review: bool
    reasons: tuple[tuple[str, float], ...]

    @property
    def share(self) -> float:
        """The probability of its label, 0 to 1."""
        return dict(self.shares)[self.label]

    @property
    def reasons_for(self) -> list[str]:
        """The words of the reasons that speak for its label."""
        return [text for text, weight in self.reasons if weight > 0]


def sample_of(comment: Comment, verdict: Verdict) -> Sample:
    """Return what a page shows of a comment and its verdict."""
    return Sample(
        id=shown(comment.id, NAME),
        type=comment.type,
        author=shown(comment.author, NAME),
        host=shown_host(host(comment.author_url)),
        post=shown(comment.post.title, NAME) if comment.post else "",
        text=shown_text(comment.text),
        date=f"{comment.date:%Y-%m-%d}" if comment.date else "",
        status=shown(comment.status, NAME),
        label=verdict.label,
        truth=comment.label,
        shares=tuple(sorted(verdict.probabilities.items(), key=lambda pair: -pair[1])),
        needs_review=verdict.needs_review,
        reasons=tuple((shown(reason.text, NAME), reason.weight) for reason in verdict.reasons),
    )


def without_addresses(text: str) -> str:
    """Return a text in which e-mail and IP addresses are only named as such.

    Examples
    --------
    >>> without_addresses("ada@mail.example wrote from 192.0.2.7 (or 2001:db8::7) at 12:30:45")
    '[e-mail] wrote from [IP address] (or [IP address]) at 12:30:45'
    """
    if any(sign in text for sign in _AT):
        text = _EMAIL.sub(_NO_EMAIL, text)
    return _IPV6.sub(_without_ipv6, _IPV4.sub(_NO_IP, text))


def _without_ipv6(match: re.Match[str]) -> str:
    found = match.group()
    if found.count(":") < 2 or not any(character.isdigit() for character in found):
        return found
    try:
        IPv6Address(found)
    except AddressValueError:
        return found
    return _NO_IP


def shown(text: str, length: int) -> str:
    r"""Return the beginning of a text in one line: printable, without addresses, its runs of spaces made one.

    Examples
    --------
    >>> shown("one\n\ntwo \x1b[31m", 40), shown("three words here", 6)
    ('one two ␛[31m', 'three…')
    """
    one_line = " ".join(text[:_LOOKED_AT].split())[: length + _LONGEST_ADDRESS]
    plain = " ".join(printable(without_addresses(one_line)).split())
    return plain if len(plain) <= length else f"{plain[: length - 1].rstrip()}…"


def shown_text(text: str, length: int = TEXT) -> str:
    """Return the beginning of a comment's text, plain or HTML, as `shown` does."""
    return shown(plain_text(text[:_LOOKED_AT]), length)


def shown_host(name: str) -> str:
    """Return a host as it may be shown: an IP address only as such."""
    return shown(_NO_IP if name.startswith("[") else name, NAME)


def hosts_of(comment: Comment) -> set[str]:
    """Return the registered domains that a comment leads to, by its author's address and its first links.

    The blog's own domain is left out.

    Examples
    --------
    >>> sorted(hosts_of(Comment(text="see http://www.b.example/x", author_url="http://a.example")))
    ['a.example', 'b.example']
    """
    addresses = [comment.author_url] if comment.author_url else []
    if may_link(comment.text[:_LOOKED_AT]):
        addresses += links(comment.text[:_LOOKED_AT])[:_LINKS]
    own = registered_domain(host(comment.post.url)) if comment.post and comment.post.url else ""
    found = {registered_domain(host(address)) for address in addresses}
    return {shown_host(name) for name in found if name and name != own}

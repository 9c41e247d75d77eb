"""Addresses: where they stand in a text, their host, and the domain that somebody registered."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

MAX_LINKS: Final = 50
"""Links looked at in one text."""

# Bounded on every side, so that no text makes the search run away. Both cases are spelled out, the first letter stands
# before the choice: so the search looks for four letters, and not for two words, at every place of the text.
LINK: Final = re.compile(r"[HWhw](?:(?<=[Hh])[Tt][Tt][Pp][Ssſ]?://|(?<=[Ww])[Ww][Ww]\.)[^\s<>\"'\]\[(){}|\\^`]{3,500}")
_HOST = re.compile(
    r"\s{0,9}(?:[A-Za-z][A-Za-z0-9+-]{0,9}:(?!\d))?/{0,3}(?:[^/?#\s@]{0,99}+@)?([^/?#:\s]{1,253}+)(?!:/)"
)
_NUMERIC = re.compile(r"[0-9.]+")


def may_link(text: str) -> bool:
    """Say whether a text holds anything that begins like an address: quick, to spare most texts a closer look.

    Examples
    --------
    >>> may_link("see WWW.b.example"), may_link("a :// b"), may_link("no address")
    (True, True, False)
    """
    # One letter is found much faster than several: few texts are left for the last two.
    return (":" in text and "://" in text) or "www." in text or ("W" in text and "www." in text.lower())


def links(text: str) -> list[str]:
    """Return the first `MAX_LINKS` addresses that stand in a text.

    Examples
    --------
    >>> links("see http://a.example/x and www.b.example.")
    ['http://a.example/x', 'www.b.example.']
    """
    found: list[str] = LINK.findall(text)
    return found[:MAX_LINKS]


def host(url: str) -> str:
    """Return an address's host in lower case without `www.`; empty where there is none.

    Examples
    --------
    >>> host("https://WWW.Shop.example:80/a?b"), host("b.example:80/a"), host("")
    ('shop.example', 'b.example', '')
    """
    match = _HOST.match(url)
    return match[1].lower().strip(".").removeprefix("www.") if match else ""


def signs(address: str, counted: bytes) -> int:
    """Return how many of some signs of ASCII stand in an address.

    Examples
    --------
    >>> signs("a.example/b-c?d=e", b"-=/")
    3
    """
    encoded = address.encode("utf-8", "surrogatepass")
    return len(encoded) - len(encoded.translate(None, counted))


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=20_000)
def registered_domain(name: str) -> str:
    """Return the part of a host that somebody registered, by the public suffix list.

    Parameters
    ----------
    name : str
        A host as `host` returns it.

    Returns
    -------
    str
        The registered domain; the host itself where it has none (an IP address, a public suffix).

    Examples
    --------
    >>> registered_domain("cheap.pills.co.uk"), registered_domain("localhost")
    ('pills.co.uk', 'localhost')
    """
    if _NUMERIC.fullmatch(name):  # an IP address
        return name
    suffixes = _suffixes()
    try:
        return suffixes.privatesuffix(name) or name
    except UnicodeError:  # a host that no registry would take
        return name

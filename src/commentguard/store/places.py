"""One name for each post and each site, however its address is written."""

from __future__ import annotations

import re
from typing import Final

_SCHEME: Final = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]{0,19}:)?//", re.IGNORECASE | re.ASCII)
_MAX: Final = 1_900
"""Longest name that is kept, in characters; PostgreSQL's indexes take 2,704 bytes."""


def place_of(url: str) -> str:
    """Return an address without what its spellings differ in: scheme, ``www.``, case of the host, fragment, last slash.

    Examples
    --------
    >>> place_of("https://WWW.Blog.example/2026/rye/#comment-7"), place_of("http://blog.example/?p=12"), place_of("")
    ('blog.example/2026/rye', 'blog.example/?p=12', '')
    """
    bare = _SCHEME.sub("", url.strip(), count=1).partition("#")[0]
    host, slash, path = bare.partition("/")
    host = host.rpartition("@")[2].lower().removeprefix("www.")
    place = f"{host}{slash}{path}".rstrip("/")
    return place.encode()[:_MAX].decode("utf-8", "ignore")


def host_of(url: str) -> str:
    """Return the host of an address as `place_of` writes it, with its port.

    Examples
    --------
    >>> host_of("https://www.blog.example:8080/about")
    'blog.example:8080'
    """
    return place_of(url).partition("/")[0].partition("?")[0][:300]

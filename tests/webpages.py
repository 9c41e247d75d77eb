"""What every page must be, however hostile what it shows: checked by parsing it as a browser does."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from selectolax.lexbor import LexborHTMLParser, LexborNode

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(2)><a href="http://shop.example/x">cheap</a>'
    "\u202etxt.exe \x1b[31m </title></style></script><svg onload=alert(3)> ada@mail.example 192.0.2.7 {{ 7*7 }} "
    + "longword" * 200
)
"""Text that would run, lead away, turn the line or tell an address, if a page let it."""


def parsed(page: str) -> LexborHTMLParser:
    """Return a page as a tree, after checking all that holds for every page."""
    tree = LexborHTMLParser(page)
    assert page.startswith("<!DOCTYPE html>")
    (policy,) = tree.css('meta[http-equiv="Content-Security-Policy"]')
    _check_policy(tree, str(policy.attributes["content"]))
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), f"{node.tag} has {name}"
            assert name not in ("src", "style", "action", "srcset", "xlink:href"), f"{node.tag} has {name}"
            assert name != "href" or (value or "").startswith("#"), f"{node.tag} leads to {value}"
    assert not tree.css("img, iframe, object, embed, form, base, link, frame, video, audio")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)
    assert "mail.example" not in page
    assert "192.0.2." not in page
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert all(str(link.attributes["href"])[1:] in ids for link in tree.css("a"))
    return tree


def _check_policy(tree: LexborHTMLParser, policy: str) -> None:
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        for node in tree.css(tag):
            told = b64encode(sha256((node.text() or "").encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{told}'" in policy
        assert len(tree.css(tag)) == (1 if f"{tag}-src" in policy else 0)


def text_of(tree: LexborHTMLParser | LexborNode, selector: str) -> str:
    """Return the text of the first node that a selector finds."""
    node = tree.css_first(selector)
    assert node is not None, f"no {selector}"
    return " ".join(node.text().split())

"""HTML, as platforms store comments and posts, to plain text with the addresses of links in view."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import repeat
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_MARKUP: Final = 200_000
"""Characters of markup that are parsed; what lies between the head and the tail of a longer text is not looked at."""

TAGS_AT_A_TIME: Final = 2_000
"""Opening tags that are parsed together: HTML lets the time to build a tree grow with the square of its depth."""
FEW_STYLES: Final = 50
"""Tags of styles that are left to the parser; see `tamed`."""

# Two searches for one letter each: a choice between them would be looked at for each letter of a text.
_TAG, _ENTITY = re.compile(r"<[a-zA-Z/!?]"), re.compile(r"&[#a-zA-Z]")
_PARAGRAPH = re.compile(r"<(?:p|br|div)", re.IGNORECASE)
# What looks like a tag and is not closed in its line; each place is looked at once, since nothing is given back.
_OPEN_AT_A_LINE_END = re.compile(r"<[a-zA-Z/!?][^<>\n]*+(?:<(?![a-zA-Z/!?])[^<>\n]*+)*+(?:\n|\Z)")
_OPENING = re.compile(r"<[a-zA-Z]")
_STYLE = re.compile(r"(</?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    "p div br li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote pre hr section article header footer dd dt td th".split()
)
_SILENT: Final = frozenset(("script", "style", "template", "head", "title", "noscript"))
_SPACES: Final = " \t\r\f\v"


def plain_text(raw: str) -> str:
    r"""Return text without markup; a link becomes its words followed by its address in brackets.

    Parameters
    ----------
    raw : str
        Plain text or HTML. Text without a tag or an entity is returned as it is. Of more than `MAX_MARKUP`
        characters of markup only head and tail are looked at, so that one giant text can't hold the rest.

    Returns
    -------
    str
        The text; scripts and styles are dropped, blocks become lines.

    Examples
    --------
    >>> plain_text('See <a href="http://a.example/">my page</a> &amp; more<br>Bye')
    'See my page (http://a.example/) & more\nBye'
    >>> plain_text("5 < 6 and nothing else")
    '5 < 6 and nothing else'
    """
    if not ("<" in raw and _TAG.search(raw)) and not ("&" in raw and _ENTITY.search(raw)):
        return raw
    if len(raw) > MAX_MARKUP:
        raw = head_and_tail(raw, MAX_MARKUP)
    # The parser works on UTF-8, which has no lone surrogates; a NUL would end the text.
    clean = raw.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    # Without paragraphs, line breaks are the author's own; within what looks like a tag they end it.
    if not _PARAGRAPH.search(clean) and _OPEN_AT_A_LINE_END.search(clean):
        clean = clean.replace("\n", "<br>")
    parts: list[str] = []
    for piece in _pieces(tamed(clean)):
        # The body is opened for the sender: one who opens a frameset instead would hide the whole text.
        body = LexborHTMLParser("<body>" + piece).body
        if body is not None:
            _collect(body, parts)
    lines = map(str.strip, "".join(parts).split("\n"), repeat(_SPACES))
    return "\n".join(filter(None, lines)).strip()


def plain_texts(raws: Iterable[str]) -> list[str]:
    """Return several texts without markup; see `plain_text`, which most of them are spared."""
    return [plain_text(raw) if "<" in raw or "&" in raw else raw for raw in raws]


def tamed(markup: str) -> str:
    """Return markup with its tags of styles made neutral, where there are many.

    A style that is never closed is opened again in each block that follows, so that a small text could ask for
    millions of nodes; what a text says does not depend on its styles.
    """
    if markup.count("<") <= FEW_STYLES or len(_STYLE.findall(markup)) <= FEW_STYLES:
        return markup
    return _STYLE.sub(r"\1span", markup)


def _pieces(markup: str) -> list[str]:
    if markup.count("<") <= TAGS_AT_A_TIME:
        return [markup]
    starts = [match.start() for match in _OPENING.finditer(markup)][TAGS_AT_A_TIME::TAGS_AT_A_TIME]
    return [markup[first:last] for first, last in zip([0, *starts], [*starts, len(markup)], strict=True)]


def head_and_tail(text: str, length: int) -> str:
    """Return a text of at most `length` characters: three quarters from its head, the rest from its tail.

    Examples
    --------
    >>> head_and_tail("abcdefghij", 4)
    'abcj'
    """
    if len(text) <= length:
        return text
    tail = length // 4
    return text[: length - tail] + text[len(text) - tail :]


def _collect(root: LexborNode, parts: list[str]) -> None:
    """Append the pieces of text below a node, without recursion: depth is the sender's to choose."""
    stack: list[LexborNode | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag
        if tag == "-text":
            parts.append(node.text_content or "")
        if tag in _SILENT:
            continue
        if tag in _BLOCKS:
            parts.append("\n")
            stack.append("\n")
        elif tag == "a":
            stack.append(_address(node))
        stack.extend(reversed(list(node.iter(include_text=True))))


def _address(link: LexborNode) -> str:
    href = (link.attributes.get("href") or "").strip()
    if not href or href.startswith("#") or href == link.text().strip():
        return ""
    return f" ({href})"

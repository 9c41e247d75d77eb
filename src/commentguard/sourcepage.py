"""What a page says of the post that it claims to link to: the link, where it stands, how near the page is to the post.

A page is a stranger's text: it is cut before it is parsed, nothing in it runs, and all that is kept of it is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urljoin

import numpy as np
from selectolax.lexbor import LexborHTMLParser, LexborNode

from commentguard.features.texts import Texts
from commentguard.records import LINK_PLACES, LinkPlace, Post, SourcePage
from commentguard.text.characters import DENSE
from commentguard.text.html import plain_text, tamed
from commentguard.text.targets import MAX_URL, host_at, page_at

MAX_TAGS: Final = 8_000
"""Opening tags of a page that are looked at: HTML lets the time to build a tree grow with the square of its depth."""
MAX_LINKS: Final = 5_000
"""Links of a page that are looked at."""

_MAX_BACK: Final = 20  # links to the post that are looked at more closely
_MAX_DEPTH: Final = 200
_MAX_TEXT: Final = 100_000
_BEFORE: Final = 120  # characters of text before a link
_BEHIND: Final = 180  # the same from its first word on
_LONG: Final = 5  # letters of words that say what a page is about
_LIST_LINKS: Final = 4
_LIST_SHARE: Final = 1 / 3
_RELS: Final = frozenset(("nofollow", "sponsored", "ugc"))
_OPENING: Final = re.compile(r"<[a-zA-Z]")
_SPACES: Final = re.compile(r"\s+")
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8}){0,2}")
_SILENT: Final = ["script", "style", "template", "noscript", "iframe", "object", "svg"]
_LISTS: Final = frozenset(("ul", "ol", "dl", "table"))
_BLOCKS: Final = frozenset("p li dd dt td th div blockquote section article main aside nav footer header body".split())
_WHOLE: Final = frozenset(("html", "body", "main", "article"))  # their names say what else stands on the page
_OF_TAGS: Final[dict[str, LinkPlace]] = {"nav": "navigation", "footer": "footer", "aside": "sidebar"}
_OF_ROLES: Final[dict[str, LinkPlace]] = {
    "navigation": "navigation", "contentinfo": "footer", "complementary": "sidebar",
}  # fmt: skip
_OF_NAMES: Final[tuple[tuple[LinkPlace, re.Pattern[str]], ...]] = (
    ("comments", re.compile(r"comments?|comment-?list|comments?-(?:area|body|content|list|text|\d+)|disqus_thread")),
    ("sidebar", re.compile(r"(?:[a-z]+-)?side-?bar(?:-[a-z0-9]+)?|widget(?:_[a-z_]+|-area)?|blogroll")),
    ("navigation", re.compile(r"(?:[a-z]+-)?(?:menu|nav|navigation|navbar|breadcrumbs?)")),
    ("footer", re.compile(r"(?:site-|page-)?footer|colophon")),
)


def examine(markup: str, url: str, target: str, post: Post | None = None) -> SourcePage:
    """Return what a page says of the post at another address.

    Parameters
    ----------
    markup : str
        The page.
    url : str
        Where it stands: what the references of its links go by.
    target : str
        The post's address.
    post : Post or None
        The post, for `SourcePage.nearness`; None where it is unknown.

    Examples
    --------
    >>> page = '<p>I read <a href="//blog.example/rye/#top">this</a> twice.'
    >>> found = examine(page, "http://a.example/", "https://blog.example/rye")
    >>> found.links_back, found.place, found.around
    (True, 'body', 'I read this twice.')
    """
    tree = LexborHTMLParser(tamed(_cut(markup)))
    head = _Head.of(tree, url)
    tree.strip_tags(_SILENT)
    links = tree.css("a[href]")[:MAX_LINKS]
    hrefs = [link.attributes.get("href") or "" for link in links]
    hosts = [host_at(href, head.base) for href in hrefs]
    wanted = page_at(target)
    back = [
        link for link, href, host in zip(links, hrefs, hosts, strict=True)
        if host and wanted.startswith(host) and page_at(href, head.base) == wanted
    ][:_MAX_BACK]  # fmt: skip
    text = tree.body.text(separator=" ") if tree.body is not None else ""
    found = SourcePage(
        reached=True,
        title=head.title,
        language=head.language,
        outgoing=sum(host not in ("", host_at(url)) for host in hosts),
        nearness=_nearness(f"{post.title}\n{plain_text(post.text)}", text) if post is not None else None,
    )
    if not back:
        return found
    places = [(LINK_PLACES.index(_place(link)), len(_rel(link)), number) for number, link in enumerate(back)]
    place, _, number = min(places)
    rel = _rel(back[number]) | head.rel
    return replace(
        found, links_back=True, place=LINK_PLACES[place], rel=tuple(sorted(rel)), around=_around(back[number])
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """What a page says of itself as a whole."""

    title: str
    language: str | None
    base: str
    rel: frozenset[str]

    @classmethod
    def of(cls, tree: LexborHTMLParser, url: str) -> _Head:
        def told(selector: str, attribute: str) -> str:
            node = tree.css_first(selector)
            return (node.attributes.get(attribute) or "").strip() if node is not None else ""

        title, language = tree.css_first("title"), told("html", "lang")
        return cls(
            title=_squeezed(title.text())[:200] if title is not None else "",
            language=language if _LANGUAGE.fullmatch(language) else None,
            base=_joined(url, told("base[href]", "href")),
            rel=frozenset(("nofollow",) if "nofollow" in told("meta[name=robots]", "content").lower() else ()),
        )


def _cut(markup: str) -> str:
    """Return a page up to the last tag that is looked at; a NUL would end it for the parser."""
    clean = markup.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    for number, tag in enumerate(_OPENING.finditer(clean)):
        if number == MAX_TAGS:
            return clean[: tag.start()]
    return clean


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip()[:MAX_URL])
    except ValueError:
        return base


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _rel(link: LexborNode) -> frozenset[str]:
    return _RELS & frozenset((link.attributes.get("rel") or "").lower().split())


def _ancestors(link: LexborNode) -> Iterator[LexborNode]:
    """Yield what a link stands in, from the inside; of a tree deeper than pages are, its lower end."""
    node = link.parent
    for _ in range(_MAX_DEPTH):
        if node is None:
            return
        yield node
        node = node.parent


def _place(link: LexborNode) -> LinkPlace:
    for node in _ancestors(link):
        told = _OF_TAGS.get(node.tag or "") or _OF_ROLES.get(node.attributes.get("role") or "")
        if told is None and node.tag not in _WHOLE:
            names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"[:300].lower().split()
            told = next((place for place, known in _OF_NAMES if any(map(known.fullmatch, names))), None)
        if told is not None:
            return told
    return "list" if _is_listed(link) else "body"


def _is_listed(link: LexborNode) -> bool:
    """Tell whether a link stands in a list or table that holds links and little else."""
    around = next((node for node in _ancestors(link) if node.tag in _LISTS), None)
    if around is None:
        return False
    links = around.css("a[href]")[:MAX_LINKS]
    linked = sum(len(_squeezed(one.text())) for one in links)
    return len(links) >= _LIST_LINKS and linked >= _LIST_SHARE * len(_squeezed(around.text(separator=" ")))


def _around(link: LexborNode) -> str:
    block = next((node for node in _ancestors(link) if node.tag in _BLOCKS), link)
    texts: tuple[list[str], list[str]] = ([], [])
    reached = False
    for node in block.traverse(include_text=True):
        reached = reached or node.mem_id == link.mem_id
        if node.tag == "-text":
            texts[reached].append(node.text_content or "")
    before, after = (_SPACES.sub(" ", "".join(each)) for each in texts)
    return f"{before[-_BEFORE:]}{after[:_BEHIND]}".strip()


def _nearness(post: str, page: str) -> float | None:
    """Return the share of the post's longer words that stand on the page; None where one of them has none."""
    found = Texts.of([post, page], _MAX_TEXT)
    words = found.words
    telling = (words.lengths >= _LONG) | (found.codes.class_at(words.starts) == DENSE)
    own, there = (np.unique(words.stems[telling & (words.text == number)]) for number in (0, 1))
    return round(float(np.isin(own, there).mean()), 4) if len(own) and len(there) else None

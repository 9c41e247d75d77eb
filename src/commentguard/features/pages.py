"""Signals of the page that a ping names, where somebody looked (`commentguard.pings`): 0 where nobody did.

They stand apart from all other signals: no tree sees them, and what they say is added to what is said of the ping
anyway. So a ping that nobody checked, or whose page is gone, is judged as if there were no such signals.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import log1p
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.registry import Signal, measured, signals_of
from commentguard.records import SourcePage

USUAL_LINKS: Final = 25
"""Links to other hosts that pages have: more speak for a collection, fewer for somebody's own page."""
USUAL_NEARNESS: Final = 0.15
"""Share of a post's longer words that stand on pages of its language, whatever they are about."""

_COPIES: Final = 0.6  # share of a post's longer words beyond which a page repeats the post


def _reached(batch: Batch) -> list[int]:
    pages = ((number, batch.comments[number].source_page) for number in batch.pings)
    return [number for number, page in pages if page is not None and page.reached]


def _of_page(high: str, low: str) -> Callable[[Callable[[SourcePage], float]], Signal]:
    """Declare a function of a ping's page as a signal; it is 0 for all other comments."""

    def declare(value: Callable[[SourcePage], float]) -> Signal:
        @wraps(value)
        def measure(batch: Batch, numbers: list[int]) -> list[float]:
            pages = [batch.comments[number].source_page for number in numbers]
            return [value(page) for page in pages if page]

        return _of_reached(high, low)(measure)

    return declare


_of_reached = measured(_reached)


@_of_page("its page does not link to the post", "its page links to the post")
def page_without_link(page: SourcePage) -> float:
    """1 for a ping whose page does not link to the post, else 0: it claimed to."""
    return not page.links_back


@_of_page("its page links to the post in its text", "its page does not link to the post in its text")
def page_link_in_text(page: SourcePage) -> float:
    """1 for a ping whose page links to the post in its text, else 0: somebody writes about it."""
    return page.place == "body"


@_of_page("its page has the post in a list of links", "its page has the post in no list of links")
def page_link_listed(page: SourcePage) -> float:
    """1 for a ping whose page has the post in a list of links, else 0: bookmarks, digests."""
    return page.place == "list"


@_of_page("its page links to the post beside its text", "its page does not link to the post beside its text")
def page_link_beside(page: SourcePage) -> float:
    """1 for a ping whose page links to the post in sidebar, navigation, footer or comments, else 0: not its author."""
    return page.links_back and page.place not in ("body", "list")


@_of_page("its page tells search engines not to count the link", "its page lets the link count")
def page_nofollow(page: SourcePage) -> float:
    """1 for a ping whose page marks the link as nofollow, sponsored or ugc, else 0: nothing to gain by it."""
    return bool(page.rel)


@_of_page("its page links to many others", "its page links to few others")
def page_outgoing(page: SourcePage) -> float:
    """Half the logarithm of links of a ping's page to other hosts over `USUAL_LINKS`, -1.5 to 1.5; 0: unknown."""
    return min(max((log1p(page.outgoing) - log1p(USUAL_LINKS)) / 2, -1.5), 1.5)


@_of_page("its page is about what the post is about", "its page is about something else")
def page_nearness(page: SourcePage) -> float:
    """Share of the post's longer words on a ping's page, less `USUAL_NEARNESS`, -0.15 to 0.85; 0 where unknown."""
    return 0.0 if page.nearness is None else page.nearness - USUAL_NEARNESS


@_of_page("its page repeats the post", "its page does not repeat the post")
def page_repeats_post(page: SourcePage) -> float:
    """1 for a ping whose page holds most of the post's longer words, else 0: a copy."""
    return (page.nearness or 0.0) > _COPIES


SIGNALS: Final = signals_of(globals())

NAMES: Final[tuple[str, ...]] = tuple(signal.name for signal in SIGNALS)
"""Names of the columns of `page_features`."""


def page_features(batch: Batch) -> NDArray[np.float32]:
    """Return what is known of the pages that pings name, shape (n, len(NAMES)); 0 where nobody looked."""
    found = np.zeros((len(batch), len(NAMES)), dtype=np.float32)
    if batch.has_pings and _reached(batch):
        found[:] = np.stack([signal.compute(batch) for signal in SIGNALS], axis=1)
    return found

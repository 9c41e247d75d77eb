"""Signals of the links in a comment's text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.registry import signal, signals_of
from commentguard.text.urls import host, registered_domain, signs

Numbers = NDArray[np.float64]


def _linked(batch: Batch, measure: Callable[[list[str]], float]) -> Numbers:
    """Return a measure of each comment's links, 0 where it has none."""
    return batch.sparse_column({number: measure(found) for number, found in batch.links.items()})


@signal("links in the text", "no links in the text", logarithm=True)
def link_count(batch: Batch) -> Numbers:
    """Logarithm of 1 + addresses in the text: what most spam is for."""
    return _linked(batch, len)


@signal("mostly links", "few or no links for its length")
def link_share(batch: Batch) -> Numbers:
    """Share of the text's characters that belong to addresses, 0 to 1: a reader says something beside the link."""
    if not batch.links:
        return batch.constant(0.0)
    linked = _linked(batch, lambda found: sum(map(len, found)))
    return np.minimum(linked / np.maximum(batch.text.lengths, 1), 1.0)


@signal("links to several sites", "links to one site at most")
def link_hosts(batch: Batch) -> Numbers:
    """Distinct registered domains among the links, 0 up: link lists plant many."""
    return _linked(batch, lambda found: len(set(map(_domain, found))) if len(found) > 1 else 1)


def _domain(url: str) -> str:
    return registered_domain(host(url))


@signal("many links to one site", "no repeated links")
def repeated_links(batch: Batch) -> Numbers:
    """Links beyond the first to the same registered domain, 0 up: keyword lists repeat their shop."""
    return _linked(batch, lambda found: len(found) - len(set(map(_domain, found))) if len(found) > 1 else 0)


@signal("links to the author's own site", "no link to the author's own site")
def own_link(batch: Batch) -> Numbers:
    """1 where the text links to the registered domain of the author's address, else 0: the same door twice."""
    return _within(batch, {number: batch.hosts[number] for number in batch.links})


@signal("ends with a link", "does not end with a link")
def link_at_end(batch: Batch) -> Numbers:
    """1 where the last 60 characters hold an address, else 0: a pitch comes last."""
    return batch.sparse_column({number: _holds_address(batch.plain[number][-60:]) for number in batch.linked})


@signal("begins with a link", "does not begin with a link")
def link_at_start(batch: Batch) -> Numbers:
    """1 where the first 30 characters hold an address, else 0: word salad opens with its keyword and link."""
    return batch.sparse_column({number: _holds_address(batch.plain[number][:30]) for number in batch.linked})


def _holds_address(text: str) -> bool:
    return "http" in text or "www." in text


@signal("forum link markup", "no forum link markup", logarithm=True)
def bbcode(batch: Batch) -> Numbers:
    """Logarithm of 1 + BBCode links: posted to forums, guestbooks and blogs alike, where blogs don't know it."""
    return _counted(batch, "[", "[url", "[URL", "[link")


@signal("link markup shown as text", "no link markup shown as text", logarithm=True)
def shown_markup(batch: Batch) -> Numbers:
    """Logarithm of 1 + ``<a`` and ``href`` left in the plain text: markup for a form that takes none."""
    return _counted(batch, "<", "<a ") + _counted(batch, "=", "href=")


def _counted(batch: Batch, sign: str, *parts: str) -> Numbers:
    """Return how often parts, all of which have the sign, stand in each text: one sign is found much faster."""
    marked = [(number, batch.plain[number]) for number in batch.marked]
    return batch.sparse_column({number: sum(map(text.count, parts)) for number, text in marked if sign in text})


@signal("links to a deep or tagged address", "links to plain addresses")
def deep_links(batch: Batch) -> Numbers:
    """Greatest number of ``-``, ``_``, ``=`` and ``/`` in one linked address, 0 up: addresses made of keywords."""
    return _linked(batch, lambda found: max([signs(url, b"-_=/") for url in found]))


@signal("links within this blog", "no link within this blog")
def link_within_blog(batch: Batch) -> Numbers:
    """1 where the text links to the post's own registered domain, else 0: readers point to other posts."""
    return _within(batch, {number: batch.homes[number] for number in batch.links})


def _within(batch: Batch, own: dict[int, str]) -> Numbers:
    """Return 1 where a comment links to the registered domain of the host that `own` names for it, else 0."""
    domains = {number: registered_domain(name) for number, name in own.items() if name}
    return batch.sparse_column(
        {number: domain in map(_domain, batch.links[number]) for number, domain in domains.items()}
    )


SIGNALS = signals_of(globals())

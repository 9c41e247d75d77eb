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


@signal("ends with a link", "does not end with a link")
def link_at_end(batch: Batch) -> Numbers:
    """1 where the last 60 characters hold an address, else 0: a pitch comes last."""
    return batch.sparse_column({number: _holds_address(batch.plain[number][-60:]) for number in batch.linked})


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


SIGNALS = signals_of(globals())

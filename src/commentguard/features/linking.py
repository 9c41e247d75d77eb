"""Signals of the links in a comment's text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.registry import signal, signals_of
from commentguard.text.urls import host, registered_domain

Numbers = NDArray[np.float64]


@signal("links in the text", "no links in the text")
def link_count(batch: Batch) -> Numbers:
    """Logarithm of 1 + addresses in the text: what most spam is for."""
    return np.log1p(batch.column(len(found) for found in batch.links))


@signal("mostly links", "few or no links for its length")
def link_share(batch: Batch) -> Numbers:
    """Share of the text's characters that belong to addresses, 0 to 1: a reader says something beside the link."""
    linked = batch.column(sum(map(len, found)) for found in batch.links)
    return np.minimum(linked / np.maximum(batch.text.codes.lengths, 1), 1.0)


@signal("links to several sites", "links to one site at most")
def link_hosts(batch: Batch) -> Numbers:
    """Distinct registered domains among the links, 0 up: link lists plant many."""
    return batch.column(len({registered_domain(host(url)) for url in found}) for found in batch.links)


@signal("many links to one site", "no repeated links")
def repeated_links(batch: Batch) -> Numbers:
    """Links beyond the first to the same registered domain, 0 up: keyword lists repeat their shop."""
    return batch.column(len(found) - len({registered_domain(host(url)) for url in found}) for found in batch.links)


@signal("links to the author's own site", "no link to the author's own site")
def own_link(batch: Batch) -> Numbers:
    """1 where the text links to the registered domain of the author's address, else 0: the same door twice."""
    return batch.column(
        bool(own) and any(registered_domain(host(url)) == registered_domain(own) for url in found)
        for found, own in zip(batch.links, batch.hosts, strict=True)
    )


@signal("ends with a link", "does not end with a link")
def link_at_end(batch: Batch) -> Numbers:
    """1 where the last 60 characters hold an address, else 0: a pitch comes last."""
    return batch.column("http" in text[-60:] or "www." in text[-60:] for text in batch.plain)


@signal("begins with a link", "does not begin with a link")
def link_at_start(batch: Batch) -> Numbers:
    """1 where the first 30 characters hold an address, else 0: word salad opens with its keyword and link."""
    return batch.column("http" in text[:30] or "www." in text[:30] for text in batch.plain)


@signal("forum link markup", "no forum link markup")
def bbcode(batch: Batch) -> Numbers:
    """Logarithm of 1 + BBCode links: posted to forums, guestbooks and blogs alike, where blogs don't know it."""
    return np.log1p(batch.column(text.count("[url") + text.count("[URL") + text.count("[link") for text in batch.plain))


@signal("link markup shown as text", "no link markup shown as text")
def shown_markup(batch: Batch) -> Numbers:
    """Logarithm of 1 + ``<a`` and ``href`` left in the plain text: markup for a form that takes none."""
    return np.log1p(batch.column(text.count("<a ") + text.count("href=") for text in batch.plain))


@signal("links to a deep or tagged address", "links to plain addresses")
def deep_links(batch: Batch) -> Numbers:
    """Greatest number of ``-``, ``_``, ``=`` and ``/`` in one linked address, 0 up: addresses made of keywords."""
    return batch.column(max((sum(map(url.count, "-_=/")) for url in found), default=0) for found in batch.links)


@signal("links within this blog", "no link within this blog")
def link_within_blog(batch: Batch) -> Numbers:
    """1 where the text links to the post's own registered domain, else 0: readers point to other posts."""
    homes = [registered_domain(host(post.url)) if "." in host(post.url) else "" for post in batch.posts]
    return batch.column(
        bool(homes[post]) and any(registered_domain(host(url)) == homes[post] for url in found)
        for found, post in zip(batch.links, batch.post_of.tolist(), strict=True)
    )


SIGNALS = signals_of(globals())

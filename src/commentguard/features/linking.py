"""Signals of the links in a comment's text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.registry import measured, signals_of
from commentguard.text.urls import host, registered_domain, signs

_of_linked = measured(lambda batch: batch.linked)
_of_marked = measured(lambda batch: batch.marked)


@_of_linked("links in the text", "no links in the text", logarithm=True)
def link_count(batch: Batch, linked: list[int]) -> list[int]:
    """Logarithm of 1 + addresses in the text: what most spam is for."""
    return [len(batch.links[number]) for number in linked]


@_of_linked("mostly links", "few or no links for its length")
def link_share(batch: Batch, linked: list[int]) -> NDArray[np.float64]:
    """Share of the text's characters that belong to addresses, 0 to 1: a reader says something beside the link."""
    lengths = [sum(map(len, batch.links[number])) for number in linked]
    return np.minimum(lengths / batch.text.lengths[linked], 1.0)


@_of_linked("links to several sites", "links to one site at most")
def link_hosts(batch: Batch, linked: list[int]) -> list[int]:
    """Distinct registered domains among the links, 0 up: link lists plant many."""
    each = [batch.links[number] for number in linked]
    return [len(set(map(registered_domain, set(map(host, found))))) if len(found) > 1 else 1 for found in each]


@_of_linked("ends with a link", "does not end with a link")
def link_at_end(batch: Batch, linked: list[int]) -> list[bool]:
    """1 where the last 60 characters hold an address, else 0: a pitch comes last."""
    ends = [batch.plain[number][-60:] for number in linked]
    return ["http" in end or "www." in end for end in ends]


@_of_marked("forum link markup", "no forum link markup", logarithm=True)
def bbcode(batch: Batch, marked: list[int]) -> list[int]:
    """Logarithm of 1 + BBCode links: posted to forums, guestbooks and blogs alike, where blogs don't know it."""
    texts = [batch.plain[number] for number in marked]
    return [text.count("[url") + text.count("[URL") + text.count("[link") if "[" in text else 0 for text in texts]


@_of_marked("link markup shown as text", "no link markup shown as text", logarithm=True)
def shown_markup(batch: Batch, marked: list[int]) -> list[int]:
    """Logarithm of 1 + ``<a`` and ``href`` left in the plain text: markup for a form that takes none."""
    texts = [batch.plain[number] for number in marked]
    return [text.count("<a ") + text.count("href=") for text in texts]


@_of_linked("links to a deep or tagged address", "links to plain addresses")
def deep_links(batch: Batch, linked: list[int]) -> list[int]:
    """Greatest number of ``-``, ``_``, ``=`` and ``/`` in one linked address, 0 up: addresses made of keywords."""
    return [max([signs(url, b"-_=/") for url in batch.links[number]]) for number in linked]


SIGNALS = signals_of(globals())

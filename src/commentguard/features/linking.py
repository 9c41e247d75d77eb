"""Signals of the links in a comment's text."""

from __future__ import annotations

from commentguard.features.batch import Batch
from commentguard.features.registry import measured, signals_of

_of_linked = measured(lambda batch: batch.linked)
_of_marked = measured(lambda batch: batch.marked)


@_of_linked("links in the text", "no links in the text", logarithm=True)
def link_count(batch: Batch, linked: list[int]) -> list[int]:
    """Logarithm of 1 + addresses in the text: what most spam is for."""
    return [len(batch.links[number]) for number in linked]


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


SIGNALS = signals_of(globals())

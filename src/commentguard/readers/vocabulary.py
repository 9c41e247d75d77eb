"""The elements that a reader of an XML export asks for, and what it gets of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple


class Event(NamedTuple):
    """What the scanner came upon.

    Parameters
    ----------
    kind : {"start", "field", "end"}
        A container's beginning, a whole field, a container's end.
    name : str
        The element's name with its prefix, as the vocabulary spells it.
    text : str
        A field's text, references resolved; for a start the text of its attributes.
    whole : bool
        False for a field or container that the input cut off.
    """

    kind: Literal["start", "field", "end"]
    name: str
    text: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The elements that matter to a reader; all others are passed over.

    Parameters
    ----------
    containers : frozenset of str
        Elements that hold other elements.
    fields : frozenset of str
        Elements that hold text; markup inside them is text too.
    namespaces : Mapping
        Regular expression for a namespace's address to the prefix that it has in the names above.
    """

    containers: frozenset[str]
    fields: frozenset[str]
    namespaces: Mapping[str, str]

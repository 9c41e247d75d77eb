"""The elements that a reader of an XML export asks for, and what it gets of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple


class Event(NamedTuple):
    """A container's beginning or end.

    Parameters
    ----------
    kind : {"start", "end"}
        Which of them.
    name : str
        The element's name with its prefix, as the vocabulary spells it.
    attributes : str
        The text of its attributes; empty for an end.
    fields : dict
        The fields that stand in it, but in no container inside it, by name; references resolved. A field that is
        repeated counts once, one that the input cut off not at all. At its start it is empty and goes on filling.
    whole : bool
        False for a container that the input cut off.
    """

    kind: Literal["start", "end"]
    name: str
    attributes: str
    fields: dict[str, str]
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
    passed : str
        Pattern, without groups, of whole elements that hold nothing that is asked for, from behind their first ``<``.
        They would be passed over one by one; together it takes half of the time.
    """

    containers: frozenset[str]
    fields: frozenset[str]
    namespaces: Mapping[str, str]
    passed: str = "(?!)"

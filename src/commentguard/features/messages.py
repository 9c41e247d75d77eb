"""What is known of an earlier message, computed once however many comments come after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from commentguard.features.kept import Entry, Kept
from commentguard.features.keys import pieces
from commentguard.features.texts import Texts
from commentguard.text.html import plain_texts

MESSAGE_LIMIT: Final = 1_500
"""Characters looked at of each earlier message of the thread."""
NAME_LIMIT: Final = 200
"""Characters looked at of names and addresses."""

_OVERHEAD: Final = 500  # bytes that a short message takes, too
_TOGETHER: Final = 256  # messages laid out at a time: what is computed for them stays in the processor's cache


@dataclass(slots=True, eq=False)
class Message(Entry):
    """What is known of a message.

    Parameters
    ----------
    stems : bytes
        The stems of its words, in the order of the text, as uint32.
    """

    stems: bytes


_KEPT: Final[Kept[str, Message]] = Kept(16_000_000)  # some 16,000 of middling length


def messages_of(said: Sequence[str]) -> list[Message]:
    """Return what is known of each message, given by its text."""

    def look(places: list[int]) -> list[Message]:
        parts = (places[at : at + _TOGETHER] for at in range(0, len(places), _TOGETHER))
        return [message for part in parts for message in _look_at([said[place] for place in part])]

    return _KEPT.all_of(said, look)


def _look_at(said: Sequence[str]) -> list[Message]:
    texts = Texts.of(plain_texts(said), MESSAGE_LIMIT)
    stems = pieces(texts.words.stems, texts.words.counts)
    return [Message(words, size=len(words) + len(text) + _OVERHEAD) for words, text in zip(stems, said, strict=True)]

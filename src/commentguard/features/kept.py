"""What was computed last, as much as fits: posts and messages come again, from comment to comment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(slots=True)
class _Entry(Generic[Value]):
    value: Value
    size: int
    asked: bool = False


class Kept(Generic[Key, Value]):
    """Values by keys, those that were asked for last; several threads may ask.

    Where room is needed, the oldest goes; one that was asked for since becomes the newest once more instead. So a value
    that is asked for need not change its place each time.

    Parameters
    ----------
    limit : int
        Bytes that all values may take together.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[Key, _Entry[Value]] = OrderedDict()
        self._lock = Lock()

    def find(self, keys: Sequence[Key]) -> list[Value | None]:
        """Return the value of each key; None where it is not kept."""
        with self._lock:
            entries = list(map(self._entries.get, keys))
        values: list[Value | None] = []
        for entry in entries:
            if entry is None:
                values.append(None)
            else:
                entry.asked = True
                values.append(entry.value)
        return values

    def keep(self, key: Key, value: Value, size: int) -> None:
        """Keep a value that takes so many bytes; one that would take all the room is not kept."""
        with self._lock:
            if key in self._entries or size > self._limit:
                return
            while self._size + size > self._limit:
                oldest, entry = self._entries.popitem(last=False)
                if entry.asked:
                    entry.asked = False
                    self._entries[oldest] = entry
                else:
                    self._size -= entry.size
            self._entries[key] = _Entry(value, size)
            self._size += size

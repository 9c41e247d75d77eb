"""What was computed last, as much as fits: posts and messages come again, from comment to comment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
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

    def all_of(
        self, keys: Sequence[Key], make: Callable[[list[int]], Sequence[Value]], size: Callable[[Key, Value], int]
    ) -> list[Value]:
        """Return the value of each key; those that are not kept are made, equal ones once, and kept.

        Parameters
        ----------
        keys : sequence
            Keys.
        make : callable
            From the places of some keys among `keys` to their values.
        size : callable
            From a key and its value to the bytes that both take.
        """
        values = self.find(keys)
        unknown: dict[Key, int] = {}
        for place, value in enumerate(values):
            if value is None:
                unknown.setdefault(keys[place], place)
        made = dict(zip(unknown, make(list(unknown.values())), strict=True)) if unknown else {}
        for key, value in made.items():
            self.keep(key, value, size(key, value))
        return [made[key] if value is None else value for key, value in zip(keys, values, strict=True)]

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

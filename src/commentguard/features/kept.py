"""What was computed last, as much as fits: posts and messages come again, from comment to comment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar, cast


@dataclass(slots=True, eq=False, kw_only=True)
class Entry:
    """What can be kept.

    Parameters
    ----------
    size : int
        Bytes that it takes, with its key.
    asked : bool
        Whether it was asked for since it was made, or since it was last spared.
    """

    size: int
    asked: bool = False


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=Entry)


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
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def find(self, keys: Sequence[Key]) -> list[Value | None]:
        """Return the value of each key; None where it is not kept."""
        with self._lock:
            values = list(map(self._entries.get, keys))
        for value in values:
            if value is not None:
                value.asked = True
        return values

    def all_of(self, keys: Sequence[Key], make: Callable[[list[int]], Sequence[Value]]) -> list[Value]:
        """Return the value of each key; those that are not kept are made, equal ones once, and kept.

        Parameters
        ----------
        keys : sequence
            Keys.
        make : callable
            From the places of some keys among `keys` to their values.
        """
        values = self.find(keys)
        if all(values):
            return cast(list[Value], values)
        places = {key: place for place, (key, value) in enumerate(zip(keys, values, strict=True)) if value is None}
        made = dict(zip(places, make(list(places.values())), strict=True))
        self.keep(made)
        return [made[key] if value is None else value for key, value in zip(keys, values, strict=True)]

    def keep(self, made: Mapping[Key, Value]) -> None:
        """Keep values by their keys; one that would take all the room is not kept."""
        with self._lock:
            for key, value in made.items():
                if key not in self._entries and value.size <= self._limit:
                    self._make_room(value.size)
                    self._entries[key] = value
                    self._size += value.size

    def _make_room(self, size: int) -> None:
        while self._size + size > self._limit:
            key, oldest = self._entries.popitem(last=False)
            if oldest.asked:
                oldest.asked = False
                self._entries[key] = oldest
            else:
                self._size -= oldest.size

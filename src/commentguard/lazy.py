"""Attributes that are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

_Value = TypeVar("_Value")


class lazy(Generic[_Value]):
    """A method that is called once; afterwards its value is an attribute of the object.

    As `functools.cached_property`, which up to Python 3.11 takes a lock each time: a comment on its own, classified in
    some hundred microseconds, would spend a tenth of them on locks. Where two threads ask at once, both make the value,
    and one of the two stays.

    Parameters
    ----------
    make : callable
        Makes the value from the object, the same each time.

    Examples
    --------
    >>> class Text:
    ...     @lazy
    ...     def words(self) -> list[str]:
    ...         return ["made", "once"]
    >>> text = Text()
    >>> text.words is text.words
    True
    """

    def __init__(self, make: Callable[[Any], _Value]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> lazy[_Value]: ...

    @overload
    def __get__(self, instance: object, owner: type[Any]) -> _Value: ...

    def __get__(self, instance: object | None, owner: type[Any]) -> lazy[_Value] | _Value:
        """Make the value, and put it where it is found from now on."""
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._make(instance)
        return value

"""Which ids a file had so far, in little memory: ids are numbers that stand close together on most platforms."""

from __future__ import annotations

from typing import Final

_PAGE: Final = 6
"""Numbers are kept in pages of 64, one bit a number."""


class Identifiers:
    """A set of ids that can only grow.

    A million numbers that stand close together take 2 MB, a million others 70 to 120 MB: the one thing that a reader
    keeps of all comments, for an id that occurs again must be told however late it comes. Ids that are no numbers are
    kept as hashes of 64 bits.

    Examples
    --------
    >>> seen = Identifiers()
    >>> [seen.add(identifier) for identifier in ("7", "8", "7", "a", "07", "a")]
    [True, True, False, True, True, False]
    """

    def __init__(self) -> None:
        self._pages: dict[int, int] = {}
        self._hashes: set[int] = set()

    def __contains__(self, identifier: str) -> bool:
        """Tell whether an id was taken."""
        if _is_number(identifier):
            number = int(identifier)
            return bool(self._pages.get(number >> _PAGE, 0) & 1 << (number & 63))
        return hash(identifier) in self._hashes

    def add(self, identifier: str) -> bool:
        """Take an id; tell whether it is new."""
        if _is_number(identifier):
            number = int(identifier)
            page, bit = number >> _PAGE, 1 << (number & 63)
            known = self._pages.get(page, 0)
            self._pages[page] = known | bit
            return not known & bit
        size = len(self._hashes)
        self._hashes.add(hash(identifier))
        return len(self._hashes) > size


def _is_number(identifier: str) -> bool:
    """Tell whether it is a number in the one way to write it."""
    return identifier.isdecimal() and identifier.isascii() and len(identifier) < 19 and identifier[0] != "0"

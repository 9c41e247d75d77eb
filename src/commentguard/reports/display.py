"""Text of strangers made fit for a terminal: nothing in it moves the cursor, turns the line or fakes a row."""

from __future__ import annotations

from typing import Final

_JOINERS: Final = "\u200c\u200d"
_HEAD: Final = 4
"""Characters kept for each cell that is shown: enough for combining marks, too few to flood a terminal."""


def printable(text: str) -> str:
    r"""Return text in one line without anything that a terminal would obey.

    Line ends, tabs and odd spaces become spaces; control characters become their pictures (ESC is ␛); bidirectional
    overrides and other invisible characters become U+FFFD. The two joiners that scripts and emoji are written with
    are kept.

    Examples
    --------
    >>> printable("red\x1b[31m\nnext\u202etxt.exe")
    'red␛[31m next�txt.exe'
    """
    if text.isprintable():
        return text
    return "".join(map(_harmless, text))


def _harmless(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    if character.isspace():
        return " "
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def shortened(text: str, cells: int) -> str:
    """Return the beginning of a text, printable, its runs of spaces made one; about as much as fills `cells` cells.

    Parameters
    ----------
    text : str
        Any text.
    cells : int
        How many columns of a terminal there are for it; whoever lays it out cuts it to them.

    Examples
    --------
    >>> shortened("one   two three", 2)
    'one tw'
    """
    return " ".join(printable(text[: cells * _HEAD]).split())


def percent(share: float) -> str:
    """Return a share as a whole per cent; what is not all or nothing never looks as if it were.

    Examples
    --------
    >>> percent(0.973), percent(0.9999), percent(1.0), percent(0.001)
    ('97%', '>99%', '100%', '<1%')
    """
    if 0.99 < share < 1:
        return ">99%"
    if 0 < share < 0.01:
        return "<1%"
    return f"{share:.0%}"

"""Small pieces of markup: character references, attributes, the text of one field."""

from __future__ import annotations

import re
from html.entities import html5
from itertools import groupby
from operator import itemgetter
from typing import Final

from commentguard.readers.decoding import tidy

MAX_FIELD: Final = 1 << 23
"""The longest field kept whole, in characters of markup: 8 M; of a longer one the two ends are kept."""

NAME: Final = "[A-Za-z_][A-Za-z0-9_:.-]*+"
"""The pattern of an element's name with its prefix: no platform has other letters in one."""

ATTRIBUTES: Final = "(?:\\s[^<>\"']*+(?:\"[^\"<]*+\"[^<>\"']*+|'[^'<]*+'[^<>\"']*+)*+(?<!/))?+"
"""The pattern of the attributes of a start tag, or of none."""

_ATTRIBUTE: Final = re.compile(rf"({NAME})\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_LINE_END: Final = re.compile("\r\n?")
_REFERENCE: Final = re.compile(r"&(?:#(\d{1,8})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{0,31}));")
_BARE: Final = re.compile(r"&(?!#\d{1,8};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{0,31};)")


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of a start tag by their names, prefixes kept.

    Examples
    --------
    >>> attributes(' dsq:id="7" name="a &amp; b"')
    {'dsq:id': '7', 'name': 'a & b'}
    """
    return {match[1]: unescape(match[2] if match[2] is not None else match[3]) for match in _ATTRIBUTE.finditer(text)}


def unescape(text: str) -> str:
    r"""Resolve character references and the names HTML knows; what is no reference stays as it is.

    Examples
    --------
    >>> unescape("R&amp;D&#8217; a&b &#8; &unknown;")
    'R&D’ a&b  &unknown;'
    """
    return tidy(_REFERENCE.sub(_resolved, text)) if "&" in text else text


def has_bare_ampersand(text: str) -> bool:
    """Tell whether an `&` begins no reference."""
    return _BARE.search(text) is not None


def unix_lines(text: str) -> str:
    """Return the text with LF at its line ends, as XML asks for."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


def _resolved(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return html5.get(f"{name};", match[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if 0x80 <= code < 0xA0:
        return bytes((code,)).decode("cp1252", "ignore")
    if code < 0x20 and code not in (0x09, 0x0A, 0x0D):
        return ""
    return chr(code) if code <= 0x10FFFF else "\ufffd"


class FieldText:
    """The pieces of one field as they come; the middle is left out of a field longer than `MAX_FIELD`."""

    def __init__(self) -> None:
        self._pieces: list[tuple[bool, str]] = []
        self._size = 0
        self._many = 1000

    def add(self, text: str, literal: bool = False) -> None:
        """Take one more piece; `literal` where it stood in CDATA."""
        if self._size > MAX_FIELD:
            whole = self.text()
            self._pieces = [(True, whole[: MAX_FIELD // 2]), (True, whole[-MAX_FIELD // 4 :])]
            self._size = MAX_FIELD // 4 * 3
        if text:
            self._pieces.append((literal, text))
            self._size += len(text)
        if len(self._pieces) > self._many:
            self._join()
            self._many = max(1000, 2 * len(self._pieces))

    def _join(self) -> None:
        """Make neighbours of a kind one piece: a reference may go across them."""
        runs = groupby(self._pieces, key=itemgetter(0))
        self._pieces = [(literal, "".join(text for _, text in run)) for literal, run in runs]

    def has_bare_ampersand(self) -> bool:
        """Tell whether an `&` outside CDATA begins no reference."""
        return any(not literal and has_bare_ampersand(text) for literal, text in self._pieces)

    def text(self) -> str:
        """Return the field's text; where an `]]>` in CDATA ended it too early, all of it is taken as CDATA."""
        self._join()
        kinds = [literal for literal, text in self._pieces if literal or not text.isspace()]
        outside = "".join(text for literal, text in self._pieces if not literal).rstrip()
        if outside.endswith("]]>") and kinds[:1] == [True] and True not in kinds[kinds.index(False) :]:
            inside = "".join(text for literal, text in self._pieces if literal)
            return f"{inside}]]>{outside[:-3]}"
        return "".join(text if literal else unescape(text) for literal, text in self._pieces)

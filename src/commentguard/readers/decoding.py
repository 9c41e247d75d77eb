"""Bytes to text: the encoding an export declares, what it really has, and lines of bounded length."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from commentguard.readers.report import Reading
from commentguard.readers.source import Source

MAX_RECORD: Final = 1 << 26
"""The longest line, row or JSON object that is read, in characters: 64 M."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_LATIN: Final = {"iso8859-1", "ascii"}
_REFUSED: Final = re.compile(r"utf-7|utf_7|punycode|idna|undefined|escape|mbcs|oem|charmap|codec$")
_ILLEGAL: Final = bytes({*range(32), 127} - {0x09, 0x0A, 0x0D, 0x7F})
_ILLEGAL_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_STRAY: Final = "commentguard-stray-bytes"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _read_stray(error: UnicodeError) -> tuple[str, int]:
    """Decode the bytes that are not UTF-8: surrogate pairs as some databases write them, else Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    start, end = error.start, error.end
    stray = error.object[start : start + 6]
    if stray[:1] == b"\xed" and len(stray) >= 3 and 0xA0 <= stray[1] <= 0xBF and 0x80 <= stray[2] <= 0xBF:
        for part in (stray, stray[:3]):  # at the end of the input fewer than six bytes are left
            try:
                return tidy(part.decode("utf-8", "surrogatepass")), start + len(part)
            except UnicodeDecodeError:
                continue
    stray = error.object[start:end]
    return "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in stray), end


codecs.register_error(_STRAY, _read_stray)


def tidy(text: str) -> str:
    r"""Return `text` without NUL, its surrogate pairs joined and lone surrogates made U+FFFD.

    Examples
    --------
    >>> tidy("a\0b \ud83d\ude00 \ud83d") == "ab \U0001f600 \ufffd"
    True
    """
    if "\0" in text:
        text = text.replace("\0", "")
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def decode_head(head: bytes) -> str:
    """Return the first bytes of an input as text, as far as one can tell without reading on."""
    encoding, start = _encoding(head)
    return head[start:].decode(encoding, _STRAY if encoding == "utf-8" else "replace")


def _encoding(head: bytes) -> tuple[str, int]:
    """Return the encoding of the bytes and how many of them are a byte order mark."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding, len(bom)
    if head[:64:2].strip(b"\0") and len(head) >= 4 and not any(head[1:64:2]):
        return "utf-16-le", 0
    if head[1:64:2].strip(b"\0") and len(head) >= 4 and not any(head[:64:2]):
        return "utf-16-be", 0
    declared = _DECLARED.search(head[:1024])
    return (usable_encoding(declared[1].decode("ascii")) if declared else "utf-8"), 0


def usable_encoding(declared: str) -> str:
    """Return Python's name of a declared encoding that this data can really be in, else ``"utf-8"``."""
    try:
        found = codecs.lookup(declared).name
        if _REFUSED.search(found) or found.startswith(("utf-16", "utf-32")):
            return "utf-8"
        b"a<\xe9".decode(found, "replace").encode("utf-8", "surrogatepass")
    except (LookupError, ValueError, AssertionError):
        return "utf-8"
    if found in _LATIN:
        return "cp1252"
    return "gb18030" if found in ("gb2312", "gbk") else found


def _is_utf8(head: bytes) -> bool:
    """Tell whether the bytes are UTF-8 and show it, i.e. hold characters beyond ASCII."""
    try:
        return not codecs.getincrementaldecoder("utf-8")().decode(head).isascii()
    except UnicodeDecodeError:
        return False


def decoded(source: Source, reading: Reading) -> Iterator[str]:
    """Yield the text of a source in pieces, whatever its bytes are.

    A byte order mark decides, then UTF-8 that shows itself, then what an XML declaration says, then UTF-8. Bytes that
    are not UTF-8 are read as Windows-1252 one by one, so that a file with a few stray bytes keeps all other
    characters. Control characters that no format allows are dropped. Each repair is a warning.
    """
    encoding, bom = _encoding(source.head)
    if not encoding.startswith("utf") and _is_utf8(source.head):
        reading.warn(f"declares the encoding {encoding} but holds UTF-8; read as UTF-8")
        encoding = "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)(_STRAY if encoding == "utf-8" else "replace")
    single = not encoding.startswith(("utf-16", "utf-32"))
    for chunk in source.chunks():
        piece, bom = chunk[bom:], max(0, bom - len(chunk))
        if single:
            legal = piece.translate(None, _ILLEGAL)
            if len(legal) < len(piece):
                reading.warn("a control character was dropped", len(piece) - len(legal))
            yield from _decode(decoder, legal, False, reading)
        else:
            yield from (_ILLEGAL_TEXT.sub("", text) for text in _decode(decoder, piece, False, reading))
    yield from _decode(decoder, b"", True, reading)


def _decode(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool, reading: Reading) -> Iterator[str]:
    """Decode one piece strictly where that works, which is fast, and with repairs where it does not."""
    state, errors = decoder.getstate(), decoder.errors
    decoder.errors = "strict"
    try:
        text = decoder.decode(piece, final)
    except UnicodeDecodeError:
        reading.warn("some bytes are not in the encoding of the rest; read as Windows-1252 or replaced")
        decoder.errors = errors
        decoder.setstate(state)
        text = decoder.decode(piece, final)
    finally:
        decoder.errors = errors
    if text:
        yield text


def lines(chunks: Iterator[str], reading: Reading) -> Iterator[tuple[int, str]]:
    """Yield number, from 1, and text of each line, its line end kept; a line over 64 M characters is skipped.

    Lines end in LF or CR LF, and in CR alone where the beginning of the input knows no other end.
    """
    number, rest, too_long, old_mac = 1, [""], False, None
    for chunk in chunks:
        if old_mac is None:
            old_mac = "\n" not in chunk and "\r" in chunk
        pieces = (chunk.replace("\r", "\n") if old_mac else chunk).split("\n")
        for piece in pieces[:-1]:
            rest.append(piece)
            rest.append("\n")
            if too_long:
                too_long = False
            else:
                yield number, "".join(rest)
            number += 1
            rest = []
        rest.append(pieces[-1])
        if sum(map(len, rest)) > MAX_RECORD and not too_long:
            reading.skip(f"line {number}", "is longer than 64 million characters")
            too_long = True
        if too_long:
            rest = []
    if rest and not too_long and (last := "".join(rest)):
        yield number, last


MAX_TEXT: Final = 1_000_000
"""The longest text of a comment or post that is kept whole, in characters; of a longer one head and tail are."""


def clip(text: str) -> str:
    """Return the text, its middle left out where it is longer than 1,000,000 characters."""
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[: MAX_TEXT * 3 // 4]}\n[...]\n{text[-(MAX_TEXT // 4 - 7) :]}"

"""Opening what comments are read from: paths, standard input, streams; gzip is seen by its first bytes."""

from __future__ import annotations

import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from commentguard.errors import ExportFormatError
from commentguard.readers.report import Reading, display_name, one_line

HEAD: Final = 1 << 16
"""How many bytes are looked at to see what an input is."""

CHUNK: Final = 1 << 18
"""How many bytes are read at a time."""

GZIP_MAGIC: Final = b"\x1f\x8b"


class Source:
    """A stream of bytes whose beginning can be looked at before it is read.

    Parameters
    ----------
    stream : binary file object
        Where the bytes come from; read forward only, never closed.
    reading : Reading
        Where a damaged gzip stream is reported.
    """

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._reading = reading
        self._chunks = _raw_chunks(stream, reading)
        self._ahead: list[bytes] = []
        if self._look(2)[:2] == GZIP_MAGIC:
            self._chunks = _gunzipped(self._ahead, self._chunks, reading)
            self._ahead = []
        self.head = self._look(HEAD)[:HEAD]
        if self.head.startswith(GZIP_MAGIC):
            raise reading.error("is gzip inside gzip; unpack it once")

    def _look(self, size: int) -> bytes:
        """Return at least `size` bytes from the beginning, or all there are, and keep them for `chunks`."""
        while sum(map(len, self._ahead)) < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._ahead.append(chunk)
        self._ahead = [b"".join(self._ahead)]
        return self._ahead[0]

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes from the beginning, in pieces of bounded size; can be drawn once."""
        ahead, self._ahead = self._ahead, []
        yield from filter(None, ahead)
        yield from self._chunks


@contextmanager
def opened(source: str | os.PathLike[str] | BinaryIO) -> Iterator[BinaryIO]:
    """Open a path or standard input for reading, or pass a binary stream through unclosed.

    Raises
    ------
    ExportFormatError
        When there is no such file, it may not be read, or it is not a file.
    """
    if not isinstance(source, (str, os.PathLike)):
        if not hasattr(source, "read"):
            raise ExportFormatError(f"can't read comments from a {type(source).__name__}; give a path or a stream")
        yield source
    elif os.fspath(source) == "-":
        yield sys.stdin.buffer
    else:
        with _open_file(source) as stream:
            yield stream


def _open_file(path: str | os.PathLike[str]) -> BinaryIO:
    name = one_line(display_name(path))
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise ExportFormatError(f"{name}: is a folder; name the export file in it")
        return open(path, "rb")
    except FileNotFoundError:
        raise ExportFormatError(f"{name}: no such file; check the path") from None
    except PermissionError:
        raise ExportFormatError(f"{name}: may not be read; change its permissions or your user") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ExportFormatError(f"{name}: can't be opened ({reason}); check the path") from None


def _raw_chunks(stream: BinaryIO, reading: Reading) -> Iterator[bytes]:
    read = getattr(stream, "read1", stream.read)  # what a slow pipe has now, instead of waiting for more
    while True:
        try:
            chunk: object = read(CHUNK)
        except (OSError, ValueError, EOFError, zlib.error) as error:
            reading.cut_off(f"reading stopped early ({one_line(str(error))})")
            return
        if isinstance(chunk, str):
            raise reading.error("is a text stream; open it in binary mode ('rb')")
        if not isinstance(chunk, (bytes, bytearray, memoryview)) or not chunk:
            return
        yield bytes(chunk)


def _salvaged(member: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    """Yield what comes before the fault: a faulty call returns nothing of what it unpacked."""
    for place in range(len(packed)):
        try:
            piece = member.decompress(packed[place : place + 1])
        except zlib.error:
            return
        if piece:
            yield piece


def _gunzipped(ahead: list[bytes], chunks: Iterator[bytes], reading: Reading) -> Iterator[bytes]:
    """Yield what the gzip members hold, in bounded pieces: a bomb unpacks into time, never into memory."""
    pending = b"".join(ahead)
    member = zlib.decompressobj(wbits=31)
    while True:
        before = member.copy()
        try:
            piece = member.decompress(pending, CHUNK)
        except zlib.error:
            yield from _salvaged(before, pending)
            reading.cut_off("its gzip data is damaged")
            return
        if piece:
            yield piece
        pending = member.unused_data if member.eof else member.unconsumed_tail
        if member.eof:
            pending = pending.lstrip(b"\0") or next(chunks, b"").lstrip(b"\0")
            if not pending:
                return
            if len(pending) < len(GZIP_MAGIC):
                pending += next(chunks, b"")
            if not pending.startswith(GZIP_MAGIC):
                reading.warn("what follows the gzip data was left out")
                return
            member = zlib.decompressobj(wbits=31)
        elif not pending and len(piece) < CHUNK:
            pending = next(chunks, b"")
            if not pending:
                reading.cut_off("its gzip data ends too early")
                return

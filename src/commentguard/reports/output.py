"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import gzip
import io
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final, TextIO

from commentguard.errors import OutputError

_BINARY: Final = getattr(os, "O_BINARY", 0)


@contextmanager
def open_output(name: str | os.PathLike[str] | None) -> Iterator[TextIO]:
    r"""Open what results are written to, as UTF-8 text.

    A file is written beside its place and moved there when the block ends well; on an error or Ctrl-C what stood
    there before, or nothing, stays. A name that ends in ``.gz`` is compressed. A link is followed; pipes and devices
    are written to directly.

    Parameters
    ----------
    name : str, path or None
        The file; ``"-"`` or None for standard output.

    Yields
    ------
    text stream
        Line ends are written as they are given.

    Raises
    ------
    OutputError
        When the file can't be made, written or moved: no such folder, no permission, disk full.

    Examples
    --------
    >>> import tempfile
    >>> place = os.path.join(tempfile.mkdtemp(), "verdicts.jsonl")
    >>> with open_output(place) as stream:
    ...     _ = stream.write("{}\n")
    >>> os.listdir(os.path.dirname(place))
    ['verdicts.jsonl']
    """
    target = None if name is None or os.fspath(name) == "-" else os.fsdecode(name)
    try:
        if target is None:
            yield from _standard_output()
        elif "\0" in target:
            raise OSError("no file can be called so")
        elif _is_special(target):
            with open(target, "wb") as raw:
                yield from _text(raw, target)
        else:
            yield from _replaced(os.path.realpath(target), target)
    except BrokenPipeError:
        raise
    except OSError as error:
        place = "standard output" if target is None else target
        raise OutputError(f"{place}: can't be written ({error.strerror or error}); {_remedy(error)}") from None


def _remedy(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "make its folder first, or name another place"
    if isinstance(error, (PermissionError, IsADirectoryError, NotADirectoryError)):
        return "name a file in a folder that you may write to"
    if error.errno is None:
        return "name a file instead"
    return "free some space or name another place"


def _standard_output() -> Iterator[TextIO]:
    stream = sys.stdout
    if stream is None:
        raise OSError("it is closed")
    if isinstance(stream, io.TextIOWrapper):
        # Data is UTF-8 whatever the locale; a terminal gets what it can show.
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="replace", newline="")
    yield stream
    stream.flush()


def _is_special(target: str) -> bool:
    """Tell whether there is something that must not be replaced by a file: a device, a pipe, a folder."""
    try:
        mode = os.stat(target).st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode)


def _replaced(place: str, target: str) -> Iterator[TextIO]:
    folder, base = os.path.split(place)
    temporary = os.path.join(folder, f".{base[:80]}.{secrets.token_hex(6)}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
    try:
        with open(handle, "wb") as raw:
            with suppress(OSError):
                os.chmod(temporary, stat.S_IMODE(os.stat(place).st_mode))
            yield from _text(raw, target)
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(temporary, place)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _text(raw: BinaryIO, target: str) -> Iterator[TextIO]:
    packed = gzip.GzipFile("", "wb", 6, raw, 0) if target.lower().endswith(".gz") else None
    stream = io.TextIOWrapper(packed or raw, encoding="utf-8", errors="replace", newline="")
    try:
        yield stream
        stream.flush()
        if packed is not None:
            packed.close()
    finally:
        # Only after a failure is anything left to write here, and then into a file that is thrown away.
        with suppress(OSError, ValueError):
            stream.detach()
        if packed is not None:
            with suppress(OSError, ValueError):
                packed.close()

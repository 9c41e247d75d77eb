"""The labels file: decisions of persons on comments, appended one by one and never changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from commentguard.errors import OutputError
from commentguard.objects import as_line, comment_to_json, verdict_to_json
from commentguard.readers import ReadReport
from commentguard.readers.decisions import settled, time_of
from commentguard.readers.jsonl import json_rows
from commentguard.readers.report import Reading, display_name, one_line
from commentguard.readers.rows import RowReader, as_label, as_text
from commentguard.readers.source import Source, opened
from commentguard.records import LABELS, Comment, Label, Reason, Verdict

_FLAGS: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_BLANK: Final = b"\xef\xbb\xbf\0 \t\r\n"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of one comment.

    Parameters
    ----------
    comment : Comment
        The comment as it was seen.
    label : {"spam", "off-topic", "substantive"} or None
        What it is; None takes an earlier decision back.
    time : datetime
        When it was decided, with its time zone.
    labeller : str
        Who decided; empty where nobody asked.
    verdict : Verdict or None
        What the model said of it, as it was shown; None where nothing was shown.
    model : str
        The fingerprint of that model; empty where there was none.
    """

    comment: Comment
    label: Label | None
    time: datetime
    labeller: str = ""
    verdict: Verdict | None = None
    model: str = ""

    @property
    def id(self) -> str:
        """The comment's id: of several decisions on it the latest counts."""
        return self.comment.id


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as the object that a labels file holds, without e-mail and IP addresses.

    Examples
    --------
    >>> made = Decision(Comment(id="7", text="Nice sunset"), "substantive", datetime(2026, 3, 1, tzinfo=UTC), "ada")
    >>> decision_to_json(made)["label"], decision_to_json(made)["comment"]
    ('substantive', {'id': '7', 'type': 'comment', 'text': 'Nice sunset'})
    """
    verdict = verdict_to_json(decision.comment, decision.verdict) if decision.verdict else None
    return {
        "id": decision.id,
        "label": decision.label,
        "time": decision.time.astimezone(UTC).isoformat(),
        "labeller": decision.labeller,
        "verdict": verdict,
        "model": decision.model,
        "comment": comment_to_json(decision.comment),
    }


def append_decision(path: str | os.PathLike[str], decision: Decision) -> None:
    """Add a decision to a labels file; it is on the disk when this returns.

    Other processes may append to the same file at the same time. To take a decision back, append one whose label is
    None: nothing is ever removed.

    Parameters
    ----------
    path : str or path
        The file, made where there is none.
    decision : Decision
        What was decided.

    Raises
    ------
    OutputError
        When it can't be written; the file is then as it was.
    """
    append_decisions(path, (decision,))


def append_decisions(path: str | os.PathLike[str], decisions: Iterable[Decision]) -> None:
    """Add several decisions to a labels file at once, all of them or none; see `append_decision`."""
    name = one_line(display_name(path))
    if os.fspath(path) == "-" or name.lower().endswith(".gz"):
        raise OutputError(f"{name}: decisions are appended to a plain file; name one such as labels.jsonl")
    written = "".join(as_line(decision_to_json(decision)) for decision in decisions).encode()
    try:
        handle = os.open(path, _FLAGS, 0o666)
        try:
            with _locked(handle):
                _append(handle, written)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(
            f"{name}: the decision can't be written ({reason}); free some space, or name a file you may write to"
        ) from None


def _append(handle: int, written: bytes) -> None:
    if os.read(handle, 64).lstrip(_BLANK)[:1] not in (b"{", b""):
        raise OSError("there is something else in it than JSON Lines")
    size = os.lseek(handle, 0, os.SEEK_END)
    if size:
        os.lseek(handle, size - 1, os.SEEK_SET)
        if os.read(handle, 1) != b"\n":  # a power cut left half a line: it ends here and takes no other with it
            written = b"\n" + written
    try:
        if os.write(handle, written) < len(written):
            raise OSError("the disk is full")
        os.fsync(handle)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, size)
        raise


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    """Keep other processes from writing until the block ends."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, 0x7FFFFFFF, os.SEEK_SET)  # a place behind all content, which others may go on reading
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(handle, 0x7FFFFFFF, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)  # given up when the handle is closed
        yield


def read_decisions(path: str | os.PathLike[str], report: ReadReport | None = None) -> list[Decision]:
    """Return the decision that counts for each comment of a labels file.

    Parameters
    ----------
    path : str or path
        The file; may be gzipped.
    report : ReadReport or None
        Told of lines that can't be read (half a line after a power cut, an unknown label) and are left out; None when
        nobody asks.

    Returns
    -------
    list of Decision
        The latest for each id, in the order in which ids first occur; what was taken back has the label None.

    Raises
    ------
    ExportFormatError
        When there is no such file or it may not be read.
    """
    reading = Reading(one_line(display_name(path)), ReadReport() if report is None else report)
    with opened(path) as stream:
        rows = settled(json_rows(Source(stream, reading), reading), reading)
        return [found for place, row in rows for found in decisions_of(place, row, reading)]


def decisions_of(place: str, row: Mapping[str, Any], reading: Reading) -> Iterator[Decision]:
    """Yield the decision that `decision_to_json` made a row of, or none where its comment can't be read."""
    for comment in RowReader(reading).comments([(place, {**row["comment"], "id": row["id"]})]):
        yield Decision(
            comment=comment,
            label=as_label(row["label"]),
            time=time_of(row.get("time")) or datetime.min.replace(tzinfo=UTC),
            labeller=as_text(row.get("labeller")),
            verdict=_verdict(row.get("verdict")),
            model=as_text(row.get("model")),
        )


def _verdict(value: object) -> Verdict | None:
    """Return the verdict that stands in a decision, None where none can be read."""
    try:
        found: Any = value
        told = found["reasons"]
        reasons = tuple(Reason(as_text(one["code"]), as_text(one["text"]), float(one["weight"])) for one in told)
        shares = {label: float(found["probabilities"][label]) for label in LABELS}
        return Verdict(LABELS[LABELS.index(found["label"])], shares, bool(found["needs_review"]), reasons)
    except (KeyError, TypeError, ValueError):
        return None

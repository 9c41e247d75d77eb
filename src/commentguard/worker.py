"""What runs in a worker process: comments arrive as rows of values, the judge once for all batches."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

import joblib

from commentguard import __version__
from commentguard.errors import WorkersError
from commentguard.records import Comment, Verdict

Judge = Callable[[Sequence[Comment]], Sequence[Verdict]]
"""What makes verdicts of comments, each of which depends on its comment alone; can be pickled."""

Row = tuple[Any, ...]
"""The values of a comment that workers are told: `SENT`."""

SENT: Final = (
    "text", "id", "type", "author", "author_url", "user_agent", "date", "parent_id", "post", "thread", "source",
    "source_page",
)  # fmt: skip
"""Fields of a comment that leave the calling process: no personal data, no label, no status."""

row_of: Final[Callable[[Comment], Row]] = attrgetter(*SENT)


def judged(judge: Judge, rows: Sequence[Row]) -> Sequence[Verdict]:
    """Return a verdict for each row."""
    return judge([Comment(**dict(zip(SENT, row, strict=True))) for row in rows])


def unpacked(version: str, packed: bytes) -> Judge:
    """Return a judge that came over the network, from a commentguard of that version.

    Raises
    ------
    WorkersError
        When this process has another version.
    """
    if version != __version__:
        raise WorkersError(f"this worker has commentguard {__version__}")
    judge: Judge = pickle.loads(packed)
    return judge


def judged_by_file(place: str, rows: Sequence[Row]) -> Sequence[Verdict]:
    """Return a verdict for each row by the judge that joblib wrote to `place`, which is loaded once."""
    return judged(_loaded(place), rows)


@lru_cache(maxsize=2)
def _loaded(place: str) -> Judge:
    """Load a judge whose arrays are shared with all processes that load it."""
    judge: Judge = joblib.load(place, mmap_mode="r")
    return judge

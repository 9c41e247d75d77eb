"""Folders that are read as one input: a BlogEngine.NET posts folder, a dataset in JSON Lines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from commentguard.errors import ExportFormatError
from commentguard.readers import blogengine
from commentguard.readers.detection import detect_format
from commentguard.readers.report import Reading, display_name, one_line
from commentguard.readers.source import Source, opened
from commentguard.records import Comment

_ENDINGS: Final = ("", ".gz")


@dataclass(frozen=True, slots=True)
class DatasetFolder:
    """The files of a folder that holds comments.jsonl.

    Parameters
    ----------
    comments : str
        The path of its comments.
    posts : str or None
        The path of its posts.jsonl; None without one.
    """

    comments: str
    posts: str | None


def dataset_in(folder: str) -> DatasetFolder | None:
    """Return the files of a dataset folder, or None when the folder holds no comments.jsonl."""

    def path(name: str) -> str | None:
        found = (os.path.join(folder, name + ending) for ending in _ENDINGS)
        return next(filter(os.path.isfile, found), None)

    comments = path("comments.jsonl")
    return DatasetFolder(comments, path("posts.jsonl")) if comments else None


def read_posts_folder(folder: str, reading: Reading) -> Iterator[Comment]:
    """Yield the comments of all BlogEngine.NET posts in a folder, file by file in the order of their names.

    A file that is no post is skipped, with its name as the place.

    Raises
    ------
    ExportFormatError
        When the folder can't be listed or holds no such post.
    """
    name = one_line(display_name(folder))
    try:
        files = sorted(file for file in os.listdir(folder) if file.lower().endswith((".xml", ".xml.gz")))
    except OSError as error:
        raise ExportFormatError(f"{name}: can't be listed ({error.strerror}); change its permissions") from None
    found = False
    for file in files:
        try:
            with opened(os.path.join(folder, file)) as stream:
                part = Reading(os.path.join(folder, file), reading.report, reading.strict, part=one_line(file))
                source = Source(stream, part)
                if detect_format(source.head) != "blogengine":
                    raise part.error("is no BlogEngine.NET post; move it out of the folder")
                found = True
                yield from blogengine.read(source, part)
        except ExportFormatError as error:
            if reading.strict:
                raise
            reading.skip(one_line(file), one_line(str(error)))
    if not found:
        raise ExportFormatError(
            f"{name}: is a folder without BlogEngine.NET posts or comments.jsonl; name the export file in it"
        )

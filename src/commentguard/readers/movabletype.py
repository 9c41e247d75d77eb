"""Movable Type's text export, which TypePad and many others write too."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, Final

from commentguard.readers.dates import parse_date
from commentguard.readers.decoding import decoded, lines
from commentguard.readers.markup import MAX_FIELD
from commentguard.readers.report import Reading
from commentguard.readers.source import Source
from commentguard.readers.threads import with_threads
from commentguard.records import Comment, Post

ENTRY_SIZE: Final = 100_000_000
"""How many characters of one entry's comments are held at a time; an entry with more is read in parts."""

_ENTRY_ENDS: Final = "--------"
_SECTION_ENDS: Final = "-----"
_SECTION: Final = re.compile(r"(BODY|EXTENDED BODY|EXCERPT|KEYWORDS|COMMENT|PING):\s*$|--------$")
_ENTRY: Final = re.compile(
    r"(?:AUTHOR|TITLE|BASENAME|UNIQUE URL|STATUS|DATE|ALLOW [A-Z]+|CONVERT BREAKS|(?:PRIMARY )?CATEGORY|TAGS):"
)
_META: Final = re.compile(r"([A-Z][A-Z ]{0,30}):(?: (.*))?$")
_COMMENT_META: Final = frozenset(
    {"AUTHOR", "EMAIL", "IP", "URL", "DATE", "TITLE", "BLOG NAME", "ID", "PARENT ID", "STATUS", "VISIBLE"}
)


def read(source: Source, reading: Reading) -> Iterator[Comment]:
    r"""Yield the comments and trackbacks of a Movable Type export, entry by entry, in file order.

    A ping is a trackback: its author the blog's name, its text ``<strong>TITLE</strong>\n\nEXCERPT``. A line of five
    dashes ends a section only where another section or the entry's end follows, so that comments may hold such lines.
    The thread of a comment is what stood under the entry earlier, by date and then by place in the file; at most the
    latest 50 messages (`commentguard.readers.threads.THREAD_MESSAGES`).

    Raises
    ------
    ExportFormatError
        When this is no such export.
    """
    export = _Export(reading)
    for ends, line in _marked(lines(decoded(source, reading), reading)):
        yield from export.line(line, ends)
    yield from export.finish()


def _marked(numbered: Iterator[tuple[int, str]]) -> Iterator[tuple[bool, str]]:
    """Yield for each line whether it ends a section or entry, and the line without its end.

    A line of dashes ends something only where what may follow it does follow, empty lines aside.
    """
    held: list[str] = []
    for _, raw in numbered:
        line = raw.removesuffix("\n").removesuffix("\r")
        if held and line.strip():
            follow = _ENTRY if held[0].rstrip() == _ENTRY_ENDS else _SECTION
            yield follow.match(line.rstrip()) is not None, held[0]
            yield from ((False, blank) for blank in held[1:])
            held = []
        if held or line.rstrip() in (_SECTION_ENDS, _ENTRY_ENDS):
            held.append(line)
        else:
            yield False, line
    if held:
        yield True, held[0]


class _Export:
    """The state of one pass: the entry, and the section that the lines are in."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.found = False
        self.begin()

    def begin(self) -> None:
        self.entry: dict[str, str] = {}
        self.comments: list[tuple[str, dict[str, str], str]] = []
        self.size = 0
        self.section = "META"
        self.meta: dict[str, str] = {}
        self.text: list[str] = []
        self.length = 0

    def line(self, line: str, ends: bool) -> Iterator[Comment]:
        word = line.rstrip()
        if ends and word == _ENTRY_ENDS:
            self.end_section()
            yield from self.flush()
            self.begin()
        elif ends:
            self.end_section()
            if self.size > ENTRY_SIZE:
                self.reading.warn("an entry has more comments than are held at a time; their threads are cut there")
                yield from self.flush()
        elif self.section in ("", "META") and word != _ENTRY_ENDS and (match := _SECTION.match(word)):
            self.section, self.found = match[1], True
        elif self.section == "META":
            self.header(line, self.entry)
        elif self.section in ("COMMENT", "PING") and not self.text and self.header(line, self.meta):
            return
        elif self.section:
            self.take(line)

    def header(self, line: str, values: dict[str, str]) -> bool:
        """Take a line of metadata into `values`; False where it is none."""
        match = _META.match(line.rstrip())
        if not match or match[1] in values or (values is self.meta and match[1] not in _COMMENT_META):
            return False
        values[match[1]] = (match[2] or "").strip()
        self.found = self.found or match[1] in ("AUTHOR", "TITLE", "DATE")
        return True

    def take(self, line: str) -> None:
        self.length += len(line) + 1
        if self.length <= MAX_FIELD:
            self.text.append(line)
        elif not self.text or self.text[-1] != "[...]":
            self.reading.warn("a section is longer than 8 million characters; what follows in it was cut")
            self.text.append("[...]")

    def end_section(self) -> None:
        text = "\n".join(self.text)
        if self.section in ("COMMENT", "PING"):
            self.comments.append((self.section, self.meta, text))
            self.size += len(text) + 1000
        elif self.section in ("BODY", "EXTENDED BODY"):
            self.entry[self.section] = text
        self.section, self.meta, self.text, self.length = "", {}, [], 0

    def flush(self) -> Iterator[Comment]:
        """Yield the comments that are held."""
        post = _post(self.entry) if self.entry else None
        drafts = [_draft(kind, meta, text, post) for kind, meta, text in self.comments]
        self.comments, self.size = [], 0
        yield from with_threads(drafts)

    def finish(self) -> Iterator[Comment]:
        if self.section not in ("", "META"):
            self.reading.cut_off(f"the file ends inside {self.section}:")
            self.end_section()
        yield from self.flush()
        if not self.found:
            raise self.reading.error("holds no AUTHOR:, TITLE: or BODY: lines; is it a Movable Type export?")


def _post(entry: dict[str, str]) -> Post:
    return Post(
        id=entry.get("BASENAME", ""),
        title=html.unescape(entry.get("TITLE", "")),
        text="\n\n".join(filter(None, (entry.get("BODY", ""), entry.get("EXTENDED BODY", "")))),
        url=entry.get("UNIQUE URL", "") or entry.get("PERMALINK", ""),
        date=parse_date(entry.get("DATE")),
    )


def _draft(kind: str, meta: dict[str, str], text: str, post: Post | None) -> dict[str, Any]:
    ping = kind == "PING"
    if ping and meta.get("TITLE"):
        text = f"<strong>{meta['TITLE']}</strong>\n\n{text}"
    return {
        "text": text,
        "id": meta.get("ID", ""),
        "type": "trackback" if ping else "comment",
        "author": (meta.get("BLOG NAME") if ping else meta.get("AUTHOR")) or meta.get("AUTHOR", ""),
        "author_url": meta.get("URL", ""),
        "author_email": meta.get("EMAIL", ""),
        "author_ip": meta.get("IP", ""),
        "date": parse_date(meta.get("DATE")),
        "parent_id": meta.get("PARENT ID") or None,
        "post": post,
        "label": None,
        "status": meta.get("STATUS", "").lower(),
    }

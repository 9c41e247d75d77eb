"""The elements of an XML export as a stream that survives what exports hold: no tree, no entities, no resolver.

A conforming parser must stop at the first fault; a recovering one (libxml2's) drops text behind it. Exports have a
small, known vocabulary, so this scanner goes by it: a fault inside a field stays inside that field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from commentguard.readers.markup import (
    ATTRIBUTES,
    NAME,
    FieldText,
    attributes,
    has_bare_ampersand,
    unescape,
    unix_lines,
)
from commentguard.readers.report import Reading
from commentguard.readers.vocabulary import Event, Vocabulary

_LOOKAHEAD: Final = 1 << 20
"""How far the end of a tag, comment or declaration is looked for: 1 M characters."""

_TEXT: Final = r"(?:<!\[CDATA\[([^\]]*+(?:\](?!\]>)[^\]]*+)*+)\]\]>|([^<]*+))"
_LEAF: Final = rf"({NAME})(?:{ATTRIBUTES}>{_TEXT}</\1>|\s*+/>)"


@cache
def _plain(passed: str) -> re.Pattern[str]:
    """Return what matches a whole field of text, one CDATA section or nothing, or a tag without attributes, or neither.

    What stands before it is passed over, and whole elements that match `passed`.
    """
    return re.compile(rf"(?:[^<]*+<(?:{passed}))*+[^<]*+<(?:{_LEAF}|(/?)({NAME})\s*+>)|(?s:.)")


_TAG: Final = re.compile(rf"<(/?)({NAME})((?:\s(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+|/)?+)>|<(/?)({NAME})([^<>]*+)>")
_TAG_BEGINS: Final = re.compile(r"</?(?:[A-Za-z_]|$)|<!?-{0,2}$")
_RUN: Final = re.compile("<+")
_COMMENT: Final = re.compile(r"<!--[^<>]*+(?<=--)>")
_ENTITY: Final = re.compile(r"<!ENTITY\b|%", re.IGNORECASE)
_CDATA: Final = "<![CDATA["


class _Scanner:
    """One pass over the text of an export; `buffer[pos:]` is what is still to be read."""

    def __init__(self, chunks: Iterator[str], vocabulary: Vocabulary, reading: Reading) -> None:
        self.chunks, self.reading = chunks, reading
        self.vocabulary, self.matching = vocabulary, _plain(vocabulary.passed)
        self.prefixes: dict[str, str] = {}
        self.containers, self.fields = self.spelled(vocabulary.containers), self.spelled(vocabulary.fields)
        self.buffer, self.pos = "", 0
        self.open: list[str] = []
        self.filled: dict[str, str] = {}
        self.outer: list[dict[str, str]] = []
        self.started = False
        self.passed = 0
        self.after_cr = False
        self.absent: dict[str, int] = {}

    def more(self) -> bool:
        """Draw one more chunk behind what is still to be read."""
        chunk = next(self.chunks, "")
        drawn = bool(chunk)
        if self.after_cr or "\r" in chunk:
            chunk, self.after_cr = unix_lines(chunk.removeprefix("\n" if self.after_cr else "")), chunk.endswith("\r")
        self.passed += self.pos
        self.buffer, self.pos = self.buffer[self.pos :] + chunk, 0
        return drawn

    def find(self, what: str, skip: int) -> int:
        """Return where `what` stands, from `skip` characters on, or -1 when not within the lookahead.

        What was looked through once is not looked through again, so that a file of openings takes linear time.
        """
        while True:
            known = self.absent.get(what, 0) - self.passed
            found = self.buffer.find(what, max(self.pos + skip, known))
            if found >= 0:
                return found
            self.absent[what] = self.passed + max(0, len(self.buffer) - len(what) + 1)
            if len(self.buffer) - self.pos > _LOOKAHEAD or not self.more():
                return -1

    def spelled(self, names: frozenset[str]) -> dict[str, str]:
        """Return what elements are called in this file, with the names that the vocabulary has for them."""
        found = {}
        for name in names:
            usual, _, local = name.rpartition(":")
            for prefix, meant in ({usual: usual} | self.prefixes).items():
                if meant == usual:
                    found[f"{prefix}:{local}" if prefix else local] = name
        return found

    def events(self) -> Iterator[Event]:
        """Yield all events, containers balanced."""
        document = self.filled
        yield Event("start", "", "", document)
        while True:
            yield from self.plain()
            if self.seek():
                yield from self.markup()
            elif not self.more():
                break
        yield from self.close_all()
        yield Event("end", "", "", document)

    def plain(self) -> Iterator[Event]:
        """Read on as long as elements are plain, and stop before one that is not."""
        fields, containers = self.fields, self.containers
        for match in self.matching.finditer(self.buffer, self.pos):
            name, literal, text, closing, tag = match.groups()
            if name is not None:
                field = fields.get(name)
                if field is not None:
                    if literal and f"</{name}>" in literal:
                        break
                    if field not in self.filled:
                        self.filled[field] = self.resolved(text) if text else literal or ""
                elif name in containers:
                    break
            elif tag in containers:
                event = self.plain_container(containers[tag], closing)
                if event is None:
                    break
                yield event
            elif tag is None or (tag in fields and not closing):
                break
        else:
            self.pos = len(self.buffer)
            return
        self.pos = match.start()

    def plain_container(self, name: str, closing: str) -> Event | None:
        """Begin or end a container; None where that is not all there is to do."""
        if closing:
            return self.ended() if self.open and self.open[-1] == name else None
        return None if name in self.open else self.begun(name)

    def begun(self, name: str, attributes: str = "") -> Event:
        self.started = True
        self.open.append(name)
        self.outer.append(self.filled)
        self.filled = {}
        return Event("start", name, attributes, self.filled)

    def ended(self, whole: bool = True) -> Event:
        fields, self.filled = self.filled, self.outer.pop()
        return Event("end", self.open.pop(), "", fields, whole)

    def seek(self) -> bool:
        """Go to the next markup; False where the buffer holds none."""
        start = self.buffer.find("<", self.pos)
        self.pos = start if start >= 0 else len(self.buffer)
        return start >= 0

    def resolved(self, text: str) -> str:
        """Return the text between tags with its references resolved."""
        if "&" not in text:
            return text
        if has_bare_ampersand(text):
            self.reading.warn("a bare & was read as text")
        return unescape(text)

    def markup(self) -> Iterator[Event]:
        """Read past the markup at `pos`; yield what it begins or ends."""
        match = self.tag()
        if match is None:
            self.declaration()
            return
        closing, name, rest = self.parts(match)
        if "xmlns" in rest:
            self.learn_prefixes(rest)
        self.pos = match.end()
        if name in self.fields:
            if not closing:
                self.field(self.fields[name], match)
        elif name in self.containers:
            yield from self.container(self.containers[name], closing, rest)

    def tag(self) -> re.Match[str] | None:
        """Return the tag at `pos`, drawing more text where it is not yet whole; None where there is no tag."""
        while True:
            match = _TAG.match(self.buffer, self.pos)
            if match or self.buffer.find("<", self.pos + 1) >= 0:
                return match
            rest = len(self.buffer) - self.pos
            if rest > _LOOKAHEAD or not _TAG_BEGINS.match(self.buffer, self.pos) or not self.more():
                return None

    @staticmethod
    def parts(match: re.Match[str]) -> tuple[str, str, str]:
        if match[2] is not None:
            return match[1], match[2], match[3] or ""
        return match[4], match[5], match[6] or ""

    def learn_prefixes(self, rest: str) -> None:
        """Note the prefixes that an element declares for namespaces of the vocabulary, where they are unusual."""
        for name, address in attributes(rest).items():
            prefix = name.removeprefix("xmlns:")
            for pattern, usual in self.vocabulary.namespaces.items():
                if name.startswith("xmlns:") and prefix != usual and re.search(pattern, address[:200]):
                    self.prefixes[prefix] = usual
        self.containers = self.spelled(self.vocabulary.containers)
        self.fields = self.spelled(self.vocabulary.fields)

    def container(self, name: str, closing: str, rest: str) -> Iterator[Event]:
        empty = rest.rstrip().endswith("/")
        if name in self.open and not empty:
            yield from self.close(name, expected=bool(closing))
        if not closing:
            yield self.begun(name, rest)
            if empty:
                yield self.ended()

    def close(self, name: str, expected: bool) -> Iterator[Event]:
        """End the container and all that is still open in it."""
        while True:
            last = self.open[-1]
            if last != name or not expected:
                self.reading.warn(f"<{last}> was not closed")
            yield self.ended()
            if last == name:
                return

    def field(self, name: str, opening: re.Match[str]) -> None:
        """Read a field that is more than plain text or one CDATA section."""
        _, raw, rest = self.parts(opening)
        if rest.rstrip().endswith("/"):
            self.filled.setdefault(name, "")
            return
        kept = FieldText()
        if not self.fill(kept, raw):
            self.reading.cut_off(f"the file ends inside <{raw}>")
        else:
            self.filled.setdefault(name, kept.text())
        if kept.has_bare_ampersand():
            self.reading.warn("a bare & was read as text")

    def fill(self, kept: FieldText, raw: str) -> bool:
        """Collect a field's text up to its end; False where the input ends first."""
        while True:
            start = self.buffer.find("<", self.pos)
            kept.add(self.buffer[self.pos : start if start >= 0 else len(self.buffer)])
            self.pos = start if start >= 0 else len(self.buffer)
            if start < 0:
                if not self.more():
                    return False
                continue
            while len(self.buffer) - self.pos < len(_CDATA) and self.more():
                pass
            if self.buffer.startswith(_CDATA, self.pos):
                if self.cdata(kept, raw):
                    continue
                return False
            if self.inner_tag(kept, raw):
                return True

    def inner_tag(self, kept: FieldText, raw: str) -> bool:
        """Take the markup at `pos` into a field, or return True where it ends the field."""
        comment = _COMMENT.match(self.buffer, self.pos)
        if comment:
            self.pos = comment.end()
            return False
        match = self.tag()
        if match is None:
            self.reading.warn("a bare < was read as text")
            run = _RUN.match(self.buffer, self.pos)
            size = max(1, len(run[0]) - 1) if run else 1
            kept.add("<" * size)
            self.pos += size
            return False
        closing, name, _ = self.parts(match)
        if closing and name == raw:
            self.pos = match.end()
            return True
        if name in self.containers or ":" in self.fields.get(name, ""):
            self.reading.warn(f"<{raw}> was not closed")
            return True
        self.reading.warn("markup inside a field was read as text")
        kept.add(match[0])
        self.pos = match.end()
        return False

    def cdata(self, kept: FieldText, raw: str) -> bool:
        """Collect a CDATA section; False where the input ends in it. One that is not closed ends with its field."""
        self.pos += len(_CDATA)
        closing = f"</{raw}>"
        while True:
            end = self.buffer.find("]]>", self.pos)
            section = self.buffer[self.pos : end if end >= 0 else len(self.buffer)]
            stop = section.find(closing)
            if stop >= 0 and self.goes_on(section[stop + len(closing) : stop + len(closing) + 200]):
                self.reading.warn("a CDATA section was not closed")
                kept.add(section[:stop], literal=True)
                self.pos += stop
                return True
            if end >= 0:
                kept.add(section, literal=True)
                self.pos = end + 3
                return True
            held = min(len(section), 4096)
            kept.add(section[: len(section) - held], literal=True)
            self.pos = len(self.buffer) - held
            if not self.more():
                kept.add(self.buffer[self.pos :], literal=True)
                self.pos = len(self.buffer)
                return False

    def goes_on(self, rest: str) -> bool:
        """Tell whether an element of the vocabulary follows, as after a field's end."""
        match = re.match(rf"\s*</?({NAME})", rest)
        return match is not None and (match[1] in self.fields or match[1] in self.containers)

    def declaration(self) -> None:
        """Read past what is no tag: a comment, a CDATA section, an instruction, a document type, or a bare `<`."""
        while len(self.buffer) - self.pos < len(_CDATA) and self.more():
            pass
        for opening, ending in ((_CDATA, "]]>"), ("<!--", "-->"), ("<?", "?>")):
            if self.buffer.startswith(opening, self.pos):
                end = self.pass_cdata() if opening == _CDATA else self.find(ending, len(opening))
                if end >= 0:
                    self.pos = end + len(ending)
                    return
        if not self.started and self.buffer[self.pos : self.pos + 9].upper() == "<!DOCTYPE":
            self.document_type()
            return
        self.pos += 1

    def pass_cdata(self) -> int:
        """Drop what an unwanted CDATA section holds, however long, and return where it ends."""
        while (end := self.buffer.find("]]>", self.pos)) < 0:
            self.pos = max(self.pos, len(self.buffer) - 2)
            if not self.more():
                self.pos = len(self.buffer)
                return -1
        return end

    def document_type(self) -> None:
        """Read past a document type; one that declares entities is refused before anything is resolved.

        Raises
        ------
        ExportFormatError
            When it declares entities.
        """
        end = self.find(">", 9)
        if end >= 0 and self.buffer.find("[", self.pos, end) >= 0:
            end = self.find("]", 9)
            if end < 0 or _ENTITY.search(self.buffer, self.pos, end):
                raise self.reading.error(
                    "its document type declares entities, which are never expanded; "
                    "remove the <!DOCTYPE ...> at its beginning if you trust the file"
                )
        self.reading.warn("the document type was left out")
        self.pos = end + 1 if end >= 0 else self.pos + 9

    def close_all(self) -> Iterator[Event]:
        if self.open:
            self.reading.cut_off(f"the file ends inside <{self.open[-1]}>")
        while self.open:
            yield self.ended(whole=False)


def events(chunks: Iterator[str], vocabulary: Vocabulary, reading: Reading) -> Iterator[Event]:
    """Yield the containers of an XML export that its vocabulary names, balanced, in file order, with their fields.

    The document is a container without a name: fields whose container lost its tag are found there.

    Never fetches or expands anything. Bare `&` and `<`, markup in fields, elements and CDATA sections that are not
    closed, prefixes that are not declared and references to nothing are read past with a warning at most.

    Parameters
    ----------
    chunks : iterator of str
        The text of the file in pieces.
    vocabulary : Vocabulary
        What matters in it.
    reading : Reading
        Where repairs are reported.

    Raises
    ------
    ExportFormatError
        When the document type declares entities.
    """
    return _Scanner(chunks, vocabulary, reading).events()

"""The elements of an XML export as a stream that survives what exports hold: no tree, no entities, no resolver.

A conforming parser must stop at the first fault; a recovering one (libxml2's) drops text behind it. Exports have a
small, known vocabulary, so this scanner goes by it: a fault inside a field stays inside that field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from commentguard.readers.markup import NAME, FieldText, attributes, has_bare_ampersand, unescape, unix_lines
from commentguard.readers.report import Reading
from commentguard.readers.vocabulary import Event, Vocabulary

_LOOKAHEAD: Final = 1 << 20
"""How far the end of a tag, comment or declaration is looked for: 1 M characters."""

_QUOTED: Final = "[^<>\"']*+(?:\"[^\"<]*+\"[^<>\"']*+|'[^'<]*+'[^<>\"']*+)*+(?<!/)"
_LEAF: Final = re.compile(
    rf"[^<]*+<({NAME})(?:\s{_QUOTED})?+>(?:<!\[CDATA\[([^\]]*+(?:\](?!\]>)[^\]]*+)*+)\]\]>|([^<]*+))</\1>"
)
_PLAIN_TAG: Final = re.compile(rf"[^<]*+<(/?)({NAME})(/?)>")
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
        self.containers, self.fields = vocabulary.containers, vocabulary.fields
        self.namespaces = vocabulary.namespaces
        self.prefixes: dict[str, str] = {}
        self.buffer, self.pos = "", 0
        self.open: list[str] = []
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

    def canonical(self, name: str) -> str:
        """Return the name with the prefix that the vocabulary uses."""
        if not self.prefixes:
            return name
        prefix, colon, local = name.partition(":")
        if not colon:
            prefix, local = "", name
        prefix = self.prefixes.get(prefix, prefix)
        return f"{prefix}:{local}" if prefix else local

    def events(self) -> Iterator[Event]:
        """Yield all events, containers balanced."""
        fields = self.fields
        while True:
            match = _LEAF.match(self.buffer, self.pos)
            if match is None:
                before = self.pos
                event = self.plain_tag()
                if event is not None:
                    yield event
                elif self.pos > before:
                    continue
                elif self.seek():
                    yield from self.markup()
                elif not self.more():
                    break
                continue
            name, literal, plain = match.groups()
            if self.prefixes:
                name = self.canonical(name)
            if name in fields and (plain is not None or f"</{match[1]}>" not in literal):
                self.pos = match.end()
                text = literal if plain is None else plain
                yield Event("field", name, self.resolved(text) if plain and "&" in plain else text)
            elif name in fields or name in self.containers:
                self.seek()
                yield from self.markup()
            else:
                self.pos = match.end()
        yield from self.close_all()

    def seek(self) -> bool:
        """Go to the next markup; False where the buffer holds none."""
        start = self.buffer.find("<", self.pos)
        self.pos = start if start >= 0 else len(self.buffer)
        return start >= 0

    def plain_tag(self) -> Event | None:
        """Read past tags without attributes, up to the first that is an event by itself or that begins something."""
        while match := _PLAIN_TAG.match(self.buffer, self.pos):
            closing, name, empty = match.groups()
            if self.prefixes:
                name = self.canonical(name)
            if name in self.containers:
                if not empty and closing and self.open and self.open[-1] == name:
                    self.pos = match.end()
                    return Event("end", self.open.pop())
                if not empty and not closing and name not in self.open:
                    self.pos, self.started = match.end(), True
                    self.open.append(name)
                    return Event("start", name)
                return None
            if name in self.fields and not closing:
                if not empty:
                    return None
                self.pos = match.end()
                return Event("field", name)
            self.pos = match.end()
            if not closing and not empty:
                return None
        return None

    def resolved(self, text: str) -> str:
        """Return the text between tags with its references resolved."""
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
        name = self.canonical(name)
        self.pos = match.end()
        if name in self.fields:
            if not closing:
                yield from self.field(name, match)
        elif name in self.containers:
            self.started = True
            yield from self.container(name, closing, rest)

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
            for pattern, usual in self.namespaces.items():
                if name.startswith("xmlns:") and prefix != usual and re.search(pattern, address[:200]):
                    self.prefixes[prefix] = usual

    def container(self, name: str, closing: str, rest: str) -> Iterator[Event]:
        empty = rest.rstrip().endswith("/")
        if name in self.open and not empty:
            yield from self.close(name, expected=bool(closing))
        if closing:
            return
        yield Event("start", name, rest)
        if empty:
            yield Event("end", name)
        else:
            self.open.append(name)

    def close(self, name: str, expected: bool) -> Iterator[Event]:
        """End the container and all that is still open in it."""
        while True:
            last = self.open.pop()
            if last != name or not expected:
                self.reading.warn(f"<{last}> was not closed")
            yield Event("end", last)
            if last == name:
                return

    def field(self, name: str, opening: re.Match[str]) -> Iterator[Event]:
        """Read a field that is more than plain text or one CDATA section."""
        _, raw, rest = self.parts(opening)
        if rest.rstrip().endswith("/"):
            yield Event("field", name)
            return
        kept = FieldText()
        whole = self.fill(kept, raw)
        if not whole:
            self.reading.cut_off(f"the file ends inside <{raw}>")
        text = kept.text()
        if kept.has_bare_ampersand():
            self.reading.warn("a bare & was read as text")
        yield Event("field", name, text, whole)

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
        known = self.canonical(name)
        if known in self.containers or (":" in known and known in self.fields):
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
        return match is not None and self.canonical(match[1]) in (self.fields | self.containers)

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
            yield Event("end", self.open.pop(), whole=False)


def events(chunks: Iterator[str], vocabulary: Vocabulary, reading: Reading) -> Iterator[Event]:
    """Yield the elements of an XML export that its vocabulary names, containers balanced, in file order.

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

"""Wrong and mixed encodings lose no character that can be told."""

from __future__ import annotations

import pytest

from commentguard.readers.decoding import decode_head

from .reading import read, texts
from .wxr import export

DECLARED = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("UTF-8", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("iso-8859-1", "utf-8"),
        ("windows-1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("UTF-8", "utf-16-le"),
        ("no-such-code", "utf-8"),
        ("rot13", "utf-8"),
        ("utf-7", "utf-8"),
    ],
)
def test_an_export_is_read_whatever_it_declares(declared: str, real: str) -> None:
    assert texts((DECLARED.format(declared) + export("café – it’s")).encode(real)) == ["café – it’s"]


def test_a_declared_code_page_is_used() -> None:
    assert texts((DECLARED.format("windows-1251") + export("привет")).encode("cp1251")) == ["привет"]
    assert texts((DECLARED.format("gb2312") + export("你好镕")).encode("gb18030")) == ["你好镕"]


def test_stray_bytes_change_no_character_around_them() -> None:
    comments, report = read(export("日本 X 語").encode().replace(b"X", b"\xe9\x93"))
    assert comments[0].text == "日本 é“ 語"
    assert "Windows-1252" in report.warnings[0]


@pytest.mark.parametrize("tail", [b"", b"x", b"xy", b"\xed", b"\xed\xa0"])
def test_half_a_surrogate_pair_at_the_end_of_the_input_is_read_past(tail: bytes) -> None:
    assert decode_head(b"plums \xed\xa0\xbd" + tail).startswith("plums \ufffd")
    comments, _ = read(b'{"id": "1", "text": "plums"}\n{"id": "2", "text": "cut \xed\xa0\xbd' + tail)
    assert comments[0].text == "plums"


def test_surrogates_written_as_utf8_become_their_character() -> None:
    assert texts(export("a X b").encode().replace(b"X", b"\xed\xa0\xbd\xed\xb8\x80")) == ["a \U0001f600 b"]
    assert texts(export("a X b").encode().replace(b"X", b"\xed\xa0\xbd")) == ["a \ufffd b"]

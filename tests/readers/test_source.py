"""What can be a source, and what is said where it can't be read."""

from __future__ import annotations

import gzip
import io
import os
import re
import sys
from pathlib import Path

import pytest

from commentguard.errors import ExportFormatError
from commentguard.readers import FORMATS, ReadReport, detect_format, read_comments

from .reading import attempt, read, texts
from .wxr import export

ROW = b'{"id": "1", "text": "hello"}\n'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\0", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "an image"),
        (b"PK\x03\x04rest", "unpack it"),
        (b"\0\1\2\3\4\5" * 99, "no format known"),
        (b"just some words\nof prose\n", "--format"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (gzip.compress(gzip.compress(ROW, mtime=0), mtime=0), "gzip inside gzip"),
        (b"\x1f\x8b\x08nonsense", "nothing that can be read"),
    ],
)
def test_what_is_no_export_is_refused_in_one_line_with_a_remedy(content: bytes, says: str) -> None:
    with pytest.raises(ExportFormatError, match=says) as error:
        read(content)
    assert "\n" not in str(error.value)
    assert ";" in str(error.value)


@pytest.mark.parametrize("name", ["missing.xml", "a\0b", "x" * 5000])
def test_a_path_that_can_not_be_opened_is_named_in_the_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExportFormatError, match="check the path"):
        list(read_comments(os.path.join(tmp_path, name)))


@pytest.mark.skipif(os.geteuid() == 0, reason="the super-user may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "closed.jsonl"
    path.write_bytes(ROW)
    path.chmod(0)
    with pytest.raises(ExportFormatError, match="may not be read"):
        list(read_comments(path))


def test_a_folder_of_anything_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.xml").write_text("<note/>")
    with pytest.raises(ExportFormatError, match="is a folder without"):
        list(read_comments(tmp_path))


def test_a_folder_of_posts_is_read_in_order_and_skips_what_is_no_post(tmp_path: Path) -> None:
    post = "<post><comments><comment id='{0}' approved='True'><content>{0}</content></comment></comments></post>"
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(post.format("b").encode()))
    (tmp_path / "a.xml").write_text(post.format("a"))
    (tmp_path / "c.xml").write_text("<note/>")
    (tmp_path / "d.txt").write_text("left alone")
    report = ReadReport()
    assert [comment.id for comment in read_comments(tmp_path, report=report)] == ["a", "b"]
    assert [skipped.place for skipped in report.skipped] == ["c.xml"]


def test_a_dataset_folder_is_read_with_its_posts(tmp_path: Path) -> None:
    (tmp_path / "comments.jsonl").write_text('{"id": "1", "text": "x", "post_id": "p"}')
    (tmp_path / "posts.jsonl").write_text('{"id": "p", "title": "Plums"}')
    comment = next(read_comments(tmp_path))
    assert comment.post is not None
    assert comment.post.title == "Plums"


def test_posts_next_to_a_file_are_not_used_unasked(tmp_path: Path) -> None:
    (tmp_path / "comments.jsonl").write_text('{"id": "1", "text": "x", "post_id": "p"}')
    (tmp_path / "posts.jsonl").write_text('{"id": "p", "title": "Plums"}')
    comment = next(read_comments(tmp_path / "comments.jsonl"))
    assert comment.post is not None
    assert comment.post.title == ""


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ROW)))
    assert [comment.text for comment in read_comments("-")] == ["hello"]


def test_a_stream_is_left_open() -> None:
    stream = io.BytesIO(ROW)
    assert len(list(read_comments(stream))) == 1
    assert not stream.closed


def test_a_text_stream_is_refused() -> None:
    with pytest.raises(ExportFormatError, match="binary mode"):
        list(read_comments(io.StringIO("x")))  # type: ignore[arg-type]


def test_gzip_is_seen_by_content_in_several_members() -> None:
    assert texts(gzip.compress(ROW) + gzip.compress(ROW.replace(b"1", b"2")) + b"\0" * 512) == ["hello", "hello"]


def test_gzip_that_ends_too_early_yields_what_it_held() -> None:
    packed = gzip.compress(b"".join(b'{"id": "%d", "text": "%s"}\n' % (n, os.urandom(20).hex().encode())
                                    for n in range(2000)))  # fmt: skip
    comments, report = read(packed[: len(packed) // 2])
    assert 500 < len(comments) < 1500
    assert report.truncated


def test_damaged_gzip_is_reported() -> None:
    packed = bytearray(gzip.compress(ROW * 50))
    packed[-6] ^= 0xFF
    comments, report = read(bytes(packed))
    assert len(comments) == 50
    assert report.truncated


def test_an_unknown_format_name_is_answered_with_all_names() -> None:
    with pytest.raises(ExportFormatError, match="formats are wordpress, disqus"):
        read(ROW, format="wxr")


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_named_for_what_it_is_not_is_no_crash(name: str) -> None:
    outcome = attempt(b"nothing of the kind\n", format=name)
    assert outcome == [] or re.search("[;?]", str(outcome))


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (export("x").encode(), "wordpress"),
        (gzip.compress(export("x").encode(), mtime=0), "wordpress"),
        (b"Notice: x on line 3\n<rss><channel>", "wordpress"),
        (b'<disqus xmlns="http://disqus.com">', "disqus"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<post>\n<author>", "blogengine"),
        (b"TITLE: x\nDATE: 1/2/2003\n-----\nBODY:\n<item>", "movabletype"),
        (b'[{"comment_ID":"1"}]', "wp-cli"),
        (b"comment_ID,comment_post_ID\n", "wp-cli"),
        (b"id\ttext\n1\t<rss>\n", "table"),
        ("﻿ID;Comment\n".encode("utf-16"), "table"),
        (b'{"text": "<rss>"}', "jsonl"),
        (b'[{"text": "x"}]', "jsonl"),
    ],
)
def test_a_format_is_told_by_content(head: bytes, name: str) -> None:
    assert detect_format(head) == name


class Dripping(io.RawIOBase):
    """A pipe that has a little at a time, and whose writer then makes one wait."""

    def __init__(self, content: bytes, at_a_time: int) -> None:
        self.pieces = [content[at : at + at_a_time] for at in range(0, len(content), at_a_time)]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self.pieces:
            raise TimeoutError("the writer makes one wait")
        piece = self.pieces.pop(0)
        buffer[: len(piece)] = piece
        return len(piece)


def test_what_a_slow_pipe_has_is_read_before_there_is_more() -> None:
    content = b"".join(b'{"id": "%d", "text": "plums"}\n' % number for number in range(3000))
    pipe = io.BufferedReader(Dripping(content, 10_000))  # type: ignore[type-var]
    comments = read_comments(pipe, format="jsonl")
    assert [next(comments).id for _ in range(2500)] == [str(number) for number in range(2500)]

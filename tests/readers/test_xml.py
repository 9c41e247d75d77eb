"""Broken markup is read past without losing a comment; dangerous markup is refused."""

from __future__ import annotations

import time

import pytest

from commentguard.errors import ExportFormatError

from .reading import read, texts
from .wxr import HEAD, TAIL, comment, export


@pytest.mark.parametrize(
    ("content", "text", "warning"),
    [
        ("Q&A &amp; R&amp;D", "Q&A & R&D", "a bare & was read as text"),
        ("1 < 2 & so", "1 < 2 & so", "a bare < was read as text"),
        ("a <b>bold</b> word", "a <b>bold</b> word", "markup inside a field"),
        ("bell \x07 rings", "bell  rings", "a control character was dropped"),
        ("<![CDATA[kept ]]> whole]]>", "kept ]]> whole", ""),
        ("<![CDATA[split ]]]]><![CDATA[> here]]>", "split ]]> here", ""),
        ("<![CDATA[never closed", "never closed", "a CDATA section was not closed"),
        ("no break &nbsp; and &#8; and &#128512;", "no break \xa0 and  and \U0001f600", ""),
        ("&#55357;&#56832; &#55357; &nosuch; &#1114112;", "\U0001f600 \ufffd &nosuch; \ufffd", ""),
        ("line\r\nends\rhere", "line\nends\nhere", ""),
        ("in<!-- a note -->side", "inside", ""),
        ("lone ]]> there", "lone ]]> there", ""),
    ],
)
def test_a_fault_inside_a_comment_stays_inside_it(content: str, text: str, warning: str) -> None:
    comments, report = read(export("before", content, "after"))
    assert [found.text for found in comments] == ["before", text, "after"]
    assert not report.truncated
    assert report.skipped_count == 0
    assert warning in " ".join(report.warnings)


@pytest.mark.parametrize("tag", ["</wp:comment_content>", "</wp:comment>", "</wp:comment_author>"])
def test_a_missing_end_tag_loses_no_comment(tag: str) -> None:
    assert texts(export("one", "two").replace(tag, "", 1)) == ["one", "two"]


@pytest.mark.parametrize(
    "broken",
    [
        "<wp:postmeta><wp:meta_key>k</wp:meta_key><wp:meta_value>v</wp:meta_value>",
        "<excerpt:encoded><![CDATA[never closed</excerpt:encoded>",
        "<excerpt:encoded>a < b & c</excerpt:encoded>",
        '<category domain="tag" nicename="x"><![CDATA[a]]></categories>',
        "<wp:status>publish",
        "</wp:status>",
    ],
)
def test_a_fault_in_what_nobody_asks_for_loses_no_comment(broken: str) -> None:
    assert texts(HEAD + broken + comment(1, "one") + comment(2, "<![CDATA[two]]>") + TAIL) == ["one", "two"]


def test_fields_of_the_blog_are_found_where_its_tags_are_lost() -> None:
    whole = export("hello").replace("<channel>", "<channel><link>https://blog.example/</link>")
    for tag in ("<channel>", "<rss"):
        (found,), _ = read(whole.replace(tag, "", 1))
        assert found.source == "blog.example"


def test_a_prefix_need_not_be_declared() -> None:
    assert texts(export("hello").replace(' xmlns:wp="http://wordpress.org/export/1.2/"', "")) == ["hello"]


def test_another_prefix_for_the_namespace_is_understood() -> None:
    assert texts(export("hello").replace("wp:", "ns0:").replace("xmlns:wp", "xmlns:ns0")) == ["hello"]


def test_notices_of_a_server_before_the_export_do_no_harm() -> None:
    assert texts("<br />\n<b>Notice</b>: x\n<?xml version='1.0'?>" + export("hello")) == ["hello"]


def test_attributes_and_spaces_in_tags_are_read_past() -> None:
    noted = export("hello").replace("<wp:comment_content>", '<wp:comment_content note="a > b"\n>')
    assert texts(noted) == ["hello"]


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY x SYSTEM "file:///etc/hostname">',
        '<!ENTITY % p SYSTEM "http://a.example/p.dtd">%p;',
    ],
)
def test_declared_entities_are_refused_in_one_line_and_at_once(subset: str) -> None:
    started = time.process_time()
    with pytest.raises(ExportFormatError, match="entities") as error:
        read(f"<?xml version='1.0'?><!DOCTYPE rss [{subset}]>" + export("&b;&x;"))
    assert "\n" not in str(error.value)
    assert time.process_time() - started < 1


def test_a_document_type_without_entities_is_left_out_and_never_fetched() -> None:
    comments, report = read('<!DOCTYPE rss SYSTEM "http://a.example/rss.dtd">' + export("hello"))
    assert len(comments) == 1
    assert report.warnings == ["the document type was left out"]


@pytest.mark.parametrize("cut", range(1, len(comment(3, "last") + TAIL), 7))
def test_a_file_cut_anywhere_yields_what_stood_before_and_says_so(cut: int) -> None:
    comments, report = read(export("one", "two", "last")[:-cut])
    assert [found.text for found in comments] in (["one", "two"], ["one", "two", "last"])
    assert len(comments) + report.skipped_count in (2, 3)
    assert report.truncated
    assert "the file ends inside" in report.warnings[-1]


def test_a_strict_run_raises_where_the_file_is_cut() -> None:
    with pytest.raises(ExportFormatError, match="ends inside"):
        read(export("one")[:-5], strict=True)


@pytest.mark.parametrize("flood", ["<", "&", "<!--", "<![CDATA[", '<a b="', "<wp:comment_content>", "]]>"])
def test_a_flood_of_openings_takes_linear_time(flood: str) -> None:
    started = time.process_time()
    read(HEAD + flood * (300_000 // len(flood)) + TAIL)
    assert time.process_time() - started < 5


def test_a_comment_of_20_megabytes_keeps_its_head_and_tail() -> None:
    comments, report = read(export("head " + "x" * 20_000_000 + " tail", "next"))
    assert [found.text[:5] for found in comments] == ["head ", "next"]
    assert comments[0].text.endswith(" tail")
    assert len(comments[0].text) == 1_000_000
    assert "cut to its head and tail" in report.warnings[0]


@pytest.mark.parametrize("size", [1 << 18, (1 << 18) + 1, (1 << 18) - 7])
def test_nothing_is_lost_where_two_chunks_of_input_meet(size: int) -> None:
    start = HEAD + comment(1, "")
    for shift in range(0, 330, 5):
        padding = "x" * (size - len(start) - shift)
        found = texts(HEAD + comment(1, padding) + comment(2, "a &amp; b") + comment(3, "<![CDATA[c]]>\r\n") + TAIL)
        assert found[1:] == ["a & b", "c\n"]

"""Forms as real clients send them."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

from commentguard.server.forms import MAX_FIELDS, parse_form, read_check

FIELDS = {
    "blog": "https://www.Blog.example/",
    "user_ip": "192.0.2.7",
    "comment_content": "Nice rye",
    "comment_author": "Ada",
}


def encoded(**changed: str) -> bytes:
    return urlencode({**FIELDS, **changed}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"comment_context=rye&comment_context=sour+dough",
        b"comment_context[]=rye&comment_context[]=sour%20dough",
        b"comment_context%5B0%5D=rye&comment_context%5B1%5D=sour+dough",
    ],
)
def test_lists_are_read_in_every_encoding_of_the_clients(body: bytes) -> None:
    assert parse_form(body).all("comment_context") == ["rye", "sour dough"]


@pytest.mark.parametrize(
    ("told", "meant"), [("1", True), ("true", True), ("True", True), ("False", False), ("0", False)]
)
def test_flags_are_read_in_every_spelling_of_the_clients(told: str, meant: bool) -> None:
    assert parse_form(f"is_test={told}".encode()).flag("is_test") is meant
    assert parse_form(b"").flag("is_test") is False


def test_a_field_of_the_body_counts_before_one_of_the_query_and_a_first_one_before_later_ones() -> None:
    form = parse_form(b"api_key=body&api_key=late", b"api_key=query&blog=b")
    assert (form.get("api_key"), form.get("blog")) == ("body", "b")


def test_text_is_read_in_the_charset_that_it_is_in() -> None:
    assert parse_form("comment_content=grüße".encode()).get("comment_content") == "grüße"
    russian = urlencode({"comment_content": "хлеб", "blog_charset": "windows-1251"}, encoding="windows-1251").encode()
    assert parse_form(russian).get("comment_content") == "хлеб"
    assert parse_form(b"comment_content=caf%E9&blog_charset=no-such").get("comment_content") == "café"
    assert parse_form(b"comment_content=caf%E9&charset=utf-7").get("comment_content") == "café"


@given(st.binary(max_size=300))
def test_no_bytes_break_it(body: bytes) -> None:
    check = read_check(parse_form(body, body))
    check.comment.text.encode()
    assert check.comment.id


@given(st.dictionaries(st.sampled_from(["comment_content", "comment_author", "blog"]), st.text(), max_size=3))
def test_what_a_client_encodes_is_what_is_read(fields: dict[str, str]) -> None:
    sane = {name: value.encode("utf-8", "ignore").decode().replace("\0", "") for name, value in fields.items()}
    form = parse_form(urlencode(sane).encode())
    assert {name: form.get(name) for name in sane} == sane


def test_a_form_of_endless_fields_is_read_up_to_a_limit() -> None:
    form = parse_form(b"&".join(b"f%d=x" % number for number in range(3 * MAX_FIELDS)))
    assert len(form.values) == MAX_FIELDS
    assert len(parse_form(b"a=1&" * 10_000).all("a")) == 100


def test_the_fields_become_a_comment() -> None:
    check = read_check(parse_form(encoded(
        permalink="http://blog.example/rye/#c7", comment_type="pingback", comment_author_email="ada@mail.example",
        comment_author_url="https://ada.example", comment_date_gmt="2026-03-01 10:00:00", comment_post_ID="12",
        comment_parent="5", user_agent="Browser/1", user_role="editor",
    )))  # fmt: skip
    comment = check.comment
    assert (comment.type, comment.text, comment.author, comment.author_url) == (
        "pingback",
        "Nice rye",
        "Ada",
        "https://ada.example",
    )
    assert (comment.author_email, comment.author_ip, comment.parent_id) == ("ada@mail.example", "192.0.2.7", "5")
    assert str(comment.date) == "2026-03-01 10:00:00"
    assert (comment.source, check.site, check.post_id) == ("blog.example", "blog.example", "12")
    assert comment.post is not None
    assert comment.post.url == "http://blog.example/rye/#c7"


def test_types_of_platforms_are_comments_and_content_type_is_another_name() -> None:
    check = read_check(parse_form(encoded(content_type="forum-post")))
    assert check.comment.type == "comment"
    assert check.comment.extra["platform_type"] == "forum-post"
    assert read_check(parse_form(encoded(comment_type=""))).comment.extra == {}


def test_a_decision_finds_the_comment_that_was_checked() -> None:
    first = read_check(parse_form(encoded(permalink="http://blog.example/rye", comment_date_gmt="2026-01-01")))
    later = read_check(parse_form(encoded(permalink="https://blog.example/rye/", blog="http://blog.example")))
    other = read_check(parse_form(encoded(permalink="https://blog.example/oats")))
    assert first.comment.id == later.comment.id != other.comment.id


@pytest.mark.parametrize(
    ("fields", "certain"),
    [
        ({"comment_author": "akismet-guaranteed-spam"}, True),
        ({"comment_author": "viagra-test-123"}, True),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, True),
        ({"user_role": "subscriber, administrator"}, False),
        ({"honeypot_field_name": "trap", "trap": "filled"}, True),
        ({"honeypot_field_name": "trap", "POST_trap": "filled"}, True),
        ({"honeypot_field_name": "trap", "trap": " "}, None),
        ({"user_role": "subscriber"}, None),
    ],
)
def test_what_the_protocol_settles_is_settled(fields: dict[str, str], certain: bool | None) -> None:
    assert read_check(parse_form(encoded(**fields))).certain is certain


def test_fields_of_the_visitors_form_never_take_the_place_of_the_protocols() -> None:
    check = read_check(parse_form(encoded(POST_comment_content="other", HTTP_HOST="x", comment_content_="y")))
    assert check.comment.text == "Nice rye"


def test_a_question_before_a_pingback_is_fetched_is_known() -> None:
    assert read_check(parse_form(encoded(akismet_pre_check="1", comment_content=""))).is_announcement
    assert not read_check(parse_form(encoded(akismet_pre_check="1"))).is_announcement

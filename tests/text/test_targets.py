"""Addresses of one page are told to be of one page, and those of others are not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.text.targets import host_at, page_at
from hostile import TEXT

POST = "https://blog.example/2026/rye-bread"


@pytest.mark.parametrize(
    "url",
    ["http://blog.example/2026/rye-bread", "https://www.blog.example/2026/rye-bread/", "//BLOG.example/2026/rye-bread",
     "https://blog.example:443/2026/rye-bread#comment-7", "https://blog.example/2026/rye-bread/?utm_source=feed&fbclid=x",
     "https://blog.example/2026/rye%2Dbread", "/2026/rye-bread", "../2026/./rye-bread", " https://blog.example./2026/rye-bread\n"],
)  # fmt: skip
def test_spellings_of_one_address_lead_to_one_page(url: str) -> None:
    assert page_at(url, "http://blog.example/2025/") == page_at(POST)


@pytest.mark.parametrize(
    "url",
    ["https://other.example/2026/rye-bread", "https://blog.example/2026/rye", "https://blog.example/2026/Rye-Bread",
     "https://blog.example:8080/2026/rye-bread", "https://blog.example/2026/rye-bread?p=2", "https://blog.example/",
     "https://blog.example.evil.example/2026/rye-bread", "https://evil.example/?u=https://blog.example/2026/rye-bread",
     "https://blog.example@evil.example/2026/rye-bread"],
)  # fmt: skip
def test_other_addresses_lead_to_other_pages(url: str) -> None:
    assert page_at(url) not in ("", page_at(POST))


@pytest.mark.parametrize(
    "url", ["", "#top", "mailto:ada@mail.example", "javascript:go()", "http://", "http://[", "x" * 9_999]
)
def test_what_is_no_address_of_a_page_leads_nowhere(url: str) -> None:
    assert page_at(url) == host_at(url) == ""


def test_parameters_count_in_any_order_and_percent_encoded_letters_as_themselves() -> None:
    assert page_at("http://b.example/?b=2&a=%C3%A4") == page_at("http://b.example?a=ä&b=2")
    assert page_at("http://b.example/caf%c3%a9") == page_at("http://b.example/café")
    assert page_at("http://bücher.example/") == page_at("http://xn--bcher-kva.example")


@given(TEXT | st.text().map("http://{}".format), TEXT)
def test_no_address_is_too_odd(url: str, base: str) -> None:
    page_at(url, base)
    assert page_at(url).startswith(host_at(url))


def test_hostile_addresses_take_no_time() -> None:
    begun = time.monotonic()
    for url in ("http://a.example/" + "../" * 600, "http://a.example/?" + "a&" * 900, "http://" + "ä." * 900):
        page_at(url)
    assert time.monotonic() - begun < 2

"""Addresses: links, hosts, registered domains."""

from __future__ import annotations

import time

import pytest
from hypothesis import given

from commentguard.text.urls import MAX_LINKS, host, links, registered_domain
from hostile import TEXT


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://shop.example/a/b?c#d", "shop.example"),
        ("HTTPS://WWW.Shop.Example:8080", "shop.example"),
        ("//shop.example/x", "shop.example"),
        ("shop.example", "shop.example"),
        ("shop.example/path", "shop.example"),
        ("a.example:8080/path", "a.example"),
        ("localhost:80", "localhost"),
        ("http://user:word@shop.example/", "shop.example"),
        ("http://shop.example.", "shop.example"),
        ("  http://shop.example", "shop.example"),
        ("http://192.168.0.1:80/", "192.168.0.1"),
        ("mailto:ann@mail.example", "mail.example"),
        ("http://bücher.example/ü", "bücher.example"),
        ("http://xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("", ""),
        ("   ", ""),
        ("http://", ""),
        ("///", ""),
        ("?x=1", ""),
    ],
)
def test_the_host_of_an_address_is_found(url: str, name: str) -> None:
    assert host(url) == name


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("a.b.shop.example", "shop.example"),
        ("shop.co.uk", "shop.co.uk"),
        ("deep.shop.co.uk", "shop.co.uk"),
        ("writer.blogspot.com", "writer.blogspot.com"),
        ("192.168.0.1", "192.168.0.1"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
        ("a..b", "a..b"),
        ("", ""),
    ],
)
def test_the_registered_domain_goes_by_the_public_suffix_list(name: str, domain: str) -> None:
    assert registered_domain(name) == domain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no links here", []),
        ("see http://a.example/x, then", ["http://a.example/x,"]),
        ("HTTPS://A.EXAMPLE", ["HTTPS://A.EXAMPLE"]),
        ("[url=http://a.example]a[/url]", ["http://a.example"]),
        ("page (http://a.example/)", ["http://a.example/"]),
        ('"www.a.example"', ["www.a.example"]),
        ("WWW.a.example", ["WWW.a.example"]),
        ("http://x", []),
        ("http:// a.example", []),
    ],
)
def test_links_end_where_the_address_ends(text: str, found: list[str]) -> None:
    assert links(text) == found


def test_no_more_than_the_first_links_are_looked_at() -> None:
    text = " ".join(f"http://a{number}.example" for number in range(MAX_LINKS + 20))
    assert links(text) == text.split()[:MAX_LINKS]


@given(TEXT)
def test_any_text_has_links_hosts_and_domains(text: str) -> None:
    for url in (text, *links(text), "http://" + text):
        name = host(url)
        assert not name.startswith("www.") or name == name.strip(".")
        assert name.endswith(registered_domain(name))


@pytest.mark.parametrize(
    "part", ["http://", "www.", "a@", "http://a@", "h:", "a.", " ", "/", "http:", "[", "-", "aaaaaaaaaa:", "xn--", "\0"]
)
def test_hostile_addresses_take_bounded_time(part: str) -> None:
    text = part * (1_000_000 // len(part))
    began = time.perf_counter()
    for url in [text, *links(text)[:3]]:
        registered_domain(host(url))
    assert time.perf_counter() - began < 1

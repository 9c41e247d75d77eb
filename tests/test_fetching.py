"""Fetching: what hostile servers, redirects and name servers can't do, tried on connections in a network of its own."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("httpx", reason="httpx is not installed (pip install 'commentguard[pings]')")

from commentguard import fetching
from commentguard.fetching import FetchError, Page, fetch_page, is_public
from lonely_network import (
    METADATA,
    OTHER_PUBLIC,
    PUBLIC,
    Names,
    endless,
    lonely_network,
    names,
    page,
    sent,
    served,
)

LIMIT = 150 * 1024
BODY = b"<p>How rye bread rises.</p>"


@pytest.fixture(scope="module")
def network() -> Iterator[Names]:
    with lonely_network(), names() as found:
        found.answers["blog.example"] = [[PUBLIC]]
        yield found


def redirected(target: str) -> bytes:
    return page(b"", b"Location: " + target.encode(), status=b"302 Found")


def test_a_page_comes_with_its_text_and_where_it_stands(network: Names) -> None:
    with served(sent(page(BODY, b"Set-Cookie: a=b"))) as heads:
        assert fetch_page("http://blog.example/rye?p=1#part", LIMIT) == Page("http://blog.example/rye?p=1#part", BODY)
    assert heads[0].startswith(b"GET /rye?p=1 HTTP/1.1\r\n")
    assert b"Host: blog.example\r\n" in heads[0]


def test_neither_proxies_nor_cookies_are_used(network: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:3128")
    first = page(b"", b"Location: /rye", b"Set-Cookie: a=b", status=b"302 Found")
    answers = iter((first, page(BODY)))
    with served(lambda connection, head: connection.sendall(next(answers))) as heads:
        assert fetch_page("http://blog.example/", LIMIT).body == BODY
    assert len(heads) == 2
    assert b"cookie" not in heads[1].lower()


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://blog.example/", "gopher://blog.example/", "http://user:word@blog.example/", "rye",
     "//blog.example/", "http://", "http://blog.example:22/", "http://blog.example:6379/", "http://blog.example:99999/",
     "http://blog.example:0/", "http://a b.example/", "http://[fe80::1%eth0]/",
     "http://[", "http://blog.example/\n", "http://\ud800.example/", "http://blog.example/" + "x" * 5_000],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_never_looked_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: pytest.fail("it was looked up"))
    with pytest.raises(FetchError):
        fetch_page(url, LIMIT)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", METADATA, "100.100.100.200", "168.63.129.16", "0.0.0.0",
     "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1%eth0", "fec0::1", "fd00:ec2::254", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "64:ff9b::7f00:1",
     "64:ff9b:1::1", "2001:0:7f00:1::", "2001:db8::1"],
)  # fmt: skip
def test_an_address_that_leads_inside_is_not_public_whatever_it_is_wrapped_in(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, OTHER_PUBLIC, "2a00::1", "64:ff9b::808:808"])
def test_an_address_of_the_public_network_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "2130706433", "0x7f.1", "127.1",
     "0", "localhost", "inside.example", "half.example", "mapped.example"],
)  # fmt: skip
def test_what_stands_inside_is_reached_neither_at_once_nor_by_redirect(network: Names, inside: str) -> None:
    network.answers["inside.example"] = [["127.0.0.1"]]
    network.answers["half.example"] = [[PUBLIC, METADATA]]
    network.answers["mapped.example"] = [["::ffff:127.0.0.1"]]
    with (
        served(sent(redirected(f"http://{inside}:8080/latest")), PUBLIC, 80),
        served(sent(page(BODY)), "127.0.0.1", 8080) as first,
        served(sent(page(BODY)), METADATA, 8080) as second,
        served(sent(page(BODY)), "::1", 8080) as third,
    ):
        for url in (f"http://{inside}:8080/latest", "http://blog.example/"):
            with pytest.raises(FetchError, match=r"not public|unknown") as caught:
                fetch_page(url, LIMIT)
            assert "127" not in str(caught.value)
    assert first == second == third == []


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://blog.example/", "http://user@blog.example/", "http://blog.example:25/",
               "http://[", "data:text/html,rye", "javascript:alert(1)"],
)  # fmt: skip
def test_a_redirect_to_what_is_no_page_is_not_followed(network: Names, target: str) -> None:
    with served(sent(redirected(target))) as heads, pytest.raises(FetchError, match=r"address|port"):
        fetch_page("http://blog.example/", LIMIT)
    assert len(heads) == 1


def test_redirects_are_followed_three_times(network: Names) -> None:
    left = iter(
        [redirected("/1"), redirected("//blog.example/2"), redirected("?3"), page(BODY)] + [redirected("/")] * 9
    )
    with served(lambda connection, head: connection.sendall(next(left))) as heads:
        assert fetch_page("http://blog.example/", LIMIT).url == "http://blog.example/2?3"
        del heads[:]
        with pytest.raises(FetchError, match="too often"):
            fetch_page("http://blog.example/", LIMIT)
        assert len(heads) == 4


def test_a_name_that_changes_is_connected_to_where_it_was_checked(network: Names) -> None:
    network.answers["turning.example"] = [[PUBLIC], ["127.0.0.1"]]
    with served(sent(page(BODY))), served(sent(page(b"inside")), "127.0.0.1", 80) as inside:
        assert fetch_page("http://turning.example/", LIMIT).body == BODY
    assert network.asked["turning.example. 1"] == 1
    assert inside == []


def test_a_name_that_changes_is_checked_again_on_a_redirect_to_itself(network: Names) -> None:
    network.answers["turned.example"] = [[PUBLIC], ["127.0.0.1"]]
    with (
        served(sent(redirected("http://turned.example/secret"))) as outside,
        served(sent(page(b"inside")), "127.0.0.1", 80) as inside,
        pytest.raises(FetchError, match="not public"),
    ):
        fetch_page("http://turned.example/", LIMIT)
    assert (len(outside), inside) == (1, [])


def test_the_next_address_is_tried_where_the_first_one_is_closed(network: Names) -> None:
    network.answers["two.example"] = [[OTHER_PUBLIC, PUBLIC]]
    with served(sent(page(BODY))):
        assert fetch_page("http://two.example/", LIMIT).body == BODY


def test_a_name_server_that_says_nothing_costs_no_more_than_the_time(network: Names) -> None:
    network.answers["mute.example"] = None
    begun = time.monotonic()
    with pytest.raises(FetchError, match="too long"):
        fetch_page("http://mute.example/", LIMIT, seconds=0.3)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("start", "piece"),
    [(b"", b""), (b"HTTP/1.1 200 OK\r\nX: ", b"x"), (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), (page(b"<p>"), b"x"),
     (page(b"ffff\r\n", b"Transfer-Encoding: chunked"), b"x")],
    ids=["silence", "header", "headers", "body", "chunks"],
)  # fmt: skip
def test_a_server_that_drips_is_left_when_the_time_is_over(network: Names, start: bytes, piece: bytes) -> None:
    def drip(connection: socket.socket, head: bytes) -> None:
        connection.sendall(start)
        for _ in range(30):
            time.sleep(0.02)
            connection.sendall(piece)

    begun = time.monotonic()
    with served(drip):
        with pytest.raises(FetchError, match="too long"):
            fetch_page("http://blog.example/", LIMIT, seconds=0.3)
        assert time.monotonic() - begun < 3


def test_redirects_share_one_time(network: Names) -> None:
    begun = time.monotonic()
    with served(sent(b"", redirected("/"), pause=0.2)), pytest.raises(FetchError, match="too long"):
        fetch_page("http://blog.example/", LIMIT, seconds=0.5)
    assert time.monotonic() - begun < 3


def test_an_endless_body_is_read_up_to_the_limit(network: Names) -> None:
    with served(endless(page(b""), b"x" * 65_536)):
        assert len(fetch_page("http://blog.example/", LIMIT).body) == LIMIT


@pytest.mark.parametrize(
    ("start", "piece"),
    [(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65_536), (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 10_000),
     (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2_000), (b"", b"x" * 65_536)],
    ids=["header", "headers", "hints", "no HTTP"],
)  # fmt: skip
def test_endless_headers_are_not_read_for_long(network: Names, start: bytes, piece: bytes) -> None:
    with served(endless(start, piece)), pytest.raises(FetchError, match=r"too much|not answer"):
        fetch_page("http://blog.example/", LIMIT)


def test_a_packed_page_is_unpacked(network: Names) -> None:
    with served(sent(page(gzip.compress(BODY), b"Content-Encoding: gzip"))):
        assert fetch_page("http://blog.example/", LIMIT).body == BODY


def test_a_compressed_bomb_is_not_unpacked_beyond_the_limit(network: Names) -> None:
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    with served(sent(page(bomb, b"Content-Encoding: gzip"))):
        tracemalloc.start()
        try:
            found = fetch_page("http://blog.example/", LIMIT)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert len(found.body) == LIMIT
    assert peak < 2_000_000


def test_what_is_packed_twice_is_unpacked_once_at_most(network: Names) -> None:
    twice = gzip.compress(gzip.compress(bytes(1 << 20)))
    with served(sent(page(twice, b"Content-Encoding: gzip, gzip"))), pytest.raises(FetchError, match="compressed"):
        fetch_page("http://blog.example/", LIMIT)
    with served(sent(page(twice, b"Content-Encoding: gzip"))):
        assert fetch_page("http://blog.example/", LIMIT).body == gzip.decompress(twice)


def test_packed_nothing_without_end_is_not_read_for_long(network: Names) -> None:
    packer = zlib.compressobj(wbits=31)
    start = packer.compress(BODY) + packer.flush(zlib.Z_FULL_FLUSH)
    empty = b"\x00\x00\x00\xff\xff" * 10_000
    with served(endless(page(start, b"Content-Encoding: gzip"), empty)):
        assert fetch_page("http://blog.example/", LIMIT).body == BODY


@pytest.mark.parametrize(
    "answer",
    [page(b"no gzip", b"Content-Encoding: gzip"), page(BODY, b"Content-Encoding: br"), page(BODY, status=b"404 No"),
     b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nx", b"HTTP/1.1 200 OK\r\n\r\n<p>", b"SSH-2.0-server\r\n", b"",
     page(BODY, b"Content-Length: 9999")],
)  # fmt: skip
def test_what_is_no_page_is_said_in_one_line(network: Names, answer: bytes) -> None:
    with served(sent(answer)), pytest.raises(FetchError, match=r"^it [a-z0-9 ]+$"):
        fetch_page("http://blog.example/", LIMIT)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and its certificate for safe.example."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    place = tmp_path_factory.mktemp("keys") / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=safe.example", "-addext", "subjectAltName=DNS:safe.example", "-keyout", place, "-out",
         place.with_suffix(".crt")], check=True, capture_output=True,
    )  # fmt: skip
    place.write_bytes(place.read_bytes() + place.with_suffix(".crt").read_bytes())
    return place


def test_the_certificate_must_be_good_for_the_name_that_was_asked(
    network: Names, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.answers |= {"safe.example": [[PUBLIC]], "other.example": [[PUBLIC]]}
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(certificate)

    def answer(connection: socket.socket, head: bytes) -> None:
        with own.wrap_socket(connection, server_side=True) as safe:
            safe.recv(4_096)
            safe.sendall(page(BODY))

    with served(answer, port=443):
        with pytest.raises(FetchError, match="encryption"):  # nobody vouches for it
            fetch_page("https://safe.example/", LIMIT)
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(fetching, "_encryption", lambda: trusting)
        assert fetch_page("https://safe.example/", LIMIT).body == BODY
        with pytest.raises(FetchError, match="encryption"):
            fetch_page("https://other.example/", LIMIT)


@pytest.mark.parametrize("spoken", [page(BODY), b"\x16\x03\x01\xff\xff" + bytes(500), b""])
def test_encryption_that_is_none_is_an_error(network: Names, spoken: bytes) -> None:
    with served(sent(spoken), port=443), pytest.raises(FetchError, match=r"encryption|reached"):
        fetch_page("https://blog.example/", LIMIT)


def test_encryption_that_never_comes_about_ends_with_the_time(network: Names) -> None:
    begun = time.monotonic()
    with served(sent(b"", b"", pause=0.6), port=443):
        with pytest.raises(FetchError, match="too long"):
            fetch_page("https://blog.example/", LIMIT, seconds=0.3)
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [("été".encode(), "", "été"), ("été".encode("cp1252"), "windows-1252", "été"),
     ("жук".encode("koi8-r"), "koi8-r", "жук"), (b"\xef\xbb\xbfa", "", "a"), (b"a", "zip", "a"), (b"a", "idna", "a"),
     (b"a", "unicode_escape", "a"), (b"a", "no-such", "a"), (b"\xff", "", "\ufffd"),
     (b'<meta http-equiv=x content="text/html; charset=cp1251">' + "жук".encode("cp1251"), "",
      '<meta http-equiv=x content="text/html; charset=cp1251">жук')],
)  # fmt: skip
def test_a_page_is_read_in_the_encoding_that_it_names(body: bytes, charset: str, text: str) -> None:
    assert Page("", body, charset).text == text

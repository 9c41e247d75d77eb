"""Fetching posts: what a hostile server, a hostile permalink and a hostile resolver can't do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

from commentguard.fetching import FetchError
from commentguard.records import Post
from commentguard.server import fetching as module
from commentguard.server.fetching import fetch_post, fetching

PAGE = b"""<html><head><title>Blog</title><meta property="og:title" content="Rye bread"></head>
<body class="comments-open"><nav>Home</nav><article>How to bake <b>rye</b> bread.<script>x()</script>
<div id="comments">First!</div></article><footer>(c)</footer></body></html>"""

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def site(answer: Answer) -> Iterator[str]:
    """Start a web server on loopback and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(OSError):
                answer(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_address[1]}"
        http.shutdown()
        thread.join()


def answered(body: bytes = PAGE, status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in ({"Content_Type": "text/html; charset=utf-8"} | headers).items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def hosts(url: str) -> frozenset[str]:
    return frozenset({url.removeprefix("http://")})


def test_the_post_is_title_and_text_without_what_surrounds_it() -> None:
    with site(answered()) as url:
        assert fetch_post(f"{url}/rye", hosts(url)) == Post(
            title="Rye bread", text="How to bake rye bread.", url=f"{url}/rye"
        )


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://listed.example/",
        "http://user@listed.example/",
        "http://other.example/",
        "http://[",
        "x",
    ],
)
def test_what_is_no_page_of_a_listed_host_is_never_asked_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **named: object) -> None:
        raise AssertionError("it was asked for")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(FetchError):
        fetch_post(url, frozenset({"listed.example"}))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1%eth0", "fd00::1",
     "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1"],
)  # fmt: skip
def test_a_listed_name_that_stands_for_a_private_address_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolved(*args: object, **named: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", (address, 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with pytest.raises(FetchError, match="not public"):
        fetch_post("http://listed.example/rye", frozenset({"listed.example"}))


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up, connected = [], []

    def resolved(host: str, *args: object, **named: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        looked_up.append(host)
        return [(2, 1, 6, "", ("8.8.8.8" if len(looked_up) == 1 else "127.0.0.1", 80))]

    def connect(address: tuple[str, int], *args: object, **named: object) -> socket.socket:
        connected.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(FetchError):
        fetch_post("http://listed.example/rye", frozenset({"listed.example"}))
    assert (looked_up, connected) == (["listed.example"], [("8.8.8.8", 80)])


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest", "http://[::1]/", "file:///etc/passwd", "//other.example"]
)
def test_a_redirect_to_a_host_that_is_not_listed_is_not_followed(target: str) -> None:
    with site(answered(b"", 302, Location=target)) as url, pytest.raises(FetchError, match=r"not listed|no address"):
        fetch_post(url, hosts(url))


def test_redirects_within_the_host_are_followed_a_few_times() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/old":
            answered(b"", 301, Location="/rye")(request)
        elif request.path == "/rye":
            answered()(request)
        else:
            answered(b"", 302, Location="/round")(request)

    with site(answer) as url:
        assert fetch_post(f"{url}/old", hosts(url)).url == f"{url}/old"
        with pytest.raises(FetchError, match="too often"):
            fetch_post(f"{url}/round", hosts(url))


@pytest.mark.parametrize(
    "answer",
    [
        answered(status=404),
        answered(Content_Type="image/png"),
        answered(b"\x1f\x8b" + b"\0" * 100, Content_Encoding="gzip"),
        answered(b""),
    ],
)
def test_what_is_no_page_is_left(answer: Answer) -> None:
    with site(answer) as url, pytest.raises(FetchError):
        fetch_post(url, hosts(url))


def test_an_endless_page_is_read_up_to_a_limit() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        answered(b"<article>" + b"rye " * module.MAX_PAGE)(request)

    with site(answer) as url:
        assert 0 < len(fetch_post(url, hosts(url)).text) <= module.MAX_PAGE


@pytest.mark.parametrize("slow", ["headers", "body"])
def test_a_page_that_drips_is_cut_off_in_time(slow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.5)

    def answer(request: BaseHTTPRequestHandler) -> None:
        if slow == "body":
            answered(b"<article>")(request)
        for _ in range(100):
            request.wfile.write(b"x")
            time.sleep(0.05)

    with site(answer) as url:
        begun = time.monotonic()
        with pytest.raises(FetchError):
            fetch_post(url, hosts(url))
        assert time.monotonic() - begun < 3


def test_a_post_is_asked_for_once_however_many_comments_want_it() -> None:
    asked: list[str] = []
    kept: list[Post] = []
    done = threading.Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        answered()(request)

    def keep(post: Post) -> None:
        kept.append(post)
        done.set()

    with site(answer) as url, fetching(hosts(url), keep) as fetcher:
        for path in ("/rye", "/rye/", "/rye#comment-7"):
            fetcher.want(f"{url}{path}")
        fetcher.want("http://other.example/rye")
        assert done.wait(10)
        time.sleep(0.1)
    assert asked == ["/rye"]
    assert [post.title for post in kept] == ["Rye bread"]

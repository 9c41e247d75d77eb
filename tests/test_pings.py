"""Pings checked at their source: what is found is kept, the order too, and no page ends a run."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest

pytest.importorskip("httpx", reason="httpx is not installed (pip install 'commentguard[pings]')")

from cli.running import lines, run
from commentguard import pings
from commentguard.errors import ExportFormatError
from commentguard.fetching import FetchError, Page
from commentguard.objects import as_line, comment_to_json
from commentguard.pings import IN_FLIGHT, Checks, verified, verify
from commentguard.readers import read_comments
from commentguard.records import Comment, Post, SourcePage
from lonely_network import PUBLIC, lonely_network, names, page, sent, served

POST = Post(title="Rye bread", text="Sourdough needs patience.", url="https://blog.example/rye")
LINKING = "<title>Notes</title><p>Her <a href='https://blog.example/rye'>sourdough</a> needs patience"


def ping(url: str, kind: str = "pingback") -> Comment:
    return Comment("[...] sourdough [...]", id=f"{kind} {url}", type=kind, author="Notes", author_url=url, post=POST)  # type: ignore[arg-type]


class Web:
    """Pages by their address, and how often each was asked for."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.asked: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self._seconds = seconds
        self._lock = threading.Lock()

    def fetch(self, url: str, max_bytes: int) -> Page:
        with self._lock:
            self.asked[url] += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self._seconds)
        with self._lock:
            self.at_once -= 1
        if "gone" in url:
            raise FetchError("its host is unknown")
        if "odd" in url:
            raise RuntimeError
        return Page(url, LINKING.encode() if "linking" in url else b"<p>Cheap watches")


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    found = Web()
    monkeypatch.setattr(pings, "fetch_page", lambda *asked: found.fetch(*asked))
    return found


def test_verify_says_what_the_page_says_of_the_post(web: Web) -> None:
    found = verify("http://linking.example/1", POST.url, POST)
    assert (found.reached, found.links_back, found.title, found.nearness) == (True, True, "Notes", 0.75)
    assert verify("http://watches.example/", POST.url) == SourcePage(reached=True)
    assert verify("http://gone.example/", POST.url) == SourcePage(reached=False, problem="its host is unknown")
    assert verify("http://odd.example/", POST.url).reached is False


def test_pings_alone_are_checked_and_all_comments_keep_their_order(web: Web) -> None:
    known = SourcePage(reached=True, links_back=True, place="list")
    stream = [
        Comment("I tried it", author_url="http://linking.example/me", post=POST),
        ping("http://linking.example/1"),
        ping("http://gone.example/", "trackback"),
        replace(ping("http://linking.example/2"), source_page=known),
        replace(ping("http://linking.example/3"), post=None),
        replace(ping("http://linking.example/4"), post=Post(title="Rye bread")),
        ping(""),
        ping("http://watches.example/", "trackback"),
    ]
    checks = Checks()
    found = list(verified(stream, checks))
    assert [replace(one, source_page=None) for one in found] == [replace(one, source_page=None) for one in stream]
    assert [one.source_page and (one.source_page.reached, one.source_page.links_back) for one in found] == [
        None, (True, True), (False, False), (True, True), None, None, None, (True, False),
    ]  # fmt: skip
    assert found[3].source_page == known
    assert checks == Checks(asked=3, linking=1, unreached=1, pages=3, left_alone=3)
    assert set(web.asked) == {"http://linking.example/1", "http://gone.example/", "http://watches.example/"}


def test_an_address_is_asked_once_for_all_pings_that_name_it(web: Web) -> None:
    other = Post(url="https://blog.example/oats")
    stream = [
        ping("http://linking.example/#top"),
        *(replace(ping("http://linking.example/"), post=other) for _ in range(5)),
    ]
    found = [one.source_page for one in verified(stream)]
    assert [page is not None and page.links_back for page in found] == [True] + [False] * 5
    assert set(web.asked.values()) == {1}


def test_some_pages_are_asked_for_at_once_but_never_many(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Web(seconds=0.1)
    monkeypatch.setattr(pings, "fetch_page", lambda *asked: slow.fetch(*asked))
    stream = [ping(f"http://linking.example/{number}") for number in range(3 * IN_FLIGHT)]
    begun = time.monotonic()
    assert all(one.source_page and one.source_page.links_back for one in verified(stream))
    assert time.monotonic() - begun < 3
    assert 1 < slow.most_at_once <= IN_FLIGHT


def test_a_stream_is_never_drawn_far_ahead_of_a_slow_page(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Web(seconds=0.2)
    monkeypatch.setattr(pings, "fetch_page", lambda *asked: slow.fetch(*asked))
    drawn = 0

    def stream() -> Iterator[Comment]:
        nonlocal drawn
        yield ping("http://linking.example/")
        for _ in range(5_000):
            drawn += 1
            yield Comment("plums")

    next(iter(verified(stream())))
    assert drawn <= 1_000


def test_what_was_drawn_before_a_fault_comes_first(web: Web) -> None:
    def stream() -> Iterator[Comment]:
        yield ping("http://linking.example/")
        raise ExportFormatError("broken")

    found = verified(stream())
    assert next(found).source_page is not None
    with pytest.raises(ExportFormatError, match="broken"):
        next(found)


def test_findings_are_written_and_read_back_equal(web: Web) -> None:
    stream = list(verified([ping("http://linking.example/"), ping("http://gone.example/"), ping("http://b.example/")]))
    text = "".join(as_line(comment_to_json(one)) for one in stream)
    assert list(read_comments(BytesIO(text.encode()))) == stream


@pytest.mark.parametrize(
    ("told", "meant"),
    [({}, SourcePage(False)), ({"reached": "yes", "outgoing": -3, "nearness": 7}, SourcePage(False)),
     ({"reached": True, "place": "roof", "rel": "nofollow", "language": 5}, SourcePage(True, language="5")),
     ({"reached": True, "around": "x" * 999, "outgoing": 10**30}, SourcePage(True, around="x" * 300, outgoing=10**6))],
)  # fmt: skip
def test_findings_that_can_not_be_meant_are_read_as_none(told: dict[str, object], meant: SourcePage) -> None:
    line = json.dumps({"id": "1", "text": "", "type": "pingback", "source_page": told})
    assert next(read_comments(BytesIO(line.encode()))).source_page == meant


def test_a_source_page_that_is_no_object_stays_what_it_was() -> None:
    line = json.dumps({"id": "1", "text": "", "source_page": "http://a.example/"})
    found = next(read_comments(BytesIO(line.encode())))
    assert (found.source_page, found.extra) == (None, {"source_page": "http://a.example/"})
    assert comment_to_json(found)["source_page"] == "http://a.example/"


STDIN = "".join(
    as_line({"id": str(number), "text": "", "type": "pingback", "author_url": url, "post": {"url": post}})
    for number, (url, post) in enumerate(
        [("http://linking.example/", POST.url), ("http://gone.example/", POST.url), ("http://b.example/", "")]
    )
).encode()


@pytest.mark.parametrize("command", ["classify", "convert"])
def test_the_command_line_asks_when_told_to_and_says_how_many(command: str, web: Web) -> None:
    found = run(command, "--verify-pings", "-", stdin=STDIN)
    assert found.exit_code == 0
    assert "2 pings checked at 2 pages: 1 linked back, 1 not to be had; 1 left unchecked: " in found.stderr
    assert [line.get("source_page", {}).get("links_back") for line in lines(found)] == [True, None, None]
    web.asked.clear()
    again = run(command, "--verify-pings", "-", stdin=run("convert", "--verify-pings", "-", stdin=STDIN).stdout_bytes)
    assert set(web.asked.values()) == {1}
    assert "0 pings checked" in again.stderr


@pytest.mark.parametrize("command", ["classify", "convert"])
def test_nobody_is_asked_unless_told_to(command: str, web: Web) -> None:
    found = run(command, "-", stdin=STDIN)
    assert found.exit_code == 0
    assert not web.asked
    assert "source_page" not in found.stdout
    assert "checked" not in found.stderr


def test_the_real_thing_asks_a_server_and_leaves_the_inside_alone() -> None:
    rows = [("http://page.example/", POST.url), ("http://inside.example/", POST.url), ("http://127.0.0.1/", POST.url)]
    stream = [ping(url) for url, _ in rows]
    with lonely_network(), names() as network:
        network.answers |= {"page.example": [[PUBLIC]], "inside.example": [["127.0.0.1"]]}
        with served(sent(page(LINKING.encode()))), served(sent(page(b"")), "127.0.0.1", 80) as inside:
            found = [one.source_page for one in verified(stream)]
    assert [one is not None and one.links_back for one in found] == [True, False, False]
    assert {one.problem for one in found if one} == {"", "its host stands for an address that is not public"}
    assert inside == []

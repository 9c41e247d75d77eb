"""The JSON API, against a server process."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

from commentguard.guard import load_model
from commentguard.objects import verdict_to_json
from commentguard.readers import read_comments
from commentguard.server.messages import MAX_ROWS
from commentguard.server.native import routes
from commentguard.server.openapi import description
from commentguard.store.labels import stored_labels

from .running import Running, until

POST = {"id": "21", "title": "Rye bread", "text": "How to bake rye bread.", "url": "https://native.example/rye"}
RYE = {"id": "n1", "text": "My rye bread sours for two days.", "author": "Ada", "source": "native.example"}


def stored(running: Running, identifier: str) -> list[tuple[str | None, str]]:
    with running.store.reading() as connection:
        return [(one.label, one.labeller) for one in stored_labels(connection) if one.id == identifier]


def test_one_comment_gets_one_verdict_and_many_get_many_in_order(running: Running) -> None:
    one = running.json("POST", "/v1/classify", RYE)
    assert one.status_code == 200
    assert list(one.json()) == ["id", "label", "probabilities", "needs_review", "reasons"]
    assert one.json()["id"] == "n1"
    many = running.json("POST", "/v1/classify", [{"text": "a", "id": 7}, {"text": "b"}])
    assert many.json()[0]["id"] == "7"
    assert len(many.json()) == 2
    assert running.json("POST", "/v1/classify", []).json() == []


def test_verdicts_are_those_of_the_library(running: Running) -> None:
    rows = [{**RYE, "id": "v1", "post": POST, "thread": [{"author": "Bea", "text": "Rye!"}]}, {"id": "v2", "text": "x"}]
    found = running.json("POST", "/v1/classify", rows).json()
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    guard = load_model("default")
    assert found == [verdict_to_json(*pair) for pair in guard.classify_many(read_comments(BytesIO(lines)))]


def test_lines_come_back_as_lines(running: Running) -> None:
    body = '{"text": "a", "id": "1"}\n\n{"text": "b", "id": "2"}\n'
    headers = {"Authorization": f"Bearer {running.key}", "Content-Type": "application/x-ndjson"}
    found = running.client.post("/v1/classify", content=body, headers=headers)
    assert found.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line)["id"] for line in found.text.splitlines()] == ["1", "2"]


def test_a_comment_that_names_its_post_is_judged_with_it(running: Running) -> None:
    assert running.json("PUT", "/v1/posts", POST).json() == {"stored": 1}
    named = {**RYE, "id": "p1", "post_id": "21"}
    decision = {"id": "p1", "label": "substantive", "comment": {**RYE, "post": {"id": 21}}}
    assert running.json("POST", "/v1/labels", decision).json() == {"stored": 1}
    with running.store.reading() as connection:
        found = next(one for one in stored_labels(connection) if one.id == "p1")
    assert found.comment.post is not None
    assert found.comment.post.title == "Rye bread"
    whole = running.json("POST", "/v1/classify", {**named, "post": POST}).json()
    assert running.json("POST", "/v1/classify", named).json()["probabilities"] == pytest.approx(whole["probabilities"])


def test_a_decision_on_a_comment_that_was_seen_needs_its_id_alone(running: Running) -> None:
    seen = {**RYE, "id": "seen", "post": {"url": "https://native.example/seen"}}
    assert running.json("POST", "/v1/classify", seen).status_code == 200
    decision = {"id": "seen", "label": "off-topic", "source": "native.example", "labeller": "bea"}
    until(lambda: running.json("POST", "/v1/labels", decision).status_code == 200)
    assert stored(running, "seen") == [("off-topic", "bea")]


def test_a_decision_that_comes_again_is_kept_once(running: Running) -> None:
    for label in ("spam", "spam", "substantive"):
        assert running.json("POST", "/v1/labels", {"id": "twice", "label": label, "comment": {"text": "x"}}).is_success
    assert [label for label, _ in stored(running, "twice")] == ["substantive"]


def test_a_decision_on_an_unknown_comment_keeps_none_of_the_request(running: Running) -> None:
    rows = [{"id": "known", "label": "spam", "comment": {"text": "x"}}, {"id": "nobody knows", "label": "spam"}]
    found = running.json("POST", "/v1/labels", rows)
    assert found.status_code == 404
    assert found.json()["error"].startswith("row 2: ")
    assert stored(running, "known") == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("/v1/classify", {}, "text"),
        ("/v1/classify", [{"text": "x"}, {"text": 7}], "row 2: "),
        ("/v1/classify", "x", "Expected `object`"),
        ("/v1/classify", [[]], "Expected `object`"),
        ("/v1/labels", {"id": "1", "label": "nonsense"}, "nonsense"),
        ("/v1/labels", {"label": "spam"}, "id"),
    ],
)
def test_what_is_not_asked_for_is_refused_with_its_place(running: Running, path: str, value: object, said: str) -> None:
    found = running.json("POST", path, value)
    assert found.status_code == 422
    assert said in found.json()["error"]


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"text": "\\ud800"}', "application/json", 400),
        (b'{"text": "a"}', "text/plain", 415),
        (b'{"text": "a"}\n{', "application/x-ndjson", 400),
        (json.dumps([{"text": "a"}] * (MAX_ROWS + 1)).encode(), "application/json", 413),
    ],
)
def test_a_body_that_can_not_be_read_is_a_clear_error(
    running: Running, content: bytes, media: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {running.key}", "Content-Type": media}
    found = running.client.post("/v1/classify", content=content, headers=headers, timeout=30)
    assert found.status_code == status
    assert found.json()["error"]


@pytest.mark.parametrize("header", [b"", b"Bearer", b"Bearer wrong0123456", b"Basic abc", b"Bearer \xc3\xa9"])
def test_nothing_is_answered_without_a_key(running: Running, header: bytes) -> None:
    for method, path in (("POST", "/v1/classify"), ("PUT", "/v1/posts"), ("POST", "/v1/labels"), ("GET", "/metrics")):
        found = running.client.request(method, path, headers={b"Authorization": header}, json={})
        assert found.status_code == 401
        assert found.headers["www-authenticate"] == "Bearer"
        assert "keys add" in found.json()["error"]


def test_another_method_or_path_is_told_in_json(running: Running) -> None:
    wrong = running.client.get("/v1/classify")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert running.client.get("/nothing").json() == {"error": "Not Found"}


def test_counts_are_told_to_prometheus(running: Running) -> None:
    running.json("POST", "/v1/classify", {"text": "x"})
    found = running.json("GET", "/metrics", None)
    assert found.headers["content-type"].startswith("text/plain")
    assert 'commentguard_requests_total{endpoint="/v1/classify",status="200"}' in found.text
    assert "commentguard_verdicts_total" in found.text
    assert "commentguard_store_errors_total 0.0" in found.text


def test_the_description_names_every_endpoint_of_the_api(running: Running) -> None:
    found = running.client.get("/openapi.json").json()
    assert found == description()
    described = {(path, method.upper()) for path, methods in found["paths"].items() for method in methods}
    assert described == {(one.path, name) for one in routes() for name in one.methods or () if name != "HEAD"}


def test_the_server_says_nothing_of_the_persons_who_write(running: Running) -> None:
    told = {"text": "x", "author_email": "secret@mail.example", "author_ip": "198.51.100.9", "post": {"id": "p"}}
    assert running.json("POST", "/v1/classify", told).is_success
    assert running.json("POST", "/v1/labels", {"id": "s", "label": "spam", "comment": told}).is_success
    database = str(running.store.engine.url.database)
    for ending in ("", "-wal"):
        with open(database + ending, "rb") as file:
            content = file.read()
        assert b"secret@mail" not in content
        assert b"198.51.100.9" not in content

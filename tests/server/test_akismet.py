"""The protocol of Akismet, word for word, against a server process."""

from __future__ import annotations

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

from commentguard.records import Comment, Label, Post, ThreadMessage, Verdict
from commentguard.server.akismet import DISCARD, THANKS, _headers
from commentguard.server.forms import Form, read_check
from commentguard.server.judge import Judged
from commentguard.store.comments import thread_at
from commentguard.store.labels import stored_labels
from commentguard.store.posts import put_posts

from .running import BLOG, GOOD, SPAM, Running, until


def labels(running: Running) -> dict[str, str | None]:
    with running.store.reading() as connection:
        return {one.comment.text: one.label for one in stored_labels(connection)}


def test_a_key_is_verified_by_either_name(running: Running) -> None:
    for name in ("key", "api_key"):
        found = running.client.post("/1.1/verify-key", data={name: running.key, "blog": BLOG})
        assert (found.status_code, found.text) == (200, "valid")
        assert found.headers["content-type"].startswith("text/plain")
        assert "x-akismet-debug-help" not in found.headers


@pytest.mark.parametrize("key", ["wrong0123456", "", "x" * 5_000, "\u00e9\0"])
def test_a_key_that_is_none_is_invalid_everywhere(running: Running, key: str) -> None:
    paths = "verify-key comment-check submit-spam submit-ham deactivate get-stats get-subscription"
    for path in paths.split():
        found = running.post(path, {"api_key": key, "key": key, **GOOD})
        assert (found.status_code, found.text) == (200, "invalid")
        assert found.headers["x-akismet-debug-help"]


@pytest.mark.parametrize("place", ["field", "key", "query", "host"])
def test_a_key_is_taken_from_field_query_or_host(running: Running, place: str) -> None:
    told = {"blog": BLOG, "user_ip": "192.0.2.7", "is_test": "1", **GOOD}
    key, url = running.key, "/1.1/comment-check"
    found = {
        "field": lambda: running.client.post(url, data={**told, "api_key": key}),
        "key": lambda: running.client.post(url, data={**told, "key": key}),
        "query": lambda: running.client.post(f"{url}?api_key={key}", data=told),
        "host": lambda: running.client.post(url, data=told, headers={"Host": f"{key}.localhost:{running.port}"}),
    }[place]()
    assert found.text in ("true", "false")


def test_a_check_tells_label_probabilities_review_and_reasons_in_headers_of_our_own(running: Running) -> None:
    found = running.post("comment-check", {**GOOD, "permalink": f"{BLOG}rye", "classify": "1", "is_test": "1"})
    label = found.headers["x-commentguard-label"]
    assert found.text == ("true" if label == "spam" else "false")
    assert found.headers["x-akismet-classification"] == label
    shares = dict(part.split("=") for part in found.headers["x-commentguard-probabilities"].split(", "))
    assert sum(map(float, shares.values())) == pytest.approx(1, abs=0.001)
    assert found.headers["x-commentguard-review"] in ("true", "false")
    assert found.headers["x-commentguard-reasons"]
    assert len(found.headers["x-akismet-guid"]) == 32
    assert not {"x-akismet-debug-help", "x-akismet-alert-code", "x-akismet-error"} & set(found.headers)
    again = running.post("comment-check", {**GOOD, "is_test": "1"})
    assert "x-akismet-classification" not in again.headers
    assert again.headers["x-akismet-guid"] != found.headers["x-akismet-guid"]


def test_test_vectors_are_answered_as_documented(running: Running) -> None:
    assert running.post("comment-check", {"comment_author": "akismet-guaranteed-spam"}).text == "true"
    assert running.post("comment-check", {"user_role": "administrator", **SPAM}).text == "false"
    assert running.post("comment-check", {}).text == "false"


@pytest.mark.parametrize("missing", ["blog", "user_ip"])
def test_a_check_without_a_required_field_is_neither_true_nor_false(running: Running, missing: str) -> None:
    found = running.post("comment-check", {**GOOD, missing: ""})
    assert found.status_code == 200
    assert found.text not in ("true", "false", "invalid")
    assert missing in found.headers["x-akismet-debug-help"]


def test_decisions_are_thanked_for_when_they_are_in_the_store(running: Running) -> None:
    text = "A comment that was called spam, said not to be."
    found = running.post("submit-ham", {**GOOD, "comment_content": text, "comment_author_email": "ada@mail.example"})
    assert found.text == THANKS
    assert labels(running)[text] == "substantive"
    assert running.post("submit-spam", {**GOOD, "comment_content": text}).text == THANKS
    assert labels(running)[text] == "spam"


def test_a_test_teaches_nothing(running: Running) -> None:
    text = "Only a test of the connection"
    assert running.post("submit-spam", {"comment_content": text, "is_test": "True"}).text == THANKS
    assert text not in labels(running)
    assert running.post("submit-spam", {"comment_content": text, "is_test": "False"}).text == THANKS
    assert text in labels(running)


def _thread(running: Running, place: str) -> tuple[ThreadMessage, ...]:
    with running.store.reading() as connection:
        return thread_at(connection, place, "", "")


def test_comments_under_a_post_see_its_text_and_what_stood_there_before(running: Running) -> None:
    post = Post(id="77", title="Barley soup", text="How to cook barley soup slowly.", url=f"{BLOG}barley")
    with running.store.writing() as connection:
        put_posts(connection, [post])
    under = {"permalink": f"{BLOG}barley/?replytocom=1#respond", "comment_post_ID": "77"}
    first = {**GOOD, **under, "comment_content": "Barley takes an hour in my pot, not thirty minutes."}
    assert running.post("comment-check", {**first, "user_role": "administrator"}).text == "false"
    until(lambda: _thread(running, "blog.example/barley") != ())  # nobody who asks for a verdict waits for its keeping
    assert running.post("submit-ham", {**first, "comment_content": "Barley again"}).text == THANKS
    with running.store.reading() as connection:
        stored = next(one for one in stored_labels(connection) if one.comment.text == "Barley again")
    assert stored.comment.post == post
    assert [message.text for message in stored.comment.thread] == [first["comment_content"]]


def test_counts_of_the_key_are_told(running: Running) -> None:
    running.post("comment-check", {"comment_author": "akismet-guaranteed-spam", "blog": "https://counted.example"})
    asked = {"api_key": running.key}
    until(lambda: running.client.get("/1.2/key-sites", params={**asked, "filter": "counted"}).json()["total"])
    found = running.post("get-stats", {"from": "60-days"}).json()
    assert found["spam"] >= 1
    assert 0 <= found["accuracy"] <= 100
    limit = running.client.get("/1.2/usage-limit", params=asked).json()
    assert limit["limit"] == "none"
    assert limit["usage"] >= 1
    assert (limit["percentage"], limit["throttled"]) == ("0.0", False)
    extended = running.client.get("/1.2/usage-limit", params={**asked, "extended": "1"}).json()
    assert extended["upgrade"] is False
    sites = running.client.get("/1.2/key-sites", params={**asked, "filter": "counted", "order": "spam"}).json()
    (month,) = [rows for name, rows in sites.items() if name[:2] == "20"]
    assert month == [{
        "site": "counted.example", "api_calls": 1, "spam": 1, "ham": 0, "missed_spam": 0, "false_positives": 0,
        "is_revoked": False,
    }]  # fmt: skip
    assert (sites["limit"], sites["offset"], sites["total"]) == (500, 0, 1)
    lines = running.client.get("/1.2/key-sites", params={**asked, "format": "csv", "limit": "1"}).text.splitlines()
    assert "(limit:1, offset: 0, total: " in lines[0]
    assert lines[1] == "Site,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked"
    assert len(lines) == 3
    assert running.client.get("/1.2/key-sites", params={**asked, "month": "x"}).text == "invalid"


def test_a_site_is_deactivated_in_one_word(running: Running) -> None:
    assert running.post("deactivate", {}).text == "deactivated"


def test_a_key_has_an_account_that_is_active_and_costs_nothing(running: Running) -> None:
    found = running.post("get-subscription", {}).json()
    assert found["status"] == "active"  # else WordPress's plugin hides its settings
    assert found["account_type"] != "free-api-key"  # it would be urged to upgrade
    assert found["account_name"]
    assert not found["next_billing_date"]
    assert not found["limit_reached"]


def test_a_client_hears_that_it_gets_through(running: Running) -> None:
    assert running.client.get("/1.1/test").text == "connected"  # WordPress warns its owner at any other word


def test_a_long_comment_is_judged(running: Running) -> None:
    found = running.post("comment-check", {"comment_content": "rye and oats " * 80_000, "is_test": "1"})
    assert found.text in ("true", "false")


@pytest.mark.parametrize(
    ("label", "share", "review", "tip"),
    [
        ("spam", DISCARD, False, "discard"),
        ("spam", DISCARD - 0.001, False, None),
        ("spam", 0.999, True, None),
        ("off-topic", 0.999, False, None),
    ],
)
def test_only_blatant_spam_may_be_dropped_unseen(label: Label, share: float, review: bool, tip: str | None) -> None:
    judged = Judged(Comment(text="x"), "", Verdict(label, {"spam": share}, review), "")
    check = read_check(Form({}))
    assert _headers(judged, check, classify=False).get("X-akismet-pro-tip") == tip

"""What a store keeps of posts, comments, labels, keys and counts, and how it is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commentguard.errors import StoreError
from commentguard.labels import Decision
from commentguard.records import Comment, Label, Post, ThreadMessage, Verdict

pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed (pip install 'commentguard[server]')")

from commentguard.store.comments import Seen, add_comments, comment_with_id, thread_at
from commentguard.store.database import Store
from commentguard.store.erasure import Erased, erase_author, erase_before
from commentguard.store.keys import add_key, key_in, remove_key, stored_keys
from commentguard.store.labels import put_labels, stored_labels
from commentguard.store.places import place_of
from commentguard.store.posts import post_at, post_with_id, put_posts
from commentguard.store.schema import comments, labels
from commentguard.store.usage import count, sites, totals

PLACE = "blog.example/rye"
SPAM = Verdict("spam", {"spam": 0.9, "off-topic": 0.05, "substantive": 0.05}, False)
GOOD = Verdict("substantive", {"spam": 0.1, "off-topic": 0.1, "substantive": 0.8}, False)


def seen(identifier: str, verdict: Verdict = GOOD, time: int = 1_000, author: str = "Ada") -> Seen:
    comment = Comment(
        text=f"text {identifier}", id=identifier, author=author, author_email="Ada@mail.example",
        author_ip="192.0.2.7", source="blog.example",
    )  # fmt: skip
    return Seen(comment, PLACE, verdict, time)


def decision(identifier: str, label: Label | None, second: int = 0) -> Decision:
    time = datetime(2026, 3, 1, 12, 0, second, tzinfo=UTC)
    return Decision(seen(identifier).comment, label, time, "ada", GOOD, "0123456789abcdef")


@pytest.mark.parametrize("url", ["http://www.Blog.example/rye/", "https://blog.example/rye#c3", "//blog.example/rye"])
def test_a_post_is_found_however_its_address_is_written(store: Store, url: str) -> None:
    post = Post("12", "Rye", "All of \U0001f35e", "https://blog.example/rye", datetime(2026, 1, 2))
    with store.writing() as connection:
        assert put_posts(connection, [post, Post(title="nowhere")]) == 1
        assert post_at(connection, url) == post
        assert post_at(connection, "https://blog.example/oats") is None
        assert post_at(connection, "") is None


def test_a_post_is_found_by_its_id_within_its_blog(store: Store) -> None:
    ours = Post(id="12", title="Rye", url="https://blog.example/rye")
    theirs = Post(id="12", title="Oats", url="https://other.example/oats")
    bare = Post(id="13", title="Without address")
    with store.writing() as connection:
        put_posts(connection, [ours, theirs, bare])
        assert post_with_id(connection, "12", "https://www.blog.example/") == ours
        assert post_with_id(connection, "12", "other.example") == theirs
        assert post_with_id(connection, "13", "other.example") == bare
        assert post_with_id(connection, "12", "third.example") is None
        assert post_with_id(connection, "") is None


def test_a_post_that_comes_again_is_replaced(store: Store) -> None:
    with store.writing() as connection:
        put_posts(connection, [Post(title="Rye", url="https://blog.example/rye")])
        put_posts(connection, [Post(title="Rye, again", text="a\0b\ud800", url="http://blog.example/rye/")])
        found = post_at(connection, "https://blog.example/rye")
    assert found is not None
    assert (found.title, found.text) == ("Rye, again", "ab\ufffd")


def test_a_thread_is_what_stood_there_before_without_spam(store: Store) -> None:
    with store.writing() as connection:
        some = [seen("1"), seen("2", SPAM), seen("3", author="Bea"), seen("4")]
        add_comments(connection, some, store.identities)
        add_comments(connection, some[:1], store.identities)
        assert thread_at(connection, PLACE, "blog.example", "5") == (
            ThreadMessage("Ada", "text 1"), ThreadMessage("Bea", "text 3"), ThreadMessage("Ada", "text 4"),
        )  # fmt: skip
        assert thread_at(connection, PLACE, "blog.example", "3") == (ThreadMessage("Ada", "text 1"),)
        assert thread_at(connection, "", "blog.example", "5") == ()


def test_a_persons_decision_counts_for_later_threads(store: Store) -> None:
    with store.writing() as connection:
        add_comments(connection, [seen("1"), seen("2", SPAM)], store.identities)
        put_labels(connection, [decision("1", "spam"), decision("2", "substantive")], store.identities)
        assert thread_at(connection, PLACE, "blog.example", "5") == (ThreadMessage("Ada", "text 2"),)


def test_a_decision_that_comes_twice_is_kept_once_and_the_latest_counts(store: Store) -> None:
    with store.writing() as connection:
        put_labels(connection, [decision("2", "spam"), decision("1", "spam", 1)], store.identities)
        put_labels(connection, [decision("2", "spam"), decision("1", "off-topic", 2)], store.identities)
        found = list(stored_labels(connection))
    assert [(one.id, one.label, one.labeller, one.model) for one in found] == [
        ("2", "spam", "ada", "0123456789abcdef"), ("1", "off-topic", "ada", "0123456789abcdef"),
    ]  # fmt: skip
    assert found[0].comment.text == "text 2"
    assert found[0].verdict == GOOD


def test_addresses_of_persons_stand_in_no_table(store: Store) -> None:
    with store.writing() as connection:
        add_comments(connection, [seen("1")], store.identities)
        put_labels(connection, [decision("1", "spam")], store.identities)
        rows = [*connection.execute(comments.select()), *connection.execute(labels.select())]
    assert len(rows) == 2
    assert "mail.example" not in str(rows).lower()
    assert "192.0.2" not in str(rows)


@pytest.mark.parametrize("author", ["ada@MAIL.example", "192.0.2.7", " ada "])
def test_all_of_an_author_is_erased_by_address_or_name(store: Store, author: str) -> None:
    other = Seen(Comment(text="mine", id="9", author="Bea", author_ip="192.0.2.8"), PLACE, GOOD, 5)
    with store.writing() as connection:
        add_comments(connection, [seen("1"), seen("2"), other], store.identities)
        put_labels(connection, [decision("1", "spam")], store.identities)
        assert erase_author(connection, author, store.identities) == Erased(2, 1)
        assert comment_with_id(connection, "blog.example", "1") is None
        assert thread_at(connection, PLACE, "", "x") == (ThreadMessage("Bea", "mine"),)


@pytest.mark.parametrize("author", ["ada@MAIL.example", "192.0.2.7", " ada "])
def test_decisions_on_comments_of_others_quote_an_erased_author_no_more(store: Store, author: str) -> None:
    thread = (ThreadMessage("Ada", "text 1"), ThreadMessage("Bea", "text 1"), ThreadMessage("Ada", "text 2"))
    other = Comment(text="mine", id="9", author="Bea", author_ip="192.0.2.8", source="blog.example", thread=thread)
    kept = Decision(other, "spam", datetime(2026, 3, 1, tzinfo=UTC), "cy", GOOD)
    with store.writing() as connection:
        add_comments(connection, [seen("1")], store.identities)
        put_labels(connection, [decision("2", "spam"), kept], store.identities)
        assert erase_author(connection, author, store.identities) == Erased(1, 1, 2)
        (left,) = stored_labels(connection)
    assert left == replace(kept, comment=replace(other, author_ip="", thread=(ThreadMessage("Bea", "text 1"),)))


def test_an_author_without_a_name_is_never_erased_for_another(store: Store) -> None:
    with store.writing() as connection:
        add_comments(connection, [Seen(Comment(text="x", id="1"), PLACE, GOOD, 5)], store.identities)
        assert erase_author(connection, "Ada", store.identities) == Erased(0, 0)


def test_what_is_older_than_wanted_is_erased_decisions_only_on_demand(store: Store) -> None:
    with store.writing() as connection:
        add_comments(connection, [seen("1", time=10), seen("2", time=20)], store.identities)
        put_labels(connection, [decision("1", "spam")], store.identities)
        assert erase_before(connection, 20, with_labels=False) == Erased(1, 0)
        assert comment_with_id(connection, "blog.example", "2") is not None
        assert erase_before(connection, 2_000_000_000, with_labels=True) == Erased(1, 1)


def test_a_key_is_shown_once_and_known_by_its_hash(store: Store) -> None:
    with store.writing() as connection:
        key = add_key(connection, "my blog", per_minute=60)
        assert len(key) == 12
        (stored,) = stored_keys(connection)
        assert (stored.name, stored.per_minute) == ("my blog", 60)
        assert key not in stored.digest
        assert key_in([stored], key) == stored
        assert key_in([stored], key[:-1]) is None
        assert key_in([stored], "") is None
        with pytest.raises(StoreError, match="already"):
            add_key(connection, "my blog")
        assert remove_key(connection, "my blog")
        assert not remove_key(connection, "my blog")
        assert stored_keys(connection) == []
        add_key(connection, "my blog")
        assert stored_keys(connection)[0].per_minute is None


def test_counts_add_up_by_key_site_and_day(store: Store) -> None:
    with store.writing() as connection:
        for _ in range(2):
            count(connection, {
                ("k", "blog.example", "2026-03-01"): {"calls": 2, "spam": 1, "ham": 1},
                ("k", "other.example", "2026-02-28"): {"calls": 1, "ham": 1, "missed_spam": 1},
                ("l", "blog.example", "2026-03-01"): {"calls": 9},
            })  # fmt: skip
        assert totals(connection, "k") == {"calls": 6, "spam": 2, "ham": 4, "missed_spam": 2, "false_positives": 0}
        assert totals(connection, "k", "2026-03-01")["calls"] == 4
        found = [(site.name, site.counts["calls"]) for site in sites(connection, "k", "2026-03")]
        assert found == [("blog.example", 4)]
        assert totals(connection, "nobody")["calls"] == 0


def test_an_address_is_never_cut_within_a_character() -> None:
    assert place_of("http://blog.example/" + "é" * 3_000).endswith("é")

"""The commands around a server's store: keys, posts, erase, and what serve refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed (pip install 'commentguard[server]')")

from commentguard.labels import Decision, append_decisions, read_decisions
from commentguard.records import Comment, Verdict
from commentguard.store.comments import Seen, add_comments
from commentguard.store.database import open_store
from commentguard.store.labels import put_labels
from commentguard.store.posts import post_at, post_with_id

from .running import EXPORTS, WXR, run


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db"


def test_a_key_is_printed_alone_and_once(store: str) -> None:
    found = run("keys", "add", "my blog", "--store", store)
    assert len(found.stdout.strip()) == 12
    assert found.stderr == ""
    assert run("keys", "list", "--store", store).stdout == "my blog\n"
    assert "already" in run("keys", "add", "my blog", "--store", store).stderr
    assert run("keys", "remove", "my blog", "--store", store).exit_code == 0
    again = run("keys", "remove", "my blog", "--store", store)
    assert (again.exit_code, again.stderr) == (
        1, "commentguard: there is no key named 'my blog'; commentguard keys list shows them\n",
    )  # fmt: skip
    assert run("keys", "add", "x\n", "--store", store).exit_code == 2
    assert run("keys", "add", "my other", "--limit", "600", "--store", store).exit_code == 0
    assert run("keys", "list", "--store", store).stdout == "my other\t600 a minute\n"
    assert run("keys", "add", "none", "--limit", "0", "--store", store).exit_code == 2


def test_posts_of_an_export_are_kept(store: str) -> None:
    found = run("posts", "import", WXR, "--store", store)
    assert found.exit_code == 0
    assert "kept" in found.stderr
    opened = open_store(store)
    with opened.reading() as connection:
        post = post_with_id(connection, "7")
    opened.close()
    assert post is not None
    assert post.title == "Rye & patience"


def test_posts_without_comments_and_lines_of_posts_are_kept_too(store: str, tmp_path: Path) -> None:
    (tmp_path / "export.xml").write_text(
        '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><item><title>Lonely</title><link>https://blog.example/lonely</link><wp:post_id>7</wp:post_id>"
        "<content:encoded><![CDATA[Nobody wrote here.]]></content:encoded></item></channel></rss>"
    )
    line = '{"id": "8", "title": "Oats", "text": "x", "url": "https://blog.example/oats"}'
    (tmp_path / "posts.jsonl").write_text(line)
    for name in ("export.xml", "posts.jsonl"):
        assert run("posts", "import", tmp_path / name, "--store", store).exit_code == 0
    opened = open_store(store)
    with opened.reading() as connection:
        found = [post_at(connection, f"https://blog.example/{name}") for name in ("lonely", "oats")]
    opened.close()
    assert [(post.id, post.title, post.text) for post in found if post] == [
        ("7", "Lonely", "Nobody wrote here."), ("8", "Oats", "x"),
    ]  # fmt: skip


def test_an_export_without_posts_is_told(store: str, tmp_path: Path) -> None:
    (tmp_path / "bare.jsonl").write_text('{"id": "1", "text": "a comment"}\n')
    found = run("posts", "import", tmp_path / "bare.jsonl", "--store", store)
    assert found.exit_code == 1
    assert "holds no post" in found.stderr.splitlines()[-1]


def test_what_is_erased_is_counted(store: str) -> None:
    opened = open_store(store)
    verdict = Verdict("spam", {"spam": 1.0, "off-topic": 0.0, "substantive": 0.0}, False)
    with opened.writing() as connection:
        some = [Comment(text="x", id=name, author=name, author_email=f"{name}@mail.example") for name in "abc"]
        add_comments(connection, [Seen(one, "blog.example/rye", verdict, 1) for one in some], opened.identities)
    opened.close()
    assert run("erase", "--author", "A@mail.example", "--store", store).stderr == "1 comments and 0 decisions erased\n"
    assert run("erase", "--older-than", "30d", "--store", store).stderr == "2 comments and 0 decisions erased\n"


@pytest.mark.parametrize(
    "options", [(), ("--author", "a", "--older-than", "3"), ("--older-than", "soon"), ("--author", " ")]
)
def test_what_is_to_be_erased_must_be_said(store: str, options: tuple[str, ...]) -> None:
    assert run("erase", "--store", store, *options).exit_code == 2


@pytest.mark.parametrize("command", [("keys", "list"), ("erase", "--author", "a"), ("posts", "import", WXR)])
def test_a_store_that_is_none_is_told_in_one_line(command: tuple[str, ...]) -> None:
    found = run(*command, "--store", "mysql://host/db")
    assert found.exit_code == 1
    assert found.stderr.count("\n") == 1
    assert "sqlite:///" in found.stderr


def test_a_server_open_to_others_without_a_key_is_refused(store: str) -> None:
    pytest.importorskip("uvicorn")
    found = run("serve", "--host", "0.0.0.0", "--port", "0", "--store", store)
    assert found.exit_code == 1
    assert "the store has no key" in found.stderr
    assert found.stderr.count("\n") == 1


def test_an_address_that_is_taken_is_told(store: str) -> None:
    import socket

    pytest.importorskip("uvicorn")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = run("serve", "--port", str(taken.getsockname()[1]), "--store", store)
    assert found.exit_code == 1
    assert "can't be listened at" in found.stderr


def test_folders_of_posts_are_read(store: str) -> None:
    assert run("posts", "import", EXPORTS / "blogengine", "--store", store).exit_code == 0


def test_decisions_are_exported_once_and_newer_ones_of_the_file_stay(store: str, tmp_path: Path) -> None:
    opened = open_store(store)
    made = [
        Decision(Comment(text=f"text {name}", id=name), "spam", datetime(2026, 3, 1, tzinfo=UTC), "ada")
        for name in "ab"
    ]
    with opened.writing() as connection:
        put_labels(connection, made, opened.identities)
    opened.close()
    target = tmp_path / "labels.jsonl"
    append_decisions(target, [Decision(made[0].comment, "off-topic", datetime(2026, 4, 1, tzinfo=UTC), "bea")])
    command = ("labels", "export", "--store", store, "-o", target)
    assert run(*command).stderr == "2 decisions in the store, 1 of them added\n"
    assert run(*command).stderr == "2 decisions in the store, 0 of them added\n"
    assert [(one.id, one.label) for one in read_decisions(target)] == [("a", "off-topic"), ("b", "spam")]

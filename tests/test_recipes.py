"""The recipes of examples/recipes.md, their code taken from the page and run."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[1] / "examples" / "recipes.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```(?:python|sh)\n# (\S+\.(?:py|sh))\n(.*?)^```$", PAGE, re.M | re.S))
THOUGHTFUL = "Linseed oil works for the edge of the door, but let it dry for two days before you hang it on the hinge."
BLATANT = "Cheap pills without prescription http://pills-4-less.example/buy"
DOORS = "The door swells every autumn. I planed the hinge side, sealed the edge with oil. Sand it before you oil it."
ENVIRONMENT = {
    **os.environ,
    "OMP_NUM_THREADS": "1",
    "PATH": os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"])),
    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
}


def written(folder: Path, *names: str) -> None:
    """Write files of the page into a folder."""
    for name in names:
        (folder / name).write_text(FILES[name], encoding="utf-8")


def run(folder: Path, *words: str, status: int = 0) -> str:
    """Run a command in a folder and return what it prints."""
    done = subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout


def test_flask_publishes_a_reader_and_holds_spam() -> None:
    pytest.importorskip("flask", reason="Flask is not installed: pip install flask")
    made: dict[str, Any] = {"__name__": "app"}
    exec(compile(FILES["app.py"], "app.py", "exec"), made)
    client = made["app"].test_client()
    good = client.post("/posts/doors/comments", data={"name": "Piet", "text": THOUGHTFUL})
    bad = client.post("/posts/doors/comments", data={"name": "generic pills", "text": BLATANT})
    assert (good.status_code, good.json) == (201, {"published": True})
    assert (bad.status_code, bad.json) == (202, {"published": False})
    assert [one.author for one in made["published"]["doors"]] == ["Piet"]
    assert client.post("/posts/none/comments", data={"name": "a", "text": "b"}).status_code == 404
    assert client.post("/posts/doors/comments", data={"name": "a", "text": "b" * 200_000}).status_code == 413


def test_what_waits_in_isso_is_published_where_it_is_substantive_alone(tmp_path: Path) -> None:
    (tmp_path / "public" / "doors").mkdir(parents=True)
    (tmp_path / "public" / "doors" / "index.html").write_text(f"<h1>Doors</h1><p>{DOORS}</p>", encoding="utf-8")
    with sqlite3.connect(tmp_path / "comments.db") as database:
        database.executescript(
            """CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
               CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER,
                   created FLOAT NOT NULL, modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR NOT NULL,
                   author VARCHAR, email VARCHAR, website VARCHAR, likes INTEGER DEFAULT 0,
                   dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0);
               INSERT INTO threads VALUES (1, '/doors/', 'A door that sticks');"""
        )
        database.executemany(
            "INSERT INTO comments (tid, created, mode, text, author, voters) VALUES (1, 0, ?, ?, ?, '')",
            [(2, THOUGHTFUL, "Piet"), (2, BLATANT, "generic pills"), (4, THOUGHTFUL, "deleted")],
        )
    written(tmp_path, "isso_publish.py")
    said = run(tmp_path, sys.executable, "isso_publish.py", "comments.db", "public")
    assert [line.split()[:2] for line in said.splitlines()] == [["1", "substantive"], ["2", "spam"]]
    assert [row[0] for row in database.execute("SELECT mode FROM comments ORDER BY id")] == [1, 2, 4]
    database.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a repository with a post, a comment on it, and the scripts of the job."""
    pytest.importorskip("yaml", reason="PyYAML is not installed: pip install pyyaml")
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts" / "2026-03-01-a-door-that-sticks.md").write_text(f"# Doors\n\n{DOORS}\n", encoding="utf-8")
    add_comment(tmp_path, "comment-1.yml", "name: Nora\nmessage: Which oil did you take for the edge?\n")
    written(tmp_path, "comments_of_pull.py", "verdict_summary.py", "job.sh")
    (tmp_path / ".gitignore").write_text("added\n*.jsonl\n", encoding="utf-8")
    run(tmp_path, "git", "init", "-q", "-b", "pull")
    commit(tmp_path)
    run(tmp_path, "git", "update-ref", "refs/remotes/origin/main", "HEAD")
    return tmp_path


def add_comment(site: Path, name: str, text: str) -> None:
    """Write a comment as Staticman does."""
    folder = site / "_data" / "comments" / "a-door-that-sticks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def commit(site: Path) -> None:
    """Commit what is there."""
    run(site, "git", "add", ".")
    run(site, "git", "-c", "user.name=a", "-c", "user.email=a@mail.example", "commit", "-q", "-m", "Add comment")


def test_a_pull_request_with_a_readers_comment_may_be_merged(site: Path) -> None:
    add_comment(site, "comment-2.yml", f'_id: 9\nname: Piet\nurl: ""\nmessage: >-\n  {THOUGHTFUL}\ndate: 7\n')
    commit(site)
    summary = run(site, "sh", "job.sh").splitlines()
    assert len(summary) == 3
    assert "| substantive |" in summary[2]
    row = json.loads((site / "comments.jsonl").read_text(encoding="utf-8"))
    assert (row["author"], row["text"], row["post"]["title"]) == ("Piet", THOUGHTFUL, "a door that sticks")
    assert DOORS in row["post"]["text"]
    assert [one["author"] for one in row["thread"]] == ["Nora"]


def test_a_pull_request_with_spam_fails_and_names_it_without_its_markup(site: Path) -> None:
    add_comment(site, "comment-2 |<b>.json", json.dumps({"name": "generic pills", "message": BLATANT}))
    commit(site)
    summary = run(site, "sh", "job.sh", status=1).splitlines()
    assert len(summary) == 3
    assert "| spam" in summary[2]
    assert "<b>" not in summary[2]
    assert summary[2].count("|") == 5


def test_a_cron_job_gives_each_comment_a_verdict_once(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "blog.db")
    with database:
        database.executescript(
            """CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
               CREATE TABLE comments (id INTEGER PRIMARY KEY, post_id INTEGER, author TEXT, website TEXT, body TEXT,
                                      status TEXT, date TEXT, verdict TEXT, unsure INTEGER);"""
        )
        database.execute("INSERT INTO posts VALUES (1, 'A door that sticks', ?)", (DOORS,))
        database.executemany(
            "INSERT INTO comments (post_id, author, body, status, date, verdict) VALUES (1, ?, ?, 'approved', ?, ?)",
            [("Nora", "Which oil, and how much?\nI ask for a friend.", "2026-03-01 10:00:00", "by hand"),
             ("Piet", THOUGHTFUL, "2026-03-02 10:00:00", None),
             ("generic pills", f"=1+1 {BLATANT}", "2026-03-03 10:00:00", None)],
        )  # fmt: skip
    written(tmp_path, "judge.py")
    for _ in range(2):  # the second time there is nothing to do
        run(tmp_path, sys.executable, "judge.py")
        assert database.execute("SELECT verdict, unsure FROM comments ORDER BY id").fetchall()[:2] == [
            ("by hand", None),
            ("substantive", 0),
        ]
    assert database.execute("SELECT verdict FROM comments WHERE author = 'generic pills'").fetchone() == ("spam",)
    database.close()


def test_every_script_of_the_page_is_run_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert FILES
    assert not [name for name in FILES if f'"{name}"' not in source]

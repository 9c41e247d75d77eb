"""README's way from an export to a model of one's own, gone word for word on comments of the starter set."""

from __future__ import annotations

import csv
import itertools
import re
import shlex
from collections.abc import Iterable
from html import escape
from pathlib import Path

import pytest
from click.testing import Result

from cli.running import run
from commentguard import Comment, versions

README = Path(__file__).parents[1] / "README.md"
STEPS = re.compile(r"<!-- run by tests/test_readme\.py -->\n```sh\n(.*?)```\n", re.DOTALL)
ROWS = 150


def wordpress(rows: Iterable[Comment]) -> str:
    """Return rows as WordPress exports them; nothing says what their labels are."""
    items = []
    for post, comments in itertools.groupby(rows, lambda row: row.post):
        assert post
        told = "".join(
            f"<wp:comment><wp:comment_id>{row.id}</wp:comment_id>"
            f"<wp:comment_author>{escape(row.author)}</wp:comment_author>"
            f"<wp:comment_author_url>{escape(row.author_url)}</wp:comment_author_url>"
            f"<wp:comment_date>{row.date:%Y-%m-%d %H:%M:%S}</wp:comment_date>"
            f"<wp:comment_content>{escape(escape(row.text))}</wp:comment_content>"
            f"<wp:comment_approved>1</wp:comment_approved><wp:comment_type>{row.type}</wp:comment_type></wp:comment>"
            for row in comments
        )
        items.append(
            f"<item><title>{escape(post.title)}</title><link>{escape(post.url)}</link><wp:post_id>{post.id}</wp:post_id>"
            f"<content:encoded>{escape(post.text)}</content:encoded>{told}</item>"
        )
    spaces = 'xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f"<rss {spaces}><channel><link>https://blog.example</link>{''.join(items)}</channel></rss>"


def table(name: str) -> list[dict[str, str]]:
    with open(name, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def fill_in(name: str, known: dict[str, str]) -> None:
    """Do what a moderator does in a spreadsheet."""
    rows = table(name)
    with open(name, "w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows({**row, "label": known[row["id"]]} for row in rows)


def told(block: str) -> list[Result]:
    """Run the commands of a block."""
    done = []
    for line in block.splitlines():
        program, *words = shlex.split(line)
        assert program == "commentguard"
        done.append(run(*words))
        assert done[-1].exit_code == 0, f"{line}\n{done[-1].output}"
    return done


def test_a_moderator_gets_from_an_export_to_a_model_of_her_own_and_back(
    starter_rows: list[Comment], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, learn, see, again, back = STEPS.findall(README.read_text(encoding="utf-8"))
    rows = starter_rows[:ROWS]
    known = {row.id: str(row.label) for row in rows}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(versions.ENVIRONMENT, "models")
    Path("export.xml").write_text(wordpress(rows), encoding="utf-8")

    told(look)
    before, queue = table("before.csv"), table("queue.csv")
    assert [row["id"] for row in before] == list(known)
    assert len(queue) == 50
    assert not any(row["label"] for row in queue)
    fill_in("queue.csv", known)

    imported, trained = told(learn)
    assert "50 decisions added to labels.jsonl" in imported.stderr
    assert "old model: default (" in trained.stdout
    assert trained.stderr.splitlines()[-1].startswith("v1 is in use now")
    assert {row["id"] for row in table("suspects.csv")} <= {row["id"] for row in queue}
    assert Path("flips.csv").read_text(encoding="utf-8").startswith("id,label,old,new,better,")

    listed, _ = told(see)
    assert [line.split()[:2] for line in listed.stdout.splitlines()[2:]] == [["*", "v1"]]
    after = table("after.csv")
    assert wrong(after, known) < wrong(before, known)

    told(again)
    assert len(table("queue.csv")) == 50
    assert not {row["id"] for row in table("queue.csv")} & {row["id"] for row in queue}
    fill_in("queue.csv", known)
    (imported,) = told(learn.splitlines()[0])
    assert "50 decisions added to labels.jsonl" in imported.stderr

    (gone_back,) = told(back)
    assert gone_back.stderr == "default is in use now\n"
    told(look)
    assert table("before.csv") == before
    assert run("models", "promote", "v1").exit_code == 0
    assert versions.versions(Path("models")) == ["v1"]


def wrong(verdicts: list[dict[str, str]], known: dict[str, str]) -> int:
    return sum(row["label"] != known[row["id"]] for row in verdicts)

"""The benchmark's peers and its table; what they learn from here is written for it."""

from __future__ import annotations

import gzip
import importlib.util
import json
import shutil
from pathlib import Path

import comparison
import numpy as np
import pytest
from click.testing import CliRunner, Result
from corpus import WEIGHTS, Labelled, Row, ping_weights
from peers import Blocklist, Bogofilter, FastText, Majority, NaiveBayes, Peer, PlainPipeline
from quality import main

from commentguard.records import LABELS, Comment, Label, Post, Verdict

SPAM = ("Cheap replica watches, buy now", "Buy cheap watches from our shop", "Replica handbags, cheap, buy now")
READERS = ("The third step failed for me until I restarted", "I restarted twice, the third step works", "Which step?")
POST = Post(id="7", title="Three steps to a faster start", text="First measure, then restart, then measure again.")


def rows() -> tuple[list[Comment], list[Label], list[float]]:
    """Return comments with labels and weights."""
    comments = [Comment(text=text, author="Outlet", author_url="https://outlet.example/", post=POST) for text in SPAM]
    comments += [Comment(text=text, author="Mirja", post=POST) for text in READERS]
    comments += [Comment(text=text, author="Tester", post=POST) for text in ("test test", "just a test", "testing")]
    return comments, [label for label in ("spam", "substantive", "off-topic") for _ in range(3)], [200.0] * 9


def pings(kind: str, label: Label, number: int) -> list[Labelled]:
    return [Labelled(Comment(text="", type="pingback"), label, kind)] * number


def test_each_label_counts_as_much_among_written_pings_as_among_those_that_came() -> None:
    came = pings("gold", "substantive", 6) + pings("gold", "off-topic", 2)
    written = pings("starter", "substantive", 3) + pings("starter", "off-topic", 3)
    comment = Labelled(Comment(text="Which step?"), "off-topic", "starter")
    found = ping_weights([*came, *written, comment])
    assert found[:8] == [WEIGHTS["gold"]] * 8
    assert sum(found[8:11]) == pytest.approx(3 * sum(found[11:14]))
    assert sum(found[8:14]) == pytest.approx(6 * WEIGHTS["starter"])
    assert found[14] == WEIGHTS["starter"]


def test_written_pings_count_as_their_kind_says_where_none_came() -> None:
    assert ping_weights(pings("starter", "off-topic", 2)) == [WEIGHTS["starter"]] * 2


def test_the_majority_is_counted_by_weight() -> None:
    peer = Majority()
    peer.fit(
        [Comment(text="a"), Comment(text="b"), Comment(text="c")], ["spam", "spam", "substantive"], [1.0, 1.0, 3.0]
    )
    assert peer.predict_proba([Comment(text="d")]).tolist() == [[0.0, 0.0, 1.0]]


def test_the_blocklist_counts_lines_that_stand_in_author_address_or_text(tmp_path: Path) -> None:
    list_ = tmp_path / "list.txt"
    list_.write_text("Replica\n.shop\n\ncasino\n", encoding="utf-8")
    peer = Blocklist(list_)
    peer.fit([], [], [])
    found = peer.predict_proba(
        [
            Comment(text="I like it"),
            Comment(text="", author="CASINO royal"),
            Comment(text="a re<b>plica</b>", author_url="https://bags.shop"),
        ]
    )
    assert found[:, 0].tolist() == [0.0, 1 / 2, 2 / 3]
    assert (found[:, 1] == 0).all()


@pytest.mark.parametrize("peer", [NaiveBayes(), PlainPipeline(), FastText(), Bogofilter()], ids=lambda peer: peer.name)
def test_a_peer_tells_what_it_has_learned_from(peer: Peer) -> None:
    if word := peer.missing():
        pytest.skip(f"not installed: {word}")
    comments, labels, weights = rows()
    peer.fit(comments, labels, weights)
    found = peer.predict_proba(comments)
    assert found.shape == (9, 3)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-3)
    is_spam = np.array([label == "spam" for label in labels])
    assert found[is_spam, 0].min() > found[~is_spam, 0].max()
    assert peer.two_way or labels == [LABELS[column] for column in found.argmax(axis=1)]


def test_a_peer_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert "apt-get install bogofilter" in str(Bogofilter().missing())
    assert "pip install" in str(FastText().missing())
    assert "wordpress-comment-blocklist" in str(Blocklist(tmp_path / "none").missing())


def test_an_interval_is_that_of_whole_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    both: tuple[Label, ...] = ("spam", "substantive")
    labelled = [Labelled(Comment(text="", source=f"blog {n % 2}"), label, "gold") for label in both for n in range(40)]
    verdicts = []
    for row in labelled:
        is_called_spam = (row.label == "spam") == (
            row.comment.source == "blog 0"
        )  # right about one blog, wrong about the other
        shares: dict[Label, float] = {
            "spam": float(is_called_spam),
            "off-topic": 0.0,
            "substantive": 1.0 - is_called_spam,
        }
        verdicts.append(Verdict("spam" if is_called_spam else "substantive", shares, False))
    monkeypatch.setattr(comparison, "DRAWS", 20)
    draws = comparison.judged(labelled, verdicts).draws["spam_auc"]
    assert set(draws.tolist()) == {0.0, 0.5, 1.0}  # one blog twice, or both; single rows would give all between


def test_a_lead_is_the_difference_on_the_same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "DRAWS", 5)
    labels: tuple[Label, ...] = ("spam", "off-topic", "substantive")
    labelled = [Labelled(Comment(text="", source=f"blog {n % 5}"), labels[n % 3], "gold") for n in range(30)]
    chances: dict[Label, float] = {"spam": 0.0, "off-topic": 0.0, "substantive": 1.0}
    right = [Verdict(row.label, {label: float(label == row.label) for label in labels}, False) for row in labelled]
    same = [Verdict("substantive", chances, False) for _ in labelled]
    found = {"right": comparison.judged(labelled, right), "again": comparison.judged(labelled, right)}
    found["two-way"] = comparison.judged(labelled, same, two_way=True)
    nothing, lead = comparison.lead_table(found, "right").splitlines()[2:]
    assert nothing.count("+0.000 (+0.000 to +0.000)") == 3
    assert lead == "| right ahead of two-way | - | +0.500 (+0.500 to +0.500) | - |"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder laid out as the development data, with gold rows of six blogs only."""
    comments, labels, _ = rows()
    post: Row = {"id": POST.id, "title": POST.title, "text": POST.text, "date": "2020-01-01T00:00:00"}
    gold: list[Row] = [
        {"id": f"{blog}:{n}", "source": blog, "label": label, "type": "comment", "date": "2020-01-02T00:00:00"}
        | {"text": f"{blog}: {comment.text}", "author": comment.author, "post": post}
        for blog in ("ada", "ben", "cleo", "dora", "emil", "fay")
        for n, (comment, label) in enumerate(zip(comments, labels, strict=True))
    ]
    for name, found in (("gold/dev", gold), ("spam/spintax_templates", []), ("blogs/none.comments", [])):
        file = tmp_path / f"{name}.jsonl.gz"
        file.parent.mkdir()
        file.write_bytes(gzip.compress("".join(f"{json.dumps(row)}\n" for row in found).encode()))
    (tmp_path / "lexicons").mkdir()
    (tmp_path / "lexicons" / "wordpress-comment-blocklist.txt").write_text("replica\n", encoding="utf-8")
    return tmp_path


def run(data: Path, *names: str) -> Result:
    options = [word for name in names for word in ("--only", name)]
    return CliRunner().invoke(main, [str(data), "--jobs", "1", "--without-starter", *options])


def test_the_table_has_a_row_for_each_and_a_dash_where_a_peer_has_no_figure(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "DRAWS", 5)
    done = run(data, "majority", "blocklist", "naive Bayes")
    assert done.exit_code == 0, done.output
    cells = {
        line.split(" | ")[0].strip("| "): line.strip("| ").split(" | ")[1:]
        for line in done.stdout.splitlines()
        if line.startswith("| ")
    }
    assert [name for name in cells if name in ("majority", "blocklist", "naive Bayes")] == list(cells)[-3:]
    assert cells["majority"][1].startswith("0.500 (")
    assert [number for number, cell in enumerate(cells["blocklist"]) if cell == "-"] == [0, 3, 5]
    assert "-" not in cells["naive Bayes"]


def test_a_missing_peer_is_skipped_with_a_word(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "DRAWS", 5)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    done = run(data, "majority", "bogofilter")
    assert done.exit_code == 0, done.output
    assert "bogofilter is left out: it is not installed (apt-get install bogofilter)" in done.stderr
    assert "| majority |" in done.stdout
    assert "| bogofilter |" not in done.stdout


def test_a_name_that_nobody_has_is_a_wrong_call(data: Path) -> None:
    done = run(data, "oracle")
    assert done.exit_code == 2
    assert "naive Bayes" in done.stderr

"""The labelled set of our own keeps its rules: numbers, contract, no repetition, no two readings apart."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

import starter_rules as rules
from commentguard.cli import main
from commentguard.datasets import agreement, read_dataset
from commentguard.errors import DatasetError

STARTER = Path(__file__).parents[1] / "datasets" / "starter"
HARD_CASES = (
    "thanks-personal-site praise-shop-name question-wrong-post rude-substantive sly-plug fluent-empty-praise"
    " on-topic-pitch-at-end support-elsewhere test-message one-word bare-bookmark-ping digest-ping discussing-ping"
    " splog-copy native-topical-spam owner-announcement"
).split()


def test_the_set_breaks_none_of_its_rules() -> None:
    assert rules.breaches([STARTER]) == []


def test_a_repeated_sentence_is_a_breach() -> None:
    row = {"type": "comment", "author": "", "text": "This very sentence stands here twice."}
    assert list(rules.repetition_breaches([{**row, "id": "a"}, {**row, "id": "b"}]))


def test_there_are_enough_rows_of_every_kind() -> None:
    counts = rules.counts([STARTER])
    assert counts["sets"]["posts"] >= 70
    assert counts["sets"]["comments"] >= 1000
    assert min(counts["labels"].values()) >= 200
    assert counts["types"]["pingback"] + counts["types"]["trackback"] >= 120
    assert len(counts["languages"]) >= 8
    assert len(counts["post languages"]) >= 4


@pytest.mark.parametrize("case", HARD_CASES)
def test_every_hard_case_stands_ten_times_in_both_directions(case: str) -> None:
    labels = {
        key.split(" / ")[1]: count
        for key, count in rules.counts([STARTER])["hard cases"].items()
        if key.startswith(f"{case} / ")
    }
    assert len(labels) >= 2
    assert sorted(labels.values())[-2] >= 10


def test_about_half_of_the_pings_say_what_was_found_at_their_source_which_tells_much_but_not_all() -> None:
    counts = rules.counts([STARTER])
    pages = counts["source pages"]
    assert 0.4 < pages.total() / (counts["types"]["pingback"] + counts["types"]["trackback"]) < 0.6
    assert pages["no link / spam"] > pages["no link / off-topic"] + pages["no link / substantive"] > 0
    assert pages["body / substantive"] > pages["body / spam"] > 0
    assert pages["list / off-topic"] > pages["list / substantive"] > 0
    assert pages["list / spam"] > 0
    assert pages["gone / substantive"] > 0


def test_a_page_that_says_what_can_not_be_is_a_breach() -> None:
    row = {
        "id": "a",
        "type": "pingback",
        "source_page": {"reached": True, "place": "body", "nearness": 2, "outgoing": 0},
    }
    assert len(list(rules.page_breaches([row]))) == 2


def test_comments_in_another_language_than_the_post_are_in_all_three_labels() -> None:
    languages = {post["id"]: post["language"] for post in rules.read([STARTER], "posts.jsonl")}
    foreign = Counter(
        row["label"] for row in rules.read([STARTER], "comments.jsonl") if row["language"] != languages[row["post_id"]]
    )
    assert foreign["substantive"] >= 30
    assert foreign["substantive"] > foreign["spam"] / 2


def test_people_answer_each_other_and_some_leave_an_address() -> None:
    rows = rules.read([STARTER], "comments.jsonl")
    assert sum("parent_id" in row for row in rows) >= 50
    honest = [row for row in rows if row["label"] != "spam" and row["type"] == "comment"]
    with_url = sum("author_url" in row for row in honest) / len(honest)
    assert 0.1 < with_url < 0.9


def test_the_manifest_names_these_very_files_and_counts() -> None:
    found = read_dataset(STARTER)
    assert found.manifest["licence"] == "CC0-1.0"
    assert found.manifest["comments"] == len(found.comments)


def test_two_readings_agree_nearly_always() -> None:
    kappa = read_dataset(STARTER).agreement
    assert kappa is not None
    assert kappa > 0.95


def test_readings_that_differ_by_chance_have_no_agreement() -> None:
    assert abs(agreement(["spam", "spam", "off-topic", "off-topic"], ["spam", "off-topic"] * 2)) < 1e-9


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    for file in STARTER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "comments.jsonl").read_text(encoding="utf-8")
    (tmp_path / "comments.jsonl").write_text(text.replace("spam", "ham", 1), encoding="utf-8")
    with pytest.raises(DatasetError, match=r"comments\.jsonl.*SHA-256"):
        read_dataset(tmp_path)


@pytest.mark.parametrize("manifest", ["", "[]", "{}", "[" * 100_000, '{"sha256": 1, "labels": {}}'])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(DatasetError, match="is no manifest"):
        read_dataset(tmp_path)


def test_convert_reads_every_row_with_its_label() -> None:
    result = CliRunner().invoke(main, ["convert", str(STARTER)])
    assert result.exit_code == 0
    written = [json.loads(line) for line in result.stdout.splitlines()]
    kept = {(row["id"], row["label"]) for row in written}
    assert kept == {(row["id"], row["label"]) for row in rules.read([STARTER], "comments.jsonl")}


def test_train_learns_the_three_labels_from_it_and_evaluate_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    trained = CliRunner().invoke(main, ["train", str(STARTER), "-o", str(folder), "--from", "nothing"])
    assert trained.exit_code == 0, trained.output
    judged = CliRunner().invoke(main, ["evaluate", str(STARTER), "--model", str(folder), "--output-format", "json"])
    assert judged.exit_code == 0, judged.output
    assert json.loads(judged.stdout)["n"] == 1143

"""The second labelled set of our own keeps the rules of the first, beside it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import starter_rules as rules
from commentguard.datasets import read_dataset

DATASETS = Path(__file__).parents[1] / "datasets"
CLOSE_CALLS = DATASETS / "close-calls"


def test_the_two_sets_together_break_none_of_the_rules() -> None:
    assert rules.breaches([DATASETS / "starter", CLOSE_CALLS]) == []


def test_they_share_no_blog() -> None:
    first, second = (
        {post["source"] for post in rules.read([folder], "posts.jsonl")}
        for folder in (DATASETS / "starter", CLOSE_CALLS)
    )
    assert not first & second


def test_the_manifest_names_these_very_files_and_counts() -> None:
    found = read_dataset(CLOSE_CALLS)
    counts = rules.counts([CLOSE_CALLS])
    assert found.manifest["licence"] == "CC0-1.0"
    assert found.manifest["comments"] == len(found.comments) == counts["sets"]["comments"]
    assert found.manifest["labels"] == dict(counts["labels"])


def test_two_readings_agree_nearly_always() -> None:
    kappa = read_dataset(CLOSE_CALLS).agreement
    assert kappa is not None
    assert kappa > 0.95


def test_most_comments_stand_on_blogs_of_several_posts() -> None:
    posts = Counter(post["source"] for post in rules.read([CLOSE_CALLS], "posts.jsonl"))
    assert min(posts.values()) >= 2


def test_every_label_comes_in_many_languages() -> None:
    rows = rules.read([CLOSE_CALLS], "comments.jsonl")
    pairs = Counter((row["label"], row["language"]) for row in rows)
    for label in rules.LABELS:
        assert sum(number >= 4 for (of, _), number in pairs.items() if of == label) >= 10


def test_what_is_short_or_links_or_praises_has_no_label_of_its_own() -> None:
    rows = rules.read([CLOSE_CALLS], "comments.jsonl")
    short = Counter(row["label"] for row in rows if len(row["text"]) < 40)
    linked = Counter(row["label"] for row in rows if row.get("author_url"))
    noted = Counter(row["label"] for row in rows if row.get("note") == "fluent-empty-praise")
    assert min(short["off-topic"], short["substantive"]) >= 50
    assert min(linked["spam"], linked["substantive"]) >= 50
    assert min(noted["spam"], noted["substantive"]) >= 10


def test_each_row_is_read_as_it_stands_in_the_file() -> None:
    lines = (CLOSE_CALLS / "comments.jsonl").read_text(encoding="utf-8").splitlines()
    written = {row["id"]: row["text"] for row in map(json.loads, lines)}
    assert {comment.id: comment.text for comment in read_dataset(CLOSE_CALLS).comments} == written

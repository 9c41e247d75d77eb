"""The rules that datasets/starter keeps, checked: `python tests/starter_rules.py FOLDER [FOLDER ...]`.

Several folders are read as one set, so that drafts can be checked against each other before they are joined.
Prints one line for each breach and the counts; exit status 1 where a rule is broken.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LABELS = ("spam", "off-topic", "substantive")
TYPES = ("comment", "pingback", "trackback")
SET_PHRASES = 40
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
SENTENCE_END = re.compile(r"[.!?…。！？\n]+")

Row = dict[str, Any]


def read(folders: list[Path], name: str) -> list[Row]:
    rows = []
    for folder in folders:
        for number, line in enumerate((folder / name).read_text(encoding="utf-8").splitlines(), 1):
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise SystemExit(f"{folder / name}:{number}: {error}") from None
    return rows


def words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]


def spoken(row: Row) -> str:
    """Return what stands in a row: its text and, for a ping, its source page's title."""
    return row["text"] if row["type"] == "comment" else f"{row['author']}\n{row['text']}"


def contract_breaches(posts: list[Row], comments: list[Row]) -> Iterator[str]:
    known = {post["id"] for post in posts}
    if len(known) != len(posts):
        yield "post ids repeat"
    ids = Counter(row["id"] for row in comments)
    yield from (f"{key}: id stands {count} times" for key, count in ids.items() if count > 1)
    for post in posts:
        length = len(words(post["text"]))
        cjk = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", post["text"]))
        if not (150 <= length <= 500 or 250 <= cjk <= 1200):
            yield f"post {post['id']}: {length} words, 150 to 500 wanted"
    post_of = {row["id"]: row["post_id"] for row in comments}
    for row in comments:
        if row["label"] not in LABELS or row["type"] not in TYPES:
            yield f"{row['id']}: label {row['label']!r} or type {row['type']!r} unknown"
        if row["post_id"] not in known:
            yield f"{row['id']}: no post {row['post_id']}"
        parent = row.get("parent_id")
        if parent and post_of.get(parent) != row["post_id"]:
            yield f"{row['id']}: parent {parent} is not under the same post"
        for url in re.findall(r"https?://([^/\s\"'<>\])]+)", f"{row['text']} {row.get('author_url') or ''}"):
            if not re.search(r"\.(example|test|invalid)(:\d+)?$|(^|\.)example\.(com|org|net)(:\d+)?$", url):
                yield f"{row['id']}: {url} is not a name reserved for examples (RFC 2606)"


def page_breaches(comments: list[Row]) -> Iterator[str]:
    """Yield what can't have been found at a ping's source."""
    for row in comments:
        page = row.get("source_page")
        if page is None:
            continue
        if row["type"] == "comment":
            yield f"{row['id']}: a comment has no source page"
        if page["reached"] == ("problem" in page):
            yield f"{row['id']}: a page is reached or there is a problem"
        if page.get("links_back", False) != ("place" in page) or ("rel" in page and "place" not in page):
            yield f"{row['id']}: a link stands somewhere, and no link nowhere"
        if page["reached"] and not (0 <= page["nearness"] <= 1 and page["outgoing"] >= 0):
            yield f"{row['id']}: nearness and outgoing links are out of range"


def repetition_breaches(comments: list[Row]) -> Iterator[str]:
    sentence_rows: dict[tuple[str, ...], set[str]] = defaultdict(set)
    run_rows: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in comments:
        for sentence in SENTENCE_END.split(spoken(row)):
            tokens = tuple(words(sentence))
            if len(tokens) >= 5:
                sentence_rows[tokens].add(row["id"])
        tokens = tuple(words(spoken(row)))
        for start in range(len(tokens) - 4):
            run_rows[tokens[start : start + 5]].add(row["id"])
    for sentence, ids in sentence_rows.items():
        if len(ids) > 1:
            yield f"sentence in {sorted(ids)}: {' '.join(sentence)}"
    repeated = {run: ids for run, ids in run_rows.items() if len(ids) > 2}
    if len(repeated) > SET_PHRASES:
        yield f"{len(repeated)} runs of five words stand in three rows or more, {SET_PHRASES} are allowed"
        for run, ids in sorted(repeated.items(), key=lambda item: -len(item[1])):
            yield f"  {' '.join(run)}: {sorted(ids)}"


def breaches(folders: list[Path]) -> list[str]:
    posts, comments = read(folders, "posts.jsonl"), read(folders, "comments.jsonl")
    return [*contract_breaches(posts, comments), *page_breaches(comments), *repetition_breaches(comments)]


def _seen(page: Row) -> str:
    return page.get("place", "no link") if page["reached"] else "gone"


def counts(folders: list[Path]) -> dict[str, Counter[str]]:
    posts, comments = read(folders, "posts.jsonl"), read(folders, "comments.jsonl")
    return {
        "sets": Counter(posts=len(posts), comments=len(comments)),
        "labels": Counter(row["label"] for row in comments),
        "types": Counter(row["type"] for row in comments),
        "languages": Counter(row.get("language", "en") for row in comments),
        "post languages": Counter(post.get("language", "en") for post in posts),
        "hard cases": Counter(f"{row['note']} / {row['label']}" for row in comments if row.get("note")),
        "source pages": Counter(
            f"{_seen(row['source_page'])} / {row['label']}" for row in comments if "source_page" in row
        ),
        "sources": Counter(row["source"] for row in comments),
    }


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    found = breaches(given)
    for line in found:
        sys.stdout.write(line + "\n")
    for title, counter in counts(given).items():
        sys.stdout.write(f"{title}: {dict(counter)}\n")
    sys.exit(1 if found else 0)

"""The development corpus beside the checkout (../shared/data) as labelled comments with their weights.

What its owners did is no label: the weights say how far each kind of row is trusted. The corpus is never part of the
project; without it the functions raise FileNotFoundError.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from commentguard.readers.dates import parse_date
from commentguard.readers.rows import as_source_page
from commentguard.records import Comment, Label, Post, ThreadMessage

THREAD: Final = 6
"""Earlier messages in a row's thread, as the gold rows have them."""

WEIGHTS: Final = {"gold": 20.0, "starter": 10.0, "owner": 1.0, "test": 2.0, "repaired": 0.2, "spintax": 0.5}
"""How much a row of each kind counts; chosen on blogs left out (MODEL_CARD.md, Choices)."""

_PUBLISHED: Final = ("approved", "approved_removed_with_redesign")
_REFUSED: Final = ("rejected_pr", "spam", "trash", "deleted")
_SPINS: Final = 20
_LET_SPAM_THROUGH: Final = ("bacharakis_wp", "mariusv")
_REPAIRED_PER_BLOG: Final = 1_800
_UNKNOWN: Final = {"date": 0.25, "bare": 0.12, "post": 0.14}
"""Share of the rows of each label that lose their date, name and address and date, or post and thread (spam only), so
that no label can be told by what a platform left out, and a caller may leave it out."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Labelled:
    """A comment with its label, and how far the label is trusted.

    Parameters
    ----------
    comment : Comment
        The comment.
    label : {"spam", "off-topic", "substantive"}
        Its label, or what stands for one.
    kind : str
        A key of `WEIGHTS`.
    """

    comment: Comment
    label: Label
    kind: str

    @property
    def labelled(self) -> Comment:
        """The comment with the label in it, as evaluation wants it."""
        return replace(self.comment, label=self.label)


def weights(rows: Sequence[Labelled]) -> list[float]:
    """Return how much each row counts."""
    return [WEIGHTS[row.kind] for row in rows]


def ping_weights(rows: Sequence[Labelled]) -> list[float]:
    """Return how much each row counts among pings: each label as much among starter pings as among gold ones.

    Whoever wrote that set wrote as many of each label; most of those that came to blogs are substantive.
    """
    pings = {kind: Counter(row.label for row in rows if row.kind == kind and _is_ping(row)) for kind in WEIGHTS}
    came, written = pings["gold"], pings["starter"]
    share = {label: came[label] / came.total() * written.total() / written[label] for label in written if came}
    return [
        weight * (share.get(row.label, 1.0) if row.kind == "starter" and _is_ping(row) else 1.0)
        for row, weight in zip(rows, weights(rows), strict=True)
    ]


def _is_ping(row: Labelled) -> bool:
    return row.comment.type != "comment"


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the objects of a JSONL file, gzipped or not."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def gold(data: Path) -> list[Labelled]:
    """Return the rows labelled by hand."""
    return [Labelled(to_comment(row), row["label"], "gold") for row in rows_of(data / "gold" / "dev.jsonl.gz")]


def starter(folder: Path) -> list[Labelled]:
    """Return the project's own set; its reserved host names end as real ones do, so that `.example` means nothing."""
    posts = {row["id"]: row for row in rows_of(folder / "posts.jsonl")}
    threads: dict[str, list[ThreadMessage]] = defaultdict(list)
    found = []
    for row in rows_of(folder / "comments.jsonl"):
        real = {key: _real_host(row.get(key, ""), row["id"]) for key in ("text", "author_url")}
        comment = to_comment({**row, **real, "post": posts[row["post_id"]], "thread": ()})
        earlier = threads[row["post_id"]]
        found.append(Labelled(replace(comment, thread=tuple(earlier[-THREAD:])), row["label"], "starter"))
        if row["label"] != "spam":
            earlier.append(ThreadMessage(comment.author, comment.text))
    return found


def _real_host(text: str, key: str) -> str:
    endings = (".com", ".com", ".net", ".org", ".de", ".info", ".co.uk", ".blog")
    ending = endings[hashlib.blake2b(key.encode(), digest_size=1).digest()[0] % len(endings)]
    return text.replace(".example", ending)


def owners(data: Path) -> list[Labelled]:
    """Return what blog owners published or refused, spam dumps, tests, re-paired comments and spun templates."""
    rows = list(_owner_rows(data))
    posts = {
        (path.name.split(".")[0], row["id"]): row
        for path in sorted((data / "blogs").glob("*.posts.jsonl.gz"))
        for row in rows_of(path)
    }
    published = _published_by_post(rows)
    found = [
        Labelled(_with_context(row, posts, published), label, kind) for row in rows for label, kind in _label_of(row)
    ]
    return [*found, *_repaired(rows, posts, published), *_spun(data, found)]


def with_gaps(rows: Sequence[Labelled]) -> list[Labelled]:
    """Return the rows with dates, names and posts taken away here and there; see `_UNKNOWN`."""
    undated = Counter(row.label for row in rows if not _dated(row.comment))
    total = Counter(row.label for row in rows)
    rng = random.Random(0)
    found = []
    for row in rows:
        share = undated[row.label] / total[row.label]
        loses_date = rng.random() < max(0.0, (_UNKNOWN["date"] - share) / (1 - share))
        is_bare = rng.random() < _UNKNOWN["bare"] and row.comment.type == "comment"
        loses_post = rng.random() < _UNKNOWN["post"] and row.label == "spam"
        changes: Row = {"date": None} if loses_date or is_bare else {}
        changes |= {"author": "", "author_url": ""} if is_bare else {}
        post = row.comment.post or Post()
        changes |= {"post": replace(post, title="", text=""), "thread": ()} if loses_post else {}
        found.append(replace(row, comment=replace(row.comment, **changes)) if changes else row)
    return found


def _dated(comment: Comment) -> bool:
    return bool(comment.date and comment.post and comment.post.date)


def _owner_rows(data: Path) -> Iterator[Row]:
    for path in sorted((data / "blogs").glob("*.comments.jsonl.gz")):
        yield from rows_of(path)
    for path in sorted((data / "spam").glob("*.jsonl.gz")):
        if path.name != "spintax_templates.jsonl.gz":
            polish = path.name.startswith("lrem")  # its ham is Polish, its spam English: a model learns the language
            yield from (row for row in rows_of(path) if not polish or row.get("reviewed") == "spam")


def _label_of(row: Row) -> Iterator[tuple[Label, str]]:
    note, status, reviewed = row.get("note"), row.get("owner_status"), row.get("reviewed")
    if note == "test_or_owner":
        yield "off-topic", "test"
    elif note is None and (reviewed == "spam" or status in _REFUSED):
        yield "spam", "owner"
    elif row["source"] in _LET_SPAM_THROUGH:
        return
    elif note is None and (reviewed == "ham" or status in _PUBLISHED):
        yield "substantive", "owner"


def _is_published(row: Row) -> bool:
    return any(label == "substantive" for label, _ in _label_of(row))


def _post_key(row: Row) -> tuple[str, str]:
    return row["source"], str(row.get("post_id") or (row.get("post") or {}).get("title") or "")


def _published_by_post(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    by_post: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if _is_published(row):
            by_post[_post_key(row)].append(row)
    for found in by_post.values():
        found.sort(key=_when)
    return by_post


def _when(row: Row) -> datetime:
    return _date(row.get("date")) or datetime.min


def _date(written: object) -> datetime | None:
    return parse_date(str(written)) if written else None


def _thread(found: Sequence[Row], before: datetime, own_id: object) -> tuple[ThreadMessage, ...]:
    earlier = [row for row in found if row["id"] != own_id and _when(row) < before]  # published ones, in time
    return tuple(ThreadMessage(row.get("author") or "", row.get("text") or "") for row in earlier[-THREAD:])


def _with_context(row: Row, posts: dict[tuple[str, str], Row], published: dict[tuple[str, str], list[Row]]) -> Comment:
    post = row.get("post") or posts.get(_post_key(row)) or {}
    thread = _thread(published.get(_post_key(row), ()), _date(row.get("date")) or datetime.max, row["id"])
    return replace(to_comment({**row, "post": post, "thread": ()}), thread=thread)


def _repaired(
    rows: Iterable[Row], posts: dict[tuple[str, str], Row], published: dict[tuple[str, str], list[Row]]
) -> Iterator[Labelled]:
    """Yield published comments under another commented post of their blog, dates and threads moved along."""
    rng = random.Random(0)
    commented = defaultdict(list)
    for key in published:
        if len(posts.get(key, {}).get("text") or "") > 200:
            commented[key[0]].append(key)
    shuffled = sorted(rows, key=lambda _: rng.random())  # which rows of a large blog are taken is left to chance
    taken: Counter[str] = Counter()
    for row in shuffled:
        others = commented[row["source"]]
        if len(others) < 4 or taken[row["source"]] >= _REPAIRED_PER_BLOG:
            continue
        if row["type"] != "comment" or not _is_published(row) or not _worth_moving(row, posts, rng):
            continue
        other = rng.choice(others)
        if other != _post_key(row):
            taken[row["source"]] += 1
            yield Labelled(
                _moved(row, posts.get(_post_key(row), {}), posts[other], published[other], rng), "off-topic", "repaired"
            )


def _worth_moving(row: Row, posts: dict[tuple[str, str], Row], rng: random.Random) -> bool:
    """Say whether a comment says enough to belong to one post only; of the short ones a few are taken."""
    has_post = len(posts.get(_post_key(row), {}).get("text") or "") >= 100
    return has_post and (len(row["text"] or "") >= 60 or rng.random() < 0.1)


def _moved(row: Row, old: Row, new: Row, there: Sequence[Row], rng: random.Random) -> Comment:
    came, was, now = _date(row.get("date")), _date(old.get("date")), _date(new.get("date"))
    date = now + (came - was) if came and was and now else None
    before = date or _when(rng.choice(there))
    moved = to_comment({**row, "id": f"{row['id']}:re", "date": None, "post": new, "thread": ()})
    return replace(moved, date=date, thread=_thread(there, before, row["id"]))


def _spun(data: Path, found: Sequence[Labelled]) -> Iterator[Labelled]:
    """Yield samples of the spun templates under posts and names that other spam came with."""
    rng = random.Random(0)
    spam = [row.comment for row in found if row.label == "spam" and row.comment.post and row.comment.post.title]
    for row in rows_of(data / "spam" / "spintax_templates.jsonl.gz"):
        for text in sorted({_spin(row["template"], rng)[:3_000] for _ in range(_SPINS)}):
            yield Labelled(replace(rng.choice(spam), id="", text=text, source="spintax"), "spam", "spintax")


def _spin(template: str, rng: random.Random) -> str:
    for _ in range(200):
        chosen = re.sub(r"\{([^{}]*)\}", lambda match: rng.choice(match.group(1).split("|")), template)
        if chosen == template:
            break
        template = chosen
    return template


def to_comment(row: Row) -> Comment:
    """Make a comment of a corpus row; what its owner did with it stays behind."""
    post = row.get("post") or {}
    return Comment(
        text=row.get("text") or "",
        id=str(row["id"]),
        type=row["type"],
        author=row.get("author") or "",
        author_url=row.get("author_url") or "",
        date=_date(row.get("date")),
        post=Post(
            id=str(post.get("id") or ""),
            title=post.get("title") or "",
            text=post.get("text") or "",
            url=post.get("url") or "",
            date=_date(post.get("date")),
        ),
        thread=tuple(ThreadMessage(m.get("author") or "", m.get("text") or "") for m in row.get("thread") or ()),
        source=row["source"],
        source_page=as_source_page(row["source_page"]) if row.get("source_page") else None,
    )


def streams(data: Path) -> dict[str, list[Comment]]:
    """Return each blog's comments in the order in which they came, whatever was done with them; undated ones first.

    Ids are those of the blog; of the post they have the id alone.
    """
    found = {(row["source"], str(row["id"]), row.get("text") or ""): row for row in _owner_rows(data)}
    for row in rows_of(data / "gold" / "dev.jsonl.gz"):
        if not row["id"].endswith(":re"):
            key = (row["source"], own_id(row["id"], row["source"]), row.get("text") or "")
            post = own_id(str((row.get("post") or {}).get("id") or ""), row["source"])
            found.setdefault(key, {**row, "id": key[1], "post_id": post})
    by_source: dict[str, list[Comment]] = defaultdict(list)
    for row in sorted(found.values(), key=_when):
        by_source[row["source"]].append(to_comment({**row, "post": {"id": _post_key(row)[1]}, "thread": ()}))
    return by_source


def own_id(id_: str, source: str) -> str:
    """Return an identifier as the blog has it: gold rows put its name in front."""
    return id_.removeprefix(f"{source}:")


def fingerprint(text: str) -> str:
    """Return what near-duplicates share: the first 80 letters, without case, digits and spaces."""
    return re.sub(r"[\W\d_]+", "", text.lower())[:80]


def without_duplicates(rows: Sequence[Labelled], of: Sequence[Labelled]) -> list[Labelled]:
    """Return the rows whose text is not nearly that of a row to be judged, and each text and author once a kind."""
    judged = {key for row in of if len(key := fingerprint(row.comment.text)) > 20}
    seen: set[tuple[str, str, str]] = set()
    kept = []
    for row in rows:
        key = fingerprint(row.comment.text)
        whole = (key, fingerprint(row.comment.author), row.kind)
        if key not in judged and whole not in seen:
            kept.append(row)
        seen.add(whole)
    return kept

"""How fast the shipped model is, beside what else could be used: `python benchmarks/speed.py [../shared/data]`.

Ratios come first: all that is compared is measured in turns in one run, on one core, as processor time. As a machine
that is shared is now fast and now slow, the ratio of each turn is taken, and the middle one counts. What a stream costs
before its posts and messages are known stands in a line of its own. The comments are different real ones with their
posts and threads where DATA is there, shuffled, so that few neighbours share a post; else the starter set, repeated
with changes.
"""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
from corpus import owners, starter
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from commentguard import guard as guard_module
from commentguard import load_model, scoring
from commentguard.features import relevance
from commentguard.features.batch import Batch
from commentguard.forest import Forest
from commentguard.guard import CommentGuard
from commentguard.lazy import lazy
from commentguard.records import Comment, Label, Post, ThreadMessage

ROUNDS: Final = 5
"""Times that whole processes are measured; the best counts."""
TURNS: Final = 15
"""Times that all judges are measured, one after the other."""
STARTER: Final = Path(__file__).parents[1] / "datasets" / "starter"
LEARNED: Final = 3_000
"""Rows that the peers learn from: their speed hardly depends on it."""

MANY: Final = 4_000
"""Comments of a turn."""

Judge = Callable[[Sequence[Comment]], object]


def some_comments(data: Path | None, number: int) -> list[tuple[Comment, Label]]:
    """Return different comments with what their blog's owner made of them, in random order."""
    rng = random.Random(0)
    rows = owners(data) if data else _varied(starter(STARTER), number, rng)
    distinct = {(row.comment.text, row.comment.author): (row.comment, row.label) for row in rows if row.kind != "spun"}
    found = list(distinct.values())
    rng.shuffle(found)
    return found[:number]


def _varied(rows: Sequence[Any], number: int, rng: random.Random) -> Iterator[Any]:
    """Yield rows again and again, each time with the words of text and post in another order."""
    for _ in range(number // len(rows) + 1):
        for row in rows:
            post = row.comment.post or Post()
            changed = replace(
                row.comment, text=_shuffled(row.comment.text, rng), post=replace(post, text=_shuffled(post.text, rng))
            )
            yield replace(row, comment=changed)


def _shuffled(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    rng.shuffle(words)
    return " ".join(words)


def plain_pipeline(rows: Sequence[tuple[Comment, Label]]) -> Judge:
    """Return scikit-learn's TF-IDF (words 1-2, characters 2-5, the author's characters) with logistic regression."""
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    columns = ColumnTransformer(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), 0),
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True), 0),
            ("author", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True), 1),
        ]
    )

    def table(comments: Sequence[Comment]) -> np.ndarray:
        return np.array([(comment.text, comment.author) for comment in comments], dtype=object)

    model = make_pipeline(columns, LogisticRegression())
    model.fit(table([comment for comment, _ in rows]), [label for _, label in rows])
    return lambda comments: model.predict_proba(table(comments))


def fast_text(rows: Sequence[tuple[Comment, Label]]) -> Judge | None:
    """Return fastText with subwords of 2-5 characters in 16 dimensions; None where it is not installed."""
    if importlib.util.find_spec("fasttext") is None:
        return None
    import fasttext

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(f"__label__{label} {_one_line(comment)}\n" for comment, label in rows)
        file.flush()
        model = fasttext.train_supervised(file.name, dim=16, minn=2, maxn=5, thread=1, verbose=0)
    return lambda comments: model.predict([_one_line(comment) for comment in comments], k=3)


def _one_line(comment: Comment) -> str:
    return " ".join(comment.text.encode("utf-8", "replace").decode().split())


def in_turns(judges: dict[str, tuple[Judge, int]], comments: Sequence[Comment]) -> dict[str, NDArray[np.float64]]:
    """Return the processor time of each a comment, in seconds; each judges its number of comments in each turn."""
    took = {name: np.zeros(TURNS) for name in judges}
    for turn in range(TURNS):
        for name, (judge, number) in judges.items():
            first = turn * number % max(len(comments) - number + 1, 1)
            part = comments[first : first + number]
            began = time.process_time()
            judge(part)
            took[name][turn] = (time.process_time() - began) / len(part)
    return took


def first_time(guard: CommentGuard, comments: Sequence[Comment]) -> float:
    """Return the processor time a comment, in seconds, while no post or message is known yet."""
    guard.classify(comments[-1])  # makes the tables that a process makes once
    began = time.process_time()
    for _ in guard.classify_many(comments):
        pass
    return (time.process_time() - began) / len(comments)


def ratios(guard: CommentGuard, rows: Sequence[tuple[Comment, Label]]) -> None:
    """Print how fast a stream is judged beside the peers."""
    comments = [comment for comment, _ in rows[LEARNED:]] or [comment for comment, _ in rows]
    fast = fast_text(rows[:LEARNED])
    judges: dict[str, tuple[Judge, int]] = {
        "classify_many": (lambda part: sum(1 for _ in guard.classify_many(part)), MANY),
        "plain pipeline": (plain_pipeline(rows[:LEARNED]), 500),
    }
    if fast:
        judges["fastText"] = (fast, MANY)
    anew = first_time(guard, comments[:MANY])
    first_time(guard, comments)  # from now on all posts and messages are known
    took = in_turns(judges, comments)
    own = took.pop("classify_many")
    for name, reach in (("plain pipeline", "reach 12, aim 25"), ("fastText", "reach 0.75, aim 1.5")):
        if name in took:
            low, middle, high = np.percentile(took[name] / own, (10, 50, 90))
            click.echo(f"classify_many / {name:14} {middle:6.2f} times, {low:.2f} to {high:.2f}   ({reach})")
        else:
            click.echo(f"classify_many / {name:14} not measured: pip install fasttext-community")
    for name, times in {"classify_many": own, **took, "posts unknown": np.array([anew])}.items():
        seconds = float(np.median(times))
        click.echo(f"  {name:16} {1 / seconds:9,.0f} comments a second, {seconds * 1e6:7.1f} us each")


def one_by_one(guard: CommentGuard, comments: Sequence[Comment]) -> None:
    """Print how long one comment takes when others came before it."""
    for comment in comments[:200]:
        guard.classify(comment)
    for name, clock in (("by the clock", time.perf_counter), ("processor time", time.process_time)):
        best: list[float] = []
        for _ in range(3):
            took = []
            for comment in comments[:1_000]:
                began = clock()
                guard.classify(comment)
                took.append((clock() - began) * 1e3)
            best = took if not best else np.minimum(best, took).tolist()
        middle, slow = np.percentile(best, (50, 99))
        click.echo(
            f"classify, warm, {name:15} p50 {middle:.3f} ms, p99 {slow:.3f} ms   (reach 0.5 / 2, aim 0.15 / 0.5)"
        )


FIRST_VERDICT: Final = """
import commentguard
guard = commentguard.load_model()
guard.classify(commentguard.Comment(text="Which oil did you take?", post=commentguard.Post(title="Knives")))
"""
SERVE: Final = (
    FIRST_VERDICT
    + """
import pathlib, pickle, sys
for comment in pickle.loads(pathlib.Path(sys.argv[1]).read_bytes()):
    guard.classify(comment)
print(pathlib.Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])
"""
)


def _child(*arguments: str) -> tuple[float, float, str]:
    """Run Python; return seconds by the clock, processor seconds, and what it printed."""
    began, before = time.perf_counter(), os.times()
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True, env=one_thread)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, used, done.stdout


def processes(comments: Sequence[Comment]) -> None:
    """Print what a process costs: its start, its memory."""
    for name, arguments, wanted in (
        ("first verdict, cold process", ("-c", FIRST_VERDICT), "reach 0.6 s, aim 0.25 s"),
        ("commentguard --help", ("-m", "commentguard", "--help"), "reach 0.2 s, aim 0.1 s"),
    ):
        runs = [_child(*arguments) for _ in range(ROUNDS)]
        clock, used = min(run[0] for run in runs), min(run[1] for run in runs)
        click.echo(f"{name:28} {clock:.3f} s by the clock, {used:.3f} s of processor time   ({wanted})")
    if Path("/proc/self/status").exists():
        import pickle

        with tempfile.NamedTemporaryFile() as file:
            file.write(pickle.dumps(list(comments[:3_000])))
            file.flush()
            megabytes = int(_child("-c", SERVE, file.name)[2]) / 1024
        click.echo(f"memory of a process that serves {megabytes:.0f} MB   (reach 200 MB, aim 100 MB)")


def _once(run: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return best


def growth(guard: CommentGuard, comments: Sequence[Comment], million: bool) -> None:
    """Print how the cost grows with what is given."""
    base = comments[0]
    words = " ".join(comment.text for comment in comments[:3_000])
    words *= 1_000_000 // len(words) + 1
    messages = tuple(ThreadMessage(f"Ann {at}", comments[at % len(comments)].text) for at in range(10_000))
    tables: dict[str, list[tuple[int, Comment]]] = {
        "characters of a text": [
            (size, replace(base, text=words[:size])) for size in (10, 10**2, 10**3, 10**4, 10**5, 10**6)
        ],
        "characters of marked-up text": [
            (size, replace(base, text=("<p>" + words[:97]) * (size // 100 or 1)))
            for size in (10**2, 10**3, 10**4, 10**5, 10**6)
        ],
        "characters of a post, each new": [
            (size, replace(base, post=Post(title="A post", text=words[:size]))) for size in (10**3, 10**4, 10**5, 10**6)
        ],
        "messages of a thread": [(size, replace(base, thread=messages[:size])) for size in (1, 10, 100, 1_000, 10_000)],
    }
    sizes = (1, 10, 100, 1_000, 10_000, 100_000, *((1_000_000,) if million else ()))
    click.echo("comments in a stream: microseconds each")
    for size in sizes:
        seconds = _once(lambda size=size: sum(1 for _ in guard.classify_many(_repeated(comments, size))))  # type: ignore[misc]
        click.echo(f"  {size:>9,} {seconds / size * 1e6:10.1f}")
    for name, cases in tables.items():
        click.echo(f"{name}: milliseconds of one comment")
        for size, comment in cases:
            post = comment.post or Post()
            anew = iter([replace(comment, post=replace(post, title=f"{post.title} {at}")) for at in range(3)])
            took = _once(lambda anew=anew: guard.classify(next(anew)))  # type: ignore[misc]
            click.echo(f"  {size:>9,} {took * 1e3:10.2f}")


def _repeated(comments: Sequence[Comment], size: int) -> Iterator[Comment]:
    for at in range(size):
        yield comments[at % len(comments)]


class Stopwatch:
    """Says how the time of a run is spread over some functions; what one spends in another is the other's."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._open: list[float] = []

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*given: Any, **named: Any) -> Any:  # noqa: ANN401
            began = time.process_time()
            self._open.append(0.0)
            try:
                return function(*given, **named)
            finally:
                took = time.process_time() - began
                self.spent[stage] = self.spent.get(stage, 0.0) + took - self._open.pop()
                if self._open:
                    self._open[-1] += took

        return timed

    @contextmanager
    def watching(self, places: Sequence[tuple[str, Any, str]]) -> Iterator[None]:
        """Watch functions, methods and attributes made late, given with their stage and where they stand."""
        before = []
        for stage, owner, name in places:
            found = vars(owner)[name]
            before.append((owner, name, found))
            made_late = isinstance(found, lazy)
            setattr(owner, name, lazy(self._timed(stage, found._make)) if made_late else self._timed(stage, found))
        try:
            yield
        finally:
            for owner, name, found in before:
                setattr(owner, name, found)


STAGES: Final = (
    ("texts: markup", Batch, "plain"),
    ("texts: layout, words", Batch, "_own"),
    ("texts: thread", Batch, "said"),
    ("texts: posts", Batch, "_beside"),
    ("n-grams", scoring, "grams_of"),
    ("n-grams", scoring, "text_scores"),
    ("signals", scoring, "named_features"),
    ("relevance", relevance, "relevance"),
    ("trees", Forest, "leaves"),
    ("trees", Forest, "sums"),
    ("evidence", guard_module, "evidence_asked"),
    ("reasons", guard_module, "reasons_for"),
    ("all else", CommentGuard, "_verdicts"),
)


def profile(guard: CommentGuard, comments: Sequence[Comment]) -> None:
    """Print where the time goes."""
    for name, size in (("in batches", 1_000), ("one by one", 1)):
        part = comments[: 6_000 if size > 1 else 600]
        best: dict[str, float] = {}
        for _ in range(3):
            watch = Stopwatch()
            with watch.watching(STAGES):
                for _ in guard.classify_many(part, batch_size=size):
                    pass
            best = watch.spent if not best or sum(watch.spent.values()) < sum(best.values()) else best
        click.echo(f"where the time of a comment goes, {name} (microseconds)")
        for stage, seconds in best.items():
            click.echo(f"  {stage:22} {seconds / len(part) * 1e6:9.1f}")


@click.command()
@click.argument("data", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--comments", "number", default=20_000, show_default=True, help="Different comments.")
@click.option("--million", is_flag=True, help="Let the growing stream reach a million comments.")
@click.option("--only", type=click.Choice(["ratios", "one", "processes", "growth", "profile"]), help="One part alone.")
def main(data: Path | None, number: int, million: bool, only: str | None) -> None:
    """Measure the shipped model on the comments of DATA, or without it on those of the starter set."""
    with threadpool_limits(1):
        measure(data, number, million, only)


def measure(data: Path | None, number: int, million: bool, only: str | None) -> None:
    """Print all parts, or the one named."""
    guard = load_model("default")
    rows = some_comments(data, number)
    comments = [comment for comment, _ in rows]
    posts, characters = len({comment.post for comment in comments}), sum(len(comment.text) for comment in comments)
    click.echo(f"{len(rows):,} comments under {posts:,} posts, {characters / len(rows):.0f} characters each")
    parts: dict[str, Callable[[], None]] = {
        "ratios": lambda: ratios(guard, rows),
        "one": lambda: one_by_one(guard, comments),
        "processes": lambda: processes(comments),
        "profile": lambda: profile(guard, comments),
        "growth": lambda: growth(guard, comments, million),
    }
    for name, part in parts.items():
        if only in (None, name):
            part()


if __name__ == "__main__":
    sys.exit(main())

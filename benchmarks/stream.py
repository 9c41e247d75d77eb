"""What a blog's other comments and posts would add to verdicts: `python benchmarks/stream.py ../shared/data`.

Two things that classifying does not use, each judged like `quality.py`, on blogs that nothing was learned from:

- Repetition: counts of what came earlier in the blog's stream from the same campaign (same text, same ending, same
  linked site, under other names), and whether the name is known there, as a logistic regression on top of the log-odds
  of spam. It learns from held-out log-odds of the training rows.
- Other posts: how well a comment would fit the other posts of its blog, as one more feature on top of the log-odds of
  off-topic. It learns from the gold rows of the other folds.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import click
import numpy as np
from corpus import Labelled, gold, own_id, rows_of, streams, without_duplicates
from joblib import Parallel, delayed
from numpy.typing import NDArray
from quality import FOLDS, fit, training_rows
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from commentguard.features.batch import Batch
from commentguard.features.relevance import relevance
from commentguard.folds import spread
from commentguard.records import LABELS, Comment, Post
from commentguard.scoring import Parameters, score
from commentguard.text.urls import host, links, registered_domain

SIGNS: Final = {"same_text": 1, "same_ending": 1, "linked_by_others": 1, "host_of_others": 1, "known": -1}
"""Counts of earlier comments, and what they may speak for at all: a repeated text never speaks against spam."""

_LEAST_LETTERS: Final = 20
_START: Final = 100
_END: Final = 60
_OTHER_POSTS: Final = 20
_SAYS_SOMETHING: Final = 200
_MOST: Final = 16
_PER_SOURCE: Final = 300.0
_PENALTY: Final = 1e-3
_DRAWS: Final = 400
_NO_LETTERS: Final = bytes(code for code in range(128) if not chr(code).isalpha())

Numbers = NDArray[np.float64]
Key = tuple[str, str, str]
Figure = Callable[[NDArray[np.int64], Numbers], float]


@dataclass(frozen=True)
class Fold:
    """What one fold gives: gold rows judged without their sources, and training rows by models without their group."""

    rows: list[Labelled]
    spam: Numbers
    off_topic: Numbers
    others: Numbers
    learned: list[Labelled]
    held_out: Numbers


class Stream:
    """What came earlier in one blog's stream; unbounded, being a measurement only."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, object], set[object]] = defaultdict(set)

    def counts(self, comment: Comment) -> list[float]:
        """Return the counts of `SIGNS` for a comment, and remember it."""
        letters, name = _letters(comment.text), _letters(comment.author)
        post = comment.post.id if comment.post else ""
        site = _site(comment.author_url)
        place = (post, name)
        start = ("start", letters[:_START]) if len(letters) >= _LEAST_LETTERS else None
        end = ("end", letters[-_END:]) if len(letters) >= 2 * _END else None
        sites = [("linked", found) for found in {*map(_site, links(comment.text)), site} - {""}]
        linked = [len(self._seen[key] - {name}) for key in sites if key[1] != site or len(sites) == 1]
        named = self._seen["host", site] if site else set()
        found = [
            float(len(self._seen[start] - {place}) if start else 0),
            float(len(self._seen[end] - {place}) if end else 0),
            float(max(linked, default=0)),
            float(bool(named) and name not in named),
            float(len(self._seen["name", name] - {post}) if name else 0),
        ]
        for key in (start, end):
            if key:
                self._seen[key].add(place)
        for linked_site in sites:
            self._seen[linked_site].add(name)
        if site:
            self._seen["host", site].add(name)
        if name:
            self._seen["name", name].add(post)
        return found


def _letters(text: str) -> bytes:
    return text.lower().encode("utf-8", "surrogatepass").translate(None, _NO_LETTERS)


@cache
def _site(url: str) -> str:
    return registered_domain(host(url)) if url else ""


def counts_of_all(data: Path) -> dict[Key, list[float]]:
    """Return the counts of every comment of every stream by source, id and text."""
    found: dict[Key, list[float]] = {}
    for source, comments in streams(data).items():
        stream = Stream()
        for comment in comments:
            found[source, comment.id, comment.text] = stream.counts(comment)
    return found


def repetition(rows: Sequence[Labelled], counts: dict[Key, list[float]]) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return damped counts, shape (n, len(SIGNS)), and which rows have a stream; a re-paired one has none."""
    keys = [(row.comment.source, own_id(row.comment.id, row.comment.source), row.comment.text) for row in rows]
    real = [row.kind in ("owner", "gold", "test") for row in rows]
    known = np.array([key in counts and kind for key, kind in zip(keys, real, strict=True)])
    none = [0.0] * len(SIGNS)
    values = np.array([counts[key] if has else none for key, has in zip(keys, known.tolist(), strict=True)])
    return np.log1p(np.minimum(values, _MOST)), known


def learn(values: Numbers, is_spam: NDArray[np.bool_], offset: Numbers, weight: Numbers) -> Numbers:
    """Return bias and weights, shape (1 + len(SIGNS),), of a logistic regression on top of known log-odds."""
    side, share = np.where(is_spam, 1.0, -1.0), weight / weight.sum()

    def loss(theta: Numbers) -> tuple[float, Numbers]:
        odds = side * (offset + theta[0] + values @ theta[1:])
        slope = -share * side / (1 + np.exp(np.clip(odds, -50, 50)))
        penalty = _PENALTY * float((theta[1:] ** 2).sum())
        gradient = np.concatenate([[slope.sum()], values.T @ slope + 2 * _PENALTY * theta[1:]])
        return float((share * np.logaddexp(0, -odds)).sum()) + penalty, gradient

    bounds = [(None, None), *((0, None) if sign > 0 else (None, 0) for sign in SIGNS.values())]
    found: Numbers = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B").x
    return found


def one_fold(data: Path, number: int) -> Fold:
    """Fit a model without the sources of a fold, as `quality.py` does, and score what is judged and learned from."""
    judged = gold(data)
    of = spread([row.comment.source for row in judged], FOLDS)
    rows = [row for row, fold in zip(judged, of, strict=True) if fold == number]
    sources = {row.comment.source for row in rows}
    learned = without_duplicates([row for row in training_rows(data) if row.comment.source not in sources], rows)
    model = fit(learned)
    odds = score(model.parameters_, [row.comment for row in rows]).log_odds
    held_out = model.held_out_[:, LABELS.index("spam")]
    others = other_posts(data, rows, model.parameters_)
    return Fold(rows, odds[:, 0], odds[:, 1], others, learned, np.log(held_out) - np.log1p(-held_out))


def other_posts(data: Path, rows: Sequence[Labelled], parameters: Parameters) -> Numbers:
    """Return how much worse each row fits its post than it fits the others of its blog in the median, shape (n,).

    Without threads, which the others would lack. NaN for pings, spam and blogs of fewer than three other posts.
    """
    rng = random.Random(0)
    found = np.full(len(rows), np.nan)
    posts = {source: _posts(data, source) for source in {row.comment.source for row in rows}}
    for number, row in enumerate(rows):
        comment = replace(row.comment, thread=())
        others = _others_of(posts[comment.source], comment)
        if row.label == "spam" or comment.type != "comment" or len(others) < 3 or parameters.match is None:
            continue
        chosen = rng.sample(others, min(_OTHER_POSTS, len(others)))
        batch = Batch([comment, *(replace(comment, post=post) for post in chosen)])
        fits = parameters.match.log_odds(np.nan_to_num(relevance(batch, parameters.background)))
        found[number] = fits[0] - np.median(fits[1:])
    return found


def _others_of(posts: Sequence[Post], comment: Comment) -> list[Post]:
    own = comment.post or Post()
    own_post = own_id(own.id, comment.source)
    return [post for post in posts if post.id != own_post and post.title != own.title]


def _posts(data: Path, source: str) -> list[Post]:
    """Return the posts of a blog that say something."""
    file = data / "blogs" / f"{source}.posts.jsonl.gz"
    return [
        Post(id=str(row["id"]), title=row.get("title") or "", text=row["text"])
        for row in (rows_of(file) if file.exists() else ())
        if len(row.get("text") or "") > _SAYS_SOMETHING
    ]


def with_repetition(folds: Sequence[Fold], counts: dict[Key, list[float]]) -> tuple[Numbers, Numbers]:
    """Return log-odds of spam of all gold rows in their streams, and the mean weights of the counts."""
    found, learned = [], []
    for fold in folds:
        values, known = repetition(fold.learned, counts)
        of_source = Counter(row.comment.source for row, has in zip(fold.learned, known, strict=True) if has)
        weight = np.array([min(1.0, _PER_SOURCE / max(1, of_source[row.comment.source])) for row in fold.learned])
        is_spam = np.array([row.label == "spam" for row in fold.learned])
        theta = learn(values[known], is_spam[known], fold.held_out[known], weight[known])
        found.append(fold.spam + repetition(fold.rows, counts)[0] @ theta[1:])
        learned.append(theta[1:])
    return np.concatenate(found), np.mean(learned, axis=0)


def with_others(folds: Sequence[Fold], target: NDArray[np.bool_], about: NDArray[np.bool_]) -> Numbers:
    """Return log-odds of off-topic of all gold rows by a regression over them and `Fold.others`, the fold left out.

    Where the latter are unknown, by a regression over the log-odds alone, so that all are on one scale.
    """
    columns = np.stack(
        [np.concatenate(part) for part in zip(*((f.off_topic, f.others) for f in folds), strict=True)], 1
    )
    of = np.repeat(np.arange(len(folds)), [len(fold.rows) for fold in folds])
    known = np.isfinite(columns[:, 1])
    found = np.empty(len(columns))
    for number in range(len(folds)):
        learn_from = about & known & (of != number)
        scale = columns[learn_from].std(axis=0)
        for judged, used in ((known, slice(0, 2)), (~known, slice(0, 1))):
            part = columns[:, used] / scale[used]
            model = LogisticRegression().fit(part[learn_from], target[learn_from])
            rows = judged & (of == number)
            if rows.any():
                found[rows] = model.decision_function(part[rows])
    return found


def auc(target: NDArray[np.bool_], about: NDArray[np.bool_]) -> Figure:
    """Return a figure: the area under the curve among the rows it is about."""

    def figure(rows: NDArray[np.int64], odds: Numbers) -> float:
        rows = rows[about[rows]]
        return float(roc_auc_score(target[rows], odds[rows]))

    return figure


def caught(spam: NDArray[np.bool_], substantive: NDArray[np.bool_]) -> Figure:
    """Return a figure: the share of spam above the cut that loses 1% of the substantive."""

    def figure(rows: NDArray[np.int64], odds: Numbers) -> float:
        kept = np.sort(odds[rows[substantive[rows]]])[::-1]
        return float((odds[rows[spam[rows]]] > kept[int(len(kept) * 0.01)]).mean())

    return figure


def report(name: str, figure: Figure, alone: Numbers, more: Numbers, sources: NDArray[np.str_]) -> str:
    """Say a figure without and with, and the 95% interval of the difference over draws of whole sources."""
    rng = np.random.default_rng(0)
    rows_of_source = [np.flatnonzero(sources == source) for source in np.unique(sources)]
    differences = []
    for _ in range(_DRAWS):
        drawn = rng.integers(len(rows_of_source), size=len(rows_of_source))
        rows = np.concatenate([rows_of_source[number] for number in drawn])
        differences.append(figure(rows, more) - figure(rows, alone))
    low, high = np.quantile(differences, [0.025, 0.975])
    every = np.arange(len(sources))
    return f"{name:32} {figure(every, alone):.4f} -> {figure(every, more):.4f}  difference {low:+.4f} to {high:+.4f}"


def figures(folds: Sequence[Fold], counts: dict[Key, list[float]]) -> list[str]:
    """Return the lines of the report."""
    rows = [row for fold in folds for row in fold.rows]
    label = np.array([row.label for row in rows])
    sources = np.array([row.comment.source for row in rows])
    spam, off_topic, substantive = (label == name for name in LABELS)
    alone = np.concatenate([fold.spam for fold in folds])
    more, weights = with_repetition(folds, counts)
    fits = np.concatenate([fold.off_topic for fold in folds])
    fits_more = with_others(folds, off_topic, ~spam)
    pairs = zip(SIGNS, weights.tolist(), strict=True)
    return [
        report("spam AUC, in the stream", auc(spam, np.ones_like(spam)), alone, more, sources),
        report("spam caught at 1%, in the stream", caught(spam, substantive), alone, more, sources),
        "weights: " + "  ".join(f"{name} {weight:+.2f}" for name, weight in pairs),
        report("off-topic AUC, other posts known", auc(off_topic, ~spam), fits, fits_more, sources),
    ]


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--jobs", default=2, show_default=True, help="Folds at a time.")
def main(data: Path, jobs: int) -> None:
    """Judge on the gold rows of DATA what repetition in the stream and the blog's other posts would add."""
    folds = Parallel(n_jobs=jobs)(delayed(one_fold)(data, number) for number in range(FOLDS))
    for line in figures(folds, counts_of_all(data)):
        click.echo(line)


if __name__ == "__main__":
    sys.exit(main())

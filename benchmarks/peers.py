"""What else a blog could use: the peers that `quality.py` judges beside commentguard, on the same rows.

Each learns from the same rows with the same labels and weights: the three labels, comments moved to another post as
off-topic. Each gets what its kind can take: the text, the author, the host of the author's address, the post's title;
none can compare a comment with its post. Where a setting was chosen, it was the best of a few on the judged rows
themselves, which flatters the peers a little.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.base import ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import MultinomialNB

from commentguard.records import LABELS, Comment, Label
from commentguard.text.urls import host

Probabilities = NDArray[np.float64]
"""Shape (n, 3), columns in the order of `records.LABELS`."""


class Peer(ABC):
    """A classifier of comments that learns from labelled and weighted rows.

    Attributes
    ----------
    name : str
        What it is called in the table.
    two_way : bool
        True where it knows spam and the rest only: it gives no probability to off-topic.
    spam_from : float
        The least probability at which it calls a comment spam.
    """

    name: ClassVar[str]
    two_way: ClassVar[bool] = False
    spam_from: ClassVar[float] = 0.5

    def missing(self) -> str | None:
        """Say how to install what it needs; None where all is there."""
        return None

    @abstractmethod
    def fit(self, comments: Sequence[Comment], labels: Sequence[Label], weights: ArrayLike) -> None:
        """Learn from comments, their labels, and how much each counts, shape (n,)."""

    @abstractmethod
    def predict_proba(self, comments: Sequence[Comment]) -> Probabilities:
        """Return the probabilities of the labels for each comment."""


def peers(data: Path) -> list[Peer]:
    """Return all peers; `data` is the development data, for the blocklist in it."""
    blocklist = Blocklist(data / "lexicons" / "wordpress-comment-blocklist.txt")
    return [Majority(), blocklist, NaiveBayes(), PlainPipeline(), FastText(), Bogofilter()]


class Majority(Peer):
    """Says of every comment what most rows are by weight, and is sure of it, so that it ranks nothing."""

    name = "majority"

    def fit(self, comments: Sequence[Comment], labels: Sequence[Label], weights: ArrayLike) -> None:
        """Weigh the labels."""
        codes = [LABELS.index(label) for label in labels]
        totals = np.bincount(codes, weights=np.asarray(weights, dtype=float), minlength=len(LABELS))
        self._most = int(totals.argmax())

    def predict_proba(self, comments: Sequence[Comment]) -> Probabilities:
        """Return 1 for the label that most rows have."""
        return np.tile(np.eye(len(LABELS))[self._most], (len(comments), 1))


class Blocklist(Peer):
    """The list of words that WordPress sites load into "Disallowed Comment Keys"; learns nothing.

    As WordPress does it: a line hits where it stands anywhere in author, address, text or text without tags, whatever
    its case; one hit is enough. The score is the number of lines that hit, n, as n / (n + 1).

    Parameters
    ----------
    file : Path
        One word or phrase a line.
    """

    name = "blocklist"
    two_way = True

    def __init__(self, file: Path) -> None:
        self._file = file

    def missing(self) -> str | None:
        """Say where the list comes from."""
        if self._file.exists():
            return None
        return f"put the list of github.com/splorp/wordpress-comment-blocklist at {self._file}"

    def fit(self, comments: Sequence[Comment], labels: Sequence[Label], weights: ArrayLike) -> None:
        """Read the list."""
        lines = self._file.read_text(encoding="utf-8").lower().splitlines()
        self._lines = sorted({line.strip() for line in lines} - {""})

    def predict_proba(self, comments: Sequence[Comment]) -> Probabilities:
        """Count hits."""
        hits = np.array([self._hits(comment) for comment in comments], dtype=float)
        return _two_way(hits / (hits + 1))

    def _hits(self, comment: Comment) -> int:
        fields = (comment.author, comment.author_url, comment.text, re.sub(r"<[^<>]*>", "", comment.text))
        searched = "\n".join(fields).lower()  # no line of the list spans two fields
        return sum(line in searched for line in self._lines)


class NaiveBayes(Peer):
    """Multinomial naive Bayes over the words of text, author, host and title, each word once a comment."""

    name = "naive Bayes"

    def fit(self, comments: Sequence[Comment], labels: Sequence[Label], weights: ArrayLike) -> None:
        """Count words by label."""
        self._words = CountVectorizer(binary=True)
        self._bayes = MultinomialNB()
        self._bayes.fit(self._words.fit_transform(map(_document, comments)), labels, sample_weight=weights)

    def predict_proba(self, comments: Sequence[Comment]) -> Probabilities:
        """Multiply the words' likelihoods."""
        return _in_order(self._bayes, self._words.transform(map(_document, comments)))


class PlainPipeline(Peer):
    """The pipeline of a good tutorial: TF-IDF of words and characters, logistic regression, all from scikit-learn.

    Words 1 to 2 of text and title (2^18 columns), characters 2 to 5 of the text across spaces (2^19), characters of
    author and host (2^16 each); each part hashed, dampened, weighted by IDF and brought to unit length. Logistic
    regression for each label, ten passes of stochastic descent; L-BFGS comes within 0.01 of its macro-F1 and AUC at
    several times the cost. The penalty has the best spam AUC; a twentieth of it has 0.04 more macro-F1, 0.04 less AUC.
    """

    name = "plain pipeline"

    def __init__(self) -> None:
        self._columns = (
            (_hashed(18, "word", 1, 2), lambda comment: f"{comment.text}\n{_title(comment)}"),
            (_hashed(19, "char", 2, 5), lambda comment: comment.text),
            (_hashed(16, "char_wb", 2, 4), lambda comment: comment.author),
            (_hashed(16, "char_wb", 2, 5), lambda comment: host(comment.author_url)),
        )

    def fit(self, comments: Sequence[Comment], labels: Sequence[Label], weights: ArrayLike) -> None:
        """Learn how common each n-gram is, then the regression."""
        counts = self._counts(comments)
        self._idf = [TfidfTransformer(sublinear_tf=True).fit(part) for part in counts]
        self._regression = SGDClassifier("log_loss", alpha=2e-5, max_iter=10, tol=None, random_state=0)
        self._regression.fit(self._matrix(counts), labels, sample_weight=weights)

    def predict_proba(self, comments: Sequence[Comment]) -> Probabilities:
        """Return the three regressions' probabilities, brought to a sum of 1."""
        return _in_order(self._regression, self._matrix(self._counts(comments)))

    def _counts(self, comments: Sequence[Comment]) -> list[csr_matrix]:
        return [hashed.transform(map(of, comments)) for hashed, of in self._columns]

    def _matrix(self, counts: list[csr_matrix]) -> csr_matrix:
        return hstack([idf.transform(part) for idf, part in zip(self._idf, counts, strict=True)], format="csr")


class FastText(Peer):
    """FastText's supervised classifier: words, their characters 3 to 6, and pairs of words, 16 dimensions.

    Text and title as lower-case words and marks; author and host as words of their own kind. It knows no weights: a row
    stands as often as it weighs (at least once), shuffled, in a single pass. One thread, so that it repeats itself.
    """

    name = "fastText"
    _LABEL: Final = "__label__"

    def missing(self) -> str | None:
        """Say which package has it."""
        found = importlib.util.find_spec("fasttext")
        return None if found else "pip install -e '.[benchmarks]' (fasttext-community)"

    def fit(self, comments: Sequence[Comment], labels: Sequence[Label], weights: ArrayLike) -> None:
        """Write the rows down, and train on the file."""
        import fasttext

        lines = [
            f"{self._LABEL}{label} {self._line(comment)}\n" for comment, label in zip(comments, labels, strict=True)
        ]
        order = np.random.default_rng(0).permutation(np.repeat(np.arange(len(lines)), _times(weights)))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.txt"
            _write(file, (lines[number] for number in order.tolist()))
            self._model = fasttext.train_supervised(
                str(file), dim=16, minn=3, maxn=6, wordNgrams=2, bucket=2**20, lr=0.5, epoch=1, thread=1, verbose=0
            )

    def predict_proba(self, comments: Sequence[Comment]) -> Probabilities:
        """Return its softmax."""
        lines = [self._line(comment) for comment in comments]
        found = zip(*self._model.predict(lines, k=len(LABELS), threshold=-1.0), strict=True)
        by_label = [dict(zip(labels, values, strict=True)) for labels, values in found]
        return np.array([[row[self._LABEL + label] for label in LABELS] for row in by_label], dtype=float)

    def _line(self, comment: Comment) -> str:
        author = " ".join(f"by_{word}" for word in comment.author.split())
        whole = f"{comment.text} {author} host_{host(comment.author_url)} {_title(comment)}".lower()
        return " ".join(re.sub(r"([^\w\s])", r" \1 ", whole.replace(self._LABEL, " ")).split())


class Bogofilter(Peer):
    """Bogofilter, the mail filter, with its own settings: spam or not.

    A comment comes to it as a mail: from its author, the post's title as its subject, then text and address. It knows
    no weights: a mail is registered as often as it weighs, at least once. It calls spam what it gives 0.99.
    """

    name = "bogofilter"
    two_way = True
    spam_from = 0.99

    def missing(self) -> str | None:
        """Say which package has it."""
        return None if shutil.which("bogofilter") else "apt-get install bogofilter"

    def fit(self, comments: Sequence[Comment], labels: Sequence[Label], weights: ArrayLike) -> None:
        """Register spam and the rest, and keep the word list that it writes."""
        rows = list(zip(comments, labels, _times(weights).tolist(), strict=True))
        with tempfile.TemporaryDirectory() as folder:
            for option, is_spam in (("-s", True), ("-n", False)):
                mails = (_mail(comment) * times for comment, label, times in rows if (label == "spam") == is_spam)
                _write(Path(folder) / "mbox", mails)
                self._run(folder, option)
            self._word_list = (Path(folder) / "wordlist.db").read_bytes()

    def predict_proba(self, comments: Sequence[Comment]) -> Probabilities:
        """Return its spamicity."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "wordlist.db").write_bytes(self._word_list)
            _write(Path(folder) / "mbox", map(_mail, comments))
            said = self._run(folder, "-t", "--terse-format=%0.16f")
        if len(said) != len(comments):
            raise RuntimeError(f"bogofilter answered {len(said)} of {len(comments)} mails: look at `_mail` in peers.py")
        return _two_way(np.array(said, dtype=float))

    def _run(self, folder: str, *options: str) -> list[str]:
        command = ["bogofilter", "-C", "-d", folder, *options, "-M", "-I", f"{folder}/mbox"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1, 2):  # spam, ham, unsure
            raise RuntimeError(f"bogofilter failed with status {done.returncode}: {done.stderr.strip()}")
        return done.stdout.split()


def _title(comment: Comment) -> str:
    return comment.post.title if comment.post else ""


def _document(comment: Comment) -> str:
    return "\n".join((comment.text, comment.author, host(comment.author_url), _title(comment)))


def _mail(comment: Comment) -> str:
    """Return a comment as one mail of an mbox file."""
    author, subject = (" ".join(field.split()) for field in (comment.author, _title(comment)))
    body = re.sub(r"(?m)^(?=>*From )", ">", "\n".join(f"{comment.text}\n{comment.author_url}".splitlines()))
    return (
        "From commentguard Thu Jan  1 00:00:00 1970\n"
        f"From: {author}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n\n"
    )


def _write(file: Path, parts: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8", errors="replace", newline="\n") as stream:
        stream.writelines(part.replace("\0", " ") for part in parts)


def _times(weights: ArrayLike) -> NDArray[np.int64]:
    """Return how often rows stand for those who know no weights."""
    times: NDArray[np.int64] = np.maximum(np.rint(np.asarray(weights, dtype=float)), 1).astype(np.int64)
    return times


def _hashed(bits: int, analyzer: str, shortest: int, longest: int) -> HashingVectorizer:
    return HashingVectorizer(
        n_features=2**bits,
        analyzer=analyzer,
        ngram_range=(shortest, longest),
        alternate_sign=False,
        norm=None,
        dtype=np.float32,
    )


def _two_way(spam: Probabilities) -> Probabilities:
    return np.column_stack((spam, np.zeros(len(spam)), 1 - spam))


def _in_order(estimator: ClassifierMixin, matrix: csr_matrix) -> Probabilities:
    """Return a scikit-learn estimator's probabilities in the order of `records.LABELS`, 0 for a label it never saw."""
    found = np.zeros((matrix.shape[0], len(LABELS)))
    found[:, [LABELS.index(label) for label in estimator.classes_]] = estimator.predict_proba(matrix)
    return found

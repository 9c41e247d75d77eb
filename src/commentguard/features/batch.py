"""A batch of comments laid out as arrays: what every feature is computed from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.lexicons import memberships
from commentguard.records import Comment, Post
from commentguard.text import urls
from commentguard.text.codes import Codes, encode
from commentguard.text.html import plain_text
from commentguard.text.words import Words, words

TEXT_LIMIT: Final = 4_000
"""Characters looked at of a comment: three quarters from its head, the rest from its tail."""
POST_LIMIT: Final = 20_000
"""Characters looked at of a post."""
MESSAGE_LIMIT: Final = 1_500
"""Characters looked at of each earlier message of the thread."""
NAME_LIMIT: Final = 200
"""Characters looked at of names, titles and addresses."""
THREAD_LIMIT: Final = 8
"""Earlier messages looked at: the latest ones."""


@dataclass(frozen=True)
class Texts:
    """Some texts of a batch with their words."""

    codes: Codes
    words: Words

    @classmethod
    def of(cls, texts: Sequence[str], limit: int) -> Texts:
        """Lay out texts of which at most `limit` characters are looked at."""
        codes = encode(texts, limit)
        return cls(codes, words(codes))

    @cached_property
    def word_counts(self) -> NDArray[np.int64]:
        """Words of each text, shape (n_texts,)."""
        return np.bincount(self.words.text, minlength=len(self.codes))

    def share_of_characters(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the share of each text's characters that are chosen, 0 to 1, shape (n_texts,)."""
        return self.codes.per_text(chosen) / np.maximum(self.codes.lengths, 1)

    @cached_property
    def lists(self) -> NDArray[np.uint32]:
        """A bit for every word list that each word stands in, shape (n_words,); see `lexicons.bit_of`."""
        return memberships(self.words.hashes)

    def per_text(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Sum values that belong to the words, shape (n_words,), text by text, shape (n_texts,)."""
        sums: NDArray[np.float64] = np.bincount(self.words.text, values, len(self.codes)).astype(np.float64)
        return sums


@dataclass(frozen=True)
class Batch:
    """Comments as columns; each column is made when a feature first asks for it.

    Only what was known when a comment arrived is here: not its status, not its label, not later comments.

    Parameters
    ----------
    comments : sequence of Comment
        The comments, in any order; no column depends on the other comments of the batch.
    """

    comments: Sequence[Comment]

    def __len__(self) -> int:
        """Return the number of comments."""
        return len(self.comments)

    @cached_property
    def plain(self) -> list[str]:
        """Each comment's text without markup."""
        return [plain_text(comment.text) for comment in self.comments]

    @cached_property
    def text(self) -> Texts:
        """The comments' own words."""
        return Texts.of(self.plain, TEXT_LIMIT)

    @cached_property
    def author(self) -> Texts:
        """The names over the comments; for a ping the title of the page that links here."""
        return Texts.of([plain_text(comment.author) for comment in self.comments], NAME_LIMIT)

    @cached_property
    def hosts(self) -> list[str]:
        """Host of each author's address; empty where none was given."""
        return [urls.host(comment.author_url) if comment.author_url else "" for comment in self.comments]

    @cached_property
    def host(self) -> Texts:
        """The hosts, as text of their own."""
        return Texts.of(self.hosts, NAME_LIMIT)

    @cached_property
    def links(self) -> list[list[str]]:
        """Addresses that stand in each comment's text."""
        return [urls.links(text[: TEXT_LIMIT * 2]) for text in self.plain]

    @cached_property
    def is_ping(self) -> NDArray[np.bool_]:
        """Whether each is a pingback or trackback, shape (n,)."""
        return np.fromiter((comment.type != "comment" for comment in self.comments), dtype=bool, count=len(self))

    @cached_property
    def _distinct_posts(self) -> tuple[list[Post], NDArray[np.int64]]:
        index: dict[Post, int] = {}
        empty = Post()
        of = [index.setdefault(comment.post or empty, len(index)) for comment in self.comments]
        return list(index), np.array(of, dtype=np.int64)

    @property
    def posts(self) -> list[Post]:
        """The distinct posts of the batch; a comment without a post has an empty one."""
        return self._distinct_posts[0]

    @property
    def post_of(self) -> NDArray[np.int64]:
        """Index into `posts` of each comment, shape (n,)."""
        return self._distinct_posts[1]

    @cached_property
    def title(self) -> Texts:
        """Titles of the distinct posts."""
        return Texts.of([plain_text(post.title) for post in self.posts], NAME_LIMIT)

    @cached_property
    def body(self) -> Texts:
        """Bodies of the distinct posts."""
        return Texts.of([plain_text(post.text) for post in self.posts], POST_LIMIT)

    @cached_property
    def _distinct_messages(self) -> tuple[list[tuple[str, str]], list[list[int]]]:
        index: dict[tuple[str, str], int] = {}
        of = [
            [index.setdefault((message.author, message.text), len(index)) for message in comment.thread[-THREAD_LIMIT:]]
            for comment in self.comments
        ]
        return list(index), of

    @property
    def messages_of(self) -> list[list[int]]:
        """Indices into `message` of the earlier messages of each comment's thread, oldest first."""
        return self._distinct_messages[1]

    @cached_property
    def message(self) -> Texts:
        """The distinct earlier messages of all threads."""
        return Texts.of([plain_text(text) for _, text in self._distinct_messages[0]], MESSAGE_LIMIT)

    @cached_property
    def message_author(self) -> Texts:
        """The names over the distinct earlier messages."""
        return Texts.of([name for name, _ in self._distinct_messages[0]], NAME_LIMIT)

    def column(self, values: Iterable[float]) -> NDArray[np.float64]:
        """Return one value a comment as an array, shape (n,)."""
        return np.fromiter(values, dtype=np.float64, count=len(self))

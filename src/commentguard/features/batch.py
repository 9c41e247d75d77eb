"""A batch of comments laid out as arrays: what every feature is computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.documents import Documents
from commentguard.features.keys import ITEM_BITS
from commentguard.features.posts import PostSide, sides_of
from commentguard.features.texts import Texts as Texts
from commentguard.features.texts import lay_out
from commentguard.lazy import lazy
from commentguard.records import Comment, Post
from commentguard.text import urls
from commentguard.text.characters import MARKUP_SIGN
from commentguard.text.codes import Codes
from commentguard.text.html import plain_text

TEXT_LIMIT: Final = 4_000
"""Characters looked at of a comment: three quarters from its head, the rest from its tail."""
MESSAGE_LIMIT: Final = 1_500
"""Characters looked at of each earlier message of the thread."""
NAME_LIMIT: Final = 200
"""Characters looked at of names and addresses."""
THREAD_LIMIT: Final = 8
"""Earlier messages looked at: the latest ones."""

_NOWHERE: Final = Post()


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

    @lazy
    def kept(self) -> dict[Any, Any]:
        """What is computed once for several features, by what computes it."""
        return {}

    @lazy
    def plain(self) -> list[str]:
        """Each comment's text without markup."""
        return [plain_text(comment.text) for comment in self.comments]

    @lazy
    def hosts(self) -> list[str]:
        """Host of each author's address; empty where none was given."""
        return [urls.host(comment.author_url) if comment.author_url else "" for comment in self.comments]

    @lazy
    def hosted(self) -> list[int]:
        """Numbers of the comments whose author gave an address with a host."""
        return [number for number, host in enumerate(self.hosts) if host]

    @lazy
    def _own(self) -> list[Texts]:
        """What the comments brought along, laid out together."""
        names = [plain_text(comment.author) for comment in self.comments]
        return lay_out((self.plain, TEXT_LIMIT), (names, NAME_LIMIT), (self.hosts, NAME_LIMIT))

    @property
    def own_codes(self) -> Codes:
        """The characters of text, author and host: first those of all texts, then of all names, then of all hosts."""
        return self.text.layout.codes

    @lazy
    def text(self) -> Texts:
        """The comments' own words."""
        return self._own[0]

    @lazy
    def author(self) -> Texts:
        """The names over the comments; for a ping the title of the page that links here."""
        return self._own[1]

    @lazy
    def host(self) -> Texts:
        """The hosts, as text of their own."""
        return self._own[2]

    @lazy
    def written(self) -> Texts:
        """All texts, then all names, as one column of 2 n."""
        return Texts(self.text.layout, slice(0, 2 * len(self)))

    @lazy
    def signed(self) -> Texts:
        """All names, then all hosts, as one column of 2 n."""
        return Texts(self.text.layout, slice(len(self), 3 * len(self)))

    @lazy
    def words_signed(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Words that stand both in name and text: numbers of words of the names, and of the texts' distinct stems."""
        names = self.author.words
        return self.text.distinct[0].find(names.text << ITEM_BITS | names.stems)

    @lazy
    def linked(self) -> list[int]:
        """Numbers of the comments whose text holds something like an address; all others have no `links`."""
        return [number for number, text in enumerate(self.plain) if urls.may_link(text)]

    @lazy
    def links(self) -> dict[int, list[str]]:
        """Addresses that stand in each comment's text, by the comment's number; only those that have some."""
        found = {number: urls.links(self.plain[number][: TEXT_LIMIT * 2]) for number in self.linked}
        return {number: addresses for number, addresses in found.items() if addresses}

    @lazy
    def link_domains(self) -> dict[int, list[str]]:
        """Registered domain of each of `links`."""
        return {
            number: [urls.registered_domain(urls.host(url)) for url in found] for number, found in self.links.items()
        }

    @lazy
    def marked(self) -> list[int]:
        """Numbers of the comments whose text may hold markup or placeholders; those of all others hold none."""
        cut = self.text.lengths == TEXT_LIMIT
        numbers: list[int] = (cut | (self.text.count(MARKUP_SIGN) > 0)).nonzero()[0].tolist()
        return numbers

    @lazy
    def is_ping(self) -> NDArray[np.bool_]:
        """Whether each is a pingback or trackback, shape (n,)."""
        return np.array([comment.type != "comment" for comment in self.comments], dtype=bool)

    @lazy
    def has_pings(self) -> bool:
        """Whether there is a pingback or trackback among them."""
        return any(comment.type != "comment" for comment in self.comments)

    @lazy
    def _distinct_posts(self) -> tuple[list[Post], NDArray[np.int64]]:
        numbers: dict[Post, int] = {}
        by_identity: dict[int, int] = {}  # most comments share the object: no need to compare texts
        of = []
        for comment in self.comments:
            post = comment.post or _NOWHERE
            number = by_identity.get(id(post))
            if number is None:
                number = by_identity[id(post)] = numbers.setdefault(post, len(numbers))
            of.append(number)
        return list(numbers), np.array(of, dtype=np.int64)

    @property
    def posts(self) -> list[Post]:
        """The distinct posts of the batch; a comment without a post has an empty one."""
        return self._distinct_posts[0]

    @property
    def post_of(self) -> NDArray[np.int64]:
        """Index into `posts` of each comment, shape (n,)."""
        return self._distinct_posts[1]

    @lazy
    def sides(self) -> list[PostSide]:
        """What is known of each of `posts`."""
        return sides_of(self.posts)

    @lazy
    def title(self) -> Documents:
        """Words of the titles of the distinct posts."""
        return Documents.of([side.title for side in self.sides])

    @lazy
    def body(self) -> Documents:
        """Words of the bodies of the distinct posts."""
        return Documents.of([side.body for side in self.sides])

    @lazy
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

    @lazy
    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All messages of all threads, one after the other: the comment of each, in order, and its `message`."""
        sizes = np.fromiter(map(len, self.messages_of), dtype=np.int64, count=len(self))
        messages = np.fromiter(chain.from_iterable(self.messages_of), dtype=np.int64, count=sizes.sum())
        return np.arange(len(self)).repeat(sizes), messages

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Author and text of each of `message`."""
        return self._distinct_messages[0]

    @lazy
    def _earlier(self) -> list[Texts]:
        """The distinct earlier messages of all threads with their authors, laid out together."""
        texts = [plain_text(text) for _, text in self.messages]
        return lay_out((texts, MESSAGE_LIMIT), ([name for name, _ in self.messages], NAME_LIMIT))

    @lazy
    def message(self) -> Texts:
        """The distinct earlier messages of all threads."""
        return self._earlier[0]

    @lazy
    def message_author(self) -> Texts:
        """The names over the distinct earlier messages."""
        return self._earlier[1]

    def column(self, values: Iterable[float]) -> NDArray[np.float64]:
        """Return one value a comment as an array, shape (n,)."""
        return np.fromiter(values, dtype=np.float64, count=len(self))

    def sparse_column(self, values: Mapping[int, float]) -> NDArray[np.float64]:
        """Return values given by a comment's number as an array, 0 for all others, shape (n,)."""
        if not values:
            return self.constant(0.0)
        column = np.zeros(len(self))
        column[list(values)] = list(values.values())
        return column

    def constant(self, value: float) -> NDArray[np.float64]:
        """Return the same value for each comment, shape (n,), to be read only."""
        column: NDArray[np.float64] | None = self.kept.get(value)
        if column is None:
            column = self.kept[value] = np.full(len(self), value)
        return column

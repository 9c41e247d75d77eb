"""What is known of a post, computed once however many comments stand under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.documents import documents_of
from commentguard.features.kept import Entry, Kept
from commentguard.features.lexicons import LISTS, lists_of_sets, sets_of
from commentguard.features.texts import Texts, lay_out
from commentguard.records import Post
from commentguard.text.html import plain_texts
from commentguard.text.urls import host, registered_domain

TITLE_LIMIT: Final = 200
"""Characters looked at of a post's title."""
POST_LIMIT: Final = 20_000
"""Characters looked at of a post."""

ABOUT_SITE, SIZES, WORDS, FIGURES = 0, slice(1, 4), 3, 4
"""Numbers of a post that signals are made of; see `PostSide`."""

_OVERHEAD: Final = 1_000  # bytes that a short post takes, too
_TOGETHER: Final = 32  # posts laid out at a time: what is computed for them stays in the processor's cache


@dataclass(slots=True, eq=False)
class PostSide(Entry):
    """What is known of a post.

    Parameters
    ----------
    document : bytes
        The words of its title and of its text; see `documents_of`.
    figures : bytes
        As float64, in the order of `FIGURES`: the share of the title's words, one more assumed, that tests and remarks
        on a site are made of, 0 to 1; the words of the title, of the text, of both.
    home : str
        Registered domain of its address; empty where it has none.
    weighed : tuple of (object, bytes)
        The token of the background by which `subjects` weighed it last, and what it found, as float64.
    """

    document: bytes
    figures: bytes
    home: str
    weighed: tuple[object, bytes] = (None, b"")


# By a hash, of 64 bits and with a secret of the process, of all that is looked at: the text itself would take a quarter
# of the room, and would have to be compared.
_KEPT: Final[Kept[int, PostSide]] = Kept(40_000_000)  # some 6,000 of middling length


def sides_of(posts: Sequence[Post]) -> list[PostSide]:
    """Return what is known of each post; of equal ones it is the same object."""
    keys = [hash((post.title, post.url, post.text)) for post in posts]

    def look(places: list[int]) -> list[PostSide]:
        parts = (places[at : at + _TOGETHER] for at in range(0, len(places), _TOGETHER))
        return [side for part in parts for side in _look_at([posts[place] for place in part])]

    return _KEPT.all_of(keys, look)


def _look_at(posts: Sequence[Post]) -> list[PostSide]:
    titles, bodies = lay_out(
        (plain_texts([post.title for post in posts]), TITLE_LIMIT),
        (plain_texts([post.text for post in posts]), POST_LIMIT),
    )
    figures = np.empty((len(posts), FIGURES))
    figures[:, ABOUT_SITE] = _about_site(titles) / (titles.word_counts + 1)
    words = titles.word_counts, bodies.word_counts
    figures[:, SIZES] = np.stack((*words, sum(words)), axis=1)
    found = zip(posts, documents_of(titles, bodies), figures, strict=True)
    return [
        PostSide(document, row.tobytes(), _home(post), size=len(document) + _OVERHEAD)
        for post, document, row in found
    ]


def _about_site(titles: Texts) -> NDArray[np.number]:
    """Count the words that tests and remarks on a site are made of: in titles alone, not in all that is laid out."""
    at, sets = sets_of(titles.words.hashes)
    listed = lists_of_sets()[:, LISTS["site_or_test"]].take(sets)
    return np.bincount(titles.words.text.take(at), listed, len(titles))


def _home(post: Post) -> str:
    name = host(post.url)
    return registered_domain(name) if "." in name else ""

"""Posts as sets of words and of pairs of words, put together for a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.keys import ITEM_BITS, LAST, Slots, changes, ordered, pieces
from commentguard.features.texts import Texts

Integers = NDArray[np.int64]
Values = NDArray[np.uint16]

_FIRST, _SECOND, _SHIFT = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B), np.uint32(15)
_MIX: Final = np.uint32(0xC2B2AE35)  # as in MurmurHash3: the upper bits, by which slots are found, depend on all others

_COUNTED: Final = np.array([1, 1 << 16, 1 << 32, 0])
"""What a word of a title, one of a text, a pair and the end of a post add to three counts of sixteen bits each."""
_TITLE, _BODY = np.array(1, dtype=np.uint16), np.array(7, dtype=np.uint16)
_TITLE_MOST, _BODY_MOST = np.array(63, dtype=np.uint16), np.array(511, dtype=np.uint16)
"""Where in a value of `Documents.terms` the counts of title and text stand, and the most that they say."""
_PAIR: Final = np.array(1, dtype=np.uint16)


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a title and of a text, each once.

    Parameters
    ----------
    sizes : bytes
        As int64: words of the title, words of the text, span and size of its slots (see `Slots`).
    items, values : bytes
        What is in its slots: see `Documents.terms`.
    """

    sizes: bytes
    items: bytes
    values: bytes

    @property
    def size(self) -> int:
        """Bytes that its words take."""
        return len(self.sizes) + len(self.items) + len(self.values)


@dataclass(slots=True, eq=False)
class Documents:
    """The words of several documents.

    Parameters
    ----------
    words : ndarray of int64, shape (2, n_documents)
        Number of words of each title, and of each text.
    terms : Slots
        The stems of both, and the hashes of the text's pairs of neighbouring words; for each as uint16 how often it
        stands in title (bits 1 to 6) and text (bits 7 to 15), as far as they hold it, and whether it is a pair (bit 0).
    """

    words: Integers
    terms: Slots

    @staticmethod
    def of(documents: Sequence[Document]) -> Documents:
        """Put documents together; at least one."""
        sizes = np.frombuffer(b"".join([document.sizes for document in documents]), np.int64).reshape(-1, 4).T
        items = np.frombuffer(b"".join([document.items for document in documents]), np.uint32)
        values = np.frombuffer(b"".join([document.values for document in documents]), np.uint16)
        return Documents(sizes[:2], Slots(items, values, sizes[2], sizes[3]))


def told(values: Values) -> tuple[Values, Values]:
    """Return how often terms stand in title and text, given their values in `Documents.terms`."""
    return values >> _TITLE & _TITLE_MOST, values >> _BODY


def is_pair(values: Values) -> NDArray[np.bool_]:
    """Return which terms are pairs, given their values in `Documents.terms`."""
    found: NDArray[np.bool_] = values & _PAIR == _PAIR
    return found


def documents_of(titles: Texts, bodies: Texts) -> list[Document]:
    """Return the words of each title and text."""
    ends = np.arange(len(titles)) << ITEM_BITS | LAST
    parts = (keys_of(titles) << 2, keys_of(bodies) << 2 | 1, pair_keys(bodies) << 2 | 2, ends << 2 | 3)
    tagged = ordered(np.concatenate(parts))
    keys = tagged >> 2
    (first,) = changes(keys).nonzero()
    keys = keys.take(first)
    sizes = np.diff(keys.searchsorted(ends, side="right"), prepend=0)
    slots = Slots.of(keys.astype(np.uint32), _packed(_sums(_COUNTED.take(tagged & 3), first)), sizes)
    rows = np.stack((titles.word_counts, bodies.word_counts, slots.spans, slots.sizes), axis=1)
    items, values = (pieces(part, slots.sizes) for part in (slots.items, slots.values))
    return list(map(Document, [row.tobytes() for row in rows], items, values))


def _packed(counted: Integers) -> Values:
    packed: Values = np.minimum(counted.astype(np.uint16), _TITLE_MOST) << _TITLE
    packed |= np.minimum((counted >> 16).astype(np.uint16), _BODY_MOST) << _BODY
    packed |= counted >> 32 > 0
    return packed


def _sums(values: Integers, first: Integers) -> Integers:
    """Sum values from each first one up to the next: for runs of one or two a fifth of what `reduceat` takes."""
    running = values.cumsum()
    sums = np.empty_like(first)
    sums[:-1] = running.take(first[1:] - 1)
    sums[-1:] = running[-1:]
    sums[1:] -= sums[:-1]
    return sums


def keys_of(texts: Texts) -> Integers:
    """Return the key of each word's stem, by the text it stands in."""
    keys: Integers = texts.words.text << ITEM_BITS | texts.words.stems
    return keys


def pair_keys(texts: Texts) -> Integers:
    """Return the key of each pair of neighbouring words of a text, by the text it stands in."""
    found = texts.words
    keys = found.text[:-1] << ITEM_BITS
    keys |= pair_hashes(found.stems)[:-1]
    within: Integers = keys[found.text[1:] == found.text[:-1]]
    return within


def pair_hashes(stems: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return a hash of each stem and the next one, in this order; for the last stem, of itself alone."""
    mixed = stems * _FIRST
    mixed[:-1] += stems[1:] * _SECOND
    mixed ^= mixed >> _SHIFT
    mixed *= _MIX
    return mixed

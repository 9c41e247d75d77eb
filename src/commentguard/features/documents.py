"""Posts as sets of words and of pairs of words, put together for a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.keys import ITEM_BITS, Sets, changes, ordered, pieces
from commentguard.features.texts import Texts

Integers = NDArray[np.int64]
Counts = NDArray[np.uint16]

_FIRST, _SECOND, _SHIFT = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B), np.uint32(15)
_MIX: Final = np.uint32(0xC2B2AE35)  # as in MurmurHash3: the upper bits, by which slots are found, depend on all others

_COUNTED: Final = np.array([1, 1 << 16, 0], dtype=np.uint32)
"""What a word of a title, one of a text and a pair add to two counts of sixteen bits each."""


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a title and of a text, each once.

    Parameters
    ----------
    words : tuple of (int, int)
        Number of words of the title, and of the text.
    terms : tuple of (bytes, bytes)
        A set (see `Sets.parts`): the stems of both, and the hashes of the text's pairs of neighbouring words.
    in_title, in_body : bytes
        How often each term stands there, as uint16; 0 for pairs.
    """

    words: tuple[int, int]
    terms: tuple[bytes, bytes]
    in_title: bytes
    in_body: bytes

    @property
    def size(self) -> int:
        """Bytes that its words take."""
        return sum(map(len, (*self.terms, self.in_title, self.in_body)))


@dataclass(frozen=True, slots=True)
class Documents:
    """The words of several documents.

    Parameters
    ----------
    words : ndarray of int64, shape (2, n_documents)
        Number of words of each title, and of each text.
    terms : Sets
        The terms of each.
    in_title, in_body : ndarray of uint16, shape (n_terms + 1,)
        How often each term stands there. The last one is 0: what `terms` has not is found at -1.
    """

    words: Integers
    terms: Sets
    in_title: Counts
    in_body: Counts

    @staticmethod
    def of(documents: Sequence[Document]) -> Documents:
        """Put documents together; at least one."""
        return Documents(
            np.array([document.words for document in documents]).T,
            Sets.joined([document.terms for document in documents]),
            _joined([document.in_title for document in documents]),
            _joined([document.in_body for document in documents]),
        )


def _joined(counts: list[bytes]) -> Counts:
    return np.frombuffer(b"".join([*counts, bytes(2)]), np.uint16)


def documents_of(titles: Texts, bodies: Texts) -> list[Document]:
    """Return the words of each title and text."""
    tagged = ordered(np.concatenate((keys_of(titles) << 2, keys_of(bodies) << 2 | 1, pair_keys(bodies) << 2 | 2)))
    keys = tagged >> 2
    (first,) = changes(keys).nonzero()
    terms = Sets.of(keys.take(first), len(titles))
    both = _sums(_COUNTED.take(tagged & 3), first)
    in_title, in_body = both.astype(np.uint16), (both >> 16).astype(np.uint16)
    words = zip(titles.word_counts.tolist(), bodies.word_counts.tolist(), strict=True)
    counts = (pieces(values, terms.sizes) for values in (in_title, in_body))
    return list(map(Document, words, terms.parts(), *counts))


def _sums(values: NDArray[np.uint32], first: Integers) -> NDArray[np.uint32]:
    """Sum values from each first one up to the next: for runs of one or two a fifth of what `reduceat` takes."""
    running = values.cumsum(dtype=np.uint32)
    sums = np.empty(len(first), dtype=np.uint32)
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
    keys |= pair_hashes(found.stems[:-1], found.stems[1:])
    within: Integers = keys[found.text[1:] == found.text[:-1]]
    return within


def pair_hashes(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return a hash of each pair of stems; the order of the two counts."""
    mixed = first * _FIRST
    mixed += second * _SECOND
    mixed ^= mixed >> _SHIFT
    mixed *= _MIX
    return mixed

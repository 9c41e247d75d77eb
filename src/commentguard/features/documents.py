"""Posts as sorted sets of words and of pairs of words, put together for a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commentguard.features.keys import ITEM_BITS, Keys
from commentguard.features.texts import Texts

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Document:
    """The words of one text, each once.

    Parameters
    ----------
    words : int
        Number of its words.
    stems : ndarray of uint32, shape (n_stems,)
        Their stems in order, each once; see `words.Words`.
    counts : ndarray of uint16, shape (n_stems,)
        How often each stands there.
    pairs : ndarray of uint32, shape (n_pairs,)
        Hashes of its pairs of neighbouring words in order, each once.
    """

    words: int
    stems: NDArray[np.uint32]
    counts: NDArray[np.uint16]
    pairs: NDArray[np.uint32]

    @property
    def size(self) -> int:
        """Bytes that its words take."""
        return self.stems.nbytes + self.counts.nbytes + self.pairs.nbytes


@dataclass(frozen=True)
class Documents:
    """The words of several documents.

    Parameters
    ----------
    word_counts : ndarray of int64, shape (n_documents,)
        Words of each.
    stems, pairs : Keys
        The distinct stems and pairs of all.
    counts : ndarray of uint16, shape (n_stems,)
        How often each stem stands in its document.
    """

    word_counts: Integers
    stems: Keys
    counts: NDArray[np.uint16]
    pairs: Keys

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Documents:
        """Put documents together; at least one."""
        words = np.array([document.words for document in documents])
        counts = np.concatenate([document.counts for document in documents])
        stems = _keys([document.stems for document in documents])
        return cls(words, stems, counts, _keys([document.pairs for document in documents]))


def documents_of(texts: Texts) -> list[Document]:
    """Return the words of each text."""
    stems, counts = texts.distinct[0].sorted, texts.distinct[1]
    pairs = np.unique(pair_keys(texts)[0])
    parts = zip(
        texts.word_counts.tolist(),
        _split(stems, stems.astype(np.uint32), len(texts)),
        _split(stems, counts.astype(np.uint16), len(texts)),
        _split(pairs, pairs.astype(np.uint32), len(texts)),
        strict=True,
    )
    return [Document(words, *own) for words, *own in parts]


def pair_keys(texts: Texts) -> tuple[Integers, Integers]:
    """Return the key of each pair of neighbouring words of a text, and the position of its first word."""
    found = texts.words
    (at,) = (found.text[1:] == found.text[:-1]).nonzero()
    return found.text.take(at) << ITEM_BITS | pair_hashes(found.stems.take(at), found.stems.take(at + 1)), at


def pair_hashes(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return a hash of each pair of stems; the order of the two counts."""
    mixed = first * np.uint32(0x9E3779B1) + second * np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0xC2B2AE35)  # as in MurmurHash3: the upper bits, by which flags are found, depend on all others
    return mixed


def _keys(items: Sequence[NDArray[np.uint32]]) -> Keys:
    counts = np.fromiter(map(len, items), dtype=np.int64, count=len(items))
    documents = (np.arange(len(items)) << ITEM_BITS).repeat(counts)
    return Keys(documents | np.concatenate(items), len(items))


def _split(keys: Integers, values: NDArray[Any], n: int) -> list[NDArray[Any]]:
    """Return the values of each document, as arrays of their own: a view would keep the others' alive."""
    edges = keys.searchsorted(np.arange(1, n) << ITEM_BITS)
    return [part.copy() for part in np.split(values, edges)]

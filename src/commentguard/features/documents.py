"""Posts as sets of words."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.keys import ITEM_BITS, LAST, changes, ordered, packed
from commentguard.features.texts import Texts

Integers = NDArray[np.int64]
Values = NDArray[np.uint16]

_COUNTED: Final = np.array([1, 1 << 16, 0])
"""What a word of a title, one of a text and the end of a post add to two counts of sixteen bits each."""
_TITLE, _TITLE_MOST = np.array(9, dtype=np.uint16), np.array(63, dtype=np.uint16)
"""Where in a value the count of the title stands, and the most that it says."""
BODY_MOST: Final = np.array(511, dtype=np.uint16)
"""The most that a count of the text says."""


def told(values: Values) -> tuple[Values, Values]:
    """Return how often terms stand in title and text, given their values in `documents_of`."""
    return values >> _TITLE, values & BODY_MOST


def documents_of(titles: Texts, bodies: Texts) -> list[bytes]:
    """Return what stands in each title and text, as `Slots` are made of.

    Items are the stems of both; a value is how often it stands in text (bits 0 to 8) and title (bits 9 to 14), as far
    as they hold it.
    """
    ends = np.arange(len(titles)) << ITEM_BITS | LAST
    parts = keys_of(titles) << 2, keys_of(bodies) << 2 | 1, ends << 2 | 2
    tagged = ordered(np.concatenate(parts))
    keys = tagged >> 2
    (first,) = changes(keys).nonzero()
    keys = keys.take(first)
    sizes = np.diff(keys.searchsorted(ends, side="right"), prepend=0)
    return packed(keys.astype(np.uint32), _values(_sums(_COUNTED.take(tagged & 3), first)), sizes)


def _values(counted: Integers) -> Values:
    values: Values = np.minimum(counted.astype(np.uint16), _TITLE_MOST) << _TITLE
    values |= np.minimum((counted >> 16).astype(np.uint16), BODY_MOST)
    return values


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

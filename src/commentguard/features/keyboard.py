"""Letters that lie side by side on a keyboard, as a hand leaves them that only wants to fill a field."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.text.codes import Codes

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_REACH: Final = 2  # keys between which a finger slides
_BEFORE: Final = np.uint16(ord("a") - 1)
_OTHERS: Final = np.uint16(27)  # what is no Latin letter, of which a is 1, or it is less
_BITS: Final = np.uint32(12)  # of a count of pairs: a text has fewer than 2**12
_COUNT: Final = np.uint32((1 << int(_BITS)) - 1)


@lru_cache(maxsize=1)
def _pair_table() -> NDArray[np.uint16]:
    """Return 1 for a pair of letters, one more in the upper bits where they lie near, shape (256 * 256,)."""
    pairs = np.zeros((256, 256), dtype=np.uint16)
    pairs[1:_OTHERS, 1:_OTHERS] = 1
    for row in _ROWS:
        for place, letter in enumerate(row):
            for other in row[max(place - _REACH, 0) : place + _REACH + 1]:
                pairs[ord(letter) - _BEFORE, ord(other) - _BEFORE] = 1 + (1 << int(_BITS))
    return pairs.ravel()


def letter_pairs(codes: Codes) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return of texts of at most 4,000 characters how many pairs of letters lie near, and how many there are.

    Before the first of these texts no other may stand; see `Codes.part`.

    Returns
    -------
    tuple of (ndarray of uint32, ndarray of uint32), each of shape (n_texts,)
        Near is what lies at most two keys apart in one row, or is the same key.
    """
    letters = codes.folded[: codes.ends[-1] + 1] - _BEFORE  # what comes before it becomes a great number
    letters *= letters < _OTHERS
    # Each letter a byte, each two bytes a number: of a pair in either order the table knows the same.
    pairs = np.ndarray(len(letters) - 1, np.uint16, letters.astype(np.uint8), strides=(1,))
    both = np.add.reduceat(_pair_table().take(pairs), codes.starts - 1, dtype=np.uint32)  # none spans two texts
    return both >> _BITS, both & _COUNT

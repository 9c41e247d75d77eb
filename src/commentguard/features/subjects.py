"""What posts are about: the weight of their heaviest words, computed once a post for the background in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.documents import BODY_MOST, told
from commentguard.features.keys import ordered, unpacked
from commentguard.features.posts import PostSide

Numbers = NDArray[np.float64]

_HEAVIEST: Final = 30
"""Words of a post that say what it is about."""
_GRAIN: Final = 2.0**20
_LOGARITHMS: Final = np.log1p(np.arange(float(BODY_MOST) + 1)) * _GRAIN
_BITS: Final = 28
"""Bits of a weight in grains: none reaches 256."""
_TOGETHER: Final = 32  # posts weighed at a time: what is computed for them stays in the processor's cache


def subjects(sides: Sequence[PostSide], background: Background) -> Numbers:
    """Weigh the words of posts.

    Returns
    -------
    ndarray of float64, shape (3, n_posts)
        For each post the weight of its `_HEAVIEST` heaviest words, the rarity of its title (both are divided by, so
        that they are 1 nat at least), and the weight that these words have at least, 0 where it has fewer.
    """
    weighed = [side.weighed for side in sides]  # once: another thread may weigh them by another background
    unknown = [number for number, (token, _) in enumerate(weighed) if token is not background.token]
    for first in range(0, len(unknown), _TOGETHER):
        part = unknown[first : first + _TOGETHER]
        for number, figures in zip(part, _weigh([sides[number] for number in part], background), strict=True):
            weighed[number] = sides[number].weighed = background.token, figures
    return np.frombuffer(b"".join([figures for _, figures in weighed])).reshape(-1, 3).T


def weights(counts: NDArray[np.uint16], idf: Numbers) -> Numbers:
    """Return how much words count for what a post is about: rarity times the logarithm of 1 + their number, up to 511.

    In grains of 2**-20 nats: of whole numbers the sums are the same in any order.
    """
    found: Numbers = _LOGARITHMS.take(counts)
    found *= idf
    np.rint(found, out=found)
    return found


def _weigh(sides: Sequence[PostSide], background: Background) -> list[bytes]:
    parts, n = [unpacked(side.document) for side in sides], len(sides)
    items, values = map(np.concatenate, zip(*parts, strict=True))
    post = np.arange(n).repeat([len(items) for items, _ in parts])
    titled, body = told(values)
    (at,) = titled.nonzero()
    rarity = np.bincount(post.take(at), background.idf_of(items.take(at)), n)
    (at,) = body.nonzero()
    post = post.take(at)
    found = weights(body.take(at), background.idf_of(items.take(at)))
    by_post = ordered(post << _BITS | found.astype(np.int64))
    sizes = np.bincount(post, minlength=n)
    (many,) = (sizes >= _HEAVIEST).nonzero()
    least = np.zeros(n)
    least[many] = by_post.take(sizes.cumsum().take(many) - _HEAVIEST) & (1 << _BITS) - 1
    heaviest = np.bincount(post, found * (found >= least.take(post)), n)
    rows = np.stack((np.maximum(heaviest, _GRAIN), np.maximum(rarity, 1), least), axis=1)
    return [row.tobytes() for row in rows]

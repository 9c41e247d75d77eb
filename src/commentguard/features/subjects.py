"""What posts are about: the weight of their heaviest words, computed once a post for the background in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.features.background import Background
from commentguard.features.documents import Documents
from commentguard.features.posts import PostSide

Numbers = NDArray[np.float64]

_HEAVIEST: Final = 30
"""Words of a post that say what it is about."""
_GRAIN: Final = 2.0**20


def subjects(sides: Sequence[PostSide], background: Background) -> Numbers:
    """Weigh the words of posts.

    Returns
    -------
    ndarray of float64, shape (3, n_posts)
        For each post the rarity of its title, the weight that its heaviest words have at least, and that of all these.
    """
    return np.array([_kept(side, background) for side in sides]).T


def weights(counts: NDArray[np.number], idf: Numbers) -> Numbers:
    """Return how much words count for what a post is about: rarity times the logarithm of 1 + their number."""
    # A multiple of 2**-20, so that their sums are the same in any order.
    found: Numbers = np.rint(np.log1p(counts, dtype=np.float64) * idf * _GRAIN) / _GRAIN
    return found


def _kept(side: PostSide, background: Background) -> tuple[float, float, float]:
    token, figures = side.weighed
    if token is not background.token:
        figures = _weigh(side, background)
        side.weighed = background.token, figures
    return figures


def _weigh(side: PostSide, background: Background) -> tuple[float, float, float]:
    documents = Documents.of([side.document])
    idf = background.idf_of(documents.terms.items)
    found = weights(documents.in_body[:-1], idf)
    found.sort(kind="stable")
    least = found[-_HEAVIEST:][:1].sum()
    return float(idf[documents.in_title[:-1] > 0].sum()), float(least), float(found[found >= least].sum())

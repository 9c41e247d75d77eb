"""Everyday comments, the starter set's, of which a model keeps thinking as it did while it learns from a few others.

What is learned from one blog's rows, or from corrections alone, would push all that is worded like a comment at all. So
what newly learned weights say of these comments is penalised as the weights themselves are (`ridge.fit_ridge`,
`personal`); `benchmarks/little.py` measures it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from scipy import sparse

from commentguard.adagrad import gram_matrix
from commentguard.errors import DatasetError
from commentguard.features.batch import Batch
from commentguard.linear import grams_of
from commentguard.readers import read_comments

_STARTER: Final = (
    Path(__file__).parent / "starter",  # in an installed wheel
    Path(__file__).parents[2] / "datasets" / "starter",  # in a checkout
)


@cache
def everyday_rows() -> sparse.csr_matrix:
    """Return the n-grams of the everyday comments, shape (n, WIDTH), float64.

    Raises
    ------
    DatasetError
        Where the starter set is missing.
    """
    for folder in _STARTER:
        if folder.is_dir():
            rows = gram_matrix([grams_of(Batch(list(read_comments(folder))))]).astype(np.float64)
            rows.sum_duplicates()
            return rows
    raise DatasetError("the comments that come along are missing: install commentguard again")

"""The passage of a text that reads most like spam: what stands behind the words "as readers do not write"."""

from __future__ import annotations

from typing import Final

import numpy as np

from commentguard.features.batch import TEXT_LIMIT, Batch
from commentguard.linear import grams_of
from commentguard.records import Comment
from commentguard.scoring import Parameters
from commentguard.text.codes import cut

WINDOW: Final = 60
"""Characters of a passage: a sentence or so."""
LEAST: Final = 8.0
"""Sum of the weights of its n-grams from which on a passage is shown: 97% of the comments that the shipped model calls
spam have one, and 25% of those that it calls substantive."""
_WORD: Final = 20  # characters that a passage grows by, at either end, to hold whole words


def telling_passage(parameters: Parameters, comment: Comment) -> str:
    """Return the passage of a comment's text whose n-grams speak most for spam.

    Parameters
    ----------
    parameters : Parameters
        A model's.
    comment : Comment
        The comment.

    Returns
    -------
    str
        Some `WINDOW` characters, whole words where these are not long, "…" where text is left out; empty where
        nothing in the text speaks for spam.

    Examples
    --------
    >>> from commentguard import Comment, load_model
    >>> text = "I tried it on the old fence and it held. Buy cheap replica handbags online, best price, free shipping!"
    >>> telling_passage(load_model("default").model.parameters, Comment(text))
    '…Buy cheap replica handbags online, best price, free shipping!'
    """
    batch = Batch([comment])
    text = cut(batch.plain, TEXT_LIMIT)[0]
    weighed = grams_of(batch).weighed(parameters.wording)[: len(text) + 1, 0]  # the first n-grams begin before the text
    running = np.concatenate(([0], weighed.cumsum(dtype=np.int64)))
    size = min(WINDOW, len(weighed))
    sums = running[size:] - running[:-size]
    begin = int(sums.argmax())
    if sums[begin] * parameters.wording.quanta[0, 0, 0] < LEAST:
        return ""
    return _whole_words(text, max(begin - 1, 0), min(begin - 1 + size, len(text)))


def _whole_words(text: str, begin: int, end: int) -> str:
    """Return a part of a text, grown to whole words, with signs where it was cut."""
    before, after = text[max(begin - _WORD, 0) : begin], text[end : end + _WORD]
    begin -= len(before) - max(map(before.rfind, " \n\t")) - 1
    end += min((at for at in map(after.find, " \n\t") if at >= 0), default=len(after))
    shown = " ".join(text[begin:end].split())
    return f"{'…' if text[:begin].strip() else ''}{shown}{'…' if text[end:].strip() else ''}"

"""Which texts are nearly the same: campaigns in a stream, found in linear time and bounded memory.

A text is taken as the set of its runs of three words. Of that set a signature is kept whose numbers agree with those of
another text as often as the two sets overlap (MinHash; Broder 1997). Texts that agree in all numbers of one band are
compared, no others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from commentguard.text.html import plain_text
from commentguard.text.urls import LINK

LEAST_WORDS: Final = 6
"""Texts with fewer words belong to no campaign: readers thank in the same words too."""
OVERLAP: Final = 0.5
"""Least share of runs of words that texts of a campaign have in common with its first."""

_BANDS, _ROWS = 12, 3
_LOOKED_AT: Final = 4_000
_MOST_WORDS: Final = 300
_RUN: Final = 3
_PRIME: Final = np.uint64(2**31 - 1)
_DENSE: Final = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"  # scripts without spaces: each character is a word
_WORD: Final = re.compile(rf"[{_DENSE}]|[^\W\d_{_DENSE}]+")
_CHANCE: Final = np.random.default_rng(0)
_FACTORS: Final = _CHANCE.integers(1, int(_PRIME), (_BANDS * _ROWS, 1), dtype=np.uint64)
_ADDENDS: Final = _CHANCE.integers(0, int(_PRIME), (_BANDS * _ROWS, 1), dtype=np.uint64)

Signature = NDArray[np.uint32]
"""Of shape (36,)."""


def signature(text: str) -> Signature | None:
    """Return what near-same texts agree in; None for a text of fewer than `LEAST_WORDS` words.

    Addresses, digits, case and punctuation do not count. Of a long text its first 300 words are looked at.

    Examples
    --------
    >>> one = signature("I found your site by chance, what a great read. Visit http://a.example/ now!")
    >>> two = signature("I found your site by chance; what a great read! Visit http://b.example/ now.")
    >>> bool((one == two).all()), signature("Thank you!")
    (True, None)
    """
    plain = LINK.sub(" ", plain_text(text[:_LOOKED_AT])).lower()
    words = _WORD.findall(plain)[:_MOST_WORDS]
    if len(words) < LEAST_WORDS:
        return None
    runs = {crc32(" ".join(words[n : n + _RUN]).encode("utf-8", "replace")) for n in range(len(words) - _RUN + 1)}
    hashes = np.fromiter(runs, dtype=np.uint64, count=len(runs)) % _PRIME
    signed: Signature = ((_FACTORS * hashes + _ADDENDS) % _PRIME).min(axis=1).astype(np.uint32)
    return signed


@dataclass
class Campaigns:
    """Groups of near-same texts, each text put into its group as it comes.

    Parameters
    ----------
    most : int
        Groups that are remembered. Beyond that the texts that came once and longest ago are forgotten first, then the
        smallest groups: a text that comes again after that begins a new group.

    Examples
    --------
    >>> campaigns = Campaigns()
    >>> [campaigns.group_of(text) for text in ("one two three four five six", "Thanks", "One, two three four five six")]
    [0, None, 0]
    """

    most: int = 20_000
    _signatures: dict[int, Signature] = field(default_factory=dict, repr=False)
    _sizes: dict[int, int] = field(default_factory=dict, repr=False)
    _bands: dict[tuple[int, bytes], int] = field(default_factory=dict, repr=False)
    _begun: int = 0

    def group_of(self, text: str) -> int | None:
        """Return the number of the group that a text belongs to, a new one where it is like none before.

        Returns
        -------
        int or None
            None for a text that is too short to tell.
        """
        own = signature(text)
        if own is None:
            return None
        bands = _bands_of(own)
        group = self._nearest(own, bands)
        if group is None:
            if len(self._sizes) >= self.most:
                self._forget()
            group, self._begun = self._begun, self._begun + 1
            self._signatures[group] = own
            self._sizes[group] = 0
            for band in bands:
                self._bands.setdefault(band, group)
        self._sizes[group] += 1
        return group

    def size_of(self, group: int) -> int:
        """Return how many texts a group has so far; 0 where it was forgotten."""
        return self._sizes.get(group, 0)

    def _nearest(self, own: Signature, bands: list[tuple[int, bytes]]) -> int | None:
        found = {self._bands[band] for band in bands if band in self._bands}
        near = [(int(np.count_nonzero(self._signatures[group] == own)), -group) for group in found]
        agreed, group = max(near, default=(0, 0))
        return -group if agreed >= OVERLAP * len(own) else None

    def _forget(self) -> None:
        """Keep the larger half of the groups, of equally large ones the later."""
        kept = sorted(self._sizes, key=lambda group: (self._sizes[group], group))[len(self._sizes) // 2 + 1 :]
        self._sizes = {group: self._sizes[group] for group in sorted(kept)}
        self._signatures = {group: self._signatures[group] for group in self._sizes}
        self._bands = {}
        for group, signed in self._signatures.items():
            for band in _bands_of(signed):
                self._bands.setdefault(band, group)


def _bands_of(signed: Signature) -> list[tuple[int, bytes]]:
    return [(number, band.tobytes()) for number, band in enumerate(signed.reshape(_BANDS, _ROWS))]

"""Which language a text seems to be in: by its script, and by frequent words where many languages share one.

Good enough for figures by language; nothing is decided by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from commentguard.text.characters import LATIN, SCRIPTS
from commentguard.text.codes import encode
from commentguard.text.html import plain_text
from commentguard.text.urls import LINK

LEAST_WORDS: Final = 2
"""A text with fewer frequent words of a language is told by its script alone."""

_LOOKED_AT: Final = 2_000
_SCRIPT_NAMES: Final = (
    "Latin script", "Cyrillic", "Greek", "Han", "Kana", "Hangul", "Arabic", "Hebrew", "Thai", "Indic scripts",
    "no letters",
)  # fmt: skip
_FREQUENT: Final = {
    "English": "the and is of you this that it for are was with have i your my on be not do no as in so me we to an",
    "German": "und der die das ist nicht ich ein eine auch mit auf für dem den wie es zu",
    "French": "les des est et pour une dans vous que pas je sur le qui avec ce du c'est",
    "Spanish": "el los las una que por para con está muy es en pero lo como del mi más",
    "Portuguese": "não uma que para você os muito um é as do da no na mais isso eu",
    "Italian": "che il per non una sono di è con anche della gli questo ma come più ho mi",
    "Dutch": "het een van dat niet ik met voor zijn maar ook op de deze aan je dit er",
    "Swedish": "och att det är som jag inte för med en på av den har till om men så",
    "Polish": "nie się jest na że do jak ale to w z co dla tak czy po już tylko",
    "Czech": "je se na že jsem ale jak není to v už tak by co jsou pro si když",
    "Indonesian": "yang dan di ini itu untuk dengan tidak saya ada dari bisa kalo juga nya lagi ya aja",
    "Turkish": "bir ve bu için çok da ile ama ben var de ne gibi daha olarak en mi güzel",
    "Vietnamese": "của là không và có cho một những được này em anh thì mà như rồi lại nhé",
}
_LANGUAGES_OF: Final = {
    word: [language for language, words in _FREQUENT.items() if word in words.split()]
    for words in _FREQUENT.values()
    for word in words.split()
}
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def languages_of(texts: Sequence[str]) -> list[str]:
    """Return the language that each text seems to be in, or its script where that can't be told.

    Parameters
    ----------
    texts : sequence of str
        Plain text or HTML, of which the first 2,000 characters are looked at.

    Returns
    -------
    list of str
        Names such as ``"English"``, ``"Latin script"``, ``"Cyrillic"``, ``"no letters"``.

    Examples
    --------
    >>> languages_of(["The plums are late this year", "Die Pflaumen sind nicht reif und das ist gut", "сливы", "Wow!"])
    ['English', 'German', 'Cyrillic', 'Latin script']
    """
    plain = [LINK.sub(" ", plain_text(text[:_LOOKED_AT])) for text in texts]
    letters = encode(plain, _LOOKED_AT).counts()[SCRIPTS].T
    most = np.where(letters.any(axis=1), letters.argmax(axis=1), len(_SCRIPT_NAMES) - 1)
    latin = LATIN - SCRIPTS.start
    return [
        (_by_words(text) if number == latin else None) or _SCRIPT_NAMES[number]
        for text, number in zip(plain, most.tolist(), strict=True)
    ]


def _by_words(text: str) -> str | None:
    """Return the language with the most frequent words in a text; None where two have as many, or there are few."""
    hits = dict.fromkeys(_FREQUENT, 0)
    for word in _WORD.findall(text.lower()):
        for language in _LANGUAGES_OF.get(word, ()):
            hits[language] += 1
    first, second = sorted(hits, key=lambda language: -hits[language])[:2]
    return first if hits[first] >= LEAST_WORDS and hits[first] > hits[second] else None

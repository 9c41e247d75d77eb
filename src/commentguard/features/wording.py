"""Signals of the comment's own words and characters."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from commentguard.features.batch import Batch
from commentguard.features.facts import REPEATED_WORDS, TEXT, Share, characters, words
from commentguard.features.registry import Signal, counted, measured, signal, signals_of
from commentguard.text.characters import (
    CASED,
    CODE_SIGN,
    DIGIT,
    JOINT,
    LETTER,
    LINE_BREAK,
    MONEY_SIGN,
    OTHER,
    QUESTION,
    SYMBOL,
    UPPER,
    traits_of_kinds,
)

Counts = NDArray[np.int64]

_LEAST_DIGITS, _MOST_DIGITS = 9, 15
_RUNS = re.compile(b"0" * _LEAST_DIGITS + b"0*")  # what begins with a string is found faster than a count


@counted("a long text", "a very short text", logarithm=True)
def length() -> Share:
    """Logarithm of 1 + characters: scraps and tests are short, articles pasted in by bots are long."""
    return Share(characters(TEXT))


@counted("many words", "hardly any words", logarithm=True)
def word_count() -> Share:
    """Logarithm of 1 + words: two words say little about any post."""
    return Share(words(TEXT))


@counted("words that come again", "hardly a word that comes again")
def word_repetition() -> Share:
    """Share of words that stood in the text before, 0 to 1: stuffed keywords repeat themselves."""
    return Share(REPEATED_WORDS, words(TEXT))


@counted("written in capitals", "hardly any capitals")
def capitals() -> Share:
    """Share of capitals among letters, 0 to 1: advertisements shout; scraps have none."""
    return Share(UPPER, CASED)


@counted("much punctuation", "hardly any punctuation")
def punctuation() -> Share:
    """Share of punctuation among characters, 0 to 1: code has much of it, word salad none."""
    return Share(OTHER, characters(TEXT))


@counted("emoji or other symbols", "no symbols")
def symbols() -> Share:
    """Share of symbols and emoji among characters, 0 to 1: used to draw the eye, or by people in a good mood."""
    return Share(SYMBOL, characters(TEXT))


@counted("asks a question", "no question mark", logarithm=True)
def question_marks() -> Share:
    """Logarithm of 1 + question marks: readers ask about the post, bots ask what theme it uses."""
    return Share(QUESTION)


@counted("several lines or paragraphs", "one line", logarithm=True)
def lines() -> Share:
    """Logarithm of 1 + line breaks: readers break their text into paragraphs."""
    return Share(LINE_BREAK)


@counted("looks like program code", "no program code")
def code_characters() -> Share:
    """Share of braces, parentheses, ``;=<>_|*+`` and backslashes, 0 to 1: readers of technical posts."""
    return Share(CODE_SIGN, characters(TEXT))


def _with_digits(batch: Batch) -> list[int]:
    numbers: list[int] = (batch.text.counts[DIGIT] >= _LEAST_DIGITS).nonzero()[0].tolist()
    return numbers


@measured(_with_digits)("a telephone number", "no telephone number")
def phone_numbers(batch: Batch, numbers: list[int]) -> list[int]:
    """Count runs of nine to fifteen digits with only spaces, dots, dashes, brackets between, 0 up: numbers to call."""
    codes = batch.text.codes
    kinds = [codes.kinds[codes.starts[number] : codes.ends[number]].tobytes() for number in numbers]
    runs = [_RUNS.findall(each.translate(*_digits())) for each in kinds]
    return [sum(len(run) <= _MOST_DIGITS for run in found) for found in runs]


@lru_cache(maxsize=1)
def _digits() -> tuple[bytes, bytes]:
    """Return a table that makes kinds of characters into 0 for a digit, else x, and the kinds between digits."""
    traits = traits_of_kinds()
    signs = np.full(256, ord("x"), dtype=np.uint8)
    signs[: len(traits)][traits[:, DIGIT]] = ord("0")
    return signs.tobytes(), bytes(traits[:, JOINT].nonzero()[0].tolist())


@counted("names an amount of money", "no amounts of money", logarithm=True)
def money_amounts() -> Share:
    """Logarithm of 1 + currency and percent signs: offers name prices."""
    return Share(MONEY_SIGN)


@signal("an e-mail address in the text", "no e-mail address in the text", logarithm=True)
def email_in_text(batch: Batch) -> Counts:
    """Logarithm of 1 + at-signs after a letter or digit: an address to write to; a leading ``@name`` does not count."""
    own, n = batch.own_codes, len(batch)
    if not any("@" in text for text in batch.plain):
        return np.zeros(n, dtype=np.int64)
    (at,) = (own.raw[: own.ends[n - 1]] == ord("@")).nonzero()
    before = own.class_at(at - 1)
    inner = at[(before >= LETTER) & (before <= DIGIT)]
    return np.bincount(own.text_of(inner), minlength=n)


_LISTED = (
    ("promotion", "words of an advertisement", "no words of an advertisement", "prices, offers, brands."),
    ("seo", "words of search engine marketing", "no words of search engine marketing", "services for site owners."),
    ("contact", "asks to call, write or click", "does not ask to call, write or click", "calls to act."),
    ("praise", "words of praise", "no words of praise", "flattery opens doors; readers praise too."),
    ("thanks", "says thanks", "says no thanks", "readers thank, so do bots."),
    ("first_person", "speaks of own experience", "does not speak of oneself", "readers tell what they did."),
    ("reasoning", "argues", "does not argue", "because, but, not: words of discussion."),
    ("question", "words of a question", "no words of a question", "readers ask."),
    ("site", "speaks of the site itself", "does not speak of the site itself", "remarks on form, feed, theme."),
    ("test", "words of a test or a greeting", "no words of a test", "somebody tries the form."),
    ("software", "technical words", "no technical words", "readers of technical blogs."),
)


def _share_of(lexicon: str, high: str, low: str, why: str) -> Signal:
    def share() -> Share:
        return Share(words(TEXT, lexicon), words(TEXT), plus=3)

    share.__name__ = f"{lexicon}_words"
    share.__doc__ = f"Share of words from the list `{lexicon}`, 0 to 1, damped by three words: {why}"
    return counted(high, low)(share)


lexicon_shares = tuple(_share_of(*row) for row in _LISTED)

SIGNALS = signals_of(globals())

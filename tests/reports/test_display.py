"""Text of strangers on a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from commentguard.reports.display import percent, printable, shortened


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert not [one for one in shown if unicodedata.category(one) in ("Cc", "Zl", "Zp", "Cs")]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def test_emoji_and_scripts_that_need_joiners_are_kept() -> None:
    assert printable("👩\u200d🚀 نمی\u200cخواهم") == "👩\u200d🚀 نمی\u200cخواهم"


def test_a_flood_of_combining_marks_is_cut() -> None:
    assert len(shortened("a" + "\u0301" * 100_000, 40)) <= 160


@given(st.floats(0, 1))
def test_a_per_cent_never_claims_certainty_that_is_not_there(share: float) -> None:
    assert (percent(share) == "100%") == (share == 1)
    assert (percent(share) == "0%") == (share == 0)
    assert len(percent(share)) <= 4

"""Ids: every repetition is seen, and millions of them take little memory."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from commentguard.readers.identifiers import Identifiers

IDS = st.one_of(st.integers(-5, 300).map(str), st.integers(0, 1 << 70).map(str), st.text(max_size=3), st.just("٣"))


@given(st.lists(IDS))
def test_an_id_is_new_once(identifiers: list[str]) -> None:
    seen = Identifiers()
    for place, identifier in enumerate(identifiers):
        known = identifier in identifiers[:place]
        assert (identifier in seen) == known
        assert seen.add(identifier) == (not known)


def test_numbers_that_stand_close_together_take_two_bytes_each() -> None:
    seen = Identifiers()
    tracemalloc.start()
    for number in range(100_000, 200_000):
        seen.add(str(number))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 300_000

"""Sets of items, against sets of Python."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from commentguard.features.keys import ITEM, ITEM_BITS, Sets, ordered

SPREAD = st.integers(0, ITEM)
ITEMS = SPREAD | st.integers(0, 40) | st.integers(ITEM - 40, ITEM)  # evenly spread as hashes are, or all in a few slots
LISTED = st.lists(st.frozensets(ITEMS, max_size=20), min_size=1, max_size=6)


def made_of(listed: list[frozenset[int]]) -> Sets:
    keys = [number << ITEM_BITS | item for number, items in enumerate(listed) for item in items]
    return Sets.of(np.array(sorted(keys), dtype=np.int64), len(listed))


@given(LISTED, st.lists(ITEMS, max_size=20))
def test_an_item_is_found_where_it_is_and_nowhere_else(listed: list[frozenset[int]], others: list[int]) -> None:
    sets = made_of(listed)
    asked = [(number, item) for number in range(len(listed)) for item in [*frozenset().union(*listed), *others]]
    which, wanted = np.array(asked, dtype=np.int64).reshape(-1, 2).T
    for (number, item), at in zip(asked, sets.find(which, wanted.astype(np.uint32)).tolist(), strict=True):
        assert (at >= 0) == (item in listed[number])
        assert at < 0 or (sets.items[at], sets.set_of[at]) == (item, number)


@given(LISTED)
def test_sets_taken_apart_and_joined_are_as_before(listed: list[frozenset[int]]) -> None:
    sets = made_of(listed)
    again = Sets.joined(sets.parts())
    for name in ("items", "sizes", "table"):
        np.testing.assert_array_equal(getattr(again, name), getattr(sets, name))


@given(st.lists(st.integers(0, 2**62) | ITEMS | st.integers(0, 3), max_size=40))
def test_keys_however_spread_come_in_order(listed: list[int]) -> None:
    assert ordered(np.array(listed, dtype=np.int64)).tolist() == sorted(listed)

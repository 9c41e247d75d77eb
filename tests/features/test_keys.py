"""Sets of items, against sets of Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.features import keys
from commentguard.features.keys import ITEM_BITS, LAST, Sets, Slots, ordered, ordered_within, packed, unpacked

ITEM = int(LAST)
SPREAD = st.integers(0, ITEM)
ITEMS = SPREAD | st.integers(0, 40) | st.integers(ITEM - 40, ITEM)  # evenly spread as hashes are, or all in a few slots
LISTED = st.lists(st.frozensets(ITEMS, max_size=20), min_size=1, max_size=6)


def made_of(listed: list[frozenset[int]]) -> Sets:
    made = [number << ITEM_BITS | item for number, items in enumerate(listed) for item in items]
    return Sets(np.array(sorted(made), dtype=np.int64), len(listed))


def asked_of(listed: list[frozenset[int]], others: list[int]) -> tuple[list[int], tuple[np.ndarray, ...]]:
    """Return all items of all sets and some others, and how to look them up in each set."""
    items = [*frozenset().union(*listed), *others]
    numbers = np.arange(len(listed))
    return items, (numbers, np.full(len(listed), len(items)), np.array(items * len(listed), dtype=np.uint32))


@given(LISTED, st.lists(ITEMS, max_size=20))
def test_an_item_is_counted_as_often_as_it_stands_there(listed: list[frozenset[int]], others: list[int]) -> None:
    sets, (items, asked) = made_of(listed), asked_of(listed, others)
    assert sets.counts_in(*asked).tolist() == [items.count(item) for item in sets.items.tolist()]


@given(LISTED, st.lists(ITEMS, max_size=20))
def test_an_item_of_one_set_is_not_counted_for_another(listed: list[frozenset[int]], others: list[int]) -> None:
    sets, sizes = made_of([*listed, frozenset(others)]), [0] * len(listed) + [len(others)]
    counted = sets.counts_in(np.arange(len(sizes)), np.array(sizes), np.array(others, dtype=np.uint32)).tolist()
    last = sets.set_of == len(listed)
    assert counted == [others.count(item) * mine for item, mine in zip(sets.items.tolist(), last, strict=True)]


def value_of(item: int, own: frozenset[int]) -> int:
    return item % 60_000 + 1 if item in own else 0


@given(LISTED, st.lists(ITEMS, max_size=20))
def test_an_item_has_the_value_of_its_set(listed: list[frozenset[int]], others: list[int]) -> None:
    ended = [(item, value_of(item, own)) for own in listed for item in sorted(own | {ITEM})]
    items, values = np.array(ended).T
    sizes = np.array([len(own | {ITEM}) for own in listed])
    parts = packed(items.astype(np.uint32), values.astype(np.uint16), sizes)
    assert [array.tolist() for array in map(np.concatenate, zip(*map(unpacked, parts), strict=True))] == [
        items.tolist(), values.tolist(),
    ]  # fmt: skip
    slots = Slots.of(parts)
    wanted, asked = asked_of(listed, others)
    sets, counts, items = asked
    assert slots.find(sets, counts, items).tolist() == [value_of(item, own) for own in listed for item in wanted]


@pytest.mark.parametrize("few", [0, keys._FEW])
@given(st.lists(st.integers(0, 2**62) | ITEMS | st.integers(0, 3), max_size=600))
def test_keys_however_spread_come_in_order(few: int, listed: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_FEW", few)
        assert ordered(np.array(listed, dtype=np.int64)).tolist() == sorted(listed)


@pytest.mark.parametrize("few", [0, keys._FEW])
@given(st.lists(st.lists(ITEMS, max_size=4), max_size=200))
def test_keys_of_sets_come_in_order(few: int, listed: list[list[int]]) -> None:
    made = [number << ITEM_BITS | item for number, items in enumerate(listed) for item in items]
    ends = np.array([len(items) for items in listed], dtype=np.int64).cumsum()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_FEW", few)
        assert ordered_within(np.array(made, dtype=np.int64), ends).tolist() == sorted(made)

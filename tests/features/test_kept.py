"""What was computed is kept as long as it is asked for, in bounded room."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from commentguard.features.kept import Entry, Kept


@dataclass(slots=True, eq=False)
class Number(Entry):
    """A number that can be kept."""

    value: int


def numbers(found: Iterable[Number | None]) -> list[int | None]:
    return [None if one is None else one.value for one in found]


def test_what_was_asked_for_since_stays_when_the_oldest_has_to_go() -> None:
    kept: Kept[str, Number] = Kept(3)
    kept.keep({key: Number(number, size=1) for number, key in enumerate("abc")})
    assert numbers(kept.find(["a", "x"])) == [0, None]
    kept.keep({"d": Number(3, size=1)})
    assert numbers(kept.find("abcd")) == [0, None, 2, 3]
    kept.keep({"e": Number(4, size=1)})  # all were asked for: the oldest goes after all
    assert sum(value is not None for value in kept.find("acde")) == 3
    assert numbers(kept.find("e")) == [4]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6)), max_size=60))
def test_no_more_is_kept_than_fits(offered: list[tuple[int, int]]) -> None:
    kept, sizes = Kept[int, Number](10), {}
    for key, size in offered:
        (found,) = kept.find([key])
        if found is None:
            kept.keep({key: Number(size, size=size)})
            sizes[key] = size
        assert numbers(kept.find([key])) == [sizes[key]]
        assert sum(value.size for value in kept.find(range(10)) if value) <= 10


def test_what_is_not_kept_is_made_once_and_kept() -> None:
    kept, asked = Kept[str, Number](3), []

    def make(places: list[int]) -> list[Number]:
        asked.append(len(places))
        return [Number(10 + place, size=1) for place in places]

    kept.keep({"b": Number(1, size=1)})
    first, same, second, third = kept.all_of(["a", "b", "a", "c"], make)
    assert first is second
    assert same.value == 1
    assert kept.all_of("abc", make) == [first, same, third]
    assert asked == [2]


def test_what_takes_all_the_room_is_not_kept() -> None:
    kept: Kept[str, Number] = Kept(3)
    kept.keep({"a": Number(0, size=1), "giant": Number(1, size=4)})
    assert numbers(kept.find(["a", "giant"])) == [0, None]


def test_several_threads_may_keep_and_find() -> None:
    kept: Kept[int, Number] = Kept(50)

    def use(start: int) -> bool:
        for number in range(start, start + 200):
            key = number % 80
            kept.keep({key: Number(key, size=1)})
            if numbers(kept.find([key]))[0] not in {None, key}:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(40)))
    assert sum(value is not None for value in kept.find(range(80))) == 50

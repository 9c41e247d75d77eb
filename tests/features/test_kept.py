"""What was computed is kept as long as it is asked for, in bounded room."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from commentguard.features.kept import Kept


def test_what_was_asked_for_since_stays_when_the_oldest_has_to_go() -> None:
    kept: Kept[str, int] = Kept(3)
    for number, key in enumerate("abc"):
        kept.keep(key, number, 1)
    assert kept.find(["a", "x"]) == [0, None]
    kept.keep("d", 3, 1)
    assert kept.find("abcd") == [0, None, 2, 3]
    kept.keep("e", 4, 1)  # all were asked for: the oldest goes after all
    assert sum(value is not None for value in kept.find("acde")) == 3
    assert kept.find("e") == [4]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6)), max_size=60))
def test_no_more_is_kept_than_fits(offered: list[tuple[int, int]]) -> None:
    kept, sizes = Kept[int, int](10), {}
    for key, size in offered:
        (found,) = kept.find([key])
        if found is None:
            kept.keep(key, size, size)
            sizes[key] = size
        assert kept.find([key]) == [sizes[key]]
        assert sum(value or 0 for value in kept.find(range(10))) <= 10


def test_what_is_not_kept_is_made_once_and_kept() -> None:
    kept, asked = Kept[str, int](3), []

    def make(places: list[int]) -> list[int]:
        asked.append(places)
        return [10 + place for place in places]

    kept.keep("b", 1, 1)
    assert kept.all_of(["a", "b", "a", "c"], make, lambda key, value: 1) == [10, 1, 10, 13]
    assert kept.all_of("abc", make, lambda key, value: 1) == [10, 1, 13]
    assert asked == [[0, 3]]


def test_what_takes_all_the_room_is_not_kept() -> None:
    kept: Kept[str, int] = Kept(3)
    kept.keep("a", 0, 1)
    kept.keep("giant", 1, 4)
    assert kept.find(["a", "giant"]) == [0, None]


def test_several_threads_may_keep_and_find() -> None:
    kept: Kept[int, int] = Kept(50)

    def use(start: int) -> bool:
        for number in range(start, start + 200):
            key = number % 80
            kept.keep(key, key, 1)
            if kept.find([key])[0] not in {None, key}:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(40)))
    assert sum(value is not None for value in kept.find(range(80))) == 50

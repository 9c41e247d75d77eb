"""Attributes that are made when they are first asked for."""

from __future__ import annotations

from dataclasses import dataclass

from commentguard.lazy import lazy


@dataclass(frozen=True)
class Page:
    asked: list[str]

    @lazy
    def words(self) -> list[str]:
        """Words of the page."""
        self.asked.append("words")
        return ["plums"]


def test_a_value_is_made_at_the_first_question_only() -> None:
    page = Page([])
    assert page.asked == []
    assert page.words is page.words
    assert page.asked == ["words"]


def test_each_object_has_a_value_of_its_own() -> None:
    one, other = Page([]), Page([])
    assert one.words is not other.words


def test_the_docstring_is_that_of_the_method() -> None:
    assert Page.words.__doc__ == "Words of the page."

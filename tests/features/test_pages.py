"""Signals of pages: each says what it says of a page that was reached, and nothing of any other comment."""

from __future__ import annotations

from dataclasses import replace
from math import log

import numpy as np
import pytest

from commentguard.features.batch import Batch
from commentguard.features.pages import NAMES, SIGNALS, USUAL_LINKS, USUAL_NEARNESS, page_features
from commentguard.records import Comment, SourcePage

USUAL = SourcePage(True, outgoing=USUAL_LINKS, nearness=USUAL_NEARNESS)
LINKING = replace(USUAL, links_back=True, place="body")


def told(page: SourcePage | None, kind: str = "pingback") -> dict[str, float]:
    (row,) = page_features(Batch([Comment("x", type=kind, source_page=page)]))  # type: ignore[arg-type]
    return {name: float(value) for name, value in zip(NAMES, row, strict=True) if value}


@pytest.mark.parametrize(
    ("page", "said"),
    [(USUAL, {"page_without_link": 1}), (LINKING, {"page_link_in_text": 1}),
     (replace(LINKING, place="list"), {"page_link_listed": 1}),
     (replace(LINKING, place="footer"), {"page_link_beside": 1}),
     (replace(LINKING, place=None), {"page_link_beside": 1}),
     (replace(LINKING, rel=("ugc",)), {"page_link_in_text": 1, "page_nofollow": 1}),
     (replace(LINKING, outgoing=10**6), {"page_link_in_text": 1, "page_outgoing": 1.5}),
     (replace(LINKING, outgoing=0), {"page_link_in_text": 1, "page_outgoing": -1.5}),
     (replace(LINKING, nearness=0.5), {"page_link_in_text": 1, "page_nearness": 0.35}),
     (replace(LINKING, nearness=None), {"page_link_in_text": 1}),
     (replace(LINKING, nearness=0.9), {"page_link_in_text": 1, "page_nearness": 0.75, "page_repeats_post": 1})],
)  # fmt: skip
def test_a_page_that_was_reached_says_what_was_found(page: SourcePage, said: dict[str, float]) -> None:
    assert told(page) == told(page, "trackback") == pytest.approx(said, abs=1e-6)


def test_twice_the_usual_links_are_half_the_logarithm_of_two() -> None:
    assert told(replace(LINKING, outgoing=2 * USUAL_LINKS + 1))["page_outgoing"] == pytest.approx(log(2) / 2, abs=1e-6)


def test_what_nobody_looked_at_and_what_is_gone_says_nothing() -> None:
    assert told(None) == told(SourcePage(False, "its host is unknown", outgoing=7, nearness=0.5)) == {}
    assert told(LINKING, "comment") == {}
    assert page_features(Batch([])).shape == (0, len(NAMES))


def test_a_row_depends_on_its_comment_alone() -> None:
    rows = [Comment("x", type="pingback", source_page=page) for page in (None, USUAL, LINKING)]
    alone = np.concatenate([page_features(Batch([row])) for row in rows])
    assert (page_features(Batch(rows)) == alone).all()


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_every_signal_has_words_for_a_moderator(signal: object) -> None:
    assert signal.high.startswith("its page")  # type: ignore[attr-defined]
    assert signal.high != signal.low  # type: ignore[attr-defined]

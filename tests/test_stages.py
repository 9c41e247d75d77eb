"""What decides is learned from rows and judged on others: folds, calibration, pings apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from commentguard.features.pages import NAMES as PAGES
from commentguard.scoring import FEATURES, PING, PING_COLUMNS, SCRAP
from commentguard.stages import LEAST_PAGES, NEVER, Stage, Trees, blend, by_folds, calibrate, fit_match, fit_pages

SETTINGS = Trees(trees=5, leaves=4, learning_rate=0.3, seed=0)


def stage(n: int, pings: int = 0) -> tuple[Stage, NDArray[np.bool_]]:
    """Return rows whose first feature tells all, the last `pings` of them pings told by their own columns alone."""
    rng = np.random.default_rng(0)
    features = rng.random((n, len(FEATURES)), dtype=np.float32)
    target = rng.random(n) < 0.5
    features[:, 0] = target
    features[:, PING] = np.arange(n) >= n - pings
    is_ping = features[:, PING] > 0
    features[is_ping, 0] = 0.5
    features[:, PING_COLUMNS[0][0]] = np.where(is_ping, target, 0)
    ones = np.ones(n)
    return Stage(features, ones, ones, np.arange(n) % 3, ones > 0, (SETTINGS, SETTINGS)), target


def test_held_out_log_odds_come_from_models_that_did_not_see_the_fold() -> None:
    seen: list[NDArray[np.bool_]] = []

    def learn(rows: NDArray[np.bool_]):  # type: ignore[no-untyped-def] # noqa: ANN202
        seen.append(rows)
        return lambda judged: np.full(int(judged.sum()), float(len(seen)))

    fold = np.array([0, 0, 1, 1, 2, 2])
    target = np.array([True, False] * 3)
    scores = by_folds(np.ones(6, dtype=bool), target, fold, learn)
    assert scores.tolist() == [1, 1, 2, 2, 3, 3]
    assert all(not rows[fold == number].any() for number, rows in enumerate(seen))


def test_a_decision_is_learned_from_its_own_rows_and_told_on_held_out_ones() -> None:
    rows, target = stage(300)
    decider = rows.decide(0, target, np.ones(300, dtype=bool))
    assert ((decider.held_out > 0) == target).all()
    assert decider.pings is None


def test_pings_get_a_regression_of_their_own_where_there_are_enough() -> None:
    rows, target = stage(400, pings=120)
    decider = rows.decide(0, target, np.ones(400, dtype=bool))
    assert decider.pings is not None
    assert ((decider.held_out > 0) == target)[-120:].all()


def test_pings_are_judged_by_how_much_each_label_weighs_among_them() -> None:
    rows, target = stage(400, pings=120)
    unlike = replace(rows, features=np.zeros_like(rows.features))
    unlike.features[:, PING] = rows.features[:, PING]
    rare = replace(unlike, ping_weight=np.where(target, 0.1, 1.0))
    usual, lower = (one.decide(0, target, np.ones(400, dtype=bool)).held_out[-120:] for one in (unlike, rare))
    assert (lower < usual - 1).all()


def pages_of(target: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return pages without a link where there is the target, with one in the text elsewhere."""
    pages = np.zeros((len(target), len(PAGES)), dtype=np.float32)
    pages[target, PAGES.index("page_without_link")] = 1
    pages[~target, PAGES.index("page_link_in_text")] = 1
    return pages


def test_what_pages_add_is_learned_from_what_is_left_to_say() -> None:
    target = np.arange(100) % 2 == 0
    known = np.where(target, 5.0, -5.0)
    unclear, clear = (fit_pages(0, pages_of(target), target, np.ones(100), odds) for odds in (np.zeros(100), known))
    weights = {name: weight for name, weight in zip(PAGES, unclear.tolist(), strict=True) if weight}
    assert list(weights) == ["page_without_link", "page_link_in_text"]
    assert weights["page_without_link"] > 1 > -1 > weights["page_link_in_text"]
    assert np.abs(clear).max() < np.abs(unclear).max() / 2


def test_pages_teach_nothing_where_they_are_few_or_of_one_side() -> None:
    target = np.arange(100) % 2 == 0
    few = np.arange(100) < LEAST_PAGES - 1
    assert not fit_pages(0, pages_of(target), target, few.astype(float), np.zeros(100)).any()
    assert not fit_pages(0, pages_of(target), target, target.astype(float), np.zeros(100)).any()
    assert not fit_pages(0, np.zeros((100, len(PAGES)), dtype=np.float32), target, np.ones(100), np.zeros(100)).any()


@pytest.mark.parametrize(("decision", "left_out"), [(0, "page_nearness"), (1, "page_repeats_post")])
def test_each_decision_leaves_out_the_signal_of_pages_that_tells_it_nothing(decision: int, left_out: str) -> None:
    target = np.arange(100) % 2 == 0
    pages = np.repeat(target[:, None].astype(np.float32), len(PAGES), axis=1)
    pages[:, 0] = 1
    weights = fit_pages(decision, pages, target, np.ones(100), np.zeros(100))
    assert [name for name, weight in zip(PAGES, weights, strict=True) if weight == 0] == [left_out]


def test_a_decision_without_two_sides_is_made_before_any_row() -> None:
    rows, _ = stage(60)
    never = rows.decide(0, np.zeros(60, dtype=bool), np.ones(60, dtype=bool))
    always = rows.decide(0, np.ones(60, dtype=bool), np.ones(60, dtype=bool))
    assert never.forests == ()
    assert set(never.held_out) == {NEVER}
    assert set(always.held_out) == {-NEVER}


def test_a_second_forest_finds_a_cause_that_the_first_hardly_sees() -> None:
    rows, target = stage(900)
    rows.features[:, 0] = 0.5  # nothing tells in general ...
    apart = np.arange(900) % 9 == 0
    rows.features[apart, 1] = np.where(target[apart], 2.0, 0.5)  # ... but among these one feature does
    one = rows.decide(1, target, np.ones(900, dtype=bool))
    two = rows.decide(1, target, np.ones(900, dtype=bool), apart)
    assert (len(one.forests), len(two.forests)) == (1, 2)
    assert ((two.forests[1].log_odds(two.forests[1].leaves(rows.features)) > 0) == target)[apart].all()


def test_only_the_second_forest_sees_how_scraps_are_worded() -> None:
    rows, target = stage(300)
    scrap = FEATURES.index(SCRAP)
    rows.features[:, 0] = 0.5
    rows.features[:, scrap] = target
    decider = rows.decide(1, target, np.ones(300, dtype=bool), np.ones(300, dtype=bool))
    asked = [set(forest.feature[forest.left != np.arange(len(forest.left))].tolist()) for forest in decider.forests]
    assert [scrap in columns for columns in asked] == [False, True]


def test_calibration_finds_the_slope_and_offset_that_outcomes_were_drawn_with() -> None:
    rng = np.random.default_rng(1)
    log_odds = rng.normal(scale=2, size=20_000)
    target = rng.random(20_000) < 1 / (1 + np.exp(-(0.5 * log_odds + 1)))
    slope, offset = calibrate(log_odds, target)
    assert abs(slope - 0.5) < 0.05
    assert abs(offset - 1) < 0.1


def test_calibration_changes_nothing_where_scores_tell_the_wrong_way_or_rows_are_few() -> None:
    wrong = calibrate(np.repeat([3.0, -3.0], 50), np.repeat([False, True], 50))
    few = calibrate(np.array([1.0, -1.0]), np.array([True, False]))
    assert wrong.tolist() == few.tolist() == [1.0, 0.0]


def test_what_fits_a_post_is_not_learned_from_a_handful_of_pairs() -> None:
    model, scores = fit_match(np.ones((50, 3)), np.ones(50, dtype=bool), np.arange(50) % 2 == 0, np.arange(50) % 3)
    assert model is None
    assert not scores.any()


def test_what_fits_a_post_is_told_of_all_rows_by_what_did_not_see_them() -> None:
    rng = np.random.default_rng(4)
    strays, pairs, fold = rng.random(600) < 0.5, np.arange(600) < 400, np.arange(600) % 3
    columns = rng.normal(size=(600, 2)) + np.where(strays, 1.0, -1.0)[:, None] * [1.5, 0]
    columns[fold == 2, 0] *= -1  # of this fold the opposite is true
    model, scores = fit_match(columns, pairs, strays, fold)
    assert model is not None
    assert ((scores[fold == 2, 0] > 0) == strays[fold == 2]).mean() < 0.3
    assert scores.shape == (600, 1)


def test_two_kinds_of_log_odds_share_what_they_both_tell() -> None:
    rng = np.random.default_rng(2)
    target = rng.random(400) < 0.5
    first = np.where(target, 1.0, -1.0) + rng.normal(size=400)
    slope, share, _ = blend(first, first.copy(), target)
    assert 0 < slope == pytest.approx(share, rel=0.01)


def test_a_kind_that_tells_the_wrong_way_counts_nothing() -> None:
    rng = np.random.default_rng(3)
    target = rng.random(400) < 0.5
    first = np.where(target, 1.0, -1.0) + rng.normal(size=400)
    assert blend(first, -np.where(target, 1.0, -1.0) + rng.normal(size=400) * 3, target)[1] == 0
    assert blend(-first, first, target)[0] == 0


def test_too_few_rows_halve_both_kinds() -> None:
    assert blend(np.ones(4), np.ones(4), np.array([True, False, True, False])) == (0.5, 0.5, 0.0)

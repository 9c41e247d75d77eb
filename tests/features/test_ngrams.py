"""Hashed n-grams, against a slow reference over one text and one n-gram at a time."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from commentguard.features.ngrams import FIELDS, OFFSETS, WIDTH, NgramField, gram_counts, gram_slots
from commentguard.linear import Grams, Pair, no_weights, paired, text_scores
from commentguard.text.characters import fold_table
from commentguard.text.codes import Codes, encode
from hostile import TEXT

TEXTS = st.lists(TEXT, min_size=1, max_size=5)


def slow_grams(text: str, field: NgramField) -> list[tuple[int, int, int]]:
    """Return (order, place, slot) of each n-gram of one text, with the separators around it."""
    text = "".join(sign for sign in text if not 0x1D400 <= ord(sign) < 0x1D800)
    folded = [int(fold_table()[min(ord(sign), 0xFFFF)]) for sign in f"\n{text}\n"]
    found = []
    for order in field.orders:
        for place in range(len(folded) - order + 1):
            rolling = 0
            for code in folded[place : place + order]:
                rolling = (rolling * 16777619 + code) % 2**32
            slot = (rolling ^ rolling >> 15) * 0x9E3779B1 % 2**32 >> 32 - field.bits
            found.append((order, place, slot))
    return found


def plain(texts: list[str]) -> list[str]:
    return ["".join(sign for sign in text if not 0x1D400 <= ord(sign) < 0x1D800) for text in texts]


def laid_out(texts: list[str], field: NgramField) -> Codes:
    """Lay out texts as those of a field, with as many empty ones for each of the other fields."""
    return encode([text for one in FIELDS for text in (texts if one is field else [""] * len(texts))], limit=10_000)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@settings(max_examples=40)
@given(texts=TEXTS)
def test_slots_equal_those_of_one_ngram_at_a_time(field: NgramField, texts: list[str]) -> None:
    texts = plain(texts)
    codes = laid_out(texts, field)
    (block,) = gram_slots(codes)
    slots = block.slots
    before = len(texts) * FIELDS.index(field)
    for number, text in enumerate(texts, start=before):
        first, last = codes.starts[number] - 1, codes.ends[number]
        expected = np.full((len(slots), last - first), WIDTH)
        for order, place, slot in slow_grams(text, field):
            expected[order - 2, place] = OFFSETS[FIELDS.index(field)] + slot
        np.testing.assert_array_equal(slots[:, first:last], expected)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@settings(max_examples=40)
@given(texts=TEXTS)
def test_counts_and_entries_are_those_of_the_slow_reference(field: NgramField, texts: list[str]) -> None:
    texts = plain(texts)
    codes = laid_out(texts, field)
    slow = [slow_grams(text, field) for text in texts]
    place = FIELDS.index(field)
    counts = gram_counts(1_000)[place]
    assert [counts[len(text)] for text in texts] == [max(len(grams), 1) for grams in slow]
    owners, slots, values = Grams(codes).entries()
    of_field = np.searchsorted(OFFSETS, slots, side="right") - 1 == place
    owners, slots, values = owners[of_field], slots[of_field] - OFFSETS[place], values[of_field]
    for number, grams in enumerate(slow):
        assert Counter(slots[owners == number].tolist()) == Counter(slot for _, _, slot in grams)
        assert values[owners == number] == pytest.approx(field.scale / max(len(grams), 1) ** 0.5)


@settings(max_examples=40)
@given(texts=TEXTS, seed=st.integers(0, 1_000))
def test_scores_are_sums_of_weights(texts: list[str], seed: int) -> None:
    texts = plain(texts)
    field = FIELDS[0]
    weights = (np.random.default_rng(seed).integers(1 - 2**13, 2**13, WIDTH + 1) / 2**12).astype(np.float32)
    weights[-1] = 0
    codes = laid_out(texts, field)
    scored = text_scores(Grams(codes), paired(weights, -weights, (0.5, -0.5)))
    for number, text in enumerate(texts):
        at_place = np.zeros(len(text) + 1)
        for _, place, slot in slow_grams(text, field):
            at_place[place] += float(weights[slot])
        total = at_place.sum() / max(len(slow_grams(text, field)), 1) ** 0.5
        assert scored[number, 0] == pytest.approx(total, abs=1e-4)
        assert scored[number, 3] == pytest.approx(scored[number, :3].sum() + 0.5, abs=1e-4)
        assert scored[number, -1] == -scored[number, 3]


@pytest.mark.parametrize("size", [1, 40, 200])
def test_ngrams_are_the_same_in_blocks_of_any_size(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(size)
    texts = ["".join(rng.choice(list("ab c"), length)) for length in rng.integers(0, 60, 3 * 20)]
    codes = encode(texts, limit=100)
    weights = rng.normal(size=WIDTH + 1).astype(np.float16).astype(np.float32)
    weights[-1] = 0
    grams, pair = Grams(codes), paired(weights, -weights, (0.0, 0.0))
    whole = (len(list(gram_slots(codes))), grams.weighed(pair), sorted(zip(*grams.entries(), strict=True)))
    monkeypatch.setattr("commentguard.features.ngrams._BLOCK", size)
    assert len(list(gram_slots(codes))) > 3 > whole[0]
    np.testing.assert_array_equal(grams.weighed(pair), whole[1])
    assert sorted(zip(*grams.entries(), strict=True)) == whole[2]


def halves(pair: Pair) -> NDArray[np.float64]:
    return pair.table.view(np.int16).reshape(-1, 2).T * pair.quanta[:, 0]


def test_each_weight_is_rounded_by_less_than_a_sixteen_thousandth_of_the_greatest() -> None:
    both = np.random.default_rng(1).normal(size=(2, WIDTH + 1)).astype(np.float32)
    both[1] *= 1e-3
    error = np.abs(halves(paired(both[0], both[1], (0.0, 0.0))) - both).max(axis=1)
    assert (error < np.abs(both).max(axis=1) / 16_000).all()


def test_no_ngram_counts_more_than_thirty_two() -> None:
    weights = no_weights()
    weights[:3] = 1.5, 60_000, -60_000
    assert halves(paired(weights, -weights, (0.0, 0.0)))[:, :3].round(2).tolist() == [[1.5, 32, -32], [-1.5, -32, 32]]


def test_ngrams_of_the_greatest_weight_add_up_whatever_their_number() -> None:
    weights = np.full(WIDTH + 1, 32.0, dtype=np.float32)
    weights[-1] = 0
    codes = encode(["a" * 4_000, "b" * 200, "c" * 200], limit=10_000)
    grams, pair = Grams(codes), paired(weights, -weights, (0.0, 0.0))
    expected = [32 * number for number in gram_counts(4_000)[range(3), codes.lengths].tolist()]
    first, second = grams.sums(pair)[..., 0] * pair.quanta[:, 0]
    np.testing.assert_allclose(first, expected)
    np.testing.assert_allclose(second, np.negative(expected))


def test_tables_are_small_enough_for_sixteen_bits_a_weight_and_fields_have_distinct_names() -> None:
    assert len({field.name for field in FIELDS}) == len(FIELDS)
    assert all(field.size == 2**field.bits for field in FIELDS)
    assert all(field.orders == tuple(range(max(2, field.orders[0]), field.orders[-1] + 1)) for field in FIELDS)

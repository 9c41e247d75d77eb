"""Learning the weights of n-grams."""

from __future__ import annotations

import numpy as np
import pytest

from commentguard.adagrad import fit_weights, from_weights, gram_matrix, to_weights
from commentguard.features.batch import Batch
from commentguard.features.ngrams import FIELDS
from commentguard.linear import grams_of, no_weights, paired, text_scores
from commentguard.records import Comment

ROWS = [Comment(text=f"cheap pills {n}", author="shop") for n in range(10)]
ROWS += [Comment(text=f"plums in the garden {n}", author="Ann", author_url="http://ann.example") for n in range(10)]
TARGET = np.arange(20) < 10
GRAMS = grams_of(Batch(ROWS))
MATRIX = gram_matrix([GRAMS])


def test_the_matrix_of_chunks_is_the_matrix_of_the_whole() -> None:
    parts = gram_matrix([grams_of(Batch(ROWS[:7])), grams_of(Batch(ROWS[7:]))])
    assert (parts != MATRIX).nnz == 0


def test_the_matrix_times_weights_is_the_score_that_is_made_without_it() -> None:
    rng = np.random.default_rng(0)
    weights = to_weights(rng.normal(size=MATRIX.shape[1]).astype(np.float32))
    expected = MATRIX @ from_weights(weights).astype(np.float64) + 0.25
    found = text_scores(GRAMS, paired(weights, no_weights(), (0.25, 0.0)))[:, len(FIELDS)]
    assert found == pytest.approx(expected, abs=1e-3)  # the pair rounds its weights


def test_weights_come_back_from_one_vector_as_half_precision_keeps_them() -> None:
    dense = np.linspace(-2, 2, MATRIX.shape[1], dtype=np.float32)
    weights = to_weights(dense)
    assert weights[-1] == 0
    assert weights.shape == no_weights().shape
    np.testing.assert_array_equal(from_weights(weights), dense.astype(np.float16))


def test_learned_weights_tell_the_rows() -> None:
    weights, bias = fit_weights(MATRIX, TARGET, np.ones(20), epochs=5, learning_rate=0.1, seed=0)
    odds = MATRIX @ weights + bias
    assert (odds[TARGET] > 0).all()
    assert (odds[~TARGET] < 0).all()


def test_the_seed_alone_decides() -> None:
    runs = [fit_weights(MATRIX, TARGET, np.ones(20), epochs=2, learning_rate=0.1, seed=seed) for seed in (3, 3, 4)]
    np.testing.assert_array_equal(runs[0][0], runs[1][0])
    assert runs[0][1] == runs[1][1]


def test_rows_without_weight_are_left_out() -> None:
    half = np.where(np.arange(20) % 2 == 0, 1.0, 0.0)
    with_zeros = fit_weights(MATRIX, TARGET, half, epochs=1, learning_rate=0.1, seed=0)
    touched = np.unique(MATRIX[half > 0].indices)
    assert set(np.flatnonzero(with_zeros[0])) <= set(touched.tolist())
    nothing = fit_weights(MATRIX, TARGET, np.zeros(20), epochs=1, learning_rate=0.1, seed=0)
    assert not nothing[0].any()
    assert nothing[1] == 0


def test_learning_goes_on_from_where_it_is_told_to_and_leaves_that_as_it_was() -> None:
    first = fit_weights(MATRIX, TARGET, np.ones(20), epochs=1, learning_rate=0.1, seed=0)
    kept = first[0].copy()
    second = fit_weights(MATRIX, TARGET, np.ones(20), epochs=1, learning_rate=0.1, seed=0, start=first)
    np.testing.assert_array_equal(first[0], kept)
    assert (MATRIX @ second[0] + second[1])[TARGET].mean() > (MATRIX @ first[0] + first[1])[TARGET].mean()


def test_what_is_known_already_is_not_learned_again() -> None:
    known = np.where(TARGET, 40.0, -40.0)
    weights, bias = fit_weights(MATRIX, TARGET, np.ones(20), epochs=1, learning_rate=0.1, seed=0, offset=known)
    assert abs(weights).max() < 1e-6
    assert abs(bias) < 1e-6

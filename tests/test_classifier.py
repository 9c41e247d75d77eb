"""The estimator: scikit-learn's contracts on comments, determinism, and what `partial_fit` may move."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_predict
from sklearn.utils import Tags
from sklearn.utils.estimator_checks import estimator_checks_generator

from commentguard import Comment, CommentClassifier, DatasetError
from commentguard.classifier import DOUBT
from commentguard.decision import choose_thresholds
from commentguard.records import LABELS
from commentguard.scoring import FEATURES
from commentguard.storage import save_model
from commentguard.training import to_model

NUMBERS = "hands over numbers, X is a sequence of Comment"
NOT_APPLICABLE = {
    "check_fit_score_takes_y": NUMBERS,
    "check_estimators_overwrite_params": NUMBERS,
    "check_dont_overwrite_parameters": NUMBERS,
    "check_estimators_fit_returns_self": NUMBERS,
    "check_readonly_memmap_input": NUMBERS,
    "check_n_features_in_after_fitting": "comments have no columns",
    "check_n_features_in": "comments have no columns",
    "check_positive_only_tag_during_fit": NUMBERS,
    "check_estimators_dtypes": NUMBERS,
    "check_sample_weights_pandas_series": NUMBERS,
    "check_sample_weights_not_an_array": NUMBERS,
    "check_sample_weights_list": NUMBERS,
    "check_all_zero_sample_weights_error": NUMBERS,
    "check_sample_weights_shape": NUMBERS,
    "check_sample_weights_not_overwritten": NUMBERS,
    "check_sample_weight_equivalence_on_dense_data": NUMBERS,
    "check_complex_data": NUMBERS,
    "check_dtype_object": NUMBERS,
    "check_estimators_empty_data_messages": NUMBERS,
    "check_pipeline_consistency": NUMBERS,
    "check_estimators_nan_inf": NUMBERS,
    "check_estimator_sparse_tag": NUMBERS,
    "check_estimator_sparse_array": NUMBERS,
    "check_estimator_sparse_matrix": NUMBERS,
    "check_estimators_pickle": NUMBERS,
    "check_array_api_input": NUMBERS,
    "check_f_contiguous_array_estimator": NUMBERS,
    "check_classifier_data_not_an_array": NUMBERS,
    "check_classifiers_one_label": "one label can't be told apart: an error by design",
    "check_classifiers_one_label_sample_weights": "one label can't be told apart: an error by design",
    "check_classifiers_classes": "labels are the three of the library",
    "check_estimators_partial_fit_n_features": "comments have no columns",
    "check_classifiers_train": NUMBERS,
    "check_classifiers_regression_target": NUMBERS,
    "check_supervised_y_no_nan": NUMBERS,
    "check_supervised_y_2d": NUMBERS,
    "check_methods_sample_order_invariance": NUMBERS,
    "check_methods_subset_invariance": NUMBERS,
    "check_fit2d_1sample": NUMBERS,
    "check_fit2d_1feature": NUMBERS,
    "check_dict_unchanged": NUMBERS,
    "check_fit_idempotent": NUMBERS,
    "check_fit_check_is_fitted": NUMBERS,
    "check_fit1d": NUMBERS,
    "check_fit2d_predict1d": NUMBERS,
    "check_requires_y_none": NUMBERS,
}
"""Checks of scikit-learn that do not apply, and why; what they ask for is asked below with comments, where it makes
sense: fit returns itself, idempotence, pickling, order and subsets, weights, parameters left alone."""


class _AsArrays(CommentClassifier):
    """Says that it takes arrays, since scikit-learn would leave out most checks otherwise."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        return tags


def _name(check: Any) -> str:  # noqa: ANN401
    return str((check.func if isinstance(check, partial) else check).__name__)


CHECKS = list(estimator_checks_generator(_AsArrays(trees=2, folds=2), mark=None))
APPLICABLE = [(estimator, check) for estimator, check in CHECKS if _name(check) not in NOT_APPLICABLE]


@pytest.mark.parametrize(("estimator", "check"), APPLICABLE, ids=[_name(check) for _, check in APPLICABLE])
def test_a_check_of_scikit_learn_passes(estimator: CommentClassifier, check: Callable[..., None]) -> None:
    check(estimator)


def test_enough_checks_of_scikit_learn_apply() -> None:
    assert len(APPLICABLE) >= 10


def small() -> CommentClassifier:
    return CommentClassifier(trees=3, folds=2)


def written(label: str, count: int) -> list[Comment]:
    texts = {
        "spam": "cheap {} pills at http://shop{}.example buy now",
        "off-topic": "hello {} test my form {}",
        "substantive": "I think the {} plums need water, because frost {} came late.",
    }
    rows = []
    for number in range(count):
        author = "buy now" if label == "spam" else f"Ann {number}"
        rows.append(Comment(text=texts[label].format(number * 7, number * 3), author=author))
    return rows


ROWS = [comment for label in LABELS for comment in written(label, 8)]
Y = [label for label in LABELS for _ in range(8)]


@pytest.fixture(scope="module")
def fitted() -> CommentClassifier:
    return small().fit(ROWS, Y)


def test_fit_returns_itself_and_leaves_its_parameters_alone() -> None:
    classifier = small()
    before = classifier.get_params()
    assert classifier.fit(ROWS, Y) is classifier
    assert classifier.get_params() == before
    assert not hasattr(classifier, "n_features_in_")


def test_predictions_leave_the_classifier_as_it_was(fitted: CommentClassifier) -> None:
    before = [(name, id(value)) for name, value in vars(fitted).items()]
    fitted.predict(ROWS)
    fitted.predict_proba(ROWS)
    assert [(name, id(value)) for name, value in vars(fitted).items()] == before


def test_it_learns_what_the_words_say(fitted: CommentClassifier) -> None:
    assert fitted.score(ROWS, Y) > 0.9


def test_probabilities_stand_in_the_order_of_classes_and_sum_to_one(fitted: CommentClassifier) -> None:
    found = fitted.predict_proba(ROWS)
    assert fitted.classes_.tolist() == sorted(LABELS)
    assert found.shape == (len(ROWS), 3)
    assert found.sum(axis=1) == pytest.approx(np.ones(len(ROWS)), abs=1e-12)
    assert (found >= 0).all()
    assert fitted.predict(ROWS).tolist() == [fitted.classes_[row.argmax()] for row in found]


def test_probabilities_depend_neither_on_order_nor_on_company(fitted: CommentClassifier) -> None:
    found = fitted.predict_proba(ROWS)
    assert fitted.predict_proba(ROWS[::-1])[::-1].tolist() == found.tolist()
    assert [fitted.predict_proba([row])[0].tolist() for row in ROWS] == found.tolist()


def test_rows_may_come_as_any_sequence(fitted: CommentClassifier) -> None:
    array: Any = np.empty(len(ROWS), dtype=object)
    array[:] = ROWS
    assert fitted.predict_proba(array).tolist() == fitted.predict_proba(ROWS).tolist()
    assert fitted.predict_proba(tuple(ROWS)).tolist() == fitted.predict_proba(ROWS).tolist()


def test_nothing_in_gives_nothing_out(fitted: CommentClassifier) -> None:
    assert fitted.predict_proba([]).shape == (0, 3)
    assert fitted.predict([]).shape == (0,)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_model(to_model(small().fit(ROWS, Y), ROWS, Y, {}), tmp_path / name, name="m")
    for file in ("manifest.json", "weights.npz"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_fitting_again_forgets_what_was_learned_before(fitted: CommentClassifier) -> None:
    again = small().fit(ROWS[::-1], Y[::-1]).fit(ROWS, Y)
    assert again.predict_proba(ROWS).tolist() == fitted.predict_proba(ROWS).tolist()


@pytest.mark.parametrize("through", ["pickle", "joblib"])
def test_it_survives_being_pickled(through: str, fitted: CommentClassifier, tmp_path: Path) -> None:
    if through == "pickle":
        again = pickle.loads(pickle.dumps(fitted))
    else:
        joblib.dump(fitted, tmp_path / "classifier.joblib")
        again = joblib.load(tmp_path / "classifier.joblib")
    assert again.predict_proba(ROWS).tolist() == fitted.predict_proba(ROWS).tolist()
    assert again.get_params() == fitted.get_params()


def test_a_clone_has_the_parameters_and_nothing_learned(fitted: CommentClassifier) -> None:
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    with pytest.raises(NotFittedError):
        copy.predict(ROWS)


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_asking_before_fitting_is_told(method: str) -> None:
    with pytest.raises(NotFittedError):
        getattr(CommentClassifier(), method)(ROWS)


@pytest.mark.parametrize("labels", [("spam", "substantive"), ("spam", "off-topic"), ("off-topic", "substantive")])
def test_two_labels_are_enough_and_the_third_is_never_said(labels: tuple[str, str]) -> None:
    rows = [row for row, label in zip(ROWS, Y, strict=True) if label in labels]
    y = [label for label in Y if label in labels]
    classifier = small().fit(rows, y)
    assert classifier.classes_.tolist() == sorted(labels)
    assert classifier.predict_proba(ROWS).shape == (len(ROWS), 2)
    assert classifier.predict_proba(ROWS).sum(axis=1) == pytest.approx(np.ones(len(ROWS)))
    assert set(classifier.predict(ROWS)) <= set(labels)
    assert classifier.score(rows, y) > 0.9


@pytest.mark.parametrize(
    ("rows", "y", "told"),
    [
        (ROWS, ["spam"] * len(ROWS), "at least two"),
        ([], [], "at least two"),
        (ROWS[:2], ["spam", "ham"], "unknown label 'ham'"),
        (ROWS[:2], ["spam"], "one label for each"),
        (["text", "text"], ["spam", "substantive"], "Comment objects"),
        (np.zeros((2, 3)), ["spam", "substantive"], "Comment objects"),
    ],
)
def test_rows_that_can_not_be_learned_from_are_told(rows: Any, y: list[str], told: str) -> None:  # noqa: ANN401
    with pytest.raises(DatasetError, match=told):
        small().fit(rows, y)


@pytest.mark.parametrize("weight", [[1.0], np.ones((len(ROWS), 2)), [np.nan] * len(ROWS), [-1.0] * len(ROWS)])
def test_weights_that_weigh_nothing_are_told(weight: Any) -> None:  # noqa: ANN401
    with pytest.raises(DatasetError, match="sample_weight must be"):
        small().fit(ROWS, Y, sample_weight=weight)


def test_one_label_left_by_the_weights_is_told() -> None:
    with pytest.raises(DatasetError, match="at least two"):
        small().fit(ROWS, Y, sample_weight=[float(label == "spam") for label in Y])


def test_a_weight_of_nothing_takes_a_label_out_of_the_trees() -> None:
    weight = [float(label != "off-topic") for label in Y]
    classifier = small().fit(ROWS, Y, sample_weight=weight)
    assert not (classifier.predict(ROWS) == "off-topic").any()


def test_equal_weights_change_nothing_and_unequal_ones_do(fitted: CommentClassifier) -> None:
    given = np.ones(len(ROWS))
    equal = small().fit(ROWS, Y, sample_weight=given.tolist())
    assert equal.predict_proba(ROWS).tolist() == fitted.predict_proba(ROWS).tolist()
    heavy = small().fit(ROWS, Y, sample_weight=np.where(np.array(Y) == "spam", 20.0, 1.0))
    assert heavy.predict_proba(ROWS).tolist() != fitted.predict_proba(ROWS).tolist()
    assert (given == 1).all()


def test_groups_may_be_an_array_and_are_kept_together() -> None:
    groups: Any = np.array([str(number % 4) for number in range(len(ROWS))])
    listed = small().fit(ROWS, Y, groups=groups.tolist())
    assert small().fit(ROWS, Y, groups=groups).held_out_.tolist() == listed.held_out_.tolist()


def test_held_out_probabilities_have_a_row_for_each_comment(fitted: CommentClassifier) -> None:
    assert fitted.held_out_.shape == (len(ROWS), 3)
    assert fitted.held_out_.sum(axis=1) == pytest.approx(np.ones(len(ROWS)))


def test_what_the_label_field_of_a_comment_says_is_not_looked_at(fitted: CommentClassifier) -> None:
    told = [replace(row, label="spam", status="spam", author_email="a@a.example") for row in ROWS]
    assert small().fit(told, Y).predict_proba(ROWS).tolist() == fitted.predict_proba(ROWS).tolist()


def test_processes_change_nothing(fitted: CommentClassifier) -> None:
    with joblib.parallel_backend("threading"):
        spread = CommentClassifier(trees=3, folds=2, n_jobs=2).fit(ROWS, Y)
    assert spread.predict_proba(ROWS).tolist() == fitted.predict_proba(ROWS).tolist()


def test_it_works_within_cross_validation() -> None:
    found = cross_val_predict(small(), ROWS, Y, cv=2)
    assert (found == np.array(Y)).mean() > 0.6


def test_feature_names_are_those_that_the_trees_see(fitted: CommentClassifier) -> None:
    assert tuple(fitted.get_feature_names_out()) == FEATURES


def test_partial_fit_moves_the_additive_layer_and_nothing_else(fitted: CommentClassifier) -> None:
    classifier = pickle.loads(pickle.dumps(fitted))
    before = classifier.parameters_
    classifier.partial_fit(ROWS[:4], ["substantive"] * 4)
    after = classifier.parameters_
    for name in ("background", "weights", "bias", "scrap_weights", "scrap_bias", "forests", "calibration"):
        assert getattr(after, name) is getattr(before, name)
    assert after.layer is not None
    assert after.layer is not before.layer


def test_partial_fit_moves_probabilities_towards_what_was_said(fitted: CommentClassifier) -> None:
    classifier = pickle.loads(pickle.dumps(fitted))
    column = classifier.classes_.tolist().index("substantive")
    before = classifier.predict_proba(ROWS[:4])[:, column]
    for _ in range(20):
        classifier.partial_fit(ROWS[:4], ["substantive"] * 4)
    assert (classifier.predict_proba(ROWS[:4])[:, column] > before).all()


def test_partial_fit_may_be_the_first_word() -> None:
    classifier = CommentClassifier()
    for _ in range(10):
        assert classifier.partial_fit(ROWS, Y, classes=sorted(LABELS)) is classifier
    assert classifier.classes_.tolist() == sorted(LABELS)
    assert classifier.score(ROWS, Y) > 0.8


def test_partial_fit_adds_a_label_that_it_meets() -> None:
    classifier = CommentClassifier().partial_fit(ROWS[:2], ["spam", "spam"])
    assert classifier.predict_proba(ROWS[:2]).shape == (2, 1)
    classifier.partial_fit(ROWS[-2:], ["substantive"] * 2)
    assert classifier.classes_.tolist() == ["spam", "substantive"]


@pytest.mark.parametrize("arguments", [{"y": ["ham", "spam"]}, {"y": ["spam"] * 2, "classes": ["ham", "spam"]}])
def test_partial_fit_refuses_unknown_labels(arguments: dict[str, Any]) -> None:
    with pytest.raises(DatasetError, match="unknown label 'ham'"):
        CommentClassifier().partial_fit(ROWS[:2], **arguments)


def test_where_off_topic_begins_goes_by_typical_rows_and_what_judges_pings_by_weights_of_its_own(
    starter_rows: list[Comment],
) -> None:
    rows = [row for row in starter_rows if row.type != "comment"] + starter_rows[::8]
    labels = [str(row.label) for row in rows]
    is_ping = np.array([row.type != "comment" for row in rows])
    typical = np.arange(len(labels)) % 3 > 0
    off_topic = np.array([label == "off-topic" for label in labels])
    seldom = np.where(off_topic & is_ping, 0.1, 1.0)
    small = partial(CommentClassifier, trees=3, folds=2, epochs=1)
    plain, other = (
        small().fit(rows, labels),
        small().fit(rows, labels, ping_weight=seldom, typical=typical),
    )
    truth = np.array([LABELS.index(label) for label in labels])
    assert other.thresholds_ == choose_thresholds(other.held_out_, truth, is_ping, doubt=DOUBT, typical=typical)
    pings, comments = other.held_out_[is_ping, 1], other.held_out_[~is_ping]
    assert pings.mean() < 0.7 * plain.held_out_[is_ping, 1].mean()
    np.testing.assert_array_equal(comments, plain.held_out_[~is_ping])

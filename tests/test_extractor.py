"""The features as a transformer: in a pipeline of scikit-learn's, with names, and the same as in the classifier."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from commentguard import Comment, CommentFeatures

READERS = [Comment(text=f"The {word} in step two failed for me") for word in ("oven", "pump", "key")] * 4
SPAM = [Comment(text=f"cheap {word} http://x.example/{word}") for word in ("pills", "bags", "loans")] * 4


def test_a_pipeline_learns_from_comments() -> None:
    known = SimpleImputer(strategy="constant", fill_value=0, keep_empty_features=True)
    model = make_pipeline(CommentFeatures(), known, StandardScaler(), LogisticRegression())
    labels = ["substantive"] * len(READERS) + ["spam"] * len(SPAM)
    model.fit(READERS + SPAM, labels)
    assert model.predict([READERS[0], SPAM[0]]).tolist() == ["substantive", "spam"]


def test_every_column_has_a_name_of_its_own() -> None:
    features = CommentFeatures().fit(READERS)
    names = features.get_feature_names_out().tolist()
    assert features.transform(READERS[:2]).shape == (2, len(names))
    assert len(set(names)) == len(names)


def test_a_row_depends_on_its_comment_alone() -> None:
    features = CommentFeatures().fit(READERS + SPAM, ["substantive"] * len(READERS) + ["spam"] * len(SPAM))
    whole = features.transform(READERS + SPAM)
    assert np.array_equal(features.transform(SPAM[:1]), whole[len(READERS)][None, :], equal_nan=True)


def test_nothing_is_transformed_before_fit() -> None:
    with pytest.raises(NotFittedError):
        CommentFeatures().transform(READERS)

"""CommentFeatures: the named features as a scikit-learn transformer, for pipelines of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from commentguard.features.batch import Batch
from commentguard.features.named import NAMES, named_features
from commentguard.labelled import fit_background
from commentguard.records import Comment


class CommentFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn comments into named numbers: signals of text, links and name, relevance to post and thread.

    The features that `CommentClassifier` decides by, without its scores. Unknown values are NaN: put an imputer behind
    it, or an estimator that takes them.

    Attributes
    ----------
    background_ : Background
        How common each word is, learned in `fit`.

    Examples
    --------
    >>> comments = [Comment(text="Which oil did you take?"), Comment(text="cheap pills http://x.example")]
    >>> numbers = CommentFeatures().fit(comments).set_output(transform="default").transform(comments)
    >>> numbers.shape == (2, len(CommentFeatures().get_feature_names_out()))
    True
    """

    def fit(self, X: Sequence[Comment], y: Sequence[str] | None = None) -> Self:
        """Learn how common words are.

        Parameters
        ----------
        X : sequence of Comment, length n
            Comments.
        y : sequence of str, length n, optional
            Their labels: words of spam are then left out of everyday language.

        Returns
        -------
        CommentFeatures
            Itself.
        """
        is_spam = np.array([label == "spam" for label in y] if y is not None else [False] * len(X), dtype=bool)
        self.background_ = fit_background(X, is_spam)
        return self

    def transform(self, X: Sequence[Comment]) -> NDArray[np.float32]:
        """Return the features, shape (n, n_features); a row depends on nothing but its comment."""
        check_is_fitted(self, "background_")
        return named_features(Batch(X), self.background_)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:  # noqa: ANN401
        """Return the names of the columns, shape (n_features,)."""
        return np.asarray(NAMES, dtype=object)

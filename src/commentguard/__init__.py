"""Label blog comments, pingbacks and trackbacks as substantive, off-topic or spam.

Public names are resolved when first used (PEP 562), so that importing the package, and `commentguard --help`, load
neither scikit-learn nor nltk.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commentguard.classifier import CommentClassifier as CommentClassifier
    from commentguard.errors import CommentGuardError as CommentGuardError
    from commentguard.errors import DatasetError as DatasetError
    from commentguard.errors import ExportFormatError as ExportFormatError
    from commentguard.errors import ModelFormatError as ModelFormatError
    from commentguard.evaluation import evaluate as evaluate
    from commentguard.extractor import CommentFeatures as CommentFeatures
    from commentguard.guard import CommentGuard as CommentGuard
    from commentguard.guard import load_model as load_model
    from commentguard.readers import read_comments as read_comments
    from commentguard.records import Comment as Comment
    from commentguard.records import Label as Label
    from commentguard.records import Post as Post
    from commentguard.records import Reason as Reason
    from commentguard.records import SourcePage as SourcePage
    from commentguard.records import ThreadMessage as ThreadMessage
    from commentguard.records import Verdict as Verdict
    from commentguard.training import train as train
    from commentguard.updating import update as update

__version__ = "0.1.0"

_HOME = {
    "Comment": "records",
    "CommentClassifier": "classifier",
    "CommentFeatures": "extractor",
    "CommentGuard": "guard",
    "CommentGuardError": "errors",
    "DatasetError": "errors",
    "ExportFormatError": "errors",
    "Label": "records",
    "ModelFormatError": "errors",
    "Post": "records",
    "Reason": "records",
    "SourcePage": "records",
    "ThreadMessage": "records",
    "Verdict": "records",
    "evaluate": "evaluation",
    "load_model": "guard",
    "read_comments": "readers",
    "train": "training",
    "update": "updating",
}

__all__ = [*sorted(_HOME), "__version__"]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'commentguard' has no attribute {name!r}")
    value: object = getattr(import_module(f"commentguard.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

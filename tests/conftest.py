"""What tests of several modules share: the starter set, and a small model that learned from it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # trees over few rows: threads would wait longer than they work
os.environ["COMMENTGUARD_MODELS"] = os.path.join(os.path.dirname(__file__), "no-models")  # not the user's own

from commentguard import Comment, CommentClassifier, CommentGuard, read_comments
from commentguard.storage import Model, load, save_model
from commentguard.training import to_model
from postgres_server import postgres

settings.register_profile("patient", deadline=None)  # on a machine at work one example may take any time
settings.load_profile("patient")

STARTER = Path(__file__).parents[1] / "datasets" / "starter"


@pytest.fixture(scope="session")
def starter_rows() -> list[Comment]:
    """Return the rows of the starter set that have a label."""
    rows = read_comments(STARTER / "comments.jsonl", posts=STARTER / "posts.jsonl")
    return [row for row in rows if row.label is not None]


@pytest.fixture(scope="session")
def starter_classifier(starter_rows: list[Comment]) -> CommentClassifier:
    """Return a classifier with few trees, for speed; tests must not change it."""
    return CommentClassifier(trees=15, folds=2).fit(starter_rows, [str(row.label) for row in starter_rows])


@pytest.fixture(scope="session")
def starter_model(starter_classifier: CommentClassifier, starter_rows: list[Comment]) -> Model:
    """Return what that classifier learned."""
    return to_model(starter_classifier, starter_rows, [str(row.label) for row in starter_rows], {"purpose": "tests"})


@pytest.fixture(scope="session")
def model_folder(starter_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the small model; tests must copy it before they damage it."""
    folder = tmp_path_factory.mktemp("models") / "small"
    save_model(starter_model, folder, name="small")
    return folder


@pytest.fixture(scope="session")
def guard(model_folder: Path) -> CommentGuard:
    """Return the small model, loaded."""
    return CommentGuard(load(model_folder))


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """Start a PostgreSQL once for all tests and return the address of its database."""
    with postgres() as address:
        yield address

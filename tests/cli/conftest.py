"""A small model that the command itself trained, for tests that need a real one."""

from __future__ import annotations

import json
import random
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from threadpoolctl import threadpool_limits

from commentguard.classifier import CommentClassifier

from .running import run

PLANTS = ("plums", "leeks", "roses", "beans", "kale", "pears")
SMALL = {"trees": 10, "folds": 2}
"""Settings with which training takes a second."""


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset folder: posts.jsonl and comments.jsonl with labels, or with a status in place of one."""
    folder = tmp_path_factory.mktemp("garden")
    chance = random.Random(3)
    rows = []
    for number in range(72):
        plant = PLANTS[number // 3 % len(PLANTS)]
        wet = chance.choice(("wet", "dry", "cold", "sandy"))
        row = (
            {"text": f"cheap loans {number} http://loans{number}.example/", "author": "best loans", "label": "spam"},
            {"text": f"My {plant} failed, I think the soil was too {wet}.", "author": "Ann", "status": "approved"},
            {"text": "Does anyone know when the next bus leaves for town?", "author": "Bob", "label": "off-topic"},
        )[number % 3]
        rows.append({"id": str(number), "post_id": plant, "source": f"blog {number % 2}", **row})
    posts = [{"id": plant, "title": f"Growing {plant}", "text": f"How {plant} grow in soil."} for plant in PLANTS]
    for name, lines in (("comments", rows), ("posts", posts)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def trained(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Return a model folder that `commentguard train` wrote, and what the command said."""
    folder = tmp_path_factory.mktemp("models") / "garden-model"
    with pytest.MonkeyPatch.context() as patch, threadpool_limits(1):  # on so few rows threads only wait
        patch.setattr("commentguard.training.CommentClassifier", partial(CommentClassifier, **SMALL))
        result = run("train", dataset, "--from", "nothing", "-o", folder, "--seed", "3", "--map",
                     "approved=substantive,held=spam")  # fmt: skip
    assert result.exit_code == 0, result.output
    return folder, result

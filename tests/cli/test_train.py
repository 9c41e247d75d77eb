"""The command train, and what its model does in the other commands."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from commentguard import training
from commentguard.guard import CommentGuard, load_model
from commentguard.storage import load
from commentguard.training import TrainingResult

from .running import lines, run


def test_training_tells_what_was_mapped_and_where_the_model_is(trained: tuple[Path, Result]) -> None:
    folder, result = trained
    said = result.stderr.splitlines()
    assert "status approved taken as substantive: 24" in said
    assert "warning: no unlabelled comment has the status held" in said
    assert "trained on 24 spam, 24 off-topic, 24 substantive" in said
    assert f"model written to {folder}; use it with --model {folder}" in said


def test_figures_of_the_held_out_part_go_to_standard_output(trained: tuple[Path, Result]) -> None:
    shown = trained[1].stdout
    for name in ("labelled comments", "macro-F1", "precision", "is, called"):
        assert name in shown


def test_the_manifest_says_what_the_model_was_made_from_without_paths(
    trained: tuple[Path, Result], dataset: Path
) -> None:
    folder, _ = trained
    found = json.loads(run("inspect", folder, "--output-format", "json").stdout)
    assert found["name"] == "garden-model"
    assert found["notes"]["sources"] == [dataset.name]
    assert found["notes"]["map"] == {"approved": "substantive", "held": "spam"}
    assert found["notes"]["from"] == "nothing"
    assert str(dataset.parent) not in json.dumps(found)
    assert found["fingerprint"] == load_model(folder).fingerprint


def test_a_model_is_told_in_words(trained: tuple[Path, Result]) -> None:
    shown = " ".join(run("inspect", trained[0]).stdout.split())
    for words in ("name garden-model", "labels spam, off-topic, substantive", "weights.npz (", "thresholds",
                  "learned from off-topic 24, spam 24, substantive 24"):  # fmt: skip
        assert words in shown
    assert f"fingerprint {load_model(trained[0]).fingerprint}" in shown


def test_the_model_classifies_what_it_was_trained_for(trained: tuple[Path, Result]) -> None:
    rows = [
        {"id": "1", "text": "cheap loans 99 http://loans99.example/", "author": "best loans"},
        {"id": "2", "text": "My leeks failed, I think the soil was too wet.", "author": "Ann"},
    ]
    stdin = "\n".join(map(json.dumps, rows))
    found = lines(run("classify", "--model", trained[0], stdin=stdin))
    assert [line["label"] for line in found] == ["spam", "substantive"]
    explained = lines(run("explain", "-", "--number", "1", "--model", trained[0], stdin=stdin))
    assert {key: explained[0][key] for key in found[0]} == found[0]
    assert explained[0]["evidence"]


def test_a_damaged_model_is_refused_in_one_line(trained: tuple[Path, Result], tmp_path: Path) -> None:
    for name in os.listdir(trained[0]):
        (tmp_path / name).write_bytes((trained[0] / name).read_bytes())
    (tmp_path / "weights.npz").write_bytes(b"nothing")
    for command in (("classify", "-", "--model", tmp_path), ("inspect", tmp_path)):
        found = run(*command, stdin=b'{"text": "x"}')
        assert found.exit_code == 1
        assert found.stderr.startswith("commentguard: ")
        assert found.stderr.count("\n") == 1


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch, trained: tuple[Path, Result]) -> dict[str, Any]:
    """Return what the command hands to `train`, which gives a model that is there already."""
    arguments: dict[str, Any] = {}

    def train(comments: Any, **options: Any) -> TrainingResult:  # noqa: ANN401
        arguments.update(options, comments=list(comments))
        return TrainingResult(load(trained[0]), None, {"spam": 2}, ("too few\nrows",))

    monkeypatch.setattr(training, "train", train)
    return arguments


def test_options_are_handed_to_the_library(
    handed: dict[str, Any], trained: tuple[Path, Result], dataset: Path, tmp_path: Path
) -> None:
    found = run("train", dataset, "--from", trained[0], "--seed", "7", "--test-size", "0", "--name", "mine",
                "-o", tmp_path / "model")  # fmt: skip
    assert found.exit_code == 0
    assert (handed["seed"], handed["test_size"], len(handed["comments"])) == (7, 0.0, 72)
    assert isinstance(handed["start"], CommentGuard)
    assert handed["comments"][0].post.title == "Growing plums"
    assert "warning: too few rows\n" in found.stderr
    assert load_model(tmp_path / "model").name == "mine"


def test_a_folder_that_holds_something_else_is_refused_before_the_work(
    handed: dict[str, Any], dataset: Path, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "diary.txt").touch()
    (tmp_path / "file").touch()
    for name, says in (("full", "not empty and holds no model"), ("file", "is no folder")):
        found = run("train", dataset, "--from", "nothing", "-o", tmp_path / name)
        assert found.exit_code == 1
        assert says in found.stderr
    assert handed == {}


@pytest.mark.parametrize("options", [("--map", "approved=good"), ("--test-size", "1"), ("--seed", "-1")])
def test_values_that_can_not_be_are_wrong_usage(options: tuple[str, ...], dataset: Path, tmp_path: Path) -> None:
    assert run("train", dataset, "-o", tmp_path / "model", *options).exit_code == 2


def test_comments_without_labels_are_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "x", "status": "approved"}\n')
    found = run("train", tmp_path / "in.jsonl", "--from", "nothing", "-o", tmp_path / "model", "--map", "aproved=spam")
    assert found.exit_code == 1
    warning, error = found.stderr.splitlines()
    assert warning == "warning: no unlabelled comment has the status aproved"
    assert "at least two labels are needed" in error
    assert os.listdir(tmp_path) == ["in.jsonl"]

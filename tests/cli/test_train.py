"""The command train, and what its model does in the other commands."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from click.testing import Result

from commentguard import Comment, CommentClassifier, Verdict, training, versions
from commentguard.gate import compare
from commentguard.guard import CommentGuard, load_model
from commentguard.storage import load
from commentguard.training import TrainingResult

from .running import WXR, lines, run


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


@pytest.mark.parametrize(
    "options", [("--map", "approved=good"), ("--test-size", "1"), ("--seed", "-1"), ("--flips", "f.html")]
)
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


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"), newline="")))


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch, trained: tuple[Path, Result]) -> Callable[[bool], None]:
    """Return what lets training end, at once, with a model that is worse than the old one, or is not."""

    def ends(worse: bool) -> None:
        rows = [Comment(text=f"=plums {number}", id=str(number), label="spam") for number in range(30)]
        spam = Verdict("spam", {"spam": 0.9, "off-topic": 0.0, "substantive": 0.1}, False)
        other = Verdict("substantive", {"spam": 0.2, "off-topic": 0.0, "substantive": 0.8}, False)
        old, new = [spam] * 30, [other if worse else spam] * 30
        model = load(trained[0])
        notes = {**model.manifest["notes"], "gate": (found := compare(rows, old, new, np.arange(30))).to_json()}
        model = replace(model, manifest={"notes": notes})
        result = TrainingResult(model, found.new, {"spam": 30}, (), found, found.refusal, tuple(rows))
        monkeypatch.setattr(training, "train", lambda *_, **__: result)
        monkeypatch.setattr("commentguard.suspects.find_suspects", lambda *_, **__: [])

    return ends


def test_without_a_folder_the_model_becomes_the_version_in_use(
    judged: Callable[[bool], None], dataset: Path, tmp_path: Path
) -> None:
    judged(False)
    for number in (1, 2):
        found = run("train", dataset, "--models", tmp_path / "m")
        assert found.exit_code == 0
        assert f"v{number} is in use now" in found.stderr
    assert versions.promoted(tmp_path / "m") == "v2"
    assert load_model(models=tmp_path / "m").name == "v2"
    assert len((tmp_path / "m" / "v2" / "rows.txt").read_text().splitlines()) == 30


def test_a_worse_version_is_kept_and_not_used(judged: Callable[[bool], None], dataset: Path, tmp_path: Path) -> None:
    judged(True)
    found = run("train", dataset, "--models", tmp_path / "m")
    assert found.exit_code == 1
    *_, said, error = found.stderr.splitlines()
    assert "kept as v1 and not used" in said
    assert error.startswith("commentguard: the old model is better on 30 held-out rows")
    assert error.endswith("or replace it with --force")
    assert "\nold model: default (" in found.stdout
    assert versions.promoted(tmp_path / "m") == "default"
    assert run("models", "promote", "v1", "--models", tmp_path / "m").exit_code == 1


def test_a_worse_model_replaces_no_folder_unless_forced(
    judged: Callable[[bool], None], dataset: Path, trained: tuple[Path, Result], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(trained[0], tmp_path / "mine"))
    before = (folder / "manifest.json").read_bytes()
    judged(True)
    found = run("train", dataset, "-o", folder, "--flips", tmp_path / "flips.csv")
    assert found.exit_code == 1
    assert f"{folder} stays as it is" in found.stderr
    assert (folder / "manifest.json").read_bytes() == before
    flips = table(tmp_path / "flips.csv")
    assert len(flips) == 30
    assert (flips[0]["old"], flips[0]["new"], flips[0]["better"]) == ("spam", "substantive", "old")
    assert flips[0]["text"] == "'=plums 0"
    assert run("train", dataset, "-o", folder, "--force").exit_code == 0
    assert json.loads((folder / "manifest.json").read_text())["notes"]["forced"] is True


def test_a_forced_version_is_used_and_remembered_as_forced(
    judged: Callable[[bool], None], dataset: Path, tmp_path: Path
) -> None:
    judged(True)
    assert run("train", dataset, "--models", tmp_path / "m", "--force").exit_code == 0
    assert versions.promotions(tmp_path / "m") == [versions.Promotion("v1", forced=True)]


def test_a_new_folder_replaces_nothing_and_is_always_written(
    judged: Callable[[bool], None], dataset: Path, tmp_path: Path
) -> None:
    judged(True)
    found = run("train", dataset, "-o", tmp_path / "new")
    assert found.exit_code == 0
    assert "warning: the old model is better on 30 held-out rows" in found.stderr
    assert load_model(tmp_path / "new").name == "new"


def test_a_models_folder_that_may_not_be_written_to_is_told_before_the_work(
    handed: dict[str, Any], dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = run("train", dataset, "--models", tmp_path / "m")
    assert found.exit_code == 1
    assert found.stderr.count("\n") == 1
    assert "may not be written to; name another folder with --models" in found.stderr
    assert handed == {}


def test_a_disk_that_is_full_leaves_the_models_as_they_were(
    judged: Callable[[bool], None], dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    judged(False)
    run("train", dataset, "--models", tmp_path / "m")
    monkeypatch.setattr(os, "fsync", full)
    found = run("train", dataset, "--models", tmp_path / "m")
    assert found.exit_code == 1
    assert "(No space left on device): free some space" in found.stderr.splitlines()[-1]
    assert sorted(os.listdir(tmp_path / "m")) == ["promoted.json", "v1"]
    assert load_model(models=tmp_path / "m").name == "v1"


def test_a_wordpress_export_without_spam_is_warned_of(judged: Callable[[bool], None], tmp_path: Path) -> None:
    judged(False)
    text = Path(WXR).read_text(encoding="utf-8").replace(">spam<", ">1<").replace("akismet_user_result", "other")
    (tmp_path / "export.xml").write_text(text, encoding="utf-8")
    found = run("train", tmp_path / "export.xml", "--map", "approved=substantive", "--models", tmp_path / "m")
    assert "warning: a WordPress export leaves out what was marked as spam" in found.stderr


def test_rows_that_look_wrong_are_written_for_labels_import(
    trained: tuple[Path, Result], dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commentguard.training.CommentClassifier", partial(CommentClassifier, trees=10, folds=2))
    text = (dataset / "comments.jsonl").read_text(encoding="utf-8").splitlines()
    row = {**json.loads(text[0]), "label": "substantive"}
    (tmp_path / "comments.jsonl").write_text("\n".join([json.dumps(row), *text[1:]]), encoding="utf-8")
    found = run("train", tmp_path / "comments.jsonl", "--posts", dataset / "posts.jsonl", "--from", trained[0],
                "--map", "approved=substantive", "-o", tmp_path / "new", "--suspects", tmp_path / "s.csv")  # fmt: skip
    assert found.exit_code == 0
    assert f"look as if the label were wrong; see {tmp_path / 's.csv'}" in found.stderr.replace("looks", "look")
    suspects = table(tmp_path / "s.csv")
    assert suspects[0]["id"] == "0"
    assert (suspects[0]["label"], suspects[0]["predicted"]) == ("substantive", "spam")
    taken = run("labels", "import", tmp_path / "s.csv", "-o", tmp_path / "labels.jsonl")
    assert taken.exit_code == 0

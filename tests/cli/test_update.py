"""The command update: decisions become a version that is in use at once."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from commentguard import Comment, load_model, versions
from commentguard.labelled import row_key
from commentguard.labels import Decision, append_decision
from commentguard.records import Label
from commentguard.storage import learned_rows

from .running import run

OFFER = Comment(text="Gazebo canopies, delivered to your town", author="Canopies", id="7")


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Return a labels file with one decision."""
    file = tmp_path / "labels.jsonl"
    decide(file, "spam")
    return file


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the models folder that the environment names; it does not exist yet."""
    folder = tmp_path / "models"
    monkeypatch.setenv("COMMENTGUARD_MODELS", str(folder))
    return folder


def decide(file: Path, label: Label | None) -> None:
    append_decision(file, Decision(OFFER, label, datetime.now(UTC)))


def spam(model: str | None = None) -> float:
    return load_model(model).classify(OFFER).probabilities["spam"]


def test_decisions_count_at_once_and_can_be_rolled_back(labels: Path, models: Path) -> None:
    before = spam()
    found = run("update", labels)
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr.splitlines()[-2:] == [
        "decisions: 1 spam, 0 off-topic, 0 substantive",
        "v1 is in use now; commentguard models rollback takes it back",
    ]
    assert versions.promoted(models) == "v1"
    assert spam() > before
    assert run("models", "rollback").exit_code == 0
    assert spam() == before


def test_the_same_decisions_again_make_no_version(labels: Path, models: Path) -> None:
    run("update", labels)
    found = run("update", labels)
    assert found.exit_code == 0
    assert "v1 has these decisions already; nothing was changed" in found.stderr
    assert versions.versions(models) == ["v1"]


def test_a_decision_that_was_taken_back_is_forgotten(labels: Path, models: Path) -> None:
    before = spam()
    run("update", labels)
    decide(labels, None)
    found = run("update", labels, "--quiet")
    assert (found.exit_code, found.stderr) == (0, "")
    assert versions.versions(models) == ["v1", "v2"]
    assert spam() == before


def test_the_version_tells_which_rows_it_has_learned_from(labels: Path, models: Path) -> None:
    run("update", labels)
    assert learned_rows(models / "v1") == {row_key(OFFER): "spam"}


def test_a_model_can_be_written_beside_those_in_use(labels: Path, models: Path, tmp_path: Path) -> None:
    found = run("update", labels, "--model", "default", "-o", tmp_path / "mine")
    assert found.exit_code == 0, found.stderr
    assert f"use it with --model {tmp_path / 'mine'}" in found.stderr
    assert spam(str(tmp_path / "mine")) > spam()
    assert not models.exists()
    notes = json.loads((tmp_path / "mine" / "manifest.json").read_text())["notes"]
    assert notes["parent"] == load_model("default").fingerprint


def test_a_file_without_labels_is_told_and_changes_nothing(models: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id": "1", "text": "Mine froze"}\n', encoding="utf-8")
    found = run("update", rows)
    assert found.exit_code == 1
    assert found.stderr.splitlines()[-1].startswith("commentguard: no row has a label: name a labels file")
    assert not models.exists()


def test_what_is_wrong_in_a_labels_file_is_told_and_costs_no_other_decision(labels: Path, models: Path) -> None:
    decide(labels, "substantive")
    decide(labels, "spam")  # of several on one comment the latest counts
    decision = labels.read_text(encoding="utf-8").splitlines()[0]
    with labels.open("a", encoding="utf-8") as stream:
        stream.write(decision.replace('"spam"', '"rubbish"') + "\n")
        stream.write(decision[:-20])  # the power went out
    found = run("update", labels)
    assert found.exit_code == 0
    assert "decisions: 1 spam, 0 off-topic, 0 substantive" in found.stderr
    assert "line 4: its label is none of spam, off-topic, substantive" in found.stderr
    assert "line 5: the decision was not written to its end; decide again" in found.stderr
    assert learned_rows(models / "v1") == {row_key(OFFER): "spam"}


def test_a_models_folder_that_is_read_only_is_told_and_stays(
    labels: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("update", labels)
    before = (models / "promoted.json").read_bytes()

    def read_only(*_: object, **__: object) -> NoReturn:  # also for the super-user, who may write where others may not
        raise OSError(errno.EROFS, "Read-only file system")

    decide(labels, "substantive")
    monkeypatch.setattr(Path, "mkdir", read_only)
    found = run("update", labels)
    assert found.exit_code == 1
    assert found.stderr.splitlines()[-1] == (
        f"commentguard: {models}: can't be written to (Read-only file system); "
        "name another folder with --models, or in COMMENTGUARD_MODELS"
    )
    assert sorted(os.listdir(models)) == ["promoted.json", "v1"]
    assert (models / "promoted.json").read_bytes() == before


def test_a_file_in_the_place_of_the_models_folder_is_told(labels: Path, models: Path) -> None:
    models.write_text("x")
    found = run("update", labels)
    assert found.exit_code == 1
    assert f"{models}: is no folder; name another folder with --models" in found.stderr
    assert models.read_text() == "x"

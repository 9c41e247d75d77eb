"""The command models, and which model the other commands take."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from commentguard import load_model, versions

from .running import lines, run

ROW = b'{"id": "1", "text": "Mine froze in the second week.", "author": "Ann"}\n'


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    """Return a models folder with v1, and v2 that training found worse."""
    for name in ("v1", "v2"):
        shutil.copytree(model_folder, tmp_path / "models" / name)
    place = tmp_path / "models" / "v2" / "manifest.json"
    manifest = json.loads(place.read_text())
    manifest["notes"]["gate"] = {"worse": "v1 is better"}
    place.write_text(json.dumps(manifest))
    return tmp_path / "models"


def test_with_no_versions_the_shipped_model_is_listed(tmp_path: Path) -> None:
    (told,) = json.loads(run("models", "list", "--models", tmp_path / "none", "--output-format", "json").stdout)
    assert (told["version"], told["in_use"]) == ("default", True)
    assert told["fingerprint"] == load_model("default").fingerprint
    shown = run("models", "list", "--models", tmp_path / "none")
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[1].startswith("*  default")
    assert not (tmp_path / "none").exists()


def test_versions_are_promoted_and_rolled_back(folder: Path) -> None:
    found = run("models", "promote", "v1", "--models", folder)
    assert (found.exit_code, found.stdout) == (0, "")
    assert "v1 is in use now" in found.stderr
    listed = run("models", "list", "--models", folder).stdout.splitlines()
    assert [line.startswith("*") for line in listed[1:]] == [False, True, False]
    assert run("models", "rollback", "--models", folder).stderr == "default is in use now\n"
    assert run("models", "rollback", "--models", folder).exit_code == 1


def test_a_version_that_training_found_worse_is_promoted_by_force_alone(folder: Path) -> None:
    found = run("models", "promote", "v2", "--models", folder)
    assert found.exit_code == 1
    assert found.stderr == "commentguard: v2: v1 is better; --force promotes it all the same\n"
    assert run("models", "promote", "v2", "--models", folder, "--force").exit_code == 0
    assert versions.promotions(folder)[-1].forced


@pytest.mark.parametrize("command", [("promote", "default"), ("rollback",)])
def test_where_nothing_can_be_written_the_model_in_use_stays(
    command: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("models", "promote", "v1", "--models", folder)

    def read_only(*_: object) -> NoReturn:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "replace", read_only)
    found = run("models", *command, "--models", folder)
    assert found.exit_code == 1
    assert found.stderr.startswith(f"commentguard: {folder}: can't be written to (Read-only file system); name another")
    assert versions.promoted(folder) == "v1"
    assert sorted(os.listdir(folder)) == ["promoted.json", "v1", "v2"]


def test_an_unknown_version_is_told_with_those_there_are(folder: Path) -> None:
    for name in ("v7", "../v1"):
        found = run("models", "promote", name, "--models", folder)
        assert found.exit_code == 1
        assert found.stderr.endswith("name one of v1, v2, default\n")


def test_a_damaged_version_is_listed_as_such_and_not_promoted(folder: Path) -> None:
    (folder / "v1" / "weights.npz").write_bytes(b"")
    found = run("models", "list", "--models", folder)
    assert found.exit_code == 0
    assert "damaged" in found.stdout
    assert run("models", "promote", "v1", "--models", folder).exit_code == 1


@pytest.mark.parametrize(
    "notes", [[], {"labels": {"spam": "many"}, "rows": 3, "gate": {"worse": ["x"], "figures": 3}, "parent": {"a": 1}}]
)
def test_a_manifest_with_anything_in_it_is_listed_and_inspected(notes: object, folder: Path) -> None:
    place = folder / "v1" / "manifest.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), "notes": notes}))
    for command in (("models", "list"), ("inspect", "v1"), ("models", "promote", "v1")):
        found = run(*command, "--models", folder)
        assert found.exit_code in (0, 1)
        assert found.stderr.count("\n") <= 1


def test_a_version_in_use_that_is_gone_is_listed_as_damaged(folder: Path) -> None:
    versions.promote(folder, "v1")
    shutil.rmtree(folder / "v1")
    shown = run("models", "list", "--models", folder).stdout
    assert "*  v1 (damaged)" in shown
    assert run("models", "rollback", "--models", folder).exit_code == 0


def test_a_models_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for command in (("list",), ("promote", "v1"), ("rollback",)):
        found = run("models", *command, "--models", tmp_path / "file")
        assert found.exit_code == 1
        assert "is no folder" in found.stderr or "Not a directory" in found.stderr


def test_commands_take_the_promoted_model_and_can_name_any(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spam(*options: str | Path) -> float:
        (line,) = lines(run("classify", *options, stdin=ROW))
        return float(line["probabilities"]["spam"])

    shipped, small = spam(), spam("--model", folder / "v1")
    assert shipped != small
    assert spam("--model", "v1", "--models", folder) == small
    versions.promote(folder, "v1")
    assert spam() == shipped
    assert spam("--models", folder) == small
    monkeypatch.setenv("COMMENTGUARD_MODELS", str(folder))
    assert spam() == spam("--model", "promoted") == small
    assert spam("--model", "default") == shipped
    assert lines(run("explain", "-", stdin=ROW))[0]["probabilities"]["spam"] == small


def test_a_version_is_inspected_by_its_name(folder: Path) -> None:
    assert "name" in run("inspect", "v1", "--models", folder).stdout
    assert run("inspect", "default", "--models", folder).stdout.split()[:2] == ["name", "default"]
    assert run("inspect", "v8", "--models", folder).exit_code == 1

"""The models folder: versions are added and never change; what is in use is one small file."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from commentguard import CommentGuard, ModelFormatError, load_model, versions
from commentguard.errors import OutputError
from commentguard.storage import Model, save_model
from commentguard.versions import (
    POINTER,
    Promotion,
    add_version,
    models_folder,
    new_version,
    promote,
    promoted,
    promotions,
    rollback,
)


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    """Return a models folder with the versions v1 and v2, none of them promoted."""
    for name in ("v1", "v2"):
        shutil.copytree(model_folder, tmp_path / "models" / name)
    (tmp_path / "models" / "v3").mkdir()  # reserved by a training that was killed
    (tmp_path / "models" / "notes").mkdir()
    return tmp_path / "models"


def test_the_folder_is_the_one_given_else_the_environments_else_one_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COMMENTGUARD_MODELS", str(tmp_path / "env"))
    assert models_folder(tmp_path / "given") == tmp_path / "given"
    assert models_folder() == tmp_path / "env"
    monkeypatch.delenv("COMMENTGUARD_MODELS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert models_folder().parts[-2:] == ("commentguard", "models")


def test_without_a_folder_the_shipped_model_is_in_use(tmp_path: Path) -> None:
    assert versions.versions(tmp_path / "none") == []
    assert promoted(tmp_path / "none") == "default"
    assert load_model(models=tmp_path / "none").fingerprint == load_model("default").fingerprint


def test_versions_are_listed_in_the_order_of_their_numbers(folder: Path) -> None:
    shutil.copytree(folder / "v1", folder / "v10")
    assert versions.versions(folder) == ["v1", "v2", "v10"]


def test_rollback_goes_back_step_by_step_to_the_shipped_model(folder: Path) -> None:
    for name in ("v1", "v2", "default"):
        promote(folder, name)
        assert promoted(folder) == name
    assert [rollback(folder) for _ in range(3)] == ["v2", "v1", "default"]
    with pytest.raises(ModelFormatError, match="nothing was promoted"):
        rollback(folder)
    assert versions.versions(folder) == ["v1", "v2"]


def test_promoting_what_is_in_use_is_no_step_to_roll_back(folder: Path) -> None:
    promote(folder, "v1")
    promote(folder, "v1")
    assert promotions(folder) == [Promotion("v1")]
    promote(folder, "v2", forced=True)
    assert promotions(folder)[-1] == Promotion("v2", forced=True)


@pytest.mark.parametrize("name", ["v3", "v9", "notes", "../v1", "v1/../v2", ""])
def test_what_is_no_version_is_not_promoted(name: str, folder: Path) -> None:
    with pytest.raises(ModelFormatError, match="no such version"):
        promote(folder, name)
    assert not (folder / POINTER).exists()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"promoted": [{"version": "../../etc", "forced": false}]}', '{"promoted": ["v1"]}', "[" * 9999],
)
def test_a_damaged_list_of_promotions_is_told_in_one_line(text: str, folder: Path) -> None:
    (folder / POINTER).write_text(text)
    with pytest.raises(ModelFormatError, match="move it away and promote") as caught:
        load_model(models=folder)
    assert "\n" not in str(caught.value)


def test_a_promotion_that_fails_leaves_what_was_in_use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    promote(folder, "v1")

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        promote(folder, "v2")
    assert promoted(folder) == "v1"
    assert sorted(os.listdir(folder)) == sorted(["notes", POINTER, "v1", "v2", "v3"])


def test_a_folder_that_may_not_be_written_to_is_told_with_a_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", read_only)
    with pytest.raises(OutputError, match=r"Read-only file system.*--models"):
        promote(folder, "v1")
    with pytest.raises(OutputError, match=r"Read-only file system.*--models"), new_version(folder):
        pass


def test_a_new_version_gets_the_next_number_and_is_given_up_on_failure(folder: Path, starter_model: Model) -> None:
    assert add_version(starter_model, models=folder, use=False) == "v4"
    assert load_model("v4", models=folder).name == "v4"
    assert promoted(folder) == "default"
    with pytest.raises(KeyboardInterrupt), new_version(folder):
        raise KeyboardInterrupt
    assert versions.versions(folder) == ["v1", "v2", "v4"]
    assert not (folder / "v5").exists()


def test_an_added_version_is_used_and_keeps_what_belongs_beside_it(folder: Path, starter_model: Model) -> None:
    assert add_version(starter_model, models=folder, name="mine", beside={"rows.txt": ""}, forced=True) == "v4"
    assert promotions(folder) == [Promotion("v4", forced=True)]
    assert load_model(models=folder).name == "mine"
    assert (folder / "v4" / "rows.txt").exists()


def test_two_trainings_at_once_get_a_version_each(folder: Path) -> None:
    with new_version(folder) as one, new_version(folder) as other:
        assert {one.name, other.name} == {"v4", "v5"}


def test_models_are_named_by_version_by_folder_or_as_the_shipped_one(
    folder: Path, guard: CommentGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(folder, "v1")
    shipped = load_model("default", models=folder)
    assert shipped.fingerprint != guard.fingerprint
    for name in (None, "promoted", "v2", folder / "v2"):
        assert load_model(name, models=folder).fingerprint == guard.fingerprint
    monkeypatch.chdir(folder)
    shutil.copytree(folder / "v1", folder / "default")
    assert load_model("./default").fingerprint == guard.fingerprint
    assert load_model("default").fingerprint == shipped.fingerprint


def test_a_promoted_version_that_is_damaged_is_told_with_the_way_back(folder: Path) -> None:
    promote(folder, "v1")
    (folder / "v1" / "weights.npz").write_bytes(b"")
    with pytest.raises(ModelFormatError, match="commentguard models rollback"):
        load_model(models=folder)


def test_a_loaded_model_follows_promotions_and_rollbacks(folder: Path, guard: CommentGuard) -> None:
    loaded = load_model(models=folder)
    shipped = loaded.fingerprint
    assert not loaded.reload_if_changed()
    promote(folder, "v1")
    assert loaded.reload_if_changed()
    assert (loaded.fingerprint, loaded.name) == (guard.fingerprint, "small")
    assert not loaded.reload_if_changed()
    rollback(folder)
    assert loaded.reload_if_changed()
    assert loaded.fingerprint == shipped


def test_a_model_named_by_its_folder_follows_what_is_written_there(folder: Path, starter_model: Model) -> None:
    loaded = load_model(folder / "v2")
    promote(folder, "v1")
    assert not loaded.reload_if_changed()
    save_model(starter_model, folder / "v2", name="second")
    assert not loaded.reload_if_changed()  # other words, the same weights
    assert loaded.name == "second"


def test_a_new_model_that_is_damaged_leaves_the_one_before_in_use(folder: Path, guard: CommentGuard) -> None:
    loaded = load_model(models=folder)
    shipped = loaded.fingerprint
    promote(folder, "v1")
    weights = (folder / "v1" / "weights.npz").read_bytes()
    (folder / "v1" / "weights.npz").write_bytes(b"")
    with pytest.raises(ModelFormatError):
        loaded.reload_if_changed()
    assert loaded.fingerprint == shipped
    (folder / "v1" / "weights.npz").write_bytes(weights)
    assert loaded.reload_if_changed()
    assert loaded.fingerprint == guard.fingerprint


def test_a_model_that_came_from_no_folder_never_changes(starter_model: Model) -> None:
    assert not CommentGuard(starter_model).reload_if_changed()


def test_the_list_of_promotions_is_plain_json(folder: Path) -> None:
    promote(folder, "v1")
    assert json.loads((folder / POINTER).read_text()) == {"promoted": [{"version": "v1", "forced": False}]}

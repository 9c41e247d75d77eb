"""The model folder: what is written comes back the same; what is damaged or hostile is refused in one line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from commentguard import Comment, CommentClassifier, CommentGuard, ModelFormatError, storage
from commentguard.errors import OutputError
from commentguard.storage import FORMAT, MANIFEST, WEIGHTS, Model, describe, load, save_model

Arrays = dict[str, NDArray[Any]]
Manifest = dict[str, Any]


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of the small model that a test may damage."""
    return Path(shutil.copytree(model_folder, tmp_path / "copy"))


def refused(folder: Path) -> str:
    """Check that a folder is refused in one line which names it, and return the line."""
    with pytest.raises(ModelFormatError) as caught:
        load(folder)
    message = str(caught.value)
    assert str(folder) in message
    assert "\n" not in message
    assert any(remedy in message for remedy in ("train", "fetch", "upgrade", "name a model folder"))
    return message


def seal(folder: Path) -> None:
    """Let the manifest name the weights as they are, as someone with ill will would."""
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"][WEIGHTS]["sha256"] = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))


def change_arrays(folder: Path, change: Callable[[Arrays], object]) -> None:
    with np.load(folder / WEIGHTS) as loaded:
        arrays = dict(loaded)
    change(arrays)
    np.savez(folder / WEIGHTS, **arrays)
    seal(folder)


def change_manifest(folder: Path, change: Callable[[Manifest], object]) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))


def same(first: object, second: object) -> bool:
    """Compare parameters down to their arrays."""
    if isinstance(first, np.ndarray):
        return isinstance(second, np.ndarray) and first.dtype == second.dtype and np.array_equal(first, second)
    if isinstance(first, dict):
        return (
            isinstance(second, dict) and first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
        )
    if isinstance(first, tuple):
        return isinstance(second, tuple) and len(first) == len(second) and all(map(same, first, second))
    if hasattr(first, "__dataclass_fields__"):
        compared = [name for name, field in first.__dataclass_fields__.items() if field.compare]
        return all(same(getattr(first, name), getattr(second, name)) for name in compared)
    return bool(first == second)


def test_a_loaded_model_is_the_one_that_was_saved(starter_model: Model, model_folder: Path) -> None:
    loaded = load(model_folder)
    assert same(starter_model.parameters, loaded.parameters)
    assert same(starter_model.typical, loaded.typical)
    assert starter_model.thresholds == loaded.thresholds
    assert loaded.manifest["name"] == "small"
    assert loaded.manifest["notes"]["purpose"] == "tests"


def test_a_loaded_model_gives_the_same_probabilities(
    starter_model: Model, guard: CommentGuard, starter_rows: list[Comment]
) -> None:
    rows = starter_rows[:50]
    assert CommentGuard(starter_model).predict_proba(rows).tolist() == guard.predict_proba(rows).tolist()


def test_an_additive_layer_comes_back(
    starter_classifier: CommentClassifier, starter_rows: list[Comment], starter_model: Model, tmp_path: Path
) -> None:
    learned = CommentClassifier()
    learned.parameters_, learned.classes_ = starter_classifier.parameters_, starter_classifier.classes_
    learned.thresholds_ = starter_classifier.thresholds_
    learned.partial_fit(starter_rows[:20], [str(row.label) for row in starter_rows[:20]])
    save_model(replace(starter_model, parameters=learned.parameters_), tmp_path / "m", name="m")
    assert learned.parameters_.layer is not None
    assert same(load(tmp_path / "m").parameters, learned.parameters_)


def test_a_model_of_before_pages_were_looked_at_judges_as_it_did(
    guard: CommentGuard, starter_rows: list[Comment], folder: Path
) -> None:
    change_arrays(folder, lambda arrays: arrays.pop("pages"))
    change_manifest(folder, lambda manifest: manifest.pop("pages"))
    old = CommentGuard(load(folder))
    pings = [replace(row, source_page=None) for row in starter_rows if row.type != "comment"]
    assert old.predict_proba(pings).tolist() == guard.predict_proba(pings).tolist()
    assert not old.model.parameters.pages.any()


def test_signals_of_pages_that_this_program_does_not_know_are_refused(folder: Path) -> None:
    change_manifest(folder, lambda manifest: manifest.update(pages=["page_colour"]))
    assert "don't fit" in refused(folder)


def test_saving_twice_gives_the_same_bytes(starter_model: Model, tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_model(starter_model, tmp_path / name, name="small", beside={"MODEL_CARD.md": "# Card\n"})
    assert sorted(os.listdir(tmp_path / "one")) == sorted([MANIFEST, WEIGHTS, "MODEL_CARD.md"])
    for name in os.listdir(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_describe_returns_the_manifest(model_folder: Path) -> None:
    manifest = describe(model_folder)
    assert manifest["format"] == FORMAT
    assert manifest["files"][WEIGHTS]["bytes"] == (model_folder / WEIGHTS).stat().st_size


def test_a_new_model_replaces_the_old_one_and_keeps_what_lies_beside(starter_model: Model, folder: Path) -> None:
    (folder / "NOTES.md").write_text("mine")
    save_model(starter_model, folder, name="second")
    assert load(folder).manifest["name"] == "second"
    assert (folder / "NOTES.md").read_text() == "mine"
    assert os.listdir(folder.parent) == [folder.name]


def test_an_empty_folder_and_missing_parents_may_be_written_to(starter_model: Model, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "a" / "b" / "c"):
        save_model(starter_model, place, name="m")
        assert load(place).manifest["name"] == "m"


@pytest.mark.parametrize("named", [".", "link"])
def test_the_working_folder_and_a_link_may_be_written_to(
    named: str, starter_model: Model, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.parent / "link").symlink_to(folder)
    monkeypatch.chdir(folder if named == "." else folder.parent)
    save_model(starter_model, named, name="second")
    assert load(folder).manifest["name"] == "second"
    assert (folder.parent / "link").is_symlink()


def test_a_folder_that_holds_something_else_is_not_overwritten(starter_model: Model, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("x")
    with pytest.raises(OutputError, match="choose another folder"):
        save_model(starter_model, tmp_path / "photos", name="m")
    assert os.listdir(tmp_path) == ["photos"]
    assert os.listdir(tmp_path / "photos") == ["a.jpg"]


def test_a_file_in_the_place_of_the_folder_is_an_error_of_ours(starter_model: Model, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="choose another folder"):
            save_model(starter_model, place, name="m")
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize(("owner", "step"), [(os, "fsync"), (Path, "rename")])
def test_an_interrupted_save_leaves_the_old_model_and_nothing_else(
    owner: Any,  # noqa: ANN401
    step: str,
    failure: BaseException,
    starter_model: Model,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {name: (folder / name).read_bytes() for name in os.listdir(folder)}
    real = getattr(owner, step)
    calls = []

    def fails(self: object, *arguments: Any) -> Any:  # noqa: ANN401
        calls.append(self)
        if len(calls) == 2:  # the second file; or the new folder, once the old one is out of the way
            raise failure
        return real(self, *arguments)

    monkeypatch.setattr(owner, step, fails)
    told = "No space left on device.*the model that is there stays: free some space" if failure.args else None
    with pytest.raises((OutputError, KeyboardInterrupt), match=told):
        save_model(starter_model, folder, name="second")
    assert len(calls) >= 2
    assert os.listdir(folder.parent) == [folder.name]
    assert {name: (folder / name).read_bytes() for name in os.listdir(folder)} == before


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert "no model here" in refused(tmp_path / "nothing")


@pytest.mark.parametrize("name", [MANIFEST, WEIGHTS])
def test_a_missing_file_is_told(name: str, folder: Path) -> None:
    (folder / name).unlink()
    assert name in refused(folder)


@pytest.mark.parametrize("name", [MANIFEST, WEIGHTS])
def test_a_folder_in_the_place_of_a_file_is_told(name: str, folder: Path) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    assert name in refused(folder)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.999])
def test_a_changed_byte_of_the_weights_is_noticed(share: float, folder: Path) -> None:
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[int(len(content) * share)] ^= 1
    (folder / WEIGHTS).write_bytes(content)
    assert "SHA-256" in refused(folder)


@pytest.mark.parametrize("share", [0.0, 0.9999])
def test_a_changed_byte_at_either_end_of_the_manifest_is_noticed(share: float, folder: Path) -> None:
    content = bytearray((folder / MANIFEST).read_bytes().rstrip())
    content[int(len(content) * share)] ^= 1
    (folder / MANIFEST).write_bytes(content)
    assert MANIFEST in refused(folder)


def test_files_larger_than_any_model_are_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MAX_BYTES", (folder / WEIGHTS).stat().st_size - 1)
    assert "larger than" in refused(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not JSON", b"[]", b"3", b"null", b'"text"', b"{}", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe\x00",
        b"\x80", b"1" * 10_000, b'{"format": null}', b'{"format": "1"}', b'{"format": [1]}', b'{"format": NaN}',
    ],
    ids=lambda content: repr(content[:12]),
)  # fmt: skip
def test_a_manifest_that_is_none_is_told(content: bytes, folder: Path) -> None:
    (folder / MANIFEST).write_bytes(content)
    refused(folder)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m: m.update(format=FORMAT + 1), "upgrade"),
        (lambda m: m.update(format=FORMAT - 1), "too old"),
        (lambda m: m.update(features=m["features"][::-1]), "other features"),
        (lambda m: m.update(features=None), "other features"),
        (lambda m: m.update(labels=["ham", "spam"]), "other features"),
        (lambda m: m["ngrams"][0].__setitem__(1, [1, 2]), "other n-grams"),
        (lambda m: m.update(files={"../x": m["files"][WEIGHTS]}), "must list"),
        (lambda m: m["files"].update({"../x": {"sha256": ""}}), "must list"),
        (lambda m: m.update(files=[WEIGHTS]), "must list"),
        (lambda m: m["files"].update({WEIGHTS: None}), "must list"),
        (lambda m: m["files"].update({WEIGHTS: {}}), "SHA-256"),
        (lambda m: m.pop("bias"), "don't fit"),
        (lambda m: m.update(bias="1"), "don't fit"),
        (lambda m: m.update(bias=True), "don't fit"),
        (lambda m: m.update(bias=float("nan")), "don't fit"),
        (lambda m: m.update(bias=10**400), "don't fit"),
        (lambda m: m.update(layer_bias=[0.0]), "don't fit"),
        (lambda m: m.update(layer_bias=None), "don't fit"),
        (lambda m: m.update(words_per_text=0), "don't fit"),
        (lambda m: m.update(thresholds={"spam": "high"}), "don't fit"),
        (lambda m: m.update(thresholds={"unknown": 1.0}), "don't fit"),
        (lambda m: m.update(thresholds=[0.5]), "don't fit"),
        (lambda m: m.update(forests={}), "don't fit"),
        (lambda m: m["forests"]["spam"][0].update(depth=10**9), "don't fit"),
        (lambda m: m["forests"]["spam"][0].update(depth=1), "don't fit"),
        (lambda m: m["forests"]["spam"][0].update(baseline=None), "don't fit"),
        (lambda m: m["forests"].update(spam=[]), "no place"),
    ],
)
def test_a_manifest_that_says_what_can_not_be_is_told(
    change: Callable[[Manifest], object], told: str, folder: Path
) -> None:
    change_manifest(folder, change)
    assert told in refused(folder)


def _child(arrays: Arrays, name: str, place: int, value: int) -> None:
    arrays[f"forest_spam_0/{name}"][place] = value


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.pop("idf"),
        lambda a: a.pop("spam/text"),
        lambda a: a.pop("forest_spam_0/left"),
        lambda a: a.update(extra=np.zeros(3)),
        lambda a: a.update({"spam/text": a["spam/text"][:-1]}),
        lambda a: a.update({"spam/text": a["spam/text"][:, None]}),
        lambda a: a.update({"spam/text": a["spam/text"].astype(np.float64)}),
        lambda a: a.update({"spam/text": np.full_like(a["spam/text"], np.nan)}),
        lambda a: a.update({"spam/text": np.full_like(a["spam/text"], np.inf)}),
        lambda a: a.update(calibration=a["calibration"].ravel()),
        lambda a: a.update(typical=a["typical"][1:]),
        lambda a: a.update(pages=a["pages"][:, 1:]),
        lambda a: a.update(pages=np.full_like(a["pages"], np.nan)),
        lambda a: a.update(idf=np.array("text")),
        lambda a: a.update({"forest_spam_0/threshold": np.full_like(a["forest_spam_0/threshold"], np.nan)}),
        lambda a: a.update({"forest_spam_0/roots": a["forest_spam_0/roots"][:0]}),
        lambda a: a.update({"forest_spam_0/left": a["forest_spam_0/left"][:-1]}),
        lambda a: _child(a, "left", 0, 1_000_000),
        lambda a: _child(a, "left", 0, -1),
        lambda a: _child(a, "feature", 0, 32_000),
        lambda a: _child(a, "left", int(a["forest_spam_0/left"][0]), 0),
        lambda a: _child(a, "right", 0, int(a["forest_spam_0/left"][0])),
        lambda a: _child(a, "right", 0, int(a["forest_spam_0/roots"][1])),
    ],
)
def test_arrays_that_do_not_fit_are_told(change: Callable[[Arrays], object], folder: Path) -> None:
    change_arrays(folder, change)
    assert "don't fit" in refused(folder)


def test_pickled_objects_are_never_loaded(folder: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "sprung",)

    change_arrays(folder, lambda arrays: arrays.update(idf=np.array([Trap()], dtype=object)))
    assert "no archive of arrays" in refused(folder)
    assert not (tmp_path / "sprung").exists()


def _npy(header: str, data: bytes = b"") -> bytes:
    padded = header.ljust(118) + "\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded.encode() + data


@pytest.mark.parametrize(
    "member",
    [
        b"", b"no array", b"\x93NUMPY\x09\x00",
        _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}"),
        _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"),
        _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", b"12345678" * 2),
        _npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", b"12345678"),
        _npy("{'descr': '<f8', 'fortran_order': False, 'shape': " + "(" * 50),
        _npy("__import__('os').abort()"),
    ],
    ids=lambda member: repr(member[:8]) + str(len(member)),
)  # fmt: skip
def test_an_array_that_lies_about_itself_is_refused_before_memory_is_taken(member: bytes, folder: Path) -> None:
    with zipfile.ZipFile(folder / WEIGHTS, "w") as archive:
        archive.writestr("idf.npy", member)
    seal(folder)
    assert "no archive of arrays" in refused(folder)


def test_an_archive_that_unpacks_to_too_much_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MAX_BYTES", 3_000_000)
    with zipfile.ZipFile(folder / WEIGHTS, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("idf.npy", bytes(4_000_000))
    seal(folder)
    assert "unpacks to more" in refused(folder)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * 100, b"PK\x05\x06" + bytes(18)])
def test_weights_that_are_no_archive_are_refused(content: bytes, folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(content)
    seal(folder)
    refused(folder)


def test_a_cut_archive_is_refused(folder: Path) -> None:
    content = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(content[: len(content) // 2])
    seal(folder)
    assert "no archive of arrays" in refused(folder)

"""update: the whole labels file becomes a layer; again it changes nothing, and what is gone from it is forgotten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from commentguard import Comment, CommentGuard, DatasetError, update, updating
from commentguard.records import Label
from commentguard.storage import Model, load, save_model


def decided(label: Label | None, *texts: str) -> list[Comment]:
    return [Comment(text=text, author="Berit", label=label) for text in texts]


DECISIONS = [
    *decided("spam", "Gazebo canopies for Turku", "Gazebo canopies for Ghent", "Gazebo canopies for Porto"),
    *decided("substantive", "My shelf warped, the screws were too short", "Mine took two coats of oil"),
]


def saved(model: Model, folder: Path) -> CommentGuard:
    save_model(model, folder)
    return CommentGuard(load(folder))


def probabilities(guard: CommentGuard, comments: list[Comment]) -> list[list[float]]:
    found: list[list[float]] = guard.predict_proba(comments).tolist()
    return found


def test_an_updated_model_goes_by_the_decisions_after_it_was_saved(guard: CommentGuard, tmp_path: Path) -> None:
    result = update(guard, DECISIONS)
    assert (result.counts, result.left_out, result.changed) == ({"spam": 3, "substantive": 2}, 0, True)
    again = saved(result.model, tmp_path / "updated")
    assert probabilities(again, DECISIONS) == probabilities(CommentGuard(result.model), DECISIONS)
    before, after = (np.array(probabilities(of, DECISIONS))[:, 0] for of in (guard, again))
    assert (after[:3] > before[:3]).all()
    notes = again.model.manifest["notes"]
    assert notes["reference"] == guard.model.manifest["notes"]["reference"]
    assert (notes["parent"], notes["labels"]) == (guard.fingerprint, {"spam": 3, "off-topic": 0, "substantive": 2})


def test_the_same_decisions_again_change_nothing(guard: CommentGuard, tmp_path: Path) -> None:
    first = saved(update(guard, DECISIONS).model, tmp_path / "first")
    again = update(first, DECISIONS)
    assert not again.changed
    second = saved(again.model, tmp_path / "second")
    assert second.fingerprint == first.fingerprint
    assert second.model.manifest["notes"] == first.model.manifest["notes"]


def test_what_was_corrected_or_taken_back_is_forgotten(guard: CommentGuard, tmp_path: Path) -> None:
    first = saved(update(guard, DECISIONS).model, tmp_path / "first")
    corrected = [replace(DECISIONS[0], label=None), *DECISIONS[1:-1], replace(DECISIONS[-1], label="off-topic")]
    found = saved(update(first, corrected).model, tmp_path / "corrected")
    fresh = saved(update(guard, corrected).model, tmp_path / "fresh")
    assert found.fingerprint == fresh.fingerprint


def test_taking_all_back_gives_the_model_from_before(guard: CommentGuard, tmp_path: Path) -> None:
    first = saved(update(guard, DECISIONS).model, tmp_path / "first")
    none = [replace(comment, label=None) for comment in DECISIONS]
    result = update(first, none)
    assert result.changed
    assert saved(result.model, tmp_path / "none").fingerprint == guard.fingerprint


def test_a_layer_from_training_stays_under_that_of_updates(guard: CommentGuard, tmp_path: Path) -> None:
    trained = saved(replace(update(guard, DECISIONS[:2]).model, before=None), tmp_path / "trained")
    first = saved(update(trained, DECISIONS[2:4]).model, tmp_path / "first")
    second = saved(update(first, DECISIONS[3:]).model, tmp_path / "second")
    assert second.fingerprint == saved(update(trained, DECISIONS[3:]).model, tmp_path / "fresh").fingerprint
    assert second.model.manifest["notes"]["parent"] == trained.fingerprint


def test_of_many_decisions_the_last_ones_count(guard: CommentGuard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "KEPT", 2)
    result = update(guard, DECISIONS)
    assert (result.counts, result.left_out) == ({"substantive": 2}, 3)


def test_without_a_label_there_is_nothing_to_take_in(guard: CommentGuard) -> None:
    with pytest.raises(DatasetError, match="no row has a label: name a labels file"):
        update(guard, decided(None, "Gazebo canopies for Turku"))

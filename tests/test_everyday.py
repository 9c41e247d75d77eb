"""Everyday comments: all of the starter set, or a word on how to get it."""

from __future__ import annotations

from pathlib import Path

import pytest

from commentguard import Comment, DatasetError, everyday
from commentguard.features.ngrams import WIDTH


def test_they_are_the_starter_set(starter_rows: list[Comment]) -> None:
    assert everyday.everyday_rows().shape == (len(starter_rows), WIDTH)


def test_where_they_are_missing_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everyday, "_STARTER", (tmp_path / "none",))
    with pytest.raises(DatasetError, match="install commentguard again"):
        everyday.everyday_rows.__wrapped__()

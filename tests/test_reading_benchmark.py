"""The benchmark of reading: an export of its own that is read whole, figures that are printed."""

from __future__ import annotations

from pathlib import Path

import pytest
import reading
from click.testing import CliRunner

from commentguard.readers import ReadReport, read_comments


def test_the_export_that_it_writes_is_sound_and_repeats_no_comment(tmp_path: Path) -> None:
    path, report = tmp_path / "own.xml", ReadReport()
    path.write_text("".join(reading.pieces(0.2)), encoding="utf-8")
    comments = list(read_comments(path, report=report))
    assert len(comments) > 50
    assert len({comment.text for comment in comments}) == len(comments)
    assert report.warnings == []
    assert comments[8].thread == ()
    assert len(comments[15].thread) == 7
    assert path.stat().st_size == pytest.approx(200_000, rel=0.1)


def test_both_speeds_are_printed_with_their_ratio_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROUNDS", 1)
    found = CliRunner().invoke(reading.main, [], catch_exceptions=False)
    ratio, _, rest = found.output.splitlines()[0].partition(" of iterparse's speed: all (5.0 MB; MB/s: ours ")
    assert float(ratio) > 0.1
    assert ", iterparse " in rest

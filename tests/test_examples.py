"""The examples run as they stand, and the README's commands are what the project does."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
MISSION = ROOT.parent / "shared" / "mission" / "page.jsonl"


def run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=True
    )


def test_the_platform_publishes_a_reader_and_keeps_spam_out() -> None:
    lines = run("examples/classify_in_request.py").stdout.splitlines()
    decided = {line[9:]: line[:8].strip() for line in lines}
    assert decided["Piet"] in ("publish", "hold")
    assert decided["generic pills"] == "reject"
    assert decided["dry skin"] in ("reject", "hold", "hide")


def test_the_job_names_published_spam_and_counts_every_comment() -> None:
    done = run("examples/classify_export.py", "examples/export.xml")
    assert done.stdout.startswith("id,label,spam,author,reason")
    assert "payday loans online" in done.stdout
    assert done.stderr.startswith("22 comments read, 0 skipped")


def test_retraining_adds_a_version_that_is_used_and_says_what_it_came_from(tmp_path: Path) -> None:
    done = run("examples/retrain.py", "datasets/starter", str(tmp_path / "models"))
    assert "macro_f1" in done.stdout
    assert "added v1; in use is v1 (" in done.stdout
    manifest = json.loads((tmp_path / "models" / "v1" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["notes"]["parent"]


def test_a_click_counts_at_once_is_taken_back_whole_and_reaches_other_processes(tmp_path: Path) -> None:
    done = run("examples/learn.py", str(tmp_path / "labels.jsonl"), str(tmp_path / "models"))
    told, spam = zip(*(line.split(": spam ") for line in done.stdout.splitlines()), strict=True)
    assert told == ("spam", "taken back", "spam", "v1 in the other process")
    clicked, taken_back, clicked_again, elsewhere = map(float, spam)
    assert taken_back < clicked == clicked_again == elsewhere
    assert len((tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_the_examples_export_is_labelled_sensibly_by_the_shipped_model() -> None:
    done = run("-m", "commentguard", "classify", "examples/export.xml", "--output-format", "jsonl")
    labels = {row["id"]: row["label"] for row in map(json.loads, done.stdout.splitlines())}
    assert len(labels) == 22
    assert {labels[key] for key in ("107", "110", "131")} == {"spam"}
    assert {labels[key] for key in ("102", "122", "123", "129")} == {"substantive"}
    assert labels["105"] != "substantive"


@pytest.mark.integration
def test_of_a_lake_only_published_comments_and_the_columns_that_count_are_read(tmp_path: Path) -> None:
    pytest.importorskip("dask.dataframe", reason="Dask's data frames are not installed: pip install 'dask[dataframe]'")
    pytest.importorskip("distributed", reason="Dask is not installed: pip install commentguard[dask]")
    parquet = pytest.importorskip("pyarrow.parquet", reason="Arrow is not installed")
    (tmp_path / "comments").mkdir()
    for part in ("a", "b"):
        _write_damaged(parquet, tmp_path / "comments" / f"{part}.parquet", part)
    done = run("examples/classify_lake.py", str(tmp_path / "comments"), str(tmp_path / "verdicts"))
    assert done.stdout == "substantive 8\n"
    rows = parquet.read_table(tmp_path / "verdicts").to_pylist()
    assert [row["id"] for row in rows] == [f"{part}{number}" for part in ("a", "b") for number in range(4)]
    assert all(row["p_substantive"] > 0.5 for row in rows)


def _write_damaged(parquet: Any, file: Path, part: str) -> None:  # noqa: ANN401 - Arrow has no types
    """Write published comments, refused ones and a column of notes; none but the published ones can be read."""
    arrow = pytest.importorskip("pyarrow")
    text = "My plums failed as well: the soil was so wet this spring that half of the roots rotted."
    post = {"post_id": "7", "post_title": "Growing plums", "post_text": "How plums grow in wet soil, and fail."}
    row = {"type": "comment", "text": text, "author": "Ann", "author_url": "", "date": "2024-05-06 07:08:09", **post}
    groups = [
        arrow.Table.from_pylist([{"id": f"{part}{number}", "status": status, "note": f"{number}", **row}
                                 for number in range(4)])
        for status in ("approved", "spam")
    ]  # fmt: skip
    with parquet.ParquetWriter(file, groups[0].schema) as writer:
        for group in groups:
            writer.write_table(group)
    content, about = bytearray(file.read_bytes()), parquet.ParquetFile(file).metadata
    for group, column in itertools.product(range(about.num_row_groups), range(about.num_columns)):
        chunk = about.row_group(group).column(column)
        if group == 1 or chunk.path_in_schema == "note":
            begin = chunk.dictionary_page_offset or chunk.data_page_offset
            content[begin : begin + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    file.write_bytes(content)


@pytest.mark.shared
@pytest.mark.skipif(not MISSION.exists(), reason="the page that the project starts from is not here")
def test_the_page_that_it_all_started_from_comes_out_right() -> None:
    done = run("-m", "commentguard", "classify", str(MISSION), "--output-format", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    types = [json.loads(line)["type"] for line in MISSION.read_text(encoding="utf-8").splitlines()]
    spam = {row["id"] for row in rows if row["label"] == "spam"}
    assert {"page-19", "page-29", "page-33"} <= spam
    people = {row["id"] for row, kind in zip(rows, types, strict=True) if kind == "comment"} - {"page-19", "page-33"}
    assert not people & spam
    labels = {row["id"]: row["label"] for row in rows}
    assert {labels["page-31"], labels["page-32"]} <= {"spam", "off-topic"}
    assert sum(labels[key] == "substantive" for key in people) >= len(people) - 2

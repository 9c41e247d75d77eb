"""The command evaluate."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import Result

from webpages import parsed, text_of

from .running import WXR, run


def test_figures_are_had_as_json(trained: tuple[Path, Result], dataset: Path, tmp_path: Path) -> None:
    found = run("evaluate", dataset, "--model", trained[0], "--map", "approved=substantive", "-o", tmp_path / "f.json")
    assert found.exit_code == 0
    assert "status approved taken as substantive: 24" in found.stderr
    figures = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert figures["n"] == 72
    assert set(figures["by"]["source"]) == {"blog 0", "blog 1"}
    assert "loans" not in json.dumps(figures)


def test_figures_are_had_as_tables_with_groups(trained: tuple[Path, Result], dataset: Path) -> None:
    arguments = ("evaluate", dataset, "--model", trained[0], "--map", "approved=substantive")
    plain = run(*arguments).stdout
    assert "labelled comments" in plain
    assert "blog 0" not in plain
    rows = [line.split() for line in run(*arguments, "--by", "source", "--by", "type").stdout.splitlines()]
    groups = {tuple(row[:-1]) for row in rows if row}
    assert {("blog", "0", "36", "12"), ("blog", "1", "36", "12"), ("comment", "72", "24")} <= groups


def test_a_figure_that_can_not_be_had_is_a_dash(trained: tuple[Path, Result]) -> None:
    rows = '{"text": "cheap loans", "label": "spam"}\n{"text": "The bus?", "label": "off-topic"}\n'
    found = run("evaluate", "--model", trained[0], "-", stdin=rows)
    assert found.exit_code == 0
    assert "nan" not in found.stdout.lower()
    assert found.stdout.split("substantive comments called spam")[1].split()[0] == "-"


def test_comments_without_labels_are_an_error_with_a_remedy(trained: tuple[Path, Result], tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "x"}\n')
    found = run("evaluate", tmp_path / "in.jsonl", "--model", trained[0])
    assert found.exit_code == 1
    assert "label" in found.stderr
    assert found.stderr.count("\n") == 1


def test_an_output_that_is_the_input_is_refused() -> None:
    assert run("evaluate", WXR, "-o", WXR, "--output-format", "json").exit_code == 2


def test_the_ending_html_makes_a_page(trained: tuple[Path, Result], dataset: Path, tmp_path: Path) -> None:
    place = tmp_path / "r.html"
    found = run("evaluate", dataset, "--model", trained[0], "--map", "approved=substantive", "-q", "-o", place)
    assert found.exit_code == 0
    tree = parsed(place.read_text(encoding="utf-8"))
    assert "72 labelled comments" in text_of(tree, "header")
    assert "garden-model" in text_of(tree, "header")
    assert str(trained[0].parent) not in place.read_text(encoding="utf-8")

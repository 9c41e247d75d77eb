"""The command evaluate."""

from __future__ import annotations

import json
import shutil
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


DATED = "".join(
    f'{{"id": "{number}", "text": "cheap loans {number}", "label": "spam"{date}}}\n'
    for number, date in enumerate(
        (', "date": "2024-04-30T23:59:59"', ', "date": "2024-05-17"', ', "date": "2024-06-02T08:00:00"', "")
    )
)


def test_figures_come_by_month_the_newest_first(trained: tuple[Path, Result]) -> None:
    found = run("evaluate", "--model", trained[0], "-", "--by", "month", stdin=DATED)
    months = [line.split()[:3] for line in found.stdout.split("month ")[1].splitlines()[1:]]
    assert months == [["2024-06", "1", "1"], ["2024-05", "1", "1"], ["2024-04", "1", "1"], ["none", "1", "1"]]


def test_only_comments_since_a_day_are_evaluated(trained: tuple[Path, Result]) -> None:
    found = run("evaluate", "--model", trained[0], "-", "--since", "2024-05-17", stdin=DATED)
    assert found.stdout.split()[:3] == ["labelled", "comments", "2"]
    assert "warning: 1 without a date left out\n" in found.stderr


def test_a_day_after_the_last_comment_is_told(trained: tuple[Path, Result]) -> None:
    found = run("evaluate", "--model", trained[0], "-", "--since", "2030-01-01", stdin=DATED)
    assert found.exit_code == 1
    last = "commentguard: --since 2030-01-01: no comment is dated then or later; name an earlier day"
    assert found.stderr.splitlines()[-1] == last
    assert run("evaluate", "-", "--since", "May", stdin=DATED).exit_code == 2


def test_drift_is_told_and_so_is_a_model_that_says_nothing_of_it(trained: tuple[Path, Result], tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(trained[0], folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    counts = [[0] * 8, [0] * 8, [0, 0, 0, 0, 0, 0, 0, 999]]
    manifest["notes"]["reference"] = {"verdicts": counts, "limits": {"labels": 0.25, "confidence": 0.25}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    many = "".join(f'{{"id": "{number}", "text": "cheap loans", "label": "spam"}}\n' for number in range(200))
    assert (
        "warning: other shares of labels than where the model was judged: "
        in run("evaluate", "--model", folder, "-", stdin=many).stderr
    )
    del manifest["notes"]["reference"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    said = run("evaluate", "--model", folder, "-", stdin=many).stderr
    assert "no word on drift: the model does not tell by which verdicts it was judged" in said

"""Each small example export reads to exactly what stands in its golden file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .golden import EXPORTS, account

CASES: list[tuple[str, dict[str, Any]]] = [
    ("wordpress.xml", {}),
    ("disqus.xml", {}),
    ("movabletype.txt", {}),
    ("blogengine", {}),
    ("wp-cli.json", {}),
    ("wp-cli.csv", {}),
    ("table.csv", {}),
    ("comments.jsonl", {"posts": EXPORTS / "posts.jsonl"}),
]


@pytest.mark.parametrize(("name", "options"), CASES, ids=[name for name, _ in CASES])
def test_an_example_export_reads_as_its_golden_file_says(name: str, options: dict[str, Any]) -> None:
    expected = json.loads((EXPORTS / f"{name}.golden.json").read_text("utf-8"))
    assert account(name, **options) == expected

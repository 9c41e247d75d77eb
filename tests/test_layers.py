"""Imports go down only, modules stay small, and none imports itself by a detour."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "commentguard"

LAYERS = (
    {"__main__"},
    {"cli"},
    {"contrib"},
    {"server"},
    {"store"},
    {"dataframe"},
    {"reports"},
    {"suspects"},
    {"training", "updating", "sheets", "session"},
    {"gate"},
    {"evaluation", "curves", "checks"},
    {"guard", "classifier", "extractor"},
    {"cluster"},
    {"parallel"},
    {"worker", "batches", "versions"},
    {"storage", "reasons", "passages", "stages", "personal"},
    {"scoring", "everyday"},
    {"adagrad", "boosting", "regression", "ridge", "datasets", "labels", "selection", "queries", "splits", "pings"},
    {"linear", "credits", "labelled", "arrays", "campaigns", "languages", "objects", "sourcepage"},
    {"features", "readers"},
    {"forest", "logistic", "decision", "drift", "folds", "text", "fetching"},
    {"records", "errors", "lazy"},
)
"""A module or folder may import from its own folder and from the layers below it, not from its own layer."""

LAYER_OF = {name: number for number, names in enumerate(LAYERS) for name in names}
FILES = sorted(SOURCE.rglob("*.py"))
MAX_LINES = 400


def _module(file: Path) -> str:
    parts = ("commentguard", *file.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module(file): file for file in FILES}


def _imports(file: Path) -> Iterator[str]:
    """Yield the modules of the library that a file imports anywhere, within functions too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("commentguard"))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            if node.module and node.module.split(".")[0] == "commentguard":
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    yield inner if inner in MODULES else node.module


def _unit(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _id(file: Path) -> str:
    return str(file.relative_to(SOURCE))


INNER = [file for file in FILES if file != SOURCE / "__init__.py"]


def test_every_module_has_a_layer() -> None:
    assert {_unit(_module(file)) for file in INNER} == set(LAYER_OF)


@pytest.mark.parametrize("file", INNER, ids=_id)
def test_imports_go_down_only(file: Path) -> None:
    own = _unit(_module(file))
    for imported in map(_unit, _imports(file)):
        if imported not in ("", own):  # the package itself is asked for its version alone
            assert LAYER_OF[imported] > LAYER_OF[own], f"{own} imports {imported}"


@pytest.mark.parametrize("file", INNER, ids=_id)
def test_the_package_itself_is_imported_for_its_version_alone(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "commentguard":
            names = {alias.name for alias in node.names}
            assert names <= {"__version__"} or all(f"commentguard.{name}" in MODULES for name in names)


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {name: set(_imports(file)) & set(MODULES) - {name} for name, file in MODULES.items()}
    graph["commentguard"] = set()  # its names are resolved lazily
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " > ".join((*path, module))
        if module not in done:
            for imported in sorted(graph[module]):
                visit(imported, (*path, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


@pytest.mark.parametrize("file", FILES, ids=_id)
def test_a_module_is_short_enough_to_be_read_at_once(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("file", FILES, ids=_id)
def test_a_module_says_what_it_is(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))

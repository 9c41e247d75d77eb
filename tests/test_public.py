"""Public names: they resolve, say what they are, and cost nothing until used."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

import commentguard

DOCUMENTED = [name for name in commentguard.__all__ if name not in ("__version__", "Label")]


@pytest.mark.parametrize("name", commentguard.__all__)
def test_a_public_name_resolves(name: str) -> None:
    assert getattr(commentguard, name) is not None
    assert name in dir(commentguard)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_public_name_has_a_docstring_of_its_own(name: str) -> None:
    assert len((getattr(commentguard, name).__doc__ or "").split()) > 4


def test_another_name_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        commentguard.nothing  # noqa: B018


def _modules_after(statement: str) -> set[str]:
    program = f"{statement}\nimport json, sys\nprint(json.dumps([name.split('.')[0] for name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(json.loads(done.stdout))


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = {"numpy", "sklearn", "nltk", "scipy", "lxml", "rich", "selectolax"}
    assert not heavy & _modules_after("import commentguard")


def test_records_need_no_numpy() -> None:
    assert "numpy" not in _modules_after("from commentguard import Comment, Post, Verdict, CommentGuardError")


def test_a_missing_id_is_a_stable_hash_of_post_author_date_and_text() -> None:
    comment = commentguard.Comment(text="a\ud800", author="Ann", post=commentguard.Post(id="7"))
    assert comment.id == replace(comment, id="", status="x", label="spam").id
    others = [
        commentguard.Comment(text="b", author="Ann", post=commentguard.Post(id="7")),
        commentguard.Comment(text="a\ud800", author="Bea", post=commentguard.Post(id="7")),
        commentguard.Comment(text="a\ud800", author="Ann", post=commentguard.Post(id="8")),
    ]
    assert len({comment.id, *(other.id for other in others)}) == 4


def test_personal_data_is_never_printed() -> None:
    comment = commentguard.Comment(text="x", author_email="ann@mail.example", author_ip="192.0.2.1")
    assert "mail.example" not in repr(comment)
    assert "192.0.2.1" not in repr(comment)

"""A guard for tests of the command line: it judges by one word, so that tests know the verdict."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace

import pytest

from commentguard.errors import ModelFormatError
from commentguard.records import LABELS, Comment, Label, Reason, Verdict


@dataclass
class Evidence:
    name: str
    text: str
    value: float
    contributions: dict[Label, float]


@dataclass
class Explanation:
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    passage: str


class FakeGuard:
    """Calls spam what says "buy"; a person should look at what says "maybe"."""

    name = "fake 1"
    fingerprint = "0" * 16
    model = SimpleNamespace(manifest={})

    def classify(self, comment: Comment) -> Verdict:
        label: Label = "spam" if "buy" in comment.text + comment.author else "substantive"
        probabilities: dict[Label, float] = {name: 0.9 if name == label else 0.05 for name in LABELS}
        return Verdict(label, probabilities, "maybe" in comment.text, (Reason("words", "its words", 1.0),))

    def classify_many(
        self, comments: Iterable[Comment], *, n_jobs: int = 1, cluster: str | None = None
    ) -> Generator[tuple[Comment, Verdict]]:
        for comment in comments:
            yield comment, self.classify(comment)

    def explain(self, comment: Comment) -> Explanation:
        verdict = self.classify(comment)
        pieces = (Evidence("words", "its words", 1.0, {verdict.label: 1.0}),
                  Evidence("calm", "it is calm", float("nan"), {verdict.label: -0.5}))  # fmt: skip
        return Explanation(verdict, pieces, comment.text[:60])


def load_model(path: str | None = None, *, models: str | None = None) -> FakeGuard:
    """Return the fake, for any folder but one called "broken"."""
    if path == "broken":
        raise ModelFormatError("broken: holds no manifest.json; name a model folder")
    return FakeGuard()


def put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands load the fake."""
    module = ModuleType("commentguard.guard")
    vars(module).update(load_model=load_model)
    monkeypatch.setitem(sys.modules, "commentguard.guard", module)

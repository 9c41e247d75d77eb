"""The JSON API is what its description says: schemathesis makes up requests, good and bad, and checks the answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")
pytest.importorskip("schemathesis", reason="schemathesis is not installed (pip install 'commentguard[dev]')")

import schemathesis
from schemathesis import GenerationMode

from commentguard.server.openapi import description

from .running import Running

pytestmark = pytest.mark.integration

CASES = [
    (path, method, mode)
    for path, methods in description()["paths"].items()
    for method in methods
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or "requestBody" in methods[method]
]


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_answers_are_as_described(running: Running, path: str, method: str, mode: GenerationMode) -> None:
    operation = schemathesis.openapi.from_dict(description())[path][method]
    needs_key = "security" in description()["paths"][path][method]
    headers = {"Authorization": f"Bearer {running.key}"} if needs_key else {}

    @settings(max_examples=15, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(base_url=running.url, headers=headers)

    check()

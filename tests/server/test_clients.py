"""Clients that people really use, as they are published, against a server process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

import httpx

from commentguard.store.labels import stored_labels

from .running import SPAM, Running

CLIENTS = Path(__file__).parent / "clients"


class _ToServer(httpx.HTTPTransport):
    """Sends what is meant for the real service to the server under test."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return super().handle_request(request)


def _labels_of(running: Running, text: str) -> list[str | None]:
    with running.store.reading() as connection:
        return [one.label for one in stored_labels(connection) if one.comment.text == text]


def test_akismet_of_pypi_verifies_checks_submits_and_counts(running: Running) -> None:
    akismet: Any = pytest.importorskip("akismet", reason="akismet is not installed (pip install 'commentguard[dev]')")
    if not hasattr(akismet, "SyncClient"):
        pytest.skip("python-akismet is installed in the place of akismet")
    told: dict[str, Any] = {
        "comment_content": "Rye, from akismet",
        "permalink": "https://blog.example/rye",
        "comment_context": ["rye", "oats"],
    }
    blatant = {**SPAM, "comment_author_url": "http://pills.example"}
    with httpx.Client(transport=_ToServer(running.port), timeout=30) as http:
        ours, other = (
            akismet.SyncClient(akismet.Config(key=key, url="https://blog.example"), http_client=http)
            for key in (running.key, "wrong0123456")
        )
        assert ours.verify_key(running.key, "https://blog.example")
        assert not ours.verify_key("wrong0123456", "https://blog.example")
        ham = ours.comment_check("192.0.2.7", user_role="administrator", **told)
        assert ham is akismet.CheckResponse.HAM
        spam = ours.comment_check("192.0.2.7", comment_author="akismet-guaranteed-spam", is_test=True, **told)
        assert spam is akismet.CheckResponse.SPAM
        headers = running.post("comment-check", {**blatant, "blog": "https://blog.example"}).headers
        expected = akismet.CheckResponse.DISCARD if "x-akismet-pro-tip" in headers else akismet.CheckResponse.SPAM
        assert ours.comment_check("192.0.2.7", **blatant) is expected
        assert ours.submit_spam("192.0.2.7", **told)
        assert ours.submit_ham("192.0.2.7", **told)
        assert ours.usage_limit()["throttled"] is False
        with pytest.raises(akismet.APIKeyError):
            other.comment_check("192.0.2.7", **told)
    assert _labels_of(running, "Rye, from akismet") == ["substantive"]


@pytest.mark.integration
def test_python_akismet_of_pypi_checks_and_submits(running: Running, tmp_path: Path) -> None:
    # It has the same import name as akismet, so that it can't be installed beside it.
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(tmp_path), "python-akismet", "requests"]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"python-akismet can't be installed here: {done.stderr[-200:]}")
    command = [sys.executable, str(CLIENTS / "python_akismet.py"), str(running.port), running.key]
    assert _told(command, PYTHONPATH=str(tmp_path)) == [0, 2]
    assert _labels_of(running, "Rye, from python-akismet") == ["substantive"]


@pytest.fixture(scope="session")
def node_clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with our scripts and the clients of npm; skip where they can't be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed (apt-get install nodejs npm)")
    folder = tmp_path_factory.mktemp("node") / "clients"
    shutil.copytree(CLIENTS, folder)
    command = [
        npm,
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "akismet-api@6",
        "@cedx/akismet",
        "mocha@10",
        "chai@4",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the clients of npm can't be installed here: {done.stderr[-200:]}")
    return folder


@pytest.mark.integration
def test_akismet_api_of_npm_verifies_checks_and_submits(running: Running, node_clients: Path) -> None:
    told = _told(["node", "akismet_api.cjs"], node_clients, AKISMET_PORT=str(running.port), AKISMET_KEY=running.key)
    assert told == [True, False, False, True, True]
    assert _labels_of(running, "Rye, from akismet-api") == ["substantive"]


@pytest.mark.integration
def test_the_integration_tests_of_akismet_api_pass(running: Running, node_clients: Path) -> None:
    tests = node_clients / "node_modules" / "akismet-api" / "test" / "integration.spec.js"
    command = ["node_modules/.bin/mocha", "--require", "./lookup.cjs", "--reporter", "json", str(tests)]
    environment = {**os.environ, "AKISMET_PORT": str(running.port), "AKISMET_KEY": running.key}
    done = subprocess.run(command, cwd=node_clients, capture_output=True, text=True, check=False, env=environment)
    found = json.loads(done.stdout)["stats"]
    assert (found["passes"], found["failures"], found["pending"]) == (5, 0, 0)


@pytest.mark.integration
def test_cedx_akismet_of_npm_verifies_checks_and_submits(running: Running, node_clients: Path) -> None:
    told = _told(["node", "cedx_akismet.mjs"], node_clients, AKISMET_PORT=str(running.port), AKISMET_KEY=running.key)
    assert told == [True, False, 0, 1]
    assert _labels_of(running, "Rye, from @cedx/akismet") == ["substantive"]


def _told(command: list[str], folder: Path | None = None, **environment: str) -> object:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)

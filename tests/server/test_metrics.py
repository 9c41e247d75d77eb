"""Counts of several processes."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the server is not installed (pip install 'commentguard[server]')")

from commentguard.server.metrics import Metrics


def test_a_worker_that_has_made_its_file_and_not_filled_it_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = Metrics()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    file = tmp_path / "counter_1.db"
    file.touch()

    def fill() -> None:
        time.sleep(0.2)
        file.write_bytes(b"\x08" + b"\0" * 63)

    filling = threading.Thread(target=fill)
    filling.start()
    assert metrics.text() == b""
    filling.join()

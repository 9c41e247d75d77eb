"""What a server counts of itself, for Prometheus: never an address, never a name of a person."""

from __future__ import annotations

import os
import struct
import time
from contextlib import suppress
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """The counts of one worker process; with several they are added up when they are asked for."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "commentguard_requests", "Requests answered.", ("endpoint", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "commentguard_request_seconds", "Time to an answer.", ("endpoint",), registry=self._registry,
            buckets=_SECONDS,
        )  # fmt: skip
        self.verdicts = Counter("commentguard_verdicts", "Verdicts given.", ("label",), registry=self._registry)
        self.labels = Counter("commentguard_labels", "Decisions of persons kept.", ("label",), registry=self._registry)
        self.store_errors = Counter(
            "commentguard_store_errors", "Times that the store could not be read or written.", registry=self._registry
        )

    def text(self) -> bytes:
        """Return all counts in the text format of Prometheus; may wait for a worker that starts."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        for _ in range(20):
            with suppress(struct.error):  # a worker that starts has made its file and not filled it yet
                return generate_latest(registry)
            time.sleep(0.05)
        return generate_latest(registry)

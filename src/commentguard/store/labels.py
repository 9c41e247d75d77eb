"""Decisions of persons in a store: one for each comment, the latest, on the disk before anybody is thanked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from commentguard.labels import Decision, decision_to_json, decisions_of
from commentguard.objects import as_line
from commentguard.readers.decoding import tidy
from commentguard.readers.report import Reading, ReadReport
from commentguard.store.comments import relabel
from commentguard.store.database import upsert
from commentguard.store.identities import Identities
from commentguard.store.schema import labels

_KEPT = ("decision", "decided", "email", "ip", "name")


def put_labels(connection: Connection, decisions: Iterable[Decision], identities: Identities) -> None:
    """Keep decisions; for one comment the latest counts, so that a decision that comes twice is kept once.

    Parameters
    ----------
    connection : Connection
        From `Store.writing`.
    decisions : iterable of Decision
        In the order in which they were made.
    identities : Identities
        Makes the hashes of personal data.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for decision in decisions:
        row = _row(decision, identities)
        rows[row["source"], row["id"]] = row
        if decision.label is not None:
            relabel(connection, row["source"], row["id"], decision.label)
    upsert(connection, labels, [rows[key] for key in sorted(rows)], _KEPT)


def stored_labels(connection: Connection) -> Iterator[Decision]:
    """Yield the decisions of a store, oldest first."""
    reading = Reading("the store", ReadReport())
    for line in connection.scalars(select(labels.c.decision).order_by(labels.c.decided, labels.c.source, labels.c.id)):
        yield from decisions_of("a decision", json.loads(line), reading)


def _row(decision: Decision, identities: Identities) -> dict[str, Any]:
    comment = decision.comment
    return {
        "source": tidy(comment.source[:500]),
        "id": tidy(comment.id[:500]),
        "decision": tidy(as_line(decision_to_json(decision))),
        "decided": int(decision.time.timestamp()),
        **identities.of(comment),
    }

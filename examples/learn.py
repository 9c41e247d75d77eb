"""A moderator's click counts at once, and for good: `python examples/learn.py labels.jsonl my-models`.

The click goes to the labels file, where nothing is lost, and into the model in memory. Now and then the whole file is
made a version, which every process takes over; `examples/retrain.py` learns from it anew.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from commentguard import Comment, CommentGuard, Label, load_model, read_comments, update
from commentguard.labels import Decision, append_decision
from commentguard.versions import add_version

OFFER = Comment(id="17", text="Our gazebo canopies ship on Tuesdays", author="Canopy Outlet")


def decide(guard: CommentGuard, labels: str, comment: Comment, label: Label | None) -> None:
    """Take in what a moderator clicked; None takes an earlier click back, from a version with the next update."""
    seen = guard.classify(comment)
    decision = Decision(comment, label, datetime.now(UTC), "ada", seen, guard.fingerprint)
    append_decision(labels, decision)  # on the disk when this returns; several processes may write
    if label is None:
        guard.unlearn(comment)
    else:
        guard.learn(comment, label)


def main(labels: str, models: str) -> None:
    """Click, think better of it, click again; then let every process know."""
    guard, other = load_model(models=models), load_model(models=models)  # two processes of the platform
    for label in ("spam", None, "spam"):
        decide(guard, labels, OFFER, label)
        _say(f"{label or 'taken back'}: spam {guard.classify(OFFER).probabilities['spam']:.3f}")

    result = update(load_model(models=models), read_comments(labels))
    if result.changed:
        add_version(result.model, models=models, beside=result.beside)
    other.reload_if_changed()
    _say(f"{other.name} in the other process: spam {other.classify(OFFER).probabilities['spam']:.3f}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

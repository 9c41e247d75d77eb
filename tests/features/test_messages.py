"""What is known of a message is kept, as much as fits, and changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.features import messages
from commentguard.features.batch import Batch
from commentguard.features.kept import Kept
from commentguard.features.messages import Message, messages_of
from commentguard.records import Comment, ThreadMessage
from hostile import TEXT


def test_a_message_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: Kept[str, Message] = Kept(10_000)
    monkeypatch.setattr(messages, "_KEPT", kept)
    (first,) = messages_of(["Plums!"])
    again, other, same = messages_of(["Plums!", "Pears!", "Pears!"])
    assert again is first
    assert other is same is not first


@given(st.lists(TEXT, min_size=1, max_size=20))
def test_messages_looked_at_together_are_as_if_alone(said: list[str]) -> None:
    for text, message in zip(said, messages_of(said), strict=True):
        (alone,) = messages._look_at([text])
        assert message.stems == alone.stems


def test_a_thread_holds_the_latest_messages_in_their_order() -> None:
    thread = tuple(ThreadMessage("Ann", f"plum {number}") for number in range(12))
    batch = Batch([Comment(text="a", thread=thread[:3]), Comment(text="b"), Comment(text="c", thread=thread)])
    said = [f"plum {number}" for number in [*range(3), *range(4, 12)]]
    assert batch.said == messages_of(said)
    assert batch.thread_lengths.tolist() == [3, 0, 8]

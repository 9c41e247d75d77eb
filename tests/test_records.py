"""Records: frozen, and the same after a journey to another process."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime

import pytest

from commentguard import Comment, Post, Reason, SourcePage, ThreadMessage, Verdict

POST = Post("7", "Two career paths", "What strategists do", "https://blog.example/7", datetime(2024, 5, 6))
THREAD = (ThreadMessage("Ada", "First"), ThreadMessage("Ben", "Second"))
RECORDS = [
    POST,
    THREAD[0],
    Comment(
        "Nice", "1", "pingback", "dry skin", "https://skin.example/", "a@mail.example", "192.0.2.1", "Bot/1",
        datetime(2024, 5, 7), "0", POST, THREAD, "spam", "approved", "blog", {"rating": [1, 2]},
        SourcePage(True, "", True, "list", ("nofollow",), "see this", "Links", "en", 40, 0.1),
    ),
    Reason("link_count", "links in the text", 1.5),
    Verdict("spam", {"spam": 0.8, "off-topic": 0.1, "substantive": 0.1}, True, (Reason("words", "its words", -0.5),)),
]  # fmt: skip


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_arrives_as_it_was_sent(record: object) -> None:
    arrived = pickle.loads(pickle.dumps(record))
    assert type(arrived) is type(record)
    assert [getattr(arrived, name) for name in record.__slots__] == [getattr(record, name) for name in record.__slots__]  # type: ignore[attr-defined]
    assert copy.deepcopy(record) == record


def test_comments_sent_together_go_on_sharing_their_post_and_messages() -> None:
    sent = [Comment("a", post=POST, thread=THREAD[:1]), Comment("b", post=POST, thread=THREAD)]
    first, second = pickle.loads(pickle.dumps(sent))
    assert first.post is second.post
    assert first.thread[0] is second.thread[0]

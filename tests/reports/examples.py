"""Comments and verdicts for tests of reports, and strategies that make any."""

from __future__ import annotations

from io import StringIO

from hypothesis import strategies as st

from commentguard.readers.rows import FIELDS
from commentguard.records import COMMENT_TYPES, LABELS, Comment, Label, Post, Reason, ThreadMessage, Verdict

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
"""Text as the readers yield it: anything but NUL and lone surrogates."""

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), max_size=30)
"""Text that a CSV file can hold: without control characters."""

_KEY = TEXT.filter(lambda key: key not in (*FIELDS, "post", "thread"))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


def posts(text: st.SearchStrategy[str]) -> st.SearchStrategy[Post]:
    """Return posts whose fields are drawn from `text`."""
    return st.builds(Post, id=text, title=text, text=text, url=text, date=st.none() | st.datetimes())


def comments(text: st.SearchStrategy[str] = TEXT) -> st.SearchStrategy[Comment]:
    """Return comments that use every field of the record."""
    return st.builds(
        Comment,
        text=text, id=text, type=st.sampled_from(COMMENT_TYPES), author=text, author_url=text, author_email=text,
        author_ip=text, user_agent=text, date=st.none() | st.datetimes(), parent_id=st.none() | text.filter(bool),
        post=st.none() | posts(text), thread=st.lists(st.builds(ThreadMessage, text, text), max_size=3).map(tuple),
        label=st.none() | st.sampled_from(LABELS), status=text, source=text,
        extra=st.dictionaries(_KEY, _JSON, max_size=3),
    )  # fmt: skip


def verdict(label: Label = "spam", share: float = 0.9, review: bool = False, *reasons: str) -> Verdict:
    """Return a verdict; what is left of the share goes to the other labels evenly."""
    probabilities = {name: share if name == label else (1 - share) / 2 for name in LABELS}
    told = tuple(Reason(f"code_{n}", text, 1.5 - n) for n, text in enumerate(reasons))
    return Verdict(label, probabilities, review, told)


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True

"""WXR exports made to measure for the tests."""

from __future__ import annotations

HEAD = (
    '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><link>http://a.example</link>'
    "<item><title>T</title><wp:post_id>1</wp:post_id>"
)
TAIL = "</item></channel></rss>"


def comment(number: int, content: str, *, date: str = "2020-01-01 00:00:00", more: str = "") -> str:
    """Return one comment's element; `content` is markup."""
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author><![CDATA[Ann]]></wp:comment_author>"
        f"<wp:comment_date>{date}</wp:comment_date><wp:comment_content>{content}</wp:comment_content>"
        f"<wp:comment_approved>1</wp:comment_approved>{more}</wp:comment>"
    )


def export(*contents: str) -> str:
    """Return an export of one post whose comments have these contents."""
    return HEAD + "".join(comment(number, content) for number, content in enumerate(contents, 1)) + TAIL

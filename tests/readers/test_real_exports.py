"""Real exports read with exactly as many comments as a count of their elements gives."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

import pytest

from commentguard.readers import ReadReport, read_comments

EXPORTS = Path(__file__).parents[2] / "../shared/data/exports"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not EXPORTS.is_dir(), reason="the development data is not beside the checkout"),
]

COUNTS: dict[str, dict[str, int]] = {
    "disqus.dorukgezici-disqus-export.xml.gz": {"comment approved": 49, "comment deleted": 2},
    "movabletype.trongthanh-y360-conan-backup.txt.gz": {"comment ": 113},
    "wxr.Bill-wordpress.xml.gz": {
        "comment approved": 163,
        "comment pending": 2,
        "comment trash": 4,
        "pingback approved": 33,
        "trackback approved": 2,
    },
    "wxr.JamesGecko-wordpress.xml.gz": {"comment approved": 65, "pingback spam": 1, "trackback spam": 1},
    "wxr.bacharakis-wordpress.xml.gz": {
        "comment approved": 307,
        "comment pending": 8,
        "pingback approved": 8,
        "pingback pending": 2,
    },
    "wxr.bitcoinfrance-wordpress.xml.gz": {"comment approved": 193, "pingback approved": 42},
    "wxr.clarkok-wordpress.xml.gz": {"comment approved": 943, "pingback approved": 30},
    "wxr.dedy-purwanto-wp.xml.gz": {"comment approved": 840, "comment pending": 2, "pingback approved": 48},
    "wxr.dkmeteor-wordpress.xml.gz": {"comment approved": 4, "comment pending": 54, "comment trash": 89},
    "wxr.dmacvicar-wordpress.xml.gz": {"comment approved": 670, "comment post-trashed": 2, "pingback approved": 18},
    "blogengine": {
        "comment approved": 97,
        "comment pending": 1,
        "comment spam": 13,
        "pingback approved": 11,
        "trackback approved": 12,
    },
}
ELEMENT = re.compile(rb"<wp:comment>|<post dsq:id|^COMMENT:|<comment id=", re.MULTILINE)


@pytest.mark.parametrize("name", COUNTS)
def test_a_real_export_yields_every_comment_by_type_and_status(name: str) -> None:
    path, report = EXPORTS / name, ReadReport()
    comments = list(read_comments(path, report=report))
    assert Counter(f"{comment.type} {comment.status}" for comment in comments) == COUNTS[name]
    files = path.iterdir() if path.is_dir() else [path]
    assert len(comments) == sum(len(ELEMENT.findall(gzip.decompress(file.read_bytes()))) for file in files)
    assert (report.skipped_count, report.truncated) == (0, False)
    assert all(comment.date and comment.post and comment.post.title for comment in comments)

"""How fast WordPress exports are read, and in how much memory: `python benchmarks/reading.py ../shared/data`.

Speed is that of one core (process time, the best of several runs, taken in turns) beside the standard library's
iterparse over the same bytes, which keeps nothing (each element is cleared) and makes no comments. What it can't
read is left out. Without ../shared/data an export of our own is read, posts and comments repeated with changes.

`--megabytes 1000` writes such an export of that size and watches a process that reads or classifies it.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import click

from commentguard.readers import read_comments

ROUNDS: Final = 7
_WORDS: Final = (
    "the bread rose for nine hours in a cold kitchen and still I found its crust too soft so next time it stays in "
    "the oven until the steam is gone has anybody tried rye with less water mine tore when it came from the basket"
).split()
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n\t<title>Crumbs</title>\n'
    "\t<link>https://crumbs.example</link>\n"
)
_POST: Final = """\t<item>
\t\t<title>Bread number {post}</title>
\t\t<link>https://crumbs.example/{post}</link>
\t\t<pubDate>Fri, 03 May 2024 08:00:00 +0000</pubDate>
\t\t<dc:creator><![CDATA[baker]]></dc:creator>
\t\t<guid isPermaLink="false">https://crumbs.example/?p={post}</guid>
\t\t<description></description>
\t\t<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded>
\t\t<excerpt:encoded><![CDATA[]]></excerpt:encoded>
\t\t<wp:post_id>{post}</wp:post_id>
\t\t<wp:post_date><![CDATA[2024-05-03 08:00:00]]></wp:post_date>
\t\t<wp:comment_status><![CDATA[open]]></wp:comment_status>
\t\t<wp:status><![CDATA[publish]]></wp:status>
\t\t<wp:post_type><![CDATA[post]]></wp:post_type>
\t\t<category domain="category" nicename="bread"><![CDATA[Bread]]></category>
\t\t<wp:postmeta>
\t\t\t<wp:meta_key><![CDATA[_edit_last]]></wp:meta_key>
\t\t\t<wp:meta_value><![CDATA[1]]></wp:meta_value>
\t\t</wp:postmeta>
"""
_COMMENT: Final = """\t\t<wp:comment>
\t\t\t<wp:comment_id>{number}</wp:comment_id>
\t\t\t<wp:comment_author><![CDATA[Reader {reader}]]></wp:comment_author>
\t\t\t<wp:comment_author_email><![CDATA[reader@mail.example]]></wp:comment_author_email>
\t\t\t<wp:comment_author_url></wp:comment_author_url>
\t\t\t<wp:comment_author_IP><![CDATA[192.0.2.7]]></wp:comment_author_IP>
\t\t\t<wp:comment_date><![CDATA[2024-05-04 09:10:11]]></wp:comment_date>
\t\t\t<wp:comment_date_gmt><![CDATA[2024-05-04 07:10:11]]></wp:comment_date_gmt>
\t\t\t<wp:comment_content><![CDATA[{text}]]></wp:comment_content>
\t\t\t<wp:comment_approved><![CDATA[1]]></wp:comment_approved>
\t\t\t<wp:comment_type><![CDATA[comment]]></wp:comment_type>
\t\t\t<wp:comment_parent>0</wp:comment_parent>
\t\t\t<wp:comment_user_id>0</wp:comment_user_id>
\t\t</wp:comment>
"""
_TAIL: Final = "</channel>\n</rss>\n"


def pieces(megabytes: float, comments_a_post: int = 8) -> Iterator[str]:
    """Yield an export of about that size, written for this benchmark; no two comments in it are the same."""
    yield _HEAD
    written, number, post = 0, 0, 0
    while written < megabytes * 1e6:
        post += 1
        item = [_POST.format(post=post, text=_text(post, 300))]
        for number in range(number + 1, number + comments_a_post + 1):  # noqa: B020 - it goes on from where it was
            item.append(_COMMENT.format(number=number, reader=number % 977, text=_text(number, 20 + number % 70)))
        item.append("\t</item>\n")
        written += sum(map(len, item))
        yield "".join(item)
    yield _TAIL


def _text(seed: int, words: int) -> str:
    step = seed % (len(_WORDS) - 1) + 1
    return f"{seed} " + " ".join(_WORDS[(seed + at * step) % len(_WORDS)] for at in range(words))


def bare(path: Path) -> None:
    """Let the standard library parse a file and forget it."""
    for _, element in ElementTree.iterparse(path):
        element.clear()


def ours(path: Path) -> None:
    """Draw all comments of a file."""
    for _ in read_comments(path):
        pass


def seconds(work: Callable[[Path], None], path: Path) -> float:
    """Return the process time of one run."""
    began = time.process_time()
    work(path)
    return time.process_time() - began


def exports(data: Path | None, folder: Path) -> Iterator[Path]:
    """Yield the exports to read, unpacked."""
    if data is None:
        own = folder / "own.xml"
        own.write_text("".join(pieces(5)), encoding="utf-8")
        yield own
        return
    for packed in sorted((data / "exports").glob("wxr.*.xml.gz")):
        path = folder / packed.stem
        path.write_bytes(gzip.decompress(packed.read_bytes()))
        try:
            bare(path)
        except ElementTree.ParseError:
            click.echo(f"{path.name}: the standard library can't read it; left out", err=True)
        else:
            yield path


def compare(data: Path | None) -> None:
    """Print the ratio of all bytes a second, then that of each file."""
    lines, size, totals = [], 0, [0.0, 0.0]
    with tempfile.TemporaryDirectory() as folder:
        for path in exports(data, Path(folder)):
            runs = [(seconds(ours, path), seconds(bare, path)) for _ in range(ROUNDS)]
            best = [min(column) for column in zip(*runs, strict=True)]
            totals = [total + one for total, one in zip(totals, best, strict=True)]
            size += path.stat().st_size
            lines.append(_line(path.name, path.stat().st_size, best))
    click.echo(_line("all", size, totals))
    click.echo("\n".join(lines))


def _line(name: str, size: int, taken: list[float]) -> str:
    speeds = ", ".join(f"{who} {size / 1e6 / one:.0f}" for who, one in zip(("ours", "iterparse"), taken, strict=True))
    return f"{taken[1] / taken[0]:.2f} of iterparse's speed: {name} ({size / 1e6:.1f} MB; MB/s: {speeds})"


def watch(megabytes: int, what: str, jobs: int) -> None:
    """Print the resident memory of a process, and of its children, while it reads or classifies a big export."""
    with tempfile.TemporaryDirectory() as folder:
        big = Path(folder) / "big.xml"
        with big.open("w", encoding="utf-8") as stream:
            stream.writelines(pieces(megabytes))
        code = "import sys; from commentguard import read_comments; print(sum(1 for _ in read_comments(sys.argv[1])))"
        command = [sys.executable, "-c", code, str(big)]
        if what == "classify":
            command = [sys.executable, "-m", "commentguard", "classify", "--jobs", str(jobs), str(big), "-o",
                       f"{folder}/verdicts.jsonl"]  # fmt: skip
        began, told = time.monotonic(), 0.0
        peak = 0.0
        with subprocess.Popen(command) as process:
            while process.poll() is None:
                held = [_resident(pid) for pid in _family(process.pid)]
                peak = max(peak, *held) if held else peak
                if time.monotonic() - told > 5:
                    told = time.monotonic()
                    click.echo(f"{told - began:6.0f} s: {' + '.join(f'{one:.0f}' for one in held)} MB")
                time.sleep(0.2)
        click.echo(f"{what} {big.stat().st_size / 1e6:.0f} MB: peak of a process {peak:.0f} MB, "
                   f"{time.monotonic() - began:.0f} s")  # fmt: skip


def _family(pid: int) -> list[int]:
    """Return a process and its children (Linux)."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [pid, *map(int, children.split())]


def _resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1e3 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


@click.command()
@click.argument("data", type=click.Path(path_type=Path), required=False)
@click.option("--megabytes", type=int, help="Watch the memory over an export of that size, instead of the speed.")
@click.option("--do", "what", type=click.Choice(["read", "classify"]), default="classify", show_default=True)
@click.option("--jobs", type=int, default=1, show_default=True)
def main(data: Path | None, megabytes: int | None, what: str, jobs: int) -> None:
    """Measure reading of WordPress exports in DATA/exports, or of one of our own."""
    if megabytes is not None:
        watch(megabytes, what, jobs)
    else:
        compare(data if data is not None and (data / "exports").is_dir() else None)


if __name__ == "__main__":
    main()

"""Several processes: the same verdicts in the same order, bounded, and an end without traces."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

import pytest

from commentguard import Comment, CommentGuard, Verdict
from commentguard.errors import WorkersError
from commentguard.parallel import IN_FLIGHT, in_processes
from commentguard.records import LABELS

JOBS = 2
WINDOW = JOBS * IN_FLIGHT


def verdicts(comments: Sequence[Comment]) -> list[Verdict]:
    """Return verdicts that tell by their probabilities which comment they are about."""
    return [Verdict("spam", dict.fromkeys(LABELS, float(comment.id)), False) for comment in comments]


def where(comments: Sequence[Comment]) -> list[Verdict]:
    """Return verdicts that tell which process made them."""
    return [Verdict("spam", dict.fromkeys(LABELS, float(os.getpid())), False) for _ in comments]


def personal(comments: Sequence[Comment]) -> list[Verdict]:
    """Return verdicts that ask for review where something arrived that must not."""
    return [
        Verdict("spam", {}, bool(one.author_email or one.author_ip or one.label or one.status)) for one in comments
    ]


def dying(comments: Sequence[Comment]) -> list[Verdict]:
    """End the process at comment 30."""
    if any(comment.id == "30" for comment in comments):
        os._exit(9)
    return verdicts(comments)


class Noted:
    """A judge that leaves a line in a file whenever it arrives in a process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __setstate__(self, state: dict[str, Path]) -> None:  # noqa: D105
        self.__dict__.update(state)
        with self.path.open("a") as stream:
            stream.write("arrived\n")

    def __call__(self, comments: Sequence[Comment]) -> list[Verdict]:
        return where(comments)


def batches(size: int = 3) -> Iterator[list[Comment]]:
    """Yield batches without end."""
    return ([Comment(text="", id=str(number * size + place)) for place in range(size)] for number in count())


def numbers(found: Iterator[tuple[list[Comment], Sequence[Verdict]]]) -> list[tuple[int, float]]:
    return [
        (int(comment.id), verdict.probabilities["spam"])
        for batch, made in found
        for comment, verdict in zip(batch, made, strict=True)
    ]


@pytest.mark.parametrize("n", [2, 5 * WINDOW + 1])
def test_every_comment_gets_its_verdict_in_order(n: int) -> None:
    assert numbers(in_processes(verdicts, islice(batches(), n), JOBS)) == [(at, float(at)) for at in range(3 * n)]


def test_two_processes_give_the_verdicts_of_one(guard: CommentGuard, starter_rows: list[Comment]) -> None:
    alone = list(guard.classify_many(starter_rows))
    assert list(guard.classify_many(starter_rows, batch_size=50, n_jobs=JOBS)) == alone


def test_one_batch_is_judged_here() -> None:
    assert {number for _, number in numbers(in_processes(where, islice(batches(), 1), JOBS))} == {float(os.getpid())}
    assert list(in_processes(where, [], JOBS)) == []


def test_batches_are_drawn_in_the_calling_thread_and_no_more_than_two_a_process_ahead() -> None:
    drawn = 0
    callers: set[int] = set()

    def counted() -> Iterator[list[Comment]]:
        nonlocal drawn
        for batch in batches():
            drawn += 1
            callers.add(threading.get_ident())
            yield batch

    for taken, _ in enumerate(islice(in_processes(verdicts, counted(), JOBS), 5 * WINDOW), start=1):
        assert drawn <= taken + WINDOW
    assert callers == {threading.get_ident()}


@pytest.mark.parametrize("n", [1, WINDOW + 2])
def test_what_was_drawn_before_a_fault_is_judged_before_it_is_raised(n: int) -> None:
    def faulty() -> Iterator[list[Comment]]:
        yield from islice(batches(), n)
        raise OSError("the disk is gone")

    found = in_processes(verdicts, faulty(), JOBS)
    assert numbers(islice(found, n)) == [(at, float(at)) for at in range(3 * n)]
    with pytest.raises(OSError, match="the disk is gone"):
        next(found)


def test_a_reader_that_stops_early_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for _ in in_processes(verdicts, batches(), JOBS):
        assert os.listdir(tmp_path) != []
        break
    assert os.listdir(tmp_path) == []
    assert multiprocessing.active_children() == []


def test_so_many_other_processes_work_and_get_the_judge_once_each(tmp_path: Path) -> None:
    found = in_processes(Noted(tmp_path / "arrivals"), islice(batches(), 5 * WINDOW), JOBS)
    processes = {number for _, number in numbers(found)}
    assert 1 <= len(processes) <= JOBS
    assert float(os.getpid()) not in processes
    assert len((tmp_path / "arrivals").read_text().splitlines()) == len(processes)


def test_workers_are_told_no_personal_data_and_no_decision() -> None:
    comment = Comment("x", author_email="a@mail.example", author_ip="192.0.2.1", label="spam", status="approved")
    found = list(in_processes(personal, [[comment], [comment]], JOBS))
    assert [verdict.needs_review for _, made in found for verdict in made] == [False, False]
    assert found[0][0] == [comment]


def test_a_worker_that_is_killed_is_told_in_one_line_with_a_remedy() -> None:
    with pytest.raises(WorkersError, match=r"^a worker process was ended .* use fewer jobs$"):
        numbers(in_processes(dying, islice(batches(), 3 * WINDOW), JOBS))
    assert len(numbers(in_processes(verdicts, islice(batches(), 4), JOBS))) == 12  # and the next run has new ones


def test_one_process_alone_needs_no_joblib(model_folder: Path) -> None:
    code = (
        "import sys; from commentguard import Comment, load_model; "
        "list(load_model(sys.argv[1]).classify_many([Comment(text='x')] * 5, batch_size=2)); "
        "print('joblib' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code, model_folder], text=True) == "False\n"

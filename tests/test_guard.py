"""The guard: verdicts that depend on the comment alone, explanations that add up, no heavy imports."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentguard import Comment, CommentGuard, ModelFormatError, load_model
from commentguard.reasons import CODES, LEAST_WEIGHT, REASONS_AGAINST, REASONS_FOR
from commentguard.records import LABELS, Post, SourcePage
from commentguard.storage import save_model
from hostile import PHASES, comments


def test_verdicts_on_the_starter_set_are_mostly_right(guard: CommentGuard, starter_rows: list[Comment]) -> None:
    right = [comment.label == verdict.label for comment, verdict in guard.classify_many(starter_rows)]
    assert np.mean(right) > 0.7


def checked(guard: CommentGuard, page: SourcePage | None) -> Comment:
    post = Post(title="Rye bread", text="How to bake rye bread with sourdough.", url="https://blog.example/rye")
    return Comment("[...] rye bread [...]", type="pingback", author="Notes on rye", post=post, source_page=page)


def test_a_ping_whose_page_is_gone_is_judged_as_one_that_nobody_checked(guard: CommentGuard) -> None:
    gone = SourcePage(False, "its host is unknown", outgoing=70, nearness=0.9)
    assert guard.classify(checked(guard, gone)) == guard.classify(checked(guard, None))


def test_what_was_found_at_the_source_counts_and_is_named(guard: CommentGuard) -> None:
    page = SourcePage(True, outgoing=25, nearness=0.15)
    before = guard.classify(checked(guard, None)).probabilities["spam"]
    found = guard.explain(checked(guard, page))
    assert found.verdict.probabilities["spam"] > before
    named = {one.name: one for one in found.evidence}
    assert named["page_without_link"].text == "its page does not link to the post"
    assert named["page_without_link"].contributions["spam"] > 0
    assert found.verdict.needs_review or found.verdict.label == "spam"
    linking = guard.classify(checked(guard, replace(page, links_back=True, place="body")))
    assert linking.probabilities["spam"] < found.verdict.probabilities["spam"]


@settings(max_examples=40, phases=PHASES)
@given(batch=st.lists(comments(), min_size=1, max_size=4))
def test_any_comments_get_verdicts_whose_probabilities_sum_to_one(guard: CommentGuard, batch: list[Comment]) -> None:
    together = [verdict for _, verdict in guard.classify_many(batch)]
    assert together == [guard.classify(comment) for comment in batch]
    backwards = [verdict for _, verdict in guard.classify_many(batch[::-1])]
    assert together == backwards[::-1]
    for verdict in together:
        assert tuple(verdict.probabilities) == LABELS
        assert sum(verdict.probabilities.values()) == pytest.approx(1, abs=1e-12)
        assert all(0 <= value <= 1 for value in verdict.probabilities.values())
        assert len(verdict.reasons) <= REASONS_FOR + REASONS_AGAINST
        assert all(abs(reason.weight) >= LEAST_WEIGHT - 1e-3 for reason in verdict.reasons)


@pytest.mark.parametrize("batch_size", [1, 7, 64, 10_000])
def test_the_size_of_batches_changes_no_bit(batch_size: int, guard: CommentGuard, starter_rows: list[Comment]) -> None:
    rows = starter_rows[:300]
    whole = guard.predict_proba(rows)
    parts = [verdict.probabilities for _, verdict in guard.classify_many(rows, batch_size=batch_size)]
    assert [[part[label] for label in LABELS] for part in parts] == whole.tolist()


def test_comments_come_back_in_order_with_their_verdicts(guard: CommentGuard, starter_rows: list[Comment]) -> None:
    assert [comment for comment, _ in guard.classify_many(starter_rows[:50], batch_size=8)] == starter_rows[:50]


def test_a_stream_without_end_is_read_batch_by_batch(guard: CommentGuard) -> None:
    endless = (Comment(text=f"comment {number}") for number in count())
    assert len(list(islice(guard.classify_many(endless, batch_size=5), 7))) == 7
    assert next(endless).text == "comment 10"


def test_nothing_in_gives_nothing_out(guard: CommentGuard) -> None:
    assert list(guard.classify_many([])) == []
    assert guard.predict_proba([]).shape == (0, 3)


def test_a_batch_of_no_comments_is_refused(guard: CommentGuard) -> None:
    with pytest.raises(ValueError, match="batch_size is 0"):
        next(guard.classify_many([Comment(text="x")], batch_size=0))


def test_an_explanation_has_the_verdict_and_evidence_strongest_first(
    guard: CommentGuard, starter_rows: list[Comment]
) -> None:
    for comment in starter_rows[:20]:
        explanation = guard.explain(comment)
        assert explanation.verdict == guard.classify(comment)
        spam = [piece.contributions["spam"] for piece in explanation.evidence]
        off_topic = [piece.contributions["off-topic"] + piece.contributions["spam"] for piece in explanation.evidence]
        strength = [abs(one) + abs(other) for one, other in zip(spam, off_topic, strict=True)]
        assert strength == pytest.approx(sorted(strength, reverse=True))
        assert len({piece.name for piece in explanation.evidence}) == len(explanation.evidence)


def test_evidence_and_what_is_common_to_all_sum_to_the_log_odds(
    guard: CommentGuard, starter_rows: list[Comment]
) -> None:
    parameters = guard.model.parameters
    (forest,) = parameters.forests[0]
    slope, offset = parameters.calibration[0]
    for comment in starter_rows[:20]:
        judged_as_ping = parameters.pings[0] if comment.type != "comment" else None
        base = judged_as_ping.bias if judged_as_ping else slope * forest.base + offset
        probability = guard.predict_proba([comment])[0, 0]
        told = sum(piece.contributions["spam"] for piece in guard.explain(comment).evidence)
        odds = probability / (1 - probability)
        assert told + base == pytest.approx(np.log(odds), abs=0.005)  # half of the last digit that a reason shows


def test_reasons_have_codes_and_words(guard: CommentGuard, starter_rows: list[Comment]) -> None:
    known = {code.name for code in CODES}
    reasons = [reason for _, verdict in guard.classify_many(starter_rows[:200]) for reason in verdict.reasons]
    assert reasons
    assert all(reason.code in known and reason.text for reason in reasons)
    assert any(reason.weight < 0 for reason in reasons)


def test_every_code_has_words_for_both_directions() -> None:
    assert all(code.high and code.low for code in CODES)
    assert len({code.name for code in CODES}) == len(CODES)


def test_a_guard_knows_its_name_and_fingerprint(guard: CommentGuard) -> None:
    assert repr(guard) == f"CommentGuard('small', fingerprint='{guard.fingerprint}')"
    assert len(guard.fingerprint) == 16


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFormatError, match="name a model folder"):
        load_model(tmp_path / "none")


def test_a_missing_shipped_model_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("commentguard.guard._SHIPPED", (tmp_path,))
    with pytest.raises(ModelFormatError, match="install commentguard again"):
        load_model()


_CLASSIFY = """
import json, sys
import commentguard
guard = commentguard.load_model(sys.argv[1])
post = commentguard.Post(title="Growing plums", text="How plums grow.")
guard.classify(commentguard.Comment(text="Mine froze, see http://a.example", author="Ann", post=post))
guard.explain(commentguard.Comment(text="x"))
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_classifying_imports_no_training_library(model_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CLASSIFY, str(model_folder)], check=True, capture_output=True, text=True
    )
    assert not {"sklearn", "nltk", "scipy", "joblib", "pandas"} & set(json.loads(done.stdout))


OFFER = Comment(text="Gazebo canopies, delivered to your town", author="Canopies")


def spam(guard: CommentGuard) -> float:
    return guard.classify(OFFER).probabilities["spam"]


def test_a_decision_counts_at_once_and_is_taken_back_by_id(model_folder: Path) -> None:
    own = load_model(model_folder)
    before = spam(own)
    assert not own.unlearn(OFFER)
    own.learn(OFFER, "spam")
    assert spam(own) > before
    assert own.unlearn(OFFER.id)
    assert spam(own) == before


def test_a_copy_classifies_alike_and_holds_no_decisions(model_folder: Path) -> None:
    own = load_model(model_folder)
    own.learn(OFFER, "spam")
    copy = pickle.loads(pickle.dumps(own))
    assert copy.classify(OFFER) == own.classify(OFFER)
    assert not copy.unlearn(OFFER)


def test_what_was_learned_in_memory_ends_where_another_model_is_taken_over(model_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(model_folder, tmp_path / "own")
    own = load_model(tmp_path / "own")
    before = spam(own)
    own.learn(OFFER, "spam")
    save_model(own.model, tmp_path / "other")
    taught = spam(own)
    os.replace(tmp_path / "own", tmp_path / "away")
    os.replace(tmp_path / "other", tmp_path / "own")
    assert own.reload_if_changed()
    assert spam(own) == pytest.approx(taught, abs=1e-6)
    assert not own.unlearn(OFFER)
    assert before < taught


def test_threads_may_learn_at_the_same_time(model_folder: Path) -> None:
    own = load_model(model_folder)
    offers = [replace(OFFER, id=str(number)) for number in range(12)]
    with ThreadPoolExecutor(4) as executor:
        list(executor.map(lambda offer: own.learn(offer, "spam"), offers))
    assert all(own.unlearn(offer) for offer in offers)

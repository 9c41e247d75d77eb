"""A person labels comments one by one: which one comes next, what is undone, what goes with what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from commentguard.labels import Decision
from commentguard.queries import Query
from commentguard.records import Label
from commentguard.selection import Candidate
from commentguard.text.urls import host

_TICK = timedelta(microseconds=1)
_Said = tuple[Candidate, Label | None]


class Session:
    """Comments in an order, one of them in view, and what a person said of them.

    It begins at the first comment without a label behind the one that was decided on latest.

    Parameters
    ----------
    candidates : sequence of Candidate
        All comments, in the order in which they come.
    decisions : iterable of Decision
        What was decided earlier, each comment once.
    record : callable
        Takes the decisions that a step makes, all at once, and keeps them; what it raises is passed on, and then the
        step was not made.
    labeller : str
        Who decides.
    model : str
        The fingerprint of the model that the verdicts come from.
    now : callable
        Returns the time, with its zone.

    Attributes
    ----------
    query : Query
        What is to be shown.
    shown : list of Candidate
        The comments that the query lets through.
    place : int
        Which of them is in view, from 0; of no meaning where there are none.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        decisions: Iterable[Decision],
        record: Callable[[Sequence[Decision]], None],
        *,
        labeller: str = "",
        model: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.candidates = candidates
        self._record, self._labeller, self._model, self._now = record, labeller, model, now
        self._labels: dict[str, Label | None] = {one.comment.id: one.comment.label for one in candidates}
        self.query = Query()
        self.shown: list[Candidate] = list(candidates)
        self.place = 0
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._steps = self._remembered(decisions)
        if self._steps:
            self.place = self.shown.index(self._steps[-1][0][0])
        self._go(self.place, self._waits)

    def _remembered(self, decisions: Iterable[Decision]) -> list[list[_Said]]:
        """Take over what was decided earlier; return this person's part of it as steps that can be undone."""
        known = {one.comment.id: one for one in self.candidates}
        steps: list[list[_Said]] = []
        for decision in sorted(decisions, key=lambda one: one.time):
            self._latest = max(self._latest, decision.time)
            if decision.id not in known:
                continue
            self._labels[decision.id] = decision.label
            if decision.labeller == self._labeller and decision.label is not None:
                steps.append([(known[decision.id], None)])
        return steps

    @property
    def current(self) -> Candidate | None:
        """The comment in view; None where the query lets none through."""
        return self.shown[self.place] if self.shown else None

    @property
    def waiting(self) -> int:
        """How many of all comments have no label yet."""
        return sum(label is None for label in self._labels.values())

    def label_of(self, candidate: Candidate) -> Label | None:
        """Return what a person said of a comment, None where nobody did."""
        return self._labels[candidate.comment.id]

    def decide(self, label: Label) -> None:
        """Label the comment in view and go on to the next one without a label."""
        if self.current is not None:
            self._say([(self.current, label)])
            self.skip()

    def decide_all(self, candidates: Sequence[Candidate], label: Label) -> None:
        """Label several comments in one step, and go on."""
        self._say([(one, label) for one in candidates])
        self.skip()

    def undo(self) -> int:
        """Take the last step back and return to its comment; return how many comments it was about, 0 for no step."""
        if not self._steps:
            return 0
        step = self._steps[-1]
        self._keep(step)
        self._steps.pop()
        self.open(step[0][0])
        return len(step)

    def skip(self) -> None:
        """Go on to the next comment without a label, from the last one to the first; stay where none is left."""
        self._go(self.place + 1, self._waits)

    def skip_to_unsure(self) -> bool:
        """Go on to the next comment without a label whose verdict needs review; tell whether there is one."""
        return self._go(self.place + 1, lambda one: self._waits(one) and one.verdict.needs_review)

    def move(self, step: int) -> None:
        """Go so many comments on or back, labelled or not, as far as there are any."""
        self.place = max(0, min(self.place + step, len(self.shown) - 1))

    def open(self, candidate: Candidate) -> None:
        """Bring a comment into view; the query is dropped where it does not let it through."""
        if candidate not in self.shown:
            self.query, self.shown = Query(), list(self.candidates)
        self.place = self.shown.index(candidate)

    def show(self, query: Query) -> None:
        """Show what a query lets through; stay at the comment in view where it is among them."""
        before = self.current
        self.query = query
        self.shown = [one for one in self.candidates if query.holds(one.comment, one.verdict, self.label_of(one))]
        if before in self.shown:
            self.place = self.shown.index(before)
        elif not self._go(0, self._waits):
            self.place = 0

    def alike(self, same_host: bool = False) -> list[Candidate]:
        """Return the comment in view and all without a label that are like it.

        Parameters
        ----------
        same_host : bool
            False for those with near the same text; True for those whose author gave an address at the same host too.
        """
        current = self.current
        if current is None:
            return []
        others = (one for one in self.candidates if one is not current and self._waits(one))
        return [current, *(one for one in others if _alike(current, one, same_host))]

    def _say(self, said: Sequence[_Said]) -> None:
        before = [(one, self.label_of(one)) for one, _ in said]
        self._keep(said)
        self._steps.append(before)

    def _keep(self, said: Sequence[_Said]) -> None:
        """Record labels; the times of decisions always grow, whatever the clock does."""
        self._latest = max(self._now(), self._latest + _TICK)
        self._record([
            Decision(one.comment, label, self._latest, self._labeller, one.verdict, self._model) for one, label in said
        ])  # fmt: skip
        self._labels.update((one.comment.id, label) for one, label in said)

    def _waits(self, candidate: Candidate) -> bool:
        return self.label_of(candidate) is None

    def _go(self, place: int, wanted: Callable[[Candidate], bool]) -> bool:
        """Bring the first wanted comment from a place on into view, from the last one to the first."""
        for number in (*range(place, len(self.shown)), *range(min(place, len(self.shown)))):
            if wanted(self.shown[number]):
                self.place = number
                return True
        return False


def _alike(one: Candidate, other: Candidate, same_host: bool) -> bool:
    if one.campaign is not None and one.campaign == other.campaign:
        return True
    if one.comment.text.strip() and one.comment.text.strip() == other.comment.text.strip():
        return True
    where = host(one.comment.author_url) if same_host else ""
    return bool(where) and host(other.comment.author_url) == where

"""--verify-pings: pings of a stream checked at their source, and what is said of them at the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from commentguard.pings import Checks
    from commentguard.records import Comment


class PingCheck:
    """Checks pings where that was asked for.

    Parameters
    ----------
    wanted : bool
        False: comments pass as they are, and nothing is said.

    Raises
    ------
    MissingPackageError
        When it was asked for and `commentguard[pings]` is not installed.
    """

    def __init__(self, wanted: bool) -> None:
        self._checks: Checks | None = None
        if wanted:
            from commentguard.pings import Checks

            self._checks = Checks()

    def of(self, comments: Iterable[Comment]) -> Iterable[Comment]:
        """Return the comments, pings among them with what was found at their source."""
        if self._checks is None:
            return comments
        from commentguard.pings import verified

        return verified(comments, self._checks)

    def say(self) -> None:
        """Print to standard error how many pings were checked, and what was found."""
        if self._checks is not None:
            click.echo(_in_words(self._checks), err=True)


def _in_words(checks: Checks) -> str:
    def times(number: int, what: str) -> str:
        return f"{number:,} {what}{'' if number == 1 else 's'}"

    found = f"{times(checks.asked, 'ping')} checked at {times(checks.pages, 'page')}: {checks.linking:,} linked back"
    if checks.unreached:
        found += f", {checks.unreached:,} not to be had"
    if checks.left_alone:
        found += f"; {checks.left_alone:,} left unchecked: the address of their post or page is unknown"
    return found

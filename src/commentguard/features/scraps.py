"""Signals of test messages and scraps: a hand on the keyboard, a lone greeting, a try of the form."""

from __future__ import annotations

from commentguard.features.facts import NEAR_PAIRS, PAIRS, Share, of_post
from commentguard.features.posts import ABOUT_SITE
from commentguard.features.registry import counted, signals_of


@counted("letters that lie side by side on the keyboard", "no letters side by side on the keyboard")
def keyboard_runs() -> Share:
    """Share of letter pairs at most two keys apart in one row, 0 to 1, damped by two pairs: ``asdf`` has only such."""
    return Share(NEAR_PAIRS, PAIRS, plus=2)


@counted("under a post about comments or the site", "under a post about something else")
def post_about_site() -> Share:
    """Share of the post's title made of words of tests and of the site, 0 to 1: such posts invite tests."""
    return Share(of_post(ABOUT_SITE))


SIGNALS = signals_of(globals())

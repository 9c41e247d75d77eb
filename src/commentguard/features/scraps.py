"""Signals of where test messages and other scraps are left."""

from __future__ import annotations

from commentguard.features.facts import Share, of_post
from commentguard.features.posts import ABOUT_SITE
from commentguard.features.registry import counted, signals_of


@counted("under a post about comments or the site", "under a post about something else")
def post_about_site() -> Share:
    """Share of the post's title made of words of tests and of the site, 0 to 1: such posts invite tests."""
    return Share(of_post(ABOUT_SITE))


SIGNALS = signals_of(globals())

"""Dates in all the forms that platforms write."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentguard.readers import parse_date


@pytest.mark.parametrize(
    "written",
    [
        "2009-05-13 14:13:44",
        "2009-05-13T14:13:44",
        "2009-05-13T14:13:44Z",
        "2009-05-13T14:13:44.000+02:00",
        "2009-05-13 14:13:44 +0200",
        "2009-05-13 14:13:44 UTC",
        "05/13/2009 02:13:44 PM",
        "5/13/2009 14:13:44",
        "13/05/2009 14:13:44",
        "Wed, 13 May 2009 14:13:44 +0000",
        "May 13, 2009 at 2:13:44 pm",
        "1242224024",
        1242224024,
        1242224024000,
    ],
)
def test_one_moment_in_every_form(written: object) -> None:
    assert parse_date(written) == datetime(2009, 5, 13, 14, 13, 44)


@pytest.mark.parametrize(
    "written",
    ["", "0000-00-00 00:00:00", "Wed, 30 Nov -0001 00:00:00 +0000", "[PubDate]", "99/99/9999", "2009-02-30", None, True,
     float("nan"), float("inf"), 10**400, [], "12", "2009-05-13 or so"],
)  # fmt: skip
def test_what_is_no_date_is_none(written: object) -> None:
    assert parse_date(written) is None


@pytest.mark.parametrize("written", ["May 3, 2009", "5/3/2009", "2009-05-03", "20090503", "Sun, 3 May 2009"])
def test_a_day_without_a_time_is_its_beginning(written: str) -> None:
    assert parse_date(written) == datetime(2009, 5, 3)


@given(st.text(max_size=60) | st.floats() | st.integers())
def test_no_value_is_a_crash(written: object) -> None:
    found = parse_date(written)
    assert found is None or found.tzinfo is None

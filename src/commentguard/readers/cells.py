"""Cells that a spreadsheet would run as formulas: written with a `'` in front, read without it."""

from __future__ import annotations

import re
from typing import Final

_RUN: Final = re.compile(r"'*[=+\-@\t\r]")


def escape_cell(text: str) -> str:
    """Return the text as a cell that no spreadsheet runs: `'` in front of `=`, `+`, `-`, `@`, tab and CR.

    A cell that already begins with `'` and such a character gets one more, so that `unescape_cell` restores all.

    Examples
    --------
    >>> escape_cell("=1+1"), escape_cell("'=1+1"), escape_cell("it's"), unescape_cell(escape_cell("'=1+1"))
    ("'=1+1", "''=1+1", "it's", "'=1+1")
    """
    return f"'{text}" if _RUN.match(text) else text


def unescape_cell(cell: str) -> str:
    """Return what `escape_cell` was given."""
    return cell[1:] if cell.startswith("'") and _RUN.match(cell) else cell

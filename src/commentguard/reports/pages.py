"""Pages of HTML that stand alone: no network, nothing in them that runs but what a hash in the page allows.

Needs the extra ``commentguard[report]``.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from commentguard import __version__
from commentguard.errors import MissingPackageError
from commentguard.records import LABELS
from commentguard.reports.display import percent, printable

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES: Final = Path(__file__).parent / "templates"


def write_page(template: str, stream: TextIO, script: str = "", **values: Any) -> None:  # noqa: ANN401
    """Write a page, piece by piece as its values are drawn.

    Every value is escaped, and made printable (`commentguard.reports.display`), whatever the template does with it.

    Parameters
    ----------
    template : str
        The name of a template in ``templates/``.
    stream : text stream
        Where to.
    script : str
        The name of a script in ``templates/`` that the page may run; empty for none.
    **values
        What the template shows.

    Raises
    ------
    MissingPackageError
        When Jinja2 is not installed.
    """
    from_files = {"style": _read("page.css"), "script": _read(script) if script else ""}
    policy = f"default-src 'none'; style-src {_allowed(from_files['style'])}"
    if script:
        policy += f"; script-src {_allowed(from_files['script'])}"
    policy += "; base-uri 'none'; form-action 'none'"
    marked = {name: _trusted(text) for name, text in (*from_files.items(), ("policy", policy))}
    found = _environment().get_template(template)
    for piece in found.generate(**marked, labels=LABELS, version=__version__, **values):
        stream.write(piece)


def require_templates() -> None:
    """Say at once, and not after the work, that pages can't be written.

    Raises
    ------
    MissingPackageError
        When Jinja2 is not installed.
    """
    _environment()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError:
        raise MissingPackageError("pages of HTML need Jinja2; run: pip install commentguard[report]") from None

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(percent=percent, number=lambda value: f"{value:,}", figure=_figure)
    return made


def _printable(value: object) -> object:
    """Make plain text printable as it goes onto a page; what is escaped already came by here."""
    return printable(value) if type(value) is str else value


def _figure(value: float) -> str:
    """Return a figure with three places; a dash for one that can't be had."""
    return "-" if value != value else f"{value:.3f}"


def _trusted(text: str) -> object:
    from markupsafe import Markup

    return Markup(text)


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()


def _allowed(content: str) -> str:
    """Return how a content policy names the one style or script that may stand in a page."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"

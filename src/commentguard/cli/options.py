"""Options that commands share, each declared once; nothing but click is imported here."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from commentguard.records import Label

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Decorator = Callable[[Decorated], Decorated]

_ENDINGS: Final = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".json": "json", ".txt": "table",
                   ".html": "html", ".htm": "html"}  # fmt: skip


def _pairs(value: Sequence[str], what: str, example: str) -> dict[str, str]:
    """Return ``a=b,c=d`` as a mapping; a comma inside a value is no new pair unless a name and ``=`` follow it."""
    found: dict[str, str] = {}
    for text in value:
        for pair in re.split(r",(?=[^,=]+=)", text):
            name, sign, told = pair.partition("=")
            if not sign or not name.strip() or not told.strip():
                raise click.BadParameter(f"{pair!r} is no pair of {what}; write it like {example}")
            if found.setdefault(name.strip(), told.strip()) != told.strip():
                raise click.BadParameter(f"{name.strip()!r} is given twice; give it once")
    return found


def _columns(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> Mapping[str, str] | None:
    return _pairs(value, "our field and their column", "text=body,author=name") or None


def _mapping(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> Mapping[str, Label]:
    from commentguard.records import LABELS

    pairs = _pairs(value, "status and label", "approved=substantive,spam=spam")
    found: dict[str, Label] = {}
    for status, label in pairs.items():
        if label not in LABELS:
            raise click.BadParameter(f"{status}={label}: there is no label {label!r}; labels are {', '.join(LABELS)}")
        found[status] = label
    return found


def example(*lines: str) -> str:
    """Return the end of a command's help: lines to copy, kept as they are."""
    return "\n".join(("\b", "Example:", *(f"  {line}" for line in lines)))


def reading_options(function: Decorated) -> Decorated:
    """Add the options on how sources are read: --format, --columns, --posts, --strict."""
    for option in reversed((
        click.option("--format", "format_name", metavar="NAME", help="Format of the input, where it is not recognised: "
                     "wordpress, disqus, movabletype, blogengine, wp-cli, table, jsonl."),
        click.option("--columns", multiple=True, callback=_columns, metavar="FIELD=COLUMN,...",
                     help="Which column of a table holds what, e.g. text=body,author=name."),
        click.option("--posts", metavar="FILE",
                     help="JSON Lines of posts (id, title, text) that rows refer to by post_id."),
        click.option("--strict", is_flag=True, help="Stop at a record that can't be read instead of skipping it."),
    )):  # fmt: skip
        function = option(function)
    return function


def quiet_option(function: Decorated) -> Decorated:
    """Add --quiet."""
    return click.option("-q", "--quiet", is_flag=True, help="No progress and no closing summary; errors remain.")(
        function
    )


def _cluster(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"(tcp|tls|ucx|ws|wss)://\S+", value):
        raise click.BadParameter(f"{value!r} is no address of a scheduler; write it like tcp://HOST:PORT")
    return value


def workers_options(function: Decorated) -> Decorated:
    """Add the options on who works: --jobs, --dask."""
    for option in reversed((
        click.option("--jobs", "n_jobs", type=click.IntRange(min=1), default=1, metavar="N",
                     help="Work with so many processes; the verdicts are the same."),
        click.option("--dask", "cluster", callback=_cluster, metavar="ADDRESS", help="Work with all workers of the "
                     "Dask cluster whose scheduler is at tcp://HOST:PORT; they need commentguard too."),
    )):  # fmt: skip
        function = option(function)
    return function


def check_workers(n_jobs: int, cluster: str | None) -> None:
    """Refuse two kinds of workers at once; what Dask says of faults is said in one line by this program.

    Raises
    ------
    click.UsageError
        When --jobs and --dask are both given.
    """
    if cluster is not None and n_jobs != 1:
        raise click.UsageError("--dask works with all workers of the cluster; leave --jobs out")
    if cluster is not None:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)


def verify_pings_option(function: Decorated) -> Decorated:
    """Add --verify-pings."""
    return click.option("--verify-pings", is_flag=True, help="Ask the page that each pingback or trackback names "
                        "whether it links to the post; needs commentguard[pings].")(function)  # fmt: skip


def model_option(function: Decorated) -> Decorated:
    """Add --model."""
    return click.option("--model", metavar="DIR|NAME", help="A model folder, a version (v3), or default, the model "
                        "that comes along; without it the promoted version, else default.")(function)  # fmt: skip


def models_option(function: Decorated) -> Decorated:
    """Add --models: where versions of models are kept."""
    return click.option("--models", metavar="DIR", help="The folder of versions; otherwise the one that "
                        "COMMENTGUARD_MODELS names, else one in your data folder.")(function)  # fmt: skip


def store_option(function: Decorated) -> Decorated:
    """Add --store."""
    return click.option(
        "--store", metavar="URL", default="sqlite:///commentguard.db", show_default=True, envvar="COMMENTGUARD_STORE",
        show_envvar=True, help="The server's database: sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.",
    )(function)  # fmt: skip


def map_option(function: Decorated) -> Decorated:
    """Add --map: labels for comments that only have a status."""
    return click.option(
        "--map", "mapping", multiple=True, callback=_mapping, metavar="STATUS=LABEL,...",
        help="Labels for comments that have none, by what the platform did: approved=substantive,spam=spam.",
    )(function)  # fmt: skip


def order_option(function: Decorated) -> Decorated:
    """Add --order: which comments come first to be labelled."""
    return click.option("--order", type=click.Choice(("use", "time", "newest", "spam", "chance")), default="use",
                        show_default=True, help="Which come first: those of most use to the model, the oldest, the "
                        "newest, the most probable spam, or a fair draw, always the same.")(function)  # fmt: skip


def labels_option(use: str) -> Callable[[Decorated], Decorated]:
    """Add --labels: a labels file, with what it is used for."""
    return click.option("--labels", "labels_file", metavar="FILE", help=f"A labels file (JSON Lines); {use}.")


def labeller_option(function: Decorated) -> Decorated:
    """Add --labeller: who decides."""
    return click.option("--labeller", metavar="NAME", help="Who decides, as the labels file is to name them; otherwise "
                        "the name of your account.")(function)  # fmt: skip


def output_option(function: Decorated) -> Decorated:
    """Add -o."""
    return click.option("-o", "--output", metavar="NAME", help="Write to this file, which appears when all is "
                        "done; .gz at its end compresses.")(function)  # fmt: skip


def output_options(*formats: str) -> Callable[[Decorated], Decorated]:
    """Add -o and --output-format with the formats that a command writes."""

    def decorate(function: Decorated) -> Decorated:
        function = click.option("--output-format", type=click.Choice(formats), help="How it is written; otherwise "
                                "the ending of -o NAME decides.")(function)  # fmt: skip
        return output_option(function)

    return decorate


def chosen_format(given: str | None, output: str | None, formats: Sequence[str], default: str) -> str:
    """Return the format to write in.

    Parameters
    ----------
    given : str or None
        What --output-format says.
    output : str or None
        What -o says.
    formats : sequence of str
        The formats that the command writes.
    default : str
        The format of standard output.

    Raises
    ------
    click.UsageError
        When the name's ending stands for none of the formats.

    Examples
    --------
    >>> chosen_format(None, "verdicts.CSV.gz", ["jsonl", "csv"], "jsonl")
    'csv'
    """
    if given is not None:
        return given
    if output is None or output == "-":
        return default
    name = output.lower().removesuffix(".gz")
    found = next((told for ending, told in _ENDINGS.items() if name.endswith(ending)), None)
    if found is not None and found in formats:
        return found
    endings = ", ".join(ending for ending, told in _ENDINGS.items() if told in formats)
    asked = f", or give --output-format {'|'.join(formats)}" if len(formats) > 1 else ""
    raise click.UsageError(f"-o {output}: its ending names no format; end it in {endings}{asked}")

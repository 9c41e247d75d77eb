"""The models folder: every model that training made, a version each, and a small file that says which one is used.

``v1``, ``v2``, ... are model folders; ``promoted.json`` lists what was promoted, the last entry being in use. Only that
file is ever replaced, in one step; versions are added and never changed nor deleted.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from commentguard.errors import ModelFormatError, OutputError
from commentguard.storage import MANIFEST, Model, save_model

ENVIRONMENT: Final = "COMMENTGUARD_MODELS"
"""The variable of the environment that names the models folder."""
SHIPPED: Final = "default"
"""What the model is called that comes along with the library: it can be promoted like a version."""
PROMOTED: Final = "promoted"
"""Another word for the version that is in use."""
POINTER: Final = "promoted.json"
ELSEWHERE: Final = f"name another folder with --models, or in {ENVIRONMENT}"
"""What to do where the models folder is no good."""

_MAX_BYTES: Final = 1_000_000
_KEPT: Final = 1_000  # promotions that are remembered
_NAME: Final = re.compile(r"v[1-9][0-9]{0,8}")

Stamp = tuple[int, int, int]
"""What changes when a file is replaced: its time, size and number on the disk."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """One entry of the list of promotions.

    Parameters
    ----------
    version : str
        A version's name, or ``"default"``.
    forced : bool
        Whether it was promoted although it was found to be worse than the model before it.
    """

    version: str
    forced: bool = False


def models_folder(given: str | os.PathLike[str] | None = None) -> Path:
    """Return where versions are kept: the folder given, else the environment's, else one in the user's data folder.

    Examples
    --------
    >>> models_folder("mine").name
    'mine'
    """
    named = given or os.environ.get(ENVIRONMENT)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path  # here: some milliseconds that not everybody needs to wait

    return user_data_path("commentguard", appauthor=False) / "models"


def is_name(text: object) -> bool:
    """Tell whether something is what a version may be called.

    Examples
    --------
    >>> is_name("v3"), is_name("default"), is_name("../v3")
    (True, True, False)
    """
    return isinstance(text, str) and (text == SHIPPED or _NAME.fullmatch(text) is not None)


def versions(folder: Path) -> list[str]:
    """Return the names of the versions in a models folder, oldest first; none where there is no such folder."""
    try:
        names = [entry for entry in os.listdir(folder) if _NAME.fullmatch(entry)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ModelFormatError(f"{folder}: can't be read ({error.strerror}); {ELSEWHERE}") from None
    return sorted((name for name in names if (folder / name / MANIFEST).is_file()), key=lambda name: int(name[1:]))


def promotions(folder: Path) -> list[Promotion]:
    """Return what was promoted and not rolled back, the version in use last; empty: the model that comes along.

    Raises
    ------
    ModelFormatError
        Where the list can't be read.
    """
    place = folder / POINTER
    try:
        with open(place, "rb") as file:
            listed = json.loads(file.read(_MAX_BYTES))["promoted"]
        found = [Promotion(entry["version"], entry["forced"] is True) for entry in listed]
        if not all(is_name(entry.version) for entry in found):
            raise ValueError("a name that no version has")
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        raise ModelFormatError(f"{folder}: is no folder; {ELSEWHERE}") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        what = error.strerror if isinstance(error, OSError) else " ".join(str(error).split())[:100]
        raise ModelFormatError(f"{place}: can't be read ({what}): move it away and promote a version again") from None
    return found


def promoted(folder: Path) -> str:
    """Return the name of the version in use; ``"default"``: the model that comes along."""
    found = promotions(folder)
    return found[-1].version if found else SHIPPED


def promote(folder: Path, version: str, *, forced: bool = False) -> None:
    """Let a version be used from now on; programs see the old one or the new one, and nothing between.

    Raises
    ------
    ModelFormatError
        Where there is no such version.
    OutputError
        Where the folder can't be written to.
    """
    if version != SHIPPED and version not in (known := versions(folder)):
        raise ModelFormatError(f"{version}: no such version in {folder}: name one of {', '.join([*known, SHIPPED])}")
    before = promotions(folder)
    if version != (before[-1].version if before else SHIPPED):
        _write(folder, [*before, Promotion(version, forced)])


def rollback(folder: Path) -> str:
    """Return to what was in use before the last promotion, and return its name.

    Raises
    ------
    ModelFormatError
        Where nothing was promoted.
    OutputError
        Where the folder can't be written to.
    """
    before = promotions(folder)
    if not before:
        raise ModelFormatError(f"{folder}: nothing was promoted here: the model that comes along is in use already")
    _write(folder, before[:-1])
    return before[-2].version if len(before) > 1 else SHIPPED


def add_version(
    model: Model,
    *,
    models: str | os.PathLike[str] | None = None,
    name: str = "",
    beside: Mapping[str, str] | None = None,
    use: bool = True,
    forced: bool = False,
) -> str:
    """Add a model as the next version, let it be used from now on, and return the version's name.

    Parameters
    ----------
    model : Model
        What was learned.
    models : str or path, optional
        The models folder; None: as `models_folder` has it.
    name : str
        What the model calls itself; empty: as the version.
    beside : Mapping, optional
        Further text files of the version, name to content.
    use : bool
        False: the version is added, and what was in use stays so.
    forced : bool
        Whether it is used although it was found to be worse.

    Raises
    ------
    OutputError
        Where the models folder can't be written to; what was in use stays so.
    """
    folder = models_folder(models)
    with new_version(folder) as place:
        save_model(model, place, name=name, beside=beside)
    if use:
        promote(folder, place.name, forced=forced)
    return place.name


@contextmanager
def new_version(folder: Path) -> Iterator[Path]:
    """Reserve the next version's folder, for a model to be written to; it is given up where that fails.

    Raises
    ------
    OutputError
        Where the models folder can't be written to.
    """
    place = _reserved(folder)
    try:
        yield place
    except BaseException:
        with suppress(OSError):
            place.rmdir()  # only where it is still empty
        raise


def stamp(place: Path) -> Stamp | None:
    """Return what changes when a file is replaced, or None where there is none."""
    try:
        told = os.stat(place)
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino


def _reserved(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = max((int(entry[1:]) for entry in os.listdir(folder) if _NAME.fullmatch(entry)), default=0)
        while True:
            number += 1
            with suppress(FileExistsError):  # another process was faster
                (folder / f"v{number}").mkdir()
                return folder / f"v{number}"
    except OSError as error:
        raise _unwritable(folder, error) from None


def _write(folder: Path, entries: Sequence[Promotion]) -> None:
    listed: list[dict[str, Any]] = [{"version": one.version, "forced": one.forced} for one in entries[-_KEPT:]]
    text = json.dumps({"promoted": listed}, indent=1) + "\n"
    temporary = folder / f".{POINTER}.{secrets.token_hex(6)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with open(temporary, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, folder / POINTER)
        finally:
            with suppress(OSError):
                temporary.unlink()
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"{folder}: can't be written to ({error.strerror or error}); {ELSEWHERE}")

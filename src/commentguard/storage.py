"""The model folder: a manifest that is checked before anything is built, and arrays; never code.

Format 1: ``manifest.json`` (format, labels, thresholds, features, versions, notes on the training, SHA-256 of each
file) and ``weights.npz`` (arrays, loaded without pickle). Other files of the folder (card, metrics) are not read.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from commentguard import __version__
from commentguard.arrays import Parts, number_of, pack, unpack
from commentguard.decision import Thresholds
from commentguard.errors import ModelFormatError, OutputError
from commentguard.features.background import BITS, Background
from commentguard.features.ngrams import FIELDS, OFFSETS
from commentguard.features.pages import NAMES as PAGES
from commentguard.features.relevance import NAMES as RELEVANCE
from commentguard.forest import ARRAYS, Forest
from commentguard.linear import Weights
from commentguard.logistic import Logistic
from commentguard.records import LABELS
from commentguard.scoring import DECISIONS, FEATURES, PING_COLUMNS, Parameters, no_pages

FORMAT: Final = 2
"""Number of the format written. Raise it when an older program would misread a model; keep a reader for each number."""
MANIFEST: Final = "manifest.json"
WEIGHTS: Final = "weights.npz"
ROWS: Final = "rows.txt"
"""Beside a model that learned: key and label of each row that it learned from, so that it is not judged by them."""
MAX_BYTES: Final = 200_000_000
"""Greatest size of a file of a model, unpacked: a model is some megabytes."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_NGRAMS: Final = [[field.name, list(field.orders), field.bits, field.scale] for field in FIELDS]
_MATCH: Final = "match"
_PINGS: Final = tuple(f"pings_{decision}" for decision in DECISIONS)


Layer = tuple[tuple[Weights, Weights] | None, tuple[float, float]]
"""An additive layer: weights (None: none) and biases, as `Parameters` has them."""


@dataclass(frozen=True)
class Model:
    """What a model folder holds.

    Parameters
    ----------
    parameters : Parameters
        What scores are made from.
    thresholds : Thresholds
        Where labels begin.
    typical : ndarray of float32, shape (len(FEATURES),)
        Median of each feature over substantive comments, to word reasons by.
    manifest : Mapping
        What is said of the model.
    before : tuple or None
        The additive layer as an `update` found it, for the next one to start from; None where none was made.
    """

    parameters: Parameters
    thresholds: Thresholds
    typical: NDArray[np.float32]
    manifest: Mapping[str, Any]
    before: Layer | None = None


def save_model(
    model: Model, folder: str | os.PathLike[str], *, name: str = "", beside: Mapping[str, str] | None = None
) -> None:
    """Write a model folder; an older one of that name is replaced in one step, or stays as it was.

    Parameters
    ----------
    model : Model
        What was learned; of its manifest only ``notes`` (data, counts, settings) are taken over.
    folder : str or path
        Where to write.
    name : str
        The model's name; empty: whatever its folder is called.
    beside : Mapping, optional
        Further text files of the folder (name to content), such as a card; files that an older model of the folder has
        beside its own are kept.

    Raises
    ------
    OutputError
        Where the folder can't be written.
    """
    parameters = model.parameters
    weights = pack(_to_arrays(model))
    manifest = {
        "format": FORMAT,
        **({"name": name} if name else {}),
        "commentguard": __version__,
        "labels": list(LABELS),
        "thresholds": asdict(model.thresholds),
        "features": list(FEATURES),
        **({"pages": list(PAGES)} if parameters.pages.any() else {}),
        "ngrams": _NGRAMS,
        "words_per_text": parameters.background.words_per_text,
        "bias": parameters.bias,
        "scrap_bias": parameters.scrap_bias,
        "layer_bias": list(parameters.layer_bias),
        **({"before_bias": list(model.before[1])} if model.before else {}),
        "forests": {
            kind: [{"baseline": forest.baseline, "depth": forest.depth} for forest in forests]
            for kind, forests in _forests_of(parameters).items()
        },
        "notes": dict(model.manifest.get("notes", {})),
        "files": {WEIGHTS: {"sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    contents = {WEIGHTS: weights, MANIFEST: text.encode()}
    contents |= {key: value.encode() for key, value in (beside or {}).items()}
    _replace_folder(Path(folder), contents)


def _replace_folder(named: Path, contents: Mapping[str, bytes]) -> None:
    try:
        folder = named.resolve()  # "." can't be renamed, and a link must go on pointing here
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
            raise OutputError(f"{named}: is not empty and holds no model: choose another folder")
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            if folder.exists():  # a card, figures, whatever its owner put there
                shutil.copytree(folder, temporary, dirs_exist_ok=True)
            for name, content in contents.items():
                _write(temporary / name, content)
            temporary.chmod(0o755)
            _swap(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        remedy = "free some space" if error.errno in _FULL else "choose another folder"
        kept = "; the model that is there stays" if (named / MANIFEST).is_file() else ""
        raise OutputError(f"{named}: can't write here ({error.strerror or error}){kept}: {remedy}") from error


def _write(place: Path, content: bytes) -> None:
    """Write a file that is on the disk, not only on its way there, before the folder is moved into place."""
    with open(place, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _swap(new: Path, folder: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent)) / "model"
    try:
        folder.rename(old)
        try:
            new.rename(folder)
        except BaseException:
            old.rename(folder)
            raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def load(folder: str | os.PathLike[str]) -> Model:
    """Read a model folder after checking all of it.

    Raises
    ------
    ModelFormatError
        Where it is missing, damaged, made by another version, or holds anything but numbers.
    """
    path = Path(folder)
    manifest, content = _checked(path)
    arrays = _unpack(path, content)
    try:
        return _build(manifest, arrays)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise ModelFormatError(f"{path}: the model's parts don't fit ({error}): train or fetch it again") from error


def learned_rows(folder: Path) -> dict[str, str]:
    """Return the key of each row that a model learned from, with its label; empty where its folder does not tell."""
    try:
        lines = _read(folder / ROWS).decode("ascii").splitlines()
        return {key: label for key, _, label in (line.partition(" ") for line in lines)}
    except (OSError, ValueError):
        return {}


def describe(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Return a model's manifest after checking it and the files that it names.

    Raises
    ------
    ModelFormatError
        As `load` does.
    """
    return _checked(Path(folder))[0]


def _checked(path: Path) -> tuple[dict[str, Any], bytes]:
    """Return a model's manifest and the content of the file that it names."""
    try:
        manifest = json.loads(_read(path / MANIFEST))
        number = manifest["format"]
    except FileNotFoundError:
        raise ModelFormatError(f"{path}: no model here ({MANIFEST} is missing): name a model folder") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelFormatError(f"{path / MANIFEST}: can't be read ({error}): train or fetch the model again") from error
    if not isinstance(number, int) or number > FORMAT:
        raise ModelFormatError(f"{path}: model format {number!r} is newer than {FORMAT}: upgrade commentguard")
    if number < FORMAT:
        raise ModelFormatError(f"{path}: model format {number} is too old for this program: train the model again")
    if manifest.get("features") != list(FEATURES) or manifest.get("labels") != list(LABELS):
        raise ModelFormatError(f"{path}: made by a commentguard with other features: train the model again")
    if not isinstance(manifest.get("notes", {}), dict) or not isinstance(manifest.get("name", ""), str):
        raise ModelFormatError(f"{path / MANIFEST}: its name or notes are damaged: train or fetch the model again")
    if manifest.get("ngrams") != _NGRAMS:
        raise ModelFormatError(f"{path}: made by a commentguard with other n-grams: train the model again")
    return {"name": path.resolve().name, **manifest}, _checked_weights(path, manifest)


def _checked_weights(path: Path, manifest: Mapping[str, Any]) -> bytes:
    listed = manifest.get("files")
    if not isinstance(listed, dict) or set(listed) != {WEIGHTS} or not isinstance(listed[WEIGHTS], dict):
        raise ModelFormatError(f"{path / MANIFEST}: must list {WEIGHTS} and nothing else: train or fetch it again")
    try:
        content = _read(path / WEIGHTS)
    except (OSError, ValueError) as error:
        raise ModelFormatError(f"{path / WEIGHTS}: can't be read ({error}): fetch the model again") from error
    if hashlib.sha256(content).hexdigest() != listed[WEIGHTS].get("sha256"):
        raise ModelFormatError(f"{path / WEIGHTS}: differs from the manifest's SHA-256: fetch the model again")
    return content


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    return path.read_bytes()


def _unpack(path: Path, content: bytes) -> dict[str, NDArray[Any]]:
    try:
        return unpack(content, MAX_BYTES)
    except Exception as error:  # there is no list of what zipfile and numpy raise on hostile bytes
        what = " ".join(str(error).split())[:200]
        raise ModelFormatError(f"{path / WEIGHTS}: no archive of arrays ({what}): train or fetch it again") from error


def _to_arrays(model: Model) -> dict[str, NDArray[Any]]:
    parameters = model.parameters
    arrays: dict[str, NDArray[Any]] = {
        "idf": parameters.background.idf.astype(np.float16),
        "calibration": parameters.calibration,
        "typical": model.typical,
    }
    tables = {"spam": parameters.weights, "scrap": parameters.scrap_weights}
    for kind, layer in (("layer", parameters.layer), ("before", model.before[0] if model.before else None)):
        if layer:
            tables |= {f"{kind}_{decision}": table for decision, table in zip(DECISIONS, layer, strict=True)}
    for prefix, table in tables.items():
        for field, first in zip(FIELDS, OFFSETS, strict=True):
            arrays[f"{prefix}/{field.name}"] = np.append(table[first : first + field.size], 0).astype(np.float16)
    regressions = {_MATCH: parameters.match, **dict(zip(_PINGS, parameters.pings, strict=True))}
    for name, one in regressions.items():
        if one is not None:
            arrays[name] = np.stack((one.mean, one.weights, np.full(len(one.mean), one.bias)))
    if parameters.pages.any():
        arrays["pages"] = parameters.pages
    for kind, forests in _forests_of(parameters).items():
        for number, forest in enumerate(forests):
            arrays |= {f"forest_{kind}_{number}/{name}": getattr(forest, name) for name in ARRAYS}
    return arrays


def _forests_of(parameters: Parameters) -> dict[str, tuple[Forest, ...]]:
    return dict(zip(DECISIONS, parameters.forests, strict=True))


def _build(manifest: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Model:
    parts = Parts(dict(arrays))
    spam, off_topic = (_forests(decision, len(FEATURES), manifest, parts) for decision in DECISIONS)
    spam_pings, off_topic_pings = (
        _regression(name, len(columns), parts) for name, columns in zip(_PINGS, PING_COLUMNS, strict=True)
    )
    layer, layer_bias = _layer("layer", manifest["layer_bias"], parts)
    parameters = Parameters(
        background=Background(
            parts.take("idf", np.float16, (1 << BITS,)).astype(np.float32), number_of(manifest["words_per_text"], 1.0)
        ),
        weights=_weights("spam", parts),
        bias=number_of(manifest["bias"]),
        scrap_weights=_weights("scrap", parts),
        scrap_bias=number_of(manifest["scrap_bias"]),
        match=_regression(_MATCH, len(RELEVANCE), parts),
        forests=(spam, off_topic),
        pings=(spam_pings, off_topic_pings),
        calibration=parts.take("calibration", np.float64, (2, 2)),
        layer=layer,
        layer_bias=layer_bias,
        pages=_pages(manifest, parts),
    )
    before = _layer("before", manifest["before_bias"], parts) if "before_bias" in manifest else None
    thresholds = Thresholds(**{name: number_of(value, 0.0) for name, value in manifest["thresholds"].items()})
    typical = parts.take("typical", np.float32, (len(FEATURES),))
    if parts.arrays:
        raise ValueError(f"{min(parts.arrays)} has no place in a model")
    return Model(parameters, thresholds, typical, manifest, before)


def _weights(prefix: str, parts: Parts) -> Weights:
    tables = [parts.take(f"{prefix}/{field.name}", np.float16, (field.size + 1,))[:-1] for field in FIELDS]
    return np.append(np.concatenate(tables), np.float16(0)).astype(np.float32)


def _layer(kind: str, biases: Sequence[object], parts: Parts) -> Layer:
    there = f"{kind}_spam/{FIELDS[0].name}" in parts.arrays
    tables = (_weights(f"{kind}_spam", parts), _weights(f"{kind}_off_topic", parts)) if there else None
    return tables, (number_of(biases[0]), number_of(biases[1]))


def _regression(name: str, n_columns: int, parts: Parts) -> Logistic | None:
    if name not in parts.arrays:
        return None
    mean, weights, bias = parts.take(name, np.float64, (3, n_columns))
    return Logistic(mean, weights, float(bias[0]))


def _pages(manifest: Mapping[str, Any], parts: Parts) -> NDArray[np.float64]:
    """Return the weights of what was found at pings' sources, those of signals that this program knows."""
    if "pages" not in parts.arrays:
        return no_pages()
    if manifest.get("pages") != list(PAGES):
        raise ValueError("its signals of pages are others")
    return parts.take("pages", np.float64, (len(DECISIONS), len(PAGES)))


def _forests(kind: str, n_features: int, manifest: Mapping[str, Any], parts: Parts) -> tuple[Forest, ...]:
    listed = enumerate(manifest["forests"][kind])
    return tuple(_forest(f"forest_{kind}_{number}", n_features, about, parts) for number, about in listed)


def _forest(prefix: str, n_features: int, about: Mapping[str, Any], parts: Parts) -> Forest:
    feature = parts.take(f"{prefix}/feature", np.int16)
    each = feature.shape
    forest = Forest(
        roots=parts.take(f"{prefix}/roots", np.int32),
        feature=feature,
        threshold=parts.take(f"{prefix}/threshold", np.float32, each, endless=True),  # infinite: known or not
        missing_left=parts.take(f"{prefix}/missing_left", np.bool_, each),
        left=parts.take(f"{prefix}/left", np.int32, each),
        right=parts.take(f"{prefix}/right", np.int32, each),
        value=parts.take(f"{prefix}/value", np.float32, each),
        baseline=number_of(about["baseline"]),
        depth=int(number_of(about["depth"], 0)),
    )
    forest.check(n_features)
    return forest

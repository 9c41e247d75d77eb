"""The model folder: a manifest that is checked before anything is built, and arrays; never code.

Format 1: ``manifest.json`` (format, labels, thresholds, features, versions, notes on the training, SHA-256 of each
file) and ``weights.npz`` (arrays, loaded without pickle). Other files of the folder (card, metrics) are not read.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from commentguard import __version__
from commentguard.decision import Thresholds
from commentguard.errors import ModelFormatError, OutputError
from commentguard.features.background import BITS, Background
from commentguard.features.ngrams import FIELDS
from commentguard.forest import Forest
from commentguard.linear import Weights
from commentguard.records import LABELS
from commentguard.scoring import DECISIONS, FEATURES, Parameters

FORMAT: Final = 1
"""Number of the format written. Raise it when an older program would misread a model; keep a reader for each number."""
MANIFEST: Final = "manifest.json"
WEIGHTS: Final = "weights.npz"
MAX_BYTES: Final = 200_000_000
"""Greatest size of a file of a model, unpacked: a model is some megabytes."""

_FOREST_ARRAYS: Final = ("roots", "feature", "threshold", "missing_left", "left", "right", "value")


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
    """

    parameters: Parameters
    thresholds: Thresholds
    typical: NDArray[np.float32]
    manifest: Mapping[str, Any]


def save_model(
    model: Model, folder: str | os.PathLike[str], *, name: str, beside: Mapping[str, str] | None = None
) -> None:
    """Write a model folder; an older one of that name is replaced in one step, or stays as it was.

    Parameters
    ----------
    model : Model
        What was learned; of its manifest only ``notes`` (data, counts, settings) are taken over.
    folder : str or path
        Where to write.
    name : str
        The model's name.
    beside : Mapping, optional
        Further text files of the folder (name to content), such as a card; files that an older model of the folder has
        beside its own are kept.

    Raises
    ------
    OutputError
        Where the folder can't be written.
    """
    parameters = model.parameters
    weights = _pack(_to_arrays(parameters, model.typical))
    manifest = {
        "format": FORMAT,
        "name": name,
        "commentguard": __version__,
        "labels": list(LABELS),
        "thresholds": asdict(model.thresholds),
        "features": list(FEATURES),
        "ngrams": [[field.name, list(field.orders), field.bits, field.scale] for field in FIELDS],
        "words_per_text": parameters.background.words_per_text,
        "bias": parameters.bias,
        "layer_bias": list(parameters.layer_bias),
        "forests": {
            decision: None if forest is None else {"baseline": forest.baseline, "depth": forest.depth}
            for decision, forest in zip(DECISIONS, parameters.forests, strict=True)
        },
        "notes": dict(model.manifest.get("notes", {})),
        "files": {WEIGHTS: {"sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    contents = {WEIGHTS: weights, MANIFEST: text.encode()}
    contents |= {key: value.encode() for key, value in (beside or {}).items()}
    _replace_folder(Path(folder), contents)


def _replace_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
            raise OutputError(f"{folder}: is not empty and holds no model: choose another folder")
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name, content in contents.items():
                (temporary / name).write_bytes(content)
            temporary.chmod(0o755)
            _swap(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"{folder}: can't write the model: {error.strerror}: choose another folder") from error


def _swap(new: Path, folder: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent)) / "model"
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
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
    manifest = describe(path)
    arrays = _unpack(path, (path / WEIGHTS).read_bytes())
    try:
        return _build(manifest, arrays)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelFormatError(f"{path}: the model's arrays don't fit together ({error}): train or fetch it again") from error


def describe(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Return a model's manifest after checking it and the files that it names.

    Raises
    ------
    ModelFormatError
        As `load` does.
    """
    path = Path(folder)
    try:
        manifest = json.loads(_read(path / MANIFEST))
        number = manifest["format"]
    except FileNotFoundError:
        raise ModelFormatError(f"{path}: no model here ({MANIFEST} is missing): name a model folder") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelFormatError(f"{path / MANIFEST}: can't be read ({error}): train or fetch the model again") from error
    if not isinstance(number, int) or number > FORMAT:
        raise ModelFormatError(f"{path}: model format {number!r} is newer than this program's {FORMAT}: upgrade commentguard")
    if number < FORMAT:
        raise ModelFormatError(f"{path}: model format {number} is too old for this program: train the model again")
    if manifest.get("features") != list(FEATURES) or manifest.get("labels") != list(LABELS):
        raise ModelFormatError(f"{path}: made by a commentguard with other features: train the model again")
    _check_files(path, manifest)
    return dict(manifest)


def _check_files(path: Path, manifest: Mapping[str, Any]) -> None:
    listed = manifest.get("files")
    if not isinstance(listed, dict) or set(listed) != {WEIGHTS} or not isinstance(listed[WEIGHTS], dict):
        raise ModelFormatError(f"{path / MANIFEST}: must list {WEIGHTS} and nothing else: train or fetch the model again")
    try:
        found = hashlib.sha256(_read(path / WEIGHTS)).hexdigest()
    except OSError as error:
        raise ModelFormatError(f"{path / WEIGHTS}: can't be read ({error.strerror}): fetch the model again") from error
    if found != listed[WEIGHTS].get("sha256"):
        raise ModelFormatError(f"{path / WEIGHTS}: is not the file that the manifest names (SHA-256): fetch the model again")


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    return path.read_bytes()


def _pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return an uncompressed archive of arrays; the same arrays give the same bytes."""
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **dict(sorted(arrays.items())))
    return packed.getvalue()


def _unpack(path: Path, content: bytes) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_BYTES:
                raise ValueError(f"unpacks to more than {MAX_BYTES} bytes")
        with np.load(io.BytesIO(content), allow_pickle=False) as loaded:
            return {name: loaded[name] for name in loaded.files}
    except (ValueError, OSError, zipfile.BadZipFile, KeyError, EOFError) as error:
        raise ModelFormatError(f"{path / WEIGHTS}: no archive of arrays ({error}): train or fetch the model again") from error


def _to_arrays(parameters: Parameters, typical: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {
        "idf": parameters.background.idf.astype(np.float16),
        "calibration": parameters.calibration,
        "typical": typical,
    }
    tables = {"spam": parameters.weights}
    if parameters.layer:
        tables |= {f"layer_{decision}": table for decision, table in zip(DECISIONS, parameters.layer, strict=True)}
    for prefix, table in tables.items():
        arrays |= {f"{prefix}/{name}": weights.astype(np.float16) for name, weights in table.items()}
    for decision, forest in zip(DECISIONS, parameters.forests, strict=True):
        if forest is not None:
            arrays |= {f"forest_{decision}/{name}": getattr(forest, name) for name in _FOREST_ARRAYS}
    return arrays


def _build(manifest: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Model:
    take = _taker(arrays)
    forests = tuple(_forest(decision, manifest, take) for decision in DECISIONS)
    has_layer = f"layer_{DECISIONS[0]}/{FIELDS[0].name}" in arrays
    parameters = Parameters(
        background=Background(
            take("idf", np.float16, 1 << BITS).astype(np.float32), float(manifest["words_per_text"])
        ),
        weights=_weights("spam", take),
        bias=float(manifest["bias"]),
        forests=(forests[0], forests[1]),
        calibration=take("calibration", np.float64, 4).reshape(2, 2),
        layer=(_weights("layer_spam", take), _weights("layer_off_topic", take)) if has_layer else None,
        layer_bias=(float(manifest["layer_bias"][0]), float(manifest["layer_bias"][1])),
    )
    return Model(parameters, Thresholds(**manifest["thresholds"]), take("typical", np.float32, len(FEATURES)), manifest)


_Taker = Callable[[str, Any, int | None], NDArray[Any]]


def _taker(arrays: Mapping[str, NDArray[Any]]) -> Any:
    """Return a function that takes an array by name and refuses one of another type or size."""

    def take(name: str, dtype: Any, size: int | None = None) -> NDArray[Any]:
        found = arrays[name]
        if found.dtype != dtype or (size is not None and found.size != size):
            raise ValueError(f"{name} is {found.dtype} of {found.size}")
        return found

    return take


def _weights(prefix: str, take: Any) -> Weights:
    return {
        field.name: take(f"{prefix}/{field.name}", np.float16, field.size + 1).astype(np.float32) for field in FIELDS
    }


def _forest(decision: str, manifest: Mapping[str, Any], take: Any) -> Forest | None:
    about = manifest["forests"][decision]
    if about is None:
        return None
    roots = take(f"forest_{decision}/roots", np.int32)
    feature = take(f"forest_{decision}/feature", np.int16)
    kinds = (np.float32, bool, np.int32, np.int32, np.float32)
    rest = [
        take(f"forest_{decision}/{name}", kind, len(feature)) for name, kind in zip(_FOREST_ARRAYS[2:], kinds, strict=True)
    ]
    forest = Forest(roots, feature, *rest, baseline=float(about["baseline"]), depth=int(about["depth"]))
    nodes = len(feature)
    if not (0 <= forest.depth <= 64 and all(_within(part, nodes) for part in (roots, forest.left, forest.right))):
        raise ValueError(f"the trees of {decision} point outside themselves")
    if not _within(feature, len(FEATURES)):
        raise ValueError(f"the trees of {decision} ask for features that don't exist")
    return forest


def _within(indices: NDArray[Any], size: int) -> bool:
    return bool(len(indices) and indices.min() >= 0 and indices.max() < size)

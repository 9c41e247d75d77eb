"""Arrays in one archive, and numbers beside them: read from files that may hold anything, without running any of it."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return an uncompressed archive of arrays; the same arrays give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in sorted(arrays.items()):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:  # dated 1980, whatever the day
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
    return packed.getvalue()


def unpack(content: bytes, most: int) -> dict[str, NDArray[Any]]:
    """Return the arrays of an archive by name, the inverse of `pack`; refuse more than `most` bytes of them.

    On bytes that are no such archive errors of all kinds are raised.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > most:
            raise ValueError(f"unpacks to more than {most} bytes")
        return {member.filename.removesuffix(".npy"): _array(archive.read(member)) for member in members}


def _array(content: bytes) -> NDArray[Any]:
    """Return the array of a .npy file, once its header is known to ask for no more than the file holds."""
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("another version of .npy")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError(f"an array of {dtype} and shape {shape} that is not there")
    file.seek(0)
    array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    return array


def number_of(value: object, least: float = -math.inf) -> float:
    """Return a finite number that a file told, not below `least`, refusing what only looks like one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < least:
        raise ValueError(f"{value!r} where a number belongs")
    return float(value)


@dataclass(frozen=True, slots=True)
class Parts:
    """The arrays of a file that nobody has asked for yet."""

    arrays: dict[str, NDArray[Any]]

    def take(
        self, name: str, dtype: type[np.generic], shape: tuple[int, ...] | None = None, *, endless: bool = False
    ) -> NDArray[Any]:
        """Return an array by name; refuse one of another type or shape (None: any length), or with NaN in it.

        Infinity is refused too, unless the array may be `endless`.
        """
        found = self.arrays.pop(name)
        if found.dtype != dtype or (found.ndim != 1 if shape is None else found.shape != shape):
            raise ValueError(f"{name} is {found.dtype} of shape {found.shape}")
        if np.isnan(found).any() or not (endless or np.isfinite(found).all()):
            raise ValueError(f"{name} holds what is no number")
        return found

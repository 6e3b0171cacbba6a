"""One column of a store: a flat file of everything in it, and one of where each row starts."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class ColumnWriter:
    """A column being written: its two files and what is not in them yet."""

    def __init__(self, stem: Path, first: Array) -> None:
        """Prepare to write `stem`.data and, unless `first` is a scalar, `stem`.offsets.

        Raises:
            ValueError: `first` holds Python objects.
        """
        first = np.asarray(first)
        if first.dtype.hasobject:
            raise ValueError(f"{stem.name}: dtype {first.dtype} holds Python objects")
        self._dtype, self._scalar, self._inner = first.dtype, first.ndim == 0, first.shape[1:]
        self._items = 0
        self._data: list[bytes] = []
        self._offsets: list[int] = [] if self._scalar else [0]
        self._name = stem.name
        self._data_path = Path(f"{stem}.data")
        self._offsets_path = None if self._scalar else Path(f"{stem}.offsets")

    def check(self, array: Array) -> None:
        """Raise ValueError for an array of another dtype or shape than the first."""
        array = np.asarray(array)
        mine = (self._dtype, self._scalar, self._inner)
        if (array.dtype, array.ndim == 0, array.shape[1:]) != mine:
            raise ValueError(
                f"{self._name}: {array.dtype}{array.shape} does not go with the first row, "
                f"{self._dtype}{'()' if self._scalar else ('n', *self._inner)}"
            )

    def add(self, array: Array) -> int:
        """Keep a copy of a row for `flush`, and return about how many bytes that takes."""
        data = array.tobytes()
        self._data.append(data)
        self._items += 1 if self._scalar else len(array)
        if not self._scalar:
            self._offsets.append(self._items)
        return len(data) + 64  # the objects that hold it take memory too

    def flush(self, sync: bool = False) -> None:
        """Append what was kept to the files; with `sync`, return when it is on the disk."""
        self._append(self._data_path, b"".join(self._data), sync)
        self._data.clear()
        if self._offsets_path is not None:
            self._append(self._offsets_path, np.array(self._offsets, "<i8").tobytes(), sync)
            self._offsets.clear()

    @staticmethod
    def _append(path: Path, data: bytes, sync: bool) -> None:
        with path.open("ab") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())

    def about(self) -> dict[str, Any]:
        """Return what the marker has to say for `mapped` to read the column."""
        return {
            "dtype": np.lib.format.dtype_to_descr(self._dtype),
            "scalar": self._scalar,
            "inner": list(self._inner),
            "items": self._items,
        }


def dtype_of(description: Any) -> np.dtype[Any]:
    """Return the dtype of a marker.

    Raises:
        ValueError: there is none, or it holds Python objects.
    """
    dtype = np.lib.format.descr_to_dtype(_with_tuples(description))
    if dtype.hasobject:
        raise ValueError("dtype holds Python objects")
    return dtype


def _with_tuples(description: Any) -> Any:
    """Return a dtype description where JSON has made lists of the tuples, with tuples again."""
    if isinstance(description, str):
        return description
    fields = []
    for title_and_name, kind, *shape in description:
        name = title_and_name if isinstance(title_and_name, str) else tuple(title_and_name)
        fields.append((name, _with_tuples(kind), *map(tuple, shape)))
    return fields


def mapped(path: Path, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    """Return the file as a read-only array; ValueError when it is not exactly that long."""
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if path.stat().st_size != size:
        raise ValueError(f"{path}: {path.stat().st_size} bytes, expected {size}")
    if size == 0:  # nothing to map
        return np.zeros(shape, dtype)
    # As a plain array: each slice of a memmap would be a memmap again, with its bookkeeping.
    return np.memmap(path, dtype, "r", shape=shape).view(np.ndarray)

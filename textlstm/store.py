"""Encoded examples on disk: named ragged columns of any dtype, memory-mapped.

A store is a folder. Part "train" with a column "tokens" is two flat files, `train.tokens.data`
(all rows one after another) and `train.tokens.offsets` (where each row starts, int64, one more
than there are rows); a column of scalars has no offsets. `store.json` says what there should be,
is written last, and the folder gets its name only when everything is in it.
"""

import contextlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from textlstm.atomic import sync_folder
from textlstm.cache import cache_folder, key, refused, sweep
from textlstm.columns import Array, ColumnWriter, dtype_of, mapped

__all__ = ["Part", "Store", "Writer", "cache_folder", "key", "open_store"]

FORMAT = 1
_MARKER = "store.json"
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_BUFFER = 8 << 20  # bytes kept before they are written


class Part:
    """The examples of one part: `len()` rows in each of its `columns`."""

    def __init__(self, folder: Path, name: str, count: int, columns: dict[str, Any]) -> None:
        """Map the files that the marker of a store describes."""
        self._count = count
        self.columns = tuple(columns)
        self._data: dict[str, Array] = {}
        self._offsets: dict[str, Array | None] = {}
        for column, about in columns.items():
            dtype = dtype_of(about["dtype"])
            shape = (about["items"], *about["inner"])
            data = mapped(folder / f"{name}.{column}.data", dtype, shape)
            self._data[column] = data
            self._offsets[column] = None
            if not about["scalar"]:
                path = folder / f"{name}.{column}.offsets"
                offsets = mapped(path, np.dtype("<i8"), (count + 1,))
                if offsets[0] != 0 or offsets[-1] != about["items"]:
                    raise ValueError(f"{path}: does not go with the data")
                self._offsets[column] = offsets

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._count

    def flat(self, column: str) -> Array:
        """Return all rows of `column` one after another, a read-only view of the mapped file."""
        return self._data[column]

    def lengths(self, column: str) -> npt.NDArray[np.int64]:
        """Return the length of each row of `column`, int64 `(rows,)`; a scalar counts as one."""
        offsets = self._offsets[column]
        if offsets is None:
            return np.ones(self._count, np.int64)
        return np.diff(offsets)

    def rows(
        self, column: str, indices: Sequence[int] | npt.NDArray[np.integer[Any]]
    ) -> list[Array]:
        """Return the rows at `indices` as they were added; read-only views of the mapped file.

        Raises:
            IndexError: an index below zero or beyond the last row.
        """
        data, offsets = self._data[column], self._offsets[column]
        places = np.asarray(indices, dtype=np.int64)
        if places.size and not 0 <= places.min() <= places.max() < self._count:
            raise IndexError(f"rows {places.min()}..{places.max()} of {self._count}")
        if offsets is None:
            return [data[i, ...] for i in places.tolist()]
        starts, ends = offsets[places].tolist(), offsets[places + 1].tolist()
        return [data[a:b] for a, b in zip(starts, ends, strict=True)]


class Store:
    """A finished store.

    Attributes:
        folder: where it is.
        meta: what `Writer.finish` was given.
        parts: the parts by name.
    """

    def __init__(self, folder: Path, meta: dict[str, Any], parts: dict[str, Part]) -> None:
        """Hold what `open_store` has read."""
        self.folder = folder
        self.meta = meta
        self.parts = parts


def open_store(folder: str | os.PathLike[str]) -> Store | None:
    """Return the store in `folder`, or None where there is none that is whole.

    A missing or shortened file, another format or a damaged marker count as no store: it is a
    cache, to be built again.
    """
    folder = Path(folder)
    try:
        marker = json.loads((folder / _MARKER).read_text(encoding="utf-8"))
        if marker["format"] != FORMAT:
            return None
        parts = {
            name: Part(folder, name, about["count"], about["columns"])
            for name, about in marker["parts"].items()
        }
        return Store(folder, marker["meta"], parts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


class Writer:
    """Writes a store, a row at a time, with a few megabytes of memory.

    Use it in a `with` statement: what was not finished is removed. Two processes may build the
    same folder at once; the first to finish wins and the other's work is dropped.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Prepare to write the store that will be `folder`.

        Raises:
            SettingsError: the cache cannot be written.
        """
        self._final = Path(folder)
        self._columns: dict[str, dict[str, ColumnWriter]] = {}
        self._counts: dict[str, int] = {}
        self._buffered = 0
        with refused(self._final.parent):
            self._final.parent.mkdir(parents=True, exist_ok=True)
            sweep(self._final)
            self._folder = _sibling(self._final)
            self._folder.mkdir()

    def add(self, part: str, row: Mapping[str, Array]) -> None:
        """Append one row to `part`.

        Args:
            part: name of the part.
            row: an array for each column: `(n, ...)` with any n, or a scalar `()`. The columns of
                a part, and dtype and shape but n of a column, are those of its first row.

        Raises:
            ValueError: a row unlike the first one, or of Python objects.
            SettingsError: the cache cannot be written.
        """
        if part not in self._columns:
            for name in (part, *row):
                if not _NAME.fullmatch(name):
                    raise ValueError(f"{name!r} cannot be part of a file's name")
            self._columns[part] = {
                name: ColumnWriter(self._folder / f"{part}.{name}", array)
                for name, array in row.items()
            }
            self._counts[part] = 0
        columns = self._columns[part]
        if columns.keys() != row.keys():
            raise ValueError(f"columns {sorted(row)}, but {part!r} has {sorted(columns)}")
        for name, array in row.items():
            columns[name].check(array)
        for name, array in row.items():
            self._buffered += columns[name].add(array)
        self._counts[part] += 1
        if self._buffered > _BUFFER:
            self._flush()

    def finish(self, meta: dict[str, Any]) -> Store:
        """Write the marker, give the folder its name, and return the store.

        Args:
            meta: anything JSON can hold, kept as `Store.meta`.

        Raises:
            SettingsError: the cache cannot be written.
        """
        marker = {
            "format": FORMAT,
            "meta": meta,
            "parts": {
                part: {
                    "count": self._counts[part],
                    "columns": {name: column.about() for name, column in columns.items()},
                }
                for part, columns in self._columns.items()
            },
        }
        with refused(self._folder):
            for column in self._all():
                column.flush(sync=True)
            with (self._folder / _MARKER).open("w", encoding="utf-8", newline="\n") as file:
                json.dump(marker, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            return self._publish()

    def close(self) -> None:
        """Remove what was written, unless `finish` has given it its name."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was not finished."""
        self.close()

    def _all(self) -> Iterator[ColumnWriter]:
        for columns in self._columns.values():
            yield from columns.values()

    def _flush(self) -> None:
        with refused(self._folder):
            for column in self._all():
                column.flush()
        self._buffered = 0

    def _publish(self) -> Store:
        """Rename the folder into place and return what is there then."""
        for attempt in range(10):
            try:
                self._folder.rename(self._final)
                sync_folder(self._final.parent)
            except OSError:
                if attempt == 9:
                    raise
            found = open_store(self._final)
            if found is not None:
                return found
            # Something unusable has the name: move it away first, so that nobody sees half of it.
            aside = _sibling(self._final)
            with contextlib.suppress(OSError):
                self._final.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)
        raise OSError(f"what was written to {self._final} is not there")


def _sibling(folder: Path) -> Path:
    """Return a new name beside `folder` that `sweep` knows for its own."""
    return folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")

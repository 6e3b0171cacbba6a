"""Pretrained word vectors from text files: GloVe, word2vec text, fastText .vec."""

import bz2
import gzip
import lzma
import math
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from textlstm.errors import DataError

_LONGEST_LINE = 1 << 20  # bytes; 4096 numbers take about 50 kB
_MOST_DIMENSIONS = 100_000
_FASTTEXT_MAGIC = (793712314).to_bytes(4, "little")
_CONTROL = bytes(i for i in range(32) if i not in b"\t\n\v\f\r")
_NOT_FOUND, _OTHER_CASE, _EXACT = 0, 1, 2


class Vectors(NamedTuple):
    """The vectors of the wanted words."""

    matrix: npt.NDArray[np.float32]
    """`(wanted, dimensions)`; a row of zeros where the file has none."""
    coverage: float
    """Fraction of the wanted words that were found."""
    found: npt.NDArray[np.bool_]
    """`(wanted,)`: which were."""


def read_vectors(path: str | os.PathLike[str], wanted: Sequence[str]) -> Vectors:
    """Return the vectors of the words in `wanted`, read from a text file line by line.

    Understood are GloVe's form (a word and its numbers a line, words may hold spaces) and that of
    word2vec and fastText (the same behind a line `COUNT DIMENSIONS`); `.gz`, `.bz2` and `.xz` as
    they are. A word that the file only has in other case gets the first such vector; of words
    that come twice the first counts. Only wanted lines have their numbers read and checked.

    Raises:
        DataError: a file that cannot be read, is empty, binary or cut off, a line with the wrong
            count of numbers, or something else than a finite number for a wanted word.
    """
    path = Path(path)
    rows = _Rows(wanted)
    matrix: npt.NDArray[np.float32] | None = None
    count, dimensions, announced = 0, 0, None
    for number, line in _lines(path):
        fields = line.split()
        if number == 1:
            announced = _header(fields)
            if announced is not None:
                dimensions = announced[1]
                if not 1 <= dimensions <= _MOST_DIMENSIONS:
                    raise DataError(f"{path}:1: {dimensions} dimensions announced")
                matrix = np.zeros((len(wanted), dimensions), np.float32)
                continue
        if matrix is None:
            dimensions = len(fields) - 1
            if not 1 <= dimensions <= _MOST_DIMENSIONS:
                raise DataError(f"{path}:{number}: expected a word and its numbers")
            matrix = np.zeros((len(wanted), dimensions), np.float32)
        if number == 2 and announced is not None and not _is_text(line):
            raise DataError(f"{path}: a binary word2vec file; convert it to the text form")
        if len(fields) != dimensions + 1 and not _has_spaces(fields, dimensions):
            raise DataError(
                f"{path}:{number}: expected a word and {dimensions} numbers, "
                f"found {len(fields)} fields"
            )
        count += 1
        word = b" ".join(fields[: len(fields) - dimensions])
        for row in rows.claim(word):
            matrix[row] = _numbers(fields[len(fields) - dimensions :], path, number)
    if matrix is None:
        raise DataError(f"{path}: empty, expected a word and its numbers on each line")
    if announced is not None and announced[0] != count:
        raise DataError(f"{path}:1: {announced[0]} vectors announced, but {count} are there")
    found = rows.quality > _NOT_FOUND
    return Vectors(matrix, float(found.mean()) if len(wanted) else 0.0, found)


class _Rows:
    """Which rows of the matrix a word of the file is for, and how well it fits them so far."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self.quality = np.zeros(len(wanted), np.int8)
        self._exact: dict[bytes, list[int]] = {}
        self._lower: dict[bytes, list[int]] = {}
        for row, word in enumerate(wanted):
            self._exact.setdefault(word.encode(errors="replace"), []).append(row)
            self._lower.setdefault(word.lower().encode(errors="replace"), []).append(row)

    def claim(self, word: bytes) -> list[int]:
        """Return the rows for which `word` is better than what they have."""
        lower = word.lower() if word.isascii() else _lower(word)
        rows = []
        for row in self._lower.get(lower, ()):
            quality = _EXACT if row in self._exact.get(word, ()) else _OTHER_CASE
            if quality > self.quality[row]:
                self.quality[row] = quality
                rows.append(row)
        return rows


def _lower(word: bytes) -> bytes:
    return word.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines with their numbers from 1."""
    if path.suffix == ".zip":
        raise DataError(f"{path}: an archive; unpack it and name the file in it")
    try:
        with _opened(path) as file:
            yield from _checked(path, file)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: {reason}") from None


def _opened(path: Path) -> IO[bytes]:
    match path.suffix:
        case ".gz":
            return cast(IO[bytes], gzip.open(path))
        case ".bz2":
            return bz2.open(path)
        case ".xz":
            return lzma.open(path)
    return path.open("rb")


def _checked(path: Path, file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
            if line.startswith(_FASTTEXT_MAGIC):
                raise DataError(f"{path}: a binary fastText model; use its .vec file")
            if not _is_text(line):
                raise DataError(f"{path}:1: not a text file")
        if len(line) >= _LONGEST_LINE:
            raise DataError(f"{path}:{number}: a line of a megabyte or more: not word vectors")
        yield number, line


def _is_text(line: bytes) -> bool:
    """Return whether there is nothing that only binary files hold."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(byte in _CONTROL for byte in line)


def _header(fields: list[bytes]) -> tuple[int, int] | None:
    """Return count and dimensions if that is what the first line is."""
    if len(fields) == 2 and fields[0].isdigit() and fields[1].isdigit():
        return int(fields[0]), int(fields[1])
    return None


def _has_spaces(fields: list[bytes], dimensions: int) -> bool:
    """Return whether the word holds spaces; a number too many is not part of a word."""
    return len(fields) > dimensions + 1 and not _is_number(fields[len(fields) - dimensions - 1])


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _numbers(fields: list[bytes], path: Path, number: int) -> list[float]:
    values = []
    for field in fields:
        value = float(field) if _is_number(field) else math.nan
        if not math.isfinite(value):
            raise DataError(
                f"{path}:{number}: {field.decode('utf-8', 'replace')!r} is not a finite number"
            )
        values.append(value)
    return values

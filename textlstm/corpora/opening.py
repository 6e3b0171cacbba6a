"""Bytes and lines of a file, compressed or not, in memory bounded by one line."""

import bz2
import gzip
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from textlstm.errors import DataError, nearest

COMPRESSED: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
BLOCK = 1 << 20  # bytes read at once
LONGEST = 64 << 20  # bytes of the longest line that is read
BOM = b"\xef\xbb\xbf"
# A UTF-32 mark starts with the UTF-16 one, so it is looked for first
OTHER_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
DAMAGED = (EOFError, OSError, lzma.LZMAError, zlib.error)


class Line(NamedTuple):
    """One physical line.

    Attributes:
        number: counted from 1.
        text: without its line end.
        end: the line end, empty on a last line that has none.
        problem: why the line cannot be used, or None. Its text is then only good for finding out
            where the next row starts.
    """

    number: int
    text: str
    end: str
    problem: str | None


def path_of(name: str) -> Path:
    """Return the path of a name, of which `~` and `~user` are home folders.

    Raises:
        DataError: nothing can be called so: too long, no such user, no way into the folder.
    """
    try:
        path = Path(name).expanduser()
        path.exists()
    except (OSError, RuntimeError) as error:
        shown = name if len(name) <= 100 else name[:97] + "..."
        why = getattr(error, "strerror", None) or str(error).rstrip(".")
        raise DataError(f"{shown}: no such file: {why}.") from None
    return path


def existing(name: str) -> Path:
    """Return the path of a file or folder that exists.

    Raises:
        DataError: there is none; the nearest name beside it is offered.
    """
    path = path_of(name)
    if path.exists():
        return path
    if path.parent.is_dir():
        near = nearest(path.name, (p.name for p in path.parent.iterdir()))
        raise DataError(f"{name}: no such file or folder.{near}")
    raise DataError(f"{name}: no such file; the folder {path.parent} does not exist either.")


def bare_suffix(path: Path) -> str:
    """Return the suffix under a compression's, in lower case: ".csv" for "a.CSV.gz"."""
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Give a binary file to read; `.gz`, `.bz2` and `.xz` are decompressed on the way.

    Raises:
        DataError: it is a folder, may not be read, or its compressed data are cut off or damaged.
    """
    if path.is_dir():
        raise DataError(f"{path}: this is a folder; a file was expected.")
    opener = COMPRESSED.get(path.suffix.lower())
    try:
        opened = path.open("rb") if opener is None else opener(path, "rb")
        with opened as file:
            yield file
    except PermissionError as error:
        raise DataError(f"{path}: may not be read ({error.strerror}).") from error
    except DAMAGED as error:
        kind = path.suffix.lower()
        if opener is None:
            raise DataError(f"{path}: cannot be read ({error}).") from error
        if isinstance(error, EOFError):
            raise DataError(
                f"{path}: the {kind} data end too early; the file is cut off, fetch it again."
            ) from error
        raise DataError(f"{path}: these are no sound {kind} data ({error}).") from error


def _line_end(file: BinaryIO, head: bytes) -> tuple[bytes, bytes]:
    """Return the byte that ends a line, and the bytes read so far.

    A lone CR ends lines only where no LF is near (classic Mac files); elsewhere it is a character
    of the text. A CR may be the last byte of a block that LF would follow: hence the look-ahead.
    """
    for _ in range(16):
        if b"\n" in head or b"\r" not in head:
            return b"\n", head
        more = file.read(BLOCK)
        if not more:
            break
        head += more
    return (b"\r" if b"\n" not in head else b"\n"), head


def _raw_lines(file: BinaryIO, block: bytes, end: bytes) -> Iterator[tuple[bytes, int, bool]]:
    """Yield each line with the bytes it took, and whether a line end closed it.

    Of a line longer than LONGEST only the length is kept: its bytes come back empty.
    """
    rest: list[bytes] = []
    length = 0
    while block:
        *whole, last = block.split(end)
        for piece in whole:
            if rest or length:
                length += len(piece)
                rest.append(piece)
                yield (b"".join(rest) if length <= LONGEST else b""), length + 1, True
                rest, length = [], 0
            else:
                yield piece, len(piece) + 1, True
        if last:
            length += len(last)
            if length <= LONGEST:
                rest.append(last)
            else:
                rest = []
        block = file.read(BLOCK)
    if length:
        yield (b"".join(rest) if length <= LONGEST else b""), length, False


def lines(path: Path) -> Iterator[Line]:
    r"""Yield the lines of a text file: UTF-8 with or without a byte order mark.

    Lines end at LF or CRLF, in a file without LF at CR. Nothing else ends a line: not U+2028, not
    a vertical tab, not U+0085. A line that is not UTF-8, holds NUL bytes, is longer than 64 MiB or
    starts with a second byte order mark comes with its `problem`.

    Raises:
        DataError: the file cannot be opened, is UTF-16 or UTF-32, or is damaged.
    """
    with open_bytes(path) as file:
        head = file.read(BLOCK)
        for mark, encoding in OTHER_MARKS:
            if head.startswith(mark):
                raise DataError(
                    f"{path.name}:1: the file is {encoding} (it starts with {mark.hex(' ')}); "
                    "save it as UTF-8."
                )
        offset = 0
        if head.startswith(BOM):
            head, offset = head[len(BOM) :], len(BOM)
            if not head:
                head = file.read(BLOCK)
        ending, head = _line_end(file, head)
        for number, (raw, taken, closed) in enumerate(_raw_lines(file, head, ending), 1):
            end = ending.decode() if closed else ""
            if raw.endswith(b"\r") and end == "\n":
                raw, end = raw[:-1], "\r\n"
            if not raw and taken > LONGEST:
                problem = f"the line is {taken:,} bytes long; {LONGEST:,} is the most"
                yield Line(number, "", end, problem)
            else:
                yield _decoded(number, raw, end, offset)
            offset += taken


def _decoded(number: int, raw: bytes, end: str, offset: int) -> Line:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        # surrogates stand for the bytes, so that quotes and tabs of the line can still be counted
        return Line(number, raw.decode("utf-8", "surrogateescape"), end, _not_utf8(error, offset))
    if "\0" in text:
        at = text.index("\0") + 1
        return Line(number, text, end, f"a NUL byte in column {at}; a text file has none")
    if number > 1 and text.startswith("\ufeff"):
        problem = "a byte order mark in the middle of the file: two files were joined here"
        return Line(number, text, end, problem)
    return Line(number, text, end, None)


def _not_utf8(error: UnicodeDecodeError, offset: int) -> str:
    raw = error.object
    return (
        f"byte 0x{raw[error.start]:02X} at offset {offset + error.start:,} is not UTF-8; "
        f"save the file as UTF-8{_probably(raw)}"
    )


def _probably(raw: bytes) -> str:
    """Name an encoding in which the bytes make sense, or say nothing."""
    runs = re.findall(rb"[\x80-\xff]+", raw)
    # two high bytes a Chinese character; accented letters stand alone among others
    if runs and sum(len(run) % 2 == 0 for run in runs) >= 0.8 * len(runs):
        with suppress(UnicodeDecodeError):
            raw.decode("gb18030")
            return " (it looks like gb18030)"
    # bytes 80 to 9F are control characters in latin-1: no text has them
    return " (it looks like latin-1)" if not any(0x80 <= b < 0xA0 for b in raw) else ""


def whole_text(path: Path) -> Line:
    """Return a whole file as one line, without its last line end.

    Raises:
        DataError: as for `lines`.
    """
    with open_bytes(path) as file:
        raw = file.read(LONGEST + 1)
    if len(raw) > LONGEST:
        return Line(1, "", "", f"the file is longer than {LONGEST:,} bytes")
    for mark, encoding in OTHER_MARKS:
        if raw.startswith(mark):
            return Line(1, "", "", f"the file is {encoding}; save it as UTF-8")
    offset = len(BOM) if raw.startswith(BOM) else 0
    raw = raw[offset:]
    for end in (b"\r\n", b"\n", b"\r"):
        if raw.endswith(end):
            return _decoded(1, raw[: -len(end)], end.decode(), offset)
    return _decoded(1, raw, "", offset)

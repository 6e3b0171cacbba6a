"""The objects in the lines of a JSONL file, and what a value in them must be."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from textlstm.corpora import columns
from textlstm.corpora.example import Bad
from textlstm.corpora.opening import Line, lines
from textlstm.errors import DataError

SAMPLE = 100  # objects that are looked at to guess keys


class Number(str):
    """A JSON number as it was written: 1.0 stays "1.0"."""


class Wrong(ValueError):
    """A line that is JSON and still cannot be used; the message says why."""


def _constant(name: str) -> Any:
    raise Wrong(f"{name} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Wrong(f"the key {twice!r} occurs twice in one object")
    return found


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=_constant
).decode

_KINDS: dict[type, str] = {dict: "an object", list: "a list", str: "a string", Number: "a number"}


def kind_of(value: Any) -> str:
    """Return "a list", "a string", "null": what a message calls a value."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return _KINDS[type(value)]


def parsed(line: Line) -> dict[str, Any]:
    """Return the object in a line.

    Raises:
        Wrong: there is none.
    """
    if line.problem:
        raise Wrong(line.problem)
    try:
        value = _decode(line.text)
    except json.JSONDecodeError as error:
        message = error.msg[0].lower() + error.msg[1:]
        raise Wrong(f"not JSON: {message} (column {error.pos + 1})") from error
    except RecursionError as error:
        raise Wrong("not usable JSON: nested too deeply") from error
    if not isinstance(value, dict):
        raise Wrong(f"{kind_of(value)} where an object was expected")
    return value


def first_objects(path: Path) -> list[dict[str, Any]]:
    """Return the objects among the first lines of a file, at least one.

    Raises:
        DataError: there is none.
    """
    found = []
    wrong: str | None = None
    for line in islice((x for x in lines(path) if not blank(x)), SAMPLE):
        try:
            found.append(parsed(line))
        except Wrong as error:
            wrong = wrong or f"{path.name}:{line.number}: {error}"
    if not found:
        if wrong is None:
            raise DataError(f"{path.name}: the file is empty.")
        raise DataError(f"{wrong}. JSONL has one object a line.")
    return found


def blank(line: Line) -> bool:
    """Return whether a line holds nothing."""
    return line.problem is None and not line.text.strip()


def value_of(row: dict[str, Any], key: str) -> Any:
    """Return the value of a key.

    Raises:
        Wrong: the object does not have the key.
    """
    if key not in row:
        raise Wrong(f"there is no {key!r} among {columns.listed(list(row))}")
    return row[key]


def sound(key: str, text: str) -> str:
    """Return the text if it can be written as UTF-8; JSON allows half surrogate pairs.

    Raises:
        Wrong: it cannot be written.
    """
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            half = ord(text[error.start])
            raise Wrong(f"{key!r} holds \\u{half:04x}, half a surrogate pair") from error
    return text


def text_of(row: dict[str, Any], key: str) -> str:
    """Return the string of a key.

    Raises:
        Wrong: it is none, or holds what no text does.
    """
    value = value_of(row, key)
    if type(value) is not str:
        raise Wrong(f"{key!r} is {kind_of(value)}; a string was expected")
    if "\0" in value:
        raise Wrong(f"{key!r} holds a NUL character")
    return sound(key, value)


def made_of(path: Path, made: Callable[[dict[str, Any], str], Any]) -> Iterator[Any]:
    """Yield what is made of the object in each line that is not blank, or why it cannot be.

    Args:
        path: the file.
        made: gives what an object and its place become, or raises `Wrong`.
    """
    for line in lines(path):
        if blank(line):
            continue
        where = f"{path.name}:{line.number}"
        try:
            yield made(parsed(line), where)
        except Wrong as error:
            yield Bad(where, str(error))

"""Examples from JSONL files: one JSON object a line."""

import json
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from textlstm.corpora import columns
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.opening import Line, lines
from textlstm.corpora.source import Aloud, Options
from textlstm.errors import DataError

SAMPLE = 100  # objects that are looked at to guess keys


class _Number(str):
    """A JSON number as it was written: 1.0 stays "1.0"."""


class _Wrong(ValueError):
    """A line that is JSON and still cannot be used; the message says why."""


def _constant(name: str) -> Any:
    raise _Wrong(f"{name} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Wrong(f"the key {twice!r} occurs twice in one object")
    return found


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_Number, parse_int=_Number, parse_constant=_constant
).decode

_KINDS: dict[type, str] = {dict: "an object", list: "a list", str: "a string", _Number: "a number"}


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return _KINDS[type(value)]


def _parsed(line: Line) -> dict[str, Any]:
    """Return the object in a line.

    Raises:
        _Wrong: there is none.
    """
    if line.problem:
        raise _Wrong(line.problem)
    try:
        value = _decode(line.text)
    except json.JSONDecodeError as error:
        message = error.msg[0].lower() + error.msg[1:]
        raise _Wrong(f"not JSON: {message} (column {error.pos + 1})") from error
    except RecursionError as error:
        raise _Wrong("not usable JSON: nested too deeply") from error
    if not isinstance(value, dict):
        raise _Wrong(f"{_kind(value)} where an object was expected")
    return value


class JsonLines:
    """A JSONL file as a `Source`."""

    def __init__(self, path: Path, options: Options, aloud: Aloud) -> None:
        """Choose the keys from the first objects, and say which.

        Raises:
            DataError: there is no object, or a key is not there.
        """
        self.path = path
        self.name = path.name
        self._options = options
        self._aloud = aloud
        self._keys  # noqa: B018  refuses at once what cannot be read at all

    @cached_property
    def _keys(self) -> tuple[str, str]:
        found = []
        wrong: str | None = None
        for line in islice((x for x in lines(self.path) if not _blank(x)), SAMPLE):
            try:
                found.append(_parsed(line))
            except _Wrong as error:
                wrong = wrong or f"{self.name}:{line.number}: {error}"
        if not found:
            if wrong is None:
                raise DataError(f"{self.name}: the file is empty.")
            raise DataError(f"{wrong}. JSONL has one object a line.")
        names = list(found[0])
        sample = [[str(row.get(name)) for name in names] for row in found]
        text, label, said = columns.choose(self.name, names, sample, len(names), self._options)
        self._aloud(f"{self.name}: {said}")
        return names[text], names[label]

    @property
    def reading(self) -> str:
        """The keys as text."""
        return repr(self._keys)

    def files(self) -> Iterator[Path]:
        """Yield the one file."""
        yield self.path

    def read(self) -> Iterator[Example | Bad]:
        """Yield every line that is not blank, as an example or with the reason why it is none."""
        text, label = self._keys
        for line in lines(self.path):
            if _blank(line):
                continue
            where = f"{self.name}:{line.number}"
            try:
                row = _parsed(line)
                yield Example(_text(row, text), _target(row, label), where)
            except _Wrong as error:
                yield Bad(where, str(error))


def _blank(line: Line) -> bool:
    return line.problem is None and not line.text.strip()


def _value(row: dict[str, Any], key: str) -> Any:
    if key not in row:
        raise _Wrong(f"there is no {key!r} among {columns.listed(list(row))}")
    return row[key]


def _sound(key: str, text: str) -> str:
    """Return the text if it can be written as UTF-8; JSON allows halves of surrogate pairs."""
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            half = ord(text[error.start])
            raise _Wrong(f"{key!r} holds \\u{half:04x}, half a surrogate pair") from error
    return text


def _text(row: dict[str, Any], key: str) -> str:
    value = _value(row, key)
    if type(value) is not str:
        raise _Wrong(f"{key!r} is {_kind(value)}; a string was expected")
    if "\0" in value:
        raise _Wrong(f"{key!r} holds a NUL character")
    return _sound(key, value)


def _target(row: dict[str, Any], key: str) -> str | tuple[str, ...]:
    """Return the label; a list gives a tuple, in which the same label must not occur twice."""
    value = _value(row, key)
    if isinstance(value, list):
        labels = tuple(_label(key, item, "an item of ") for item in value)
        if len(set(labels)) < len(labels):
            raise _Wrong(f"a label occurs twice in {key!r}")
        return labels
    return _label(key, value, "")


def _label(key: str, value: Any, of: str) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    if not isinstance(value, str):
        raise _Wrong(f"{of}{key!r} is {_kind(value)}; a label was expected")
    if not value.strip():
        raise _Wrong(f"{of}{key!r} is empty; a label was expected")
    return _sound(key, str(value))

"""Fields of settings: read from `KEY=VALUE` words, with exact refusals.

A recipe's settings class inherits the groups it needs and adds its own fields; the comment
behind a field is its documentation, with the unit. Nothing is evaluated: a word is read by the
field's annotation (`int`, `float`, `str`, `bool`, `Literal`, `X | None`, `tuple[X, ...]`).
"""

import ast
import dataclasses
import inspect
import json
import math
import re
import textwrap
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from textlstm.errors import SettingsError, nearest

_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Range:
    """The values a number may take: low <= value <= high, or value < high where `open_high`."""

    low: float = -math.inf
    high: float = math.inf
    open_high: bool = False

    def __contains__(self, value: float) -> bool:
        """Tell whether the value lies in the range."""
        return self.low <= value < self.high or (not self.open_high and value == self.high)

    def __str__(self) -> str:
        """Describe the range in words: "at least 1", "from 0 to below 1"."""
        if self.high == math.inf:
            return f"at least {self.low:g}"
        return f"from {self.low:g} to {'below ' if self.open_high else ''}{self.high:g}"


Count = Annotated[int, Range(1)]
Rate = Annotated[float, Range(0, 1, open_high=True)]
Positive = Annotated[float, Range(1e-12)]


@dataclass(frozen=True)
class Field:
    """One setting as `textlstm show` prints it."""

    name: str
    type: str
    default: Any
    comment: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every group of settings can do: be read, checked, shown and written."""

    @classmethod
    def from_words(cls, words: Iterable[str], preset: Mapping[str, Any] | None = None) -> Self:
        """Return settings from `KEY=VALUE` words on top of a preset.

        Raises:
            SettingsError: a word without `=`, an unknown or repeated name, a value that the
                field's type or range does not allow; the message names the nearest right thing.
        """
        kinds = _kinds(cls)
        values: dict[str, Any] = dict(preset or {})
        seen: set[str] = set()
        for word in words:
            name, equals, text = word.partition("=")
            if not equals:
                raise SettingsError(
                    f"{word!r} is not a setting: expected KEY=VALUE.{nearest(word, kinds)}"
                )
            _known(cls, name)
            if name in seen:
                raise SettingsError(f"{name}= is given twice")
            seen.add(name)
            values[name] = _parse(name, text, kinds[name])
        return cls.from_mapping(values)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return settings from Python values (keywords, a preset, a settings.json).

        Raises:
            SettingsError: an unknown name, or a value of the wrong type or outside its range.
        """
        kinds = _kinds(cls)
        for name in values:
            _known(cls, name)
        settings = cls(**{name: _check(name, v, kinds[name]) for name, v in values.items()})
        settings.check()
        return settings

    def check(self) -> None:
        """Refuse combinations of values that cannot be; extended by subclasses.

        Raises:
            SettingsError: naming both settings.
        """

    def to_dict(self) -> dict[str, Any]:
        """Return the values as plain JSON types; tuples become lists."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return typing.cast(dict[str, Any], json.loads(json.dumps(values)))

    @classmethod
    def describe(cls) -> list[Field]:
        """Return name, type, default and comment of every field, in the order of definition."""
        comments = _comments(cls)
        return [
            Field(f.name, type_text(_kinds(cls)[f.name]), f.default, comments.get(f.name, ""))
            for f in dataclasses.fields(cls)
        ]


def type_text(kind: Any) -> str:
    """Return a type as a user would write it: `int`, `rnn|lstm|gru`, `int,int,…`, `… or none`."""
    base, _ = _unwrap(kind)
    options = _options(base)
    if options:
        return " or ".join(type_text(option) for option in options)
    origin = typing.get_origin(base)
    if base is type(None):
        return "none"
    if origin is Literal:
        return "|".join(str(value) for value in typing.get_args(base))
    if origin is tuple:
        inner = type_text(typing.get_args(base)[0])
        return f"{inner},{inner},…"
    return {bool: "true|false", str: "text"}.get(base, getattr(base, "__name__", str(base)))


def _kinds(cls: type[Settings]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def _known(cls: type[Settings], name: str) -> None:
    names = [field.name for field in dataclasses.fields(cls)]
    if name not in names:
        hint = nearest(name, names) or f" Its settings: {', '.join(names)}."
        raise SettingsError(f"no setting is called {name!r}.{hint}")


def _unwrap(kind: Any) -> tuple[Any, Range | None]:
    if typing.get_origin(kind) is Annotated:
        base, *extras = typing.get_args(kind)
        return base, next((extra for extra in extras if isinstance(extra, Range)), None)
    return kind, None


def _options(base: Any) -> tuple[Any, ...]:
    is_union = typing.get_origin(base) in (typing.Union, types.UnionType)
    return typing.get_args(base) if is_union else ()


def _parse(name: str, text: str, kind: Any) -> Any:
    base, limits = _unwrap(kind)
    options = _options(base)
    if options:
        if text.lower() == "none" and type(None) in options:
            return None
        return _parse(name, text, next(o for o in options if o is not type(None)))
    origin = typing.get_origin(base)
    if origin is tuple:
        inner = typing.get_args(base)[0]
        return tuple(_parse(name, part.strip(), inner) for part in text.split(","))
    value: Any = text
    if base is bool:
        value = _BOOLEANS.get(text.lower())
    elif base is int:
        value = int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else None
    elif base is float:
        value = _float(text)
    if value is None:
        raise SettingsError(f"{name}={text}: expected {type_text(kind)}, got {text!r}")
    return _check(name, value, Annotated[base, limits] if limits else base)


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def _check(name: str, value: Any, kind: Any) -> Any:
    base, limits = _unwrap(kind)
    options = _options(base)
    if options:
        if value is None and type(None) in options:
            return None
        return _check(name, value, next(o for o in options if o is not type(None)))
    origin = typing.get_origin(base)
    if origin is tuple:
        if not isinstance(value, (tuple, list)) or not value:
            raise SettingsError(f"{name}={value!r}: expected {type_text(kind)}")
        return tuple(_check(name, part, typing.get_args(base)[0]) for part in value)
    if origin is Literal:
        allowed = typing.get_args(base)
        if value not in allowed:
            raise SettingsError(
                f"{name}={value}: expected {type_text(kind)}.{nearest(str(value), allowed)}"
            )
        return value
    if base is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, base) or (base is int and isinstance(value, bool)):
        raise SettingsError(f"{name}={value!r}: expected {type_text(kind)}")
    if base is float and not math.isfinite(value):
        raise SettingsError(f"{name}={value!r}: expected a finite number")
    if limits is not None and value not in limits:
        raise SettingsError(f"{name}={value}: expected {limits}")
    return value


def _comments(cls: type[Settings]) -> dict[str, str]:
    """Read the comment behind (or above) each field from the source of the classes."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if not (isinstance(base, type) and issubclass(base, Settings)):
            continue
        try:
            source = textwrap.dedent(inspect.getsource(base))
        except OSError:  # a class typed into a session has no source
            continue
        lines = source.splitlines()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                line = lines[(node.end_lineno or node.lineno) - 1]
                behind = line.encode()[node.end_col_offset or 0 :].decode().strip()
                if behind.startswith("#"):
                    found[node.target.id] = behind.lstrip("# ").strip()
    return found

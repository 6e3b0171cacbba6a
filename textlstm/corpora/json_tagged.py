"""Tagged text from JSONL files: lists of tokens and tags, or a text and spans of characters."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from textlstm.corpora import columns
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.json_rows import (
    Number,
    Wrong,
    first_objects,
    kind_of,
    made_of,
    sound,
    text_of,
    value_of,
)  # fmt: skip
from textlstm.corpora.source import Aloud, Options, Source, unfit
from textlstm.corpora.tagged import (
    TAG_NAMES,
    TOKEN_NAMES,
    Sentence,
    TaggedTokens,
    sentence,
)  # fmt: skip
from textlstm.errors import DataError
from textlstm.settings import tokens_or_texts
from textlstm.spans import Entity
from textlstm.tagged import problem, shown

ENTITY_NAMES = ("entities", "spans", "labels", "label", "annotations", "ents", "实体")
_TYPE, _START, _END = ("type", "label"), ("start", "start_offset"), ("end", "end_offset")
_Objects = Sequence[dict[str, Any]]


def open_tagged(path: Path, options: Options, aloud: Aloud) -> Source:
    """Return the source for a JSONL file of tokens and tags, or of texts and spans.

    `token=` or `tag=` ask for the first, `text=` or `entities=` for the second; else it is told
    by the keys.

    Raises:
        DataError: there is no object, or a key is not there.
        SettingsError: both are asked for.
    """
    form = tokens_or_texts(options)
    objects = first_objects(path)
    if form == "tokens" or (form == "any" and _usual(objects, TOKEN_NAMES, list) is not None):
        return TaggedTokens(JsonTokens(path, options, aloud, objects), options, aloud)
    return JsonSpans(path, options, aloud, objects)


def is_tagged(path: Path) -> bool:
    """Return whether the keys of a JSONL file look like tokens and tags, or like text and spans.

    Raises:
        DataError: there is no object.
    """
    objects = first_objects(path)
    if _usual(objects, TOKEN_NAMES, list) and _usual(objects, TAG_NAMES, list):
        return True
    return any(
        key in ("entities", "spans") or any(isinstance(item, (dict, list)) for item in row[key])
        for row in objects
        for key in ENTITY_NAMES
        if isinstance(row.get(key), list)
    )


def _usual(objects: _Objects, usual: Sequence[str], kind: type) -> str | None:
    """Return the key with a usual name whose first value is of a kind, by order of preference."""
    names = {columns.plain(k): k for k, v in reversed(objects[0].items()) if isinstance(v, kind)}
    return next((names[name] for name in usual if name in names), None)


def _key(
    where: str, option: str, asked: str | None, found: str | None, names: list[str]
) -> tuple[str, str]:
    """Return a key, and a phrase that says which."""
    if asked is not None:
        key = names[columns.position(where, option, asked, names, len(names))]
        return key, f"{option} column: {key!r}"
    if found is None:
        raise DataError(
            f"{where}:1: which column is {option}=? There are {columns.listed(names)}; tokens and "
            "their tags are token=NAME tag=NAME, texts and their spans text=NAME entities=NAME."
        )
    return found, f"{option} column: {found!r} (guessed)"


class JsonTokens:
    """Lists of tokens and tags as a `tagged.Reader`."""

    def __init__(self, path: Path, options: Options, aloud: Aloud, objects: _Objects) -> None:
        """Choose the keys from the first object, and say which.

        Raises:
            DataError: a key is not there, or tags are numbers.
        """
        self.path = path
        self.name = path.name
        names = list(objects[0])
        found = _usual(objects, TOKEN_NAMES, list)
        self._token, token_said = _key(self.name, "token", options.token, found, names)
        found = _usual(objects, TAG_NAMES, list)
        self._tag, tag_said = _key(self.name, "tag", options.tag, found, names)
        aloud(f"{self.name}: {token_said}, {tag_said}")
        tags = [row.get(self._tag) for row in objects]
        if any(isinstance(tag, Number) for row in tags if isinstance(row, list) for tag in row):
            raise DataError(f"{self.name}: {_numbers(self._tag)}.")

    @property
    def reading(self) -> str:
        """The keys as text."""
        return repr((self._token, self._tag))

    def files(self) -> Iterator[Path]:
        """Yield the one file."""
        yield self.path

    def sentences(self) -> Iterator[Sentence | Bad]:
        """Yield every line that is not blank."""
        return made_of(self.path, self._sentence)

    def _sentence(self, row: dict[str, Any], where: str) -> Sentence | Bad:
        tokens = _strings(row, self._token)
        return sentence(tokens, _strings(row, self._tag, _numbers(self._tag)), where)


def _numbers(key: str) -> str:
    return f"{key!r} holds numbers; tags were expected by name, such as O and B-PER"


def _strings(row: dict[str, Any], key: str, of_numbers: str = "") -> list[str]:
    value = value_of(row, key)
    if not isinstance(value, list):
        raise Wrong(f"{key!r} is {kind_of(value)}; a list was expected")
    for place, item in enumerate(value, 1):
        if isinstance(item, Number) and of_numbers:
            raise Wrong(of_numbers)
        if type(item) is not str:
            raise Wrong(f"item {place} of {key!r} is {kind_of(item)}; a string was expected")
        if "\0" in sound(key, item):
            raise Wrong(f"item {place} of {key!r} holds a NUL character")
    return value


class JsonSpans:
    """Texts with spans of characters as a `Source`."""

    def __init__(self, path: Path, options: Options, aloud: Aloud, objects: _Objects) -> None:
        """Choose the keys from the first object, and say which.

        Raises:
            DataError: a key is not there.
            SettingsError: an option for tokens was given.
        """
        self.path = path
        self.name = path.name
        unfit(options, f"the spans of {self.name}", "scheme", "repair", "positions")
        names = list(objects[0])
        found = _usual(objects, columns.TEXT_NAMES, str)
        self._text, text_said = _key(self.name, "text", options.text, found, names)
        found = _usual(objects, ENTITY_NAMES, list)
        self._entities, said = _key(self.name, "entities", options.entities, found, names)
        aloud(f"{self.name}: {text_said}, {said}")

    @property
    def reading(self) -> str:
        """The keys as text."""
        return repr((self._text, self._entities))

    def files(self) -> Iterator[Path]:
        """Yield the one file."""
        yield self.path

    def read(self) -> Iterator[Example | Bad]:
        """Yield every line that is not blank, as an example or with the reason why it is none."""
        return made_of(self.path, self._example)

    def _example(self, row: dict[str, Any], where: str) -> Example:
        text = text_of(row, self._text)
        value = value_of(row, self._entities)
        if not isinstance(value, list):
            raise Wrong(f"{self._entities!r} is {kind_of(value)}; a list was expected")
        found = [_entity(f"item {n} of {self._entities!r}", item, text) for n, item
                 in enumerate(value, 1)]  # fmt: skip
        found.sort(key=lambda entity: entity[1:])
        wrong = problem(text, found)
        if wrong:
            raise Wrong(wrong)
        return Example(text, tuple(found), where)


def _entity(which: str, item: Any, text: str) -> Entity:
    """Return (type, start, end) of {"type", "start", "end"} or [start, end, type].

    Raises:
        Wrong: it is neither, empty, or not inside the text.
    """
    if isinstance(item, dict):
        kind, start, end = (
            next((item[key] for key in keys if key in item), None) for keys in (_TYPE, _START, _END)
        )
    elif isinstance(item, list) and len(item) == 3:
        start, end, kind = item
    else:
        raise Wrong(
            f"{which} is {kind_of(item)}; expected an object with type, start and end, or a list "
            "[start, end, type]"
        )
    if type(kind) is not str or not kind.strip():
        raise Wrong(f"{which} has no type")
    whole = re.compile("-?[0-9]{1,18}")  # no text is longer
    places = [int(p) for p in (start, end) if isinstance(p, Number) and whole.fullmatch(p)]
    if len(places) != 2:
        raise Wrong(f"{which} has no start and end in whole numbers")
    first, last = places
    found = (sound(which, kind), first, last)
    if first == last:
        raise Wrong(f"{which} is empty ({shown(found)}); the end is exclusive")
    if not 0 <= first < last <= len(text):
        raise Wrong(f"{which} ({shown(found)}) is not inside the text of {len(text):,} characters")
    surface = item.get("text") if isinstance(item, dict) else None
    if type(surface) is str and surface != text[first:last]:
        raise Wrong(
            f"{which} ({shown(found)}) is {text[first:last]!r} by its place, but "
            f"{surface!r} by its text"
        )
    return found

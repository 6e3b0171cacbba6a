"""Examples from JSONL files: one JSON object a line."""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from textlstm.corpora import columns
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.json_rows import (
    Wrong,
    first_objects,
    kind_of,
    made_of,
    sound,
    text_of,
    value_of,
)
from textlstm.corpora.source import Aloud, Options, unfit


class JsonLines:
    """A JSONL file as a `Source`."""

    def __init__(self, path: Path, options: Options, aloud: Aloud) -> None:
        """Choose the keys from the first objects, and say which.

        Raises:
            DataError: there is no object, or a key is not there.
            SettingsError: a header was asked for.
        """
        unfit(options, "JSONL", "header")
        self.path = path
        self.name = path.name
        self._options = options
        self._aloud = aloud
        self._keys  # noqa: B018  refuses at once what cannot be read at all

    @cached_property
    def _keys(self) -> tuple[str, str]:
        found = first_objects(self.path)
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
        return made_of(
            self.path, lambda row, where: Example(text_of(row, text), _target(row, label), where)
        )


def _target(row: dict[str, Any], key: str) -> str | tuple[str, ...]:
    """Return the label; a list gives a tuple, in which the same label must not occur twice."""
    value = value_of(row, key)
    if isinstance(value, list):
        labels = tuple(_label(key, item, "an item of ") for item in value)
        if len(set(labels)) < len(labels):
            raise Wrong(f"a label occurs twice in {key!r}")
        return labels
    return _label(key, value, "")


def _label(key: str, value: Any, of: str) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    if not isinstance(value, str):
        raise Wrong(f"{of}{key!r} is {kind_of(value)}; a label was expected")
    if not value.strip():
        raise Wrong(f"{of}{key!r} is empty; a label was expected")
    return sound(key, str(value))

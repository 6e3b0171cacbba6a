"""Pairs of texts from JSONL files: one JSON object a line, with a source and a target."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textlstm.corpora import pair_columns
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.json_rows import Wrong, first_objects, kind_of, made_of, text_of, value_of
from textlstm.corpora.source import Aloud, Options, unfit

INSIDE = "translation"  # a key whose value may be the object that holds both texts


def pair_names(objects: list[dict[str, Any]]) -> tuple[str | None, list[str]]:
    """Return the key of the object that holds both texts, None for the row itself; and its keys."""
    inner = objects[0].get(INSIDE)
    return (INSIDE, list(inner)) if isinstance(inner, dict) else (None, list(objects[0]))


class JsonPairs:
    """A JSONL file of pairs as a `Source`."""

    def __init__(self, path: Path, options: Options, aloud: Aloud) -> None:
        """Choose the keys from the first object, and say which.

        Raises:
            DataError: there is no object, or a key is not there.
            SettingsError: a header was asked for, or one key for both.
        """
        self.path = path
        self.name = path.name
        unfit(options, "JSONL", "header")
        self._inside, names = pair_names(first_objects(path))
        source, target, said = pair_columns.choose(self.name, names, (), len(names), options)
        self._source, self._target = names[source], names[target]
        aloud(f"{self.name}: {said}" + (f", in {self._inside!r}" if self._inside else ""))

    @property
    def reading(self) -> str:
        """The keys as text."""
        return repr((self._inside, self._source, self._target))

    def files(self) -> Iterator[Path]:
        """Yield the one file."""
        yield self.path

    def read(self) -> Iterator[Example | Bad]:
        """Yield every line that is not blank, as an example or with the reason why it is none."""
        return made_of(self.path, self._example)

    def _example(self, row: dict[str, Any], where: str) -> Example | Bad:
        if self._inside is not None:
            inner = value_of(row, self._inside)
            if not isinstance(inner, dict):
                raise Wrong(f"{self._inside!r} is {kind_of(inner)}; an object was expected")
            row = inner
        return pair_columns.example(text_of(row, self._source), text_of(row, self._target), where)

"""Which format a file is in, and the reader for it, for each kind of examples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from textlstm.corpora import json_tagged
from textlstm.corpora.atis import LABELS, TAGS, Atis, AtisTags, is_prefix
from textlstm.corpora.conll import Conll
from textlstm.corpora.folder import ClassFolders
from textlstm.corpora.jsonl import JsonLines
from textlstm.corpora.kinds import LABELLED, TAGGED, Kind
from textlstm.corpora.opening import bare_suffix, existing
from textlstm.corpora.source import Aloud, Options, Source
from textlstm.corpora.tables import Table
from textlstm.corpora.tagged import TaggedTokens
from textlstm.errors import DataError, SettingsError, nearest

Opener = Callable[[Path, Options, Aloud], Source]
JSON = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}


@dataclass(frozen=True)
class Formats:
    """The formats of one kind of examples.

    Attributes:
        openers: of files (and folders), by the format's name.
        suffixes: the formats that a name tells.
        pair: opens the files of an ATIS-style prefix.
    """

    openers: Mapping[str, Opener]
    suffixes: Mapping[str, str]
    pair: Callable[[str, Options, Aloud], Source]

    @property
    def names(self) -> tuple[str, ...]:
        """All formats."""
        return (*self.openers, "atis")


def _table(format: str) -> Opener:
    return lambda path, options, aloud: Table(path, format, options, aloud)


def _columns(path: Path, options: Options, aloud: Aloud) -> Source:
    return TaggedTokens(Conll(path, options, aloud), options, aloud)


def _slots(prefix: str, options: Options, aloud: Aloud) -> Source:
    return TaggedTokens(AtisTags(prefix, options, aloud), options, aloud)


FORMATS = {
    LABELLED.name: Formats(
        {"csv": _table("csv"), "tsv": _table("tsv"), "jsonl": JsonLines, "folder": ClassFolders},
        {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", **JSON},
        Atis,
    ),
    TAGGED.name: Formats(
        {"conll": _columns, "jsonl": json_tagged.open_tagged},
        {".conll": "conll", ".bio": "conll", ".iob": "conll", **JSON},
        _slots,
    ),
}


def open_source(name: str, options: Options, aloud: Aloud, kind: Kind = LABELLED) -> Source:
    """Return the source for a file, folder or prefix, in its format.

    Raises:
        SettingsError: there is no such format.
        DataError: the file is not there, has no known format, or cannot be read at all.
    """
    formats, format = FORMATS[kind.name], options.format
    if format not in ("auto", *formats.names):
        near = nearest(format, formats.names)
        names = ", ".join(formats.names)
        raise SettingsError(f"format={format!r}: expected auto or {names}.{near}")
    if format == "atis" or (format == "auto" and _may_be_prefix(name)):
        return formats.pair(name, options, aloud)
    path = existing(name)
    if path.is_dir() and format == "auto" and "folder" not in formats.openers:
        raise DataError(f"{name}: this is a folder; a file was expected.")
    if format == "auto":
        format = "folder" if path.is_dir() else formats.suffixes.get(bare_suffix(path), "")
        if format not in formats.openers:
            raise DataError(
                f"{name}: the name does not tell the format; say format={'|'.join(formats.names)}."
            )
    if path.is_dir() and format != "folder":
        raise DataError(f"{name}: this is a folder; format={format} reads a file.")
    return formats.openers[format](path, options, aloud)


def kind_of(name: str, options: Options) -> Kind:
    """Return what the examples of a file are, by its format, its name, or the keys in it.

    Raises:
        DataError: a JSONL file is not there or holds no object.
    """
    format = options.format
    if format == "atis" or (format == "auto" and _may_be_prefix(name)):
        return TAGGED if is_prefix(name, TAGS) and not is_prefix(name, LABELS) else LABELLED
    path = Path(name).expanduser()
    if format == "auto":
        suffix = bare_suffix(path)
        both = FORMATS[TAGGED.name].suffixes.get(suffix, "")
        format = FORMATS[LABELLED.name].suffixes.get(suffix, both)
    if format == "jsonl":
        asked = (options.token, options.tag, options.entities)
        tagged = any(key is not None for key in asked) or (
            options.label is None and json_tagged.is_tagged(existing(name))
        )
        return TAGGED if tagged else LABELLED
    return TAGGED if format == "conll" else LABELLED


def _may_be_prefix(name: str) -> bool:
    return not Path(name).expanduser().exists() and is_prefix(name)

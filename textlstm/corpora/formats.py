"""Which format a file is in, and the reader for it, for each kind of examples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from textlstm.corpora import columns, json_tagged, pair_columns
from textlstm.corpora.atis import Atis, AtisTags, is_prefix
from textlstm.corpora.conll import Conll
from textlstm.corpora.folder import ClassFolders
from textlstm.corpora.json_pairs import JsonPairs
from textlstm.corpora.jsonl import JsonLines
from textlstm.corpora.kinds import LABELLED, PAIRED, RUNNING, TAGGED, Kind
from textlstm.corpora.opening import bare_suffix, existing, path_of
from textlstm.corpora.parallel import Parallel, is_parallel
from textlstm.corpora.running import TextFile
from textlstm.corpora.source import Aloud, Options, Source
from textlstm.corpora.tables import Columns, Table
from textlstm.corpora.tagged import TaggedTokens
from textlstm.errors import DataError, SettingsError, nearest

Opener = Callable[[Path, Options, Aloud], Source]
TABLES = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv"}
JSON = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}


@dataclass(frozen=True)
class Formats:
    """The formats of one kind of examples.

    Attributes:
        openers: of files (and folders), by the format's name.
        suffixes: the formats that a name tells.
        prefixed: the format of several files whose names begin with one prefix; None: there is
            none such.
        prefix: opens these files.
        is_prefix: tells whether a name is such a prefix.
    """

    openers: Mapping[str, Opener]
    suffixes: Mapping[str, str]
    prefixed: str | None = None
    prefix: Callable[[str, Options, Aloud], Source] | None = None
    is_prefix: Callable[[str, Options], bool] = lambda name, options: False

    @property
    def names(self) -> tuple[str, ...]:
        """All formats."""
        return (*self.openers, *([] if self.prefixed is None else [self.prefixed]))


def _table(format: str, use: Columns = columns) -> Opener:
    return lambda path, options, aloud: Table(path, format, options, aloud, use)


def _columns(path: Path, options: Options, aloud: Aloud) -> Source:
    return TaggedTokens(Conll(path, options, aloud), options, aloud)


def _slots(prefix: str, options: Options, aloud: Aloud) -> Source:
    return TaggedTokens(AtisTags(prefix, options, aloud), options, aloud)


def _is_atis(name: str, options: Options) -> bool:
    del options  # nothing is to choose
    return not path_of(name).exists() and is_prefix(name)


FORMATS = {
    LABELLED.name: Formats(
        {"csv": _table("csv"), "tsv": _table("tsv"), "jsonl": JsonLines, "folder": ClassFolders},
        {**TABLES, **JSON},
        "atis",
        Atis,
        _is_atis,
    ),
    TAGGED.name: Formats(
        {"conll": _columns, "jsonl": json_tagged.open_tagged},
        {".conll": "conll", ".bio": "conll", ".iob": "conll", **JSON},
        "atis",
        _slots,
        _is_atis,
    ),
    PAIRED.name: Formats(
        {
            "csv": _table("csv", pair_columns),
            "tsv": _table("tsv", pair_columns),
            "jsonl": JsonPairs,
        },
        {**TABLES, **JSON},
        "parallel",
        Parallel,
        is_parallel,
    ),
    RUNNING.name: Formats({"text": TextFile}, {".txt": "text", ".text": "text", ".tokens": "text"}),
}
BY_NAME = {
    suffix: format for formats in FORMATS.values() for suffix, format in formats.suffixes.items()
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
    if formats.prefix is not None and (
        format == formats.prefixed
        or (
            format == "auto"
            and not _is_named(path_of(name), formats)
            and formats.is_prefix(name, options)
        )
    ):
        return formats.prefix(name, options, aloud)
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


def _is_named(path: Path, formats: Formats) -> bool:
    """Return whether this is a file whose name tells a format."""
    return path.is_file() and bare_suffix(path) in formats.suffixes

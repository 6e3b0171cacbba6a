"""Which kind of examples a file holds, where nobody says: by its format, its names, its cells."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from textlstm.corpora import columns, json_tagged, pair_columns
from textlstm.corpora.atis import LABELS, TAGS, is_prefix
from textlstm.corpora.delimited import rows
from textlstm.corpora.formats import BY_NAME
from textlstm.corpora.json_pairs import pair_names
from textlstm.corpora.json_rows import first_objects
from textlstm.corpora.kinds import LABELLED, PAIRED, RUNNING, TAGGED, Kind
from textlstm.corpora.moments import is_moment
from textlstm.corpora.opening import bare_suffix, existing, lines, path_of
from textlstm.corpora.parallel import is_parallel
from textlstm.corpora.source import Aloud, Options
from textlstm.corpora.tables import dialect

SAMPLE = 100  # rows that are looked at
FEWEST = 10  # rows that tell whether a column holds labels
LONGEST = 30  # characters of a label
ASKS = {  # what asks for a kind, the first that is given
    TAGGED.name: ("token", "tag", "entities"),
    PAIRED.name: ("source", "target"),
    LABELLED.name: ("label",),
}
_ONLY = {
    "atis": LABELLED, "folder": LABELLED, "conll": TAGGED, "parallel": PAIRED, "text": RUNNING,
}  # fmt: skip


def kind_of(name: str, options: Options, aloud: Aloud) -> Kind | None:
    """Return what the examples of a file are: by its format, what was asked for, or what it holds.

    A table of numbers is a series and has no kind: None.

    Args:
        name: a file, a folder, or a prefix.
        options: how to read it.
        aloud: told what a table was taken for where nothing but its cells tells.

    Raises:
        DataError: the file has to be looked into, and is not there or cannot be read.
    """
    atis = not path_of(name).exists() and is_prefix(name)
    if options.format == "atis" or (options.format == "auto" and atis):
        return TAGGED if is_prefix(name, TAGS) and not is_prefix(name, LABELS) else LABELLED
    if options.format in _ONLY:
        return _ONLY[options.format]
    path = path_of(name)
    if options.format == "auto" and not (path.is_file() and bare_suffix(path) in BY_NAME):
        return PAIRED if is_parallel(name, options) else LABELLED
    format = options.format if options.format != "auto" else BY_NAME.get(bare_suffix(path), "")
    if format in _ONLY:
        return _ONLY[format]
    asked = next((kind for kind in (TAGGED, PAIRED, LABELLED) if _asks(kind, options)), None)
    if asked is not None:
        return asked
    if format == "jsonl":
        return _of_objects(path)
    return _of_table(path, format, options, aloud) if format in ("csv", "tsv") else LABELLED


def _asks(kind: Kind, options: Options) -> bool:
    return any(getattr(options, key) is not None for key in ASKS[kind.name])


def _of_objects(path: Path) -> Kind:
    """Return what the objects of a JSONL file are, by their keys."""
    if json_tagged.is_tagged(existing(str(path))):
        return TAGGED
    objects = first_objects(path)
    inside, names = pair_names(objects)
    if inside is not None:
        return PAIRED
    cells = [[_cell(row.get(name)) for name in names] for row in objects]
    return _by_names(path.name, names, cells) or LABELLED


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _of_table(path: Path, format: str, options: Options, aloud: Aloud) -> Kind | None:
    """Return what the rows of a CSV or TSV file are, by the header, else by the cells."""
    existing(str(path))
    delimiter, quoted = dialect(path, format, aloud)
    found = rows(lines(path), delimiter, quoted)
    cells = [row.cells for row in islice(found, SAMPLE) if row.problem is None]
    cells = [row for row in cells if len(row) == len(cells[0])]
    if not cells:
        return LABELLED
    if options.header != "no":
        kind = _by_names(path.name, cells[0], cells[1:])
        if kind is not None:
            return kind
    if options.text is None and _are_numbers(cells[1:]):
        return None
    if len(cells[0]) != 2 or options.text is not None:
        return LABELLED
    known = any(columns.plain(cell) in columns.KNOWN for cell in cells[0])
    if known and options.header != "no":
        return LABELLED
    if _are_texts(cells, 0) and _are_texts(cells, 1):
        aloud(
            f"{path.name}: taken for pairs of texts, as no column repeats few short values; "
            "text= and label= read it as texts with labels"
        )
        return PAIRED
    aloud(
        f"{path.name}: taken for texts with labels; source= and target= read it as pairs of texts"
    )
    return LABELLED


def _by_names(where: str, names: Sequence[str], cells: Sequence[Sequence[str]]) -> Kind | None:
    """Return what names of columns tell, if they do; where they fit both kinds, the cells do."""
    lower = [columns.plain(name) for name in names]
    label = next((name for name in columns.LABEL_NAMES if name in lower), None)
    text = any(name in lower for name in columns.TEXT_NAMES if name != label)
    pair = pair_columns.by_names(where, names) if pair_columns.named(names) else None
    if pair is None:
        return LABELLED if label is not None and text else None
    if label is not None and text and not all(_are_texts(cells, column) for column in pair):
        return LABELLED
    return PAIRED


def _are_numbers(cells: Sequence[Sequence[str]]) -> bool:
    """Return whether every column holds numbers or dates, but for some cells."""
    columns = list(zip(*cells, strict=True))
    return bool(columns) and all(2 * sum(map(is_moment, c)) > len(c) for c in columns)


def _are_texts(cells: Sequence[Sequence[str]], column: int) -> bool:
    """Return whether the cells of a column are no labels: hardly any of them occurs again."""
    values = [row[column] for row in cells]
    different = len(set(values)) > len(values) / 2
    return different and (len(values) >= FEWEST or any(len(value) > LONGEST for value in values))

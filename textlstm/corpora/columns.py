"""Which column is the text and which the label: as asked, by their names, or by what they hold."""

from collections.abc import Mapping, Sequence

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.source import Options
from textlstm.errors import DataError, SettingsError, nearest

# in the order of preference
TEXT_NAMES = (
    "text", "sentence", "review", "content", "text_a", "comment", "utterance", "document", "body",
    "message", "tweet", "review_body", "review_text", "reviewtext", "sentences", "texts", "reviews",
    "query", "question", "phrase", "headline", "description", "title", "input",
    "文本", "内容", "评论", "句子",
)  # fmt: skip
LABEL_NAMES = (
    "label", "labels", "sentiment", "class", "category", "intent", "target", "polarity", "topic",
    "emotion", "rating", "stars", "star_rating", "score", "tag", "y", "output",
    "标签", "类别", "情感",
)  # fmt: skip
OTHER_NAMES = ("id", "idx", "index", "guid", "text_b", "author", "date", "name", "split", "qid")
KNOWN = frozenset((*TEXT_NAMES, *LABEL_NAMES, *OTHER_NAMES))


def plain(name: str) -> str:
    """Return a column name as it is compared: no outer spaces, no case."""
    return name.strip().casefold()


def is_number(column: str | None) -> bool:
    """Return whether a column was asked for by a number."""
    return column is not None and column.isascii() and column.isdigit()


def has_header(where: str, rows: Sequence[Sequence[str]], options: Options) -> bool:
    """Return whether the first row names the columns.

    It does when `header=yes` says so, when it holds a column that was asked for or a name that
    columns usually have, or when one column repeats few values (labels), none of the first row's
    cells occurs again, and these are short as names are.

    Args:
        where: "reviews.csv", for the refusal.
        rows: the first rows of the file, at least one.
        options: see `Options`.

    Raises:
        DataError: `header=auto` and nothing tells.
    """
    if options.header != "auto":
        return options.header == "yes"
    first, rest = rows[0], rows[1:]
    asked = [c for c in (options.text, options.label) if c is not None and not is_number(c)]
    if asked or any(plain(cell) in KNOWN for cell in first):
        return True
    below = [[row[column] for row in rest if column < len(row)] for column in range(len(first))]
    if any(cell in values for cell, values in zip(first, below, strict=True)):
        return False
    if any(len(values) >= 2 and len(set(values)) <= len(values) / 2 for values in below):
        # a column of labels without the first row's: a name, or a label that is rare
        return all(len(cell) <= 30 and len(cell.split()) <= 3 for cell in first)
    if any(is_number(cell.strip()) or len(cell) > 60 for cell in first):
        return False
    raise DataError(
        f"{where}:1: is the first row a header or an example? Say header=yes or header=no."
    )


def listed(names: Sequence[str]) -> str:
    """Return names for a message, the first dozen of them."""
    shown = ", ".join(repr(n if len(n) <= 40 else n[:37] + "...") for n in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def position(where: str, key: str, asked: str, names: Sequence[str] | None, width: int) -> int:
    """Return the index of a column that was asked for by name or number.

    Args:
        where: "reviews.csv", for messages.
        key: the setting.
        asked: its value.
        names: the header, or None.
        width: the number of columns.

    Raises:
        DataError: there is no such column, or more than one.
        SettingsError: a name was asked for where there is no header.
    """
    if names is not None:
        exact = [i for i, name in enumerate(names) if name == asked]
        found = exact or [i for i, name in enumerate(names) if plain(name) == plain(asked)]
        if len(found) > 1:
            raise DataError(twice(where, key, asked, found))
        if found:
            return found[0]
    if is_number(asked):
        if not 1 <= int(asked) <= width:
            raise DataError(f"{where}:1: {key}={asked}, but there are {width} columns.")
        return int(asked) - 1
    if names is None:
        raise SettingsError(
            f"{where}: {key}={asked!r}, but without a header columns have only numbers, "
            f"from 1 to {width}."
        )
    near = nearest(asked, names)
    raise DataError(f"{where}:1: there is no column {asked!r} among {listed(names)}.{near}")


def twice(where: str, key: str, name: str, found: Sequence[int]) -> str:
    """Return the refusal of a name that several columns have, at the indices `found`."""
    numbers = " and ".join(str(i + 1) for i in found)
    return (
        f"{where}:1: {len(found)} columns are called {name!r} (columns {numbers}); "
        f"say {key}={found[0] + 1} for the first of them."
    )


def _by_name(
    where: str, key: str, names: Sequence[str], usual: Sequence[str], other: int | None
) -> int | None:
    """Return the first usual name's index; `other` is the column that is taken already."""
    lower = [plain(name) for name in names]
    for name in usual:
        found = [i for i, n in enumerate(lower) if n == name and i != other]
        if len(found) > 1:
            raise DataError(twice(where, key, name, found))
        if found:
            return found[0]
    return None


def _label_of_two(rows: Sequence[Sequence[str]]) -> int | None:
    """Return which of two columns is the label: the one with fewer values, or shorter ones."""
    columns = list(zip(*(row for row in rows if len(row) == 2), strict=True))
    if not columns:
        return None
    distinct = [len(set(values)) for values in columns]
    length = [sum(map(len, values)) for values in columns]
    if distinct[0] != distinct[1]:
        return 0 if distinct[0] < distinct[1] else 1
    if length[0] != length[1]:
        return 0 if length[0] < length[1] else 1
    return None


def settled(
    where: str,
    names: Sequence[str] | None,
    width: int,
    found: Mapping[str, int | None],
    options: Options,
) -> tuple[int, int, str]:
    """Return the indices of two columns, and a sentence that says which were guessed.

    Args:
        where: "reviews.csv", for messages.
        names: the header, or None.
        width: the number of columns.
        found: index by setting, two of them; None where nothing tells.
        options: what was asked for.

    Raises:
        DataError: nothing tells a column; names the ones there.
        SettingsError: both are the same column.
    """
    indices, said = [], []
    for key, at in found.items():
        if at is None:
            there = listed(names) if names is not None else f"{width}, without names"
            how = "NAME" if names is not None else "NUMBER"
            raise DataError(
                f"{where}:1: which column is the {key}? There are {there}; say {key}={how}."
            )
        indices.append(at)
        column = repr(names[at]) if names is not None else str(at + 1)
        guessed = " (guessed)" if getattr(options, key) is None else ""
        said.append(f"{key} column: {column}{guessed}")
    if indices[0] == indices[1]:
        both = " and the ".join(found)
        raise SettingsError(f"{where}: one column cannot be both the {both}.")
    return indices[0], indices[1], ", ".join(said)


def choose(
    where: str,
    names: Sequence[str] | None,
    rows: Sequence[Sequence[str]],
    width: int,
    options: Options,
) -> tuple[int, int, str]:
    """Return the indices of the text and the label column, and a sentence that says so.

    Args:
        where: "reviews.csv", for messages.
        names: the header, or None.
        rows: some rows below the header.
        width: the number of columns.
        options: `text` and `label` of it.

    Raises:
        DataError: a column is not there, or a guess is not possible; names the ones there.
        SettingsError: a name was asked for where there is no header, or one column for both.
    """
    text = label = None
    if options.text is not None:
        text = position(where, "text", options.text, names, width)
    if options.label is not None:
        label = position(where, "label", options.label, names, width)
    if text is None and names is not None:
        text = _by_name(where, "text", names, TEXT_NAMES, label)
    if label is None and names is not None:
        label = _by_name(where, "label", names, LABEL_NAMES, text)
    if width == 2 and (text is None or label is None):
        if text is None and label is None:
            label = _label_of_two(rows)
        if label is not None:
            text = 1 - label
        elif text is not None:
            label = 1 - text
    return settled(where, names, width, {"text": text, "label": label}, options)


def example(text: str, label: str, where: str) -> Example | Bad:
    """Return a text with its label, or why it is none."""
    if not label.strip():
        return Bad(where, "the label is empty")
    return Example(text, label, where)

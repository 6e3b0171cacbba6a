"""Which column is the source and which the target: as asked, by their names, or by their order."""

import re
from collections.abc import Sequence

from textlstm.corpora.columns import (
    OTHER_NAMES,
    is_number,
    plain,
    position,
    settled,
    twice,
)
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.languages import is_language
from textlstm.corpora.source import Options
from textlstm.errors import DataError

# (source, target), in the order of preference
USUAL = (
    ("source", "target"), ("src", "tgt"), ("src", "trg"), ("source_text", "target_text"),
    ("document", "summary"), ("article", "summary"), ("article", "highlights"),
    ("article", "abstract"), ("dialogue", "summary"), ("text", "summary"), ("text", "title"),
    ("text", "headline"), ("content", "title"), ("body", "title"), ("article", "title"),
    ("question", "answer"), ("utterance", "reply"), ("message", "reply"), ("context", "response"),
    ("prompt", "response"), ("prompt", "completion"), ("query", "response"),
    ("input", "output"), ("原文", "译文"), ("正文", "摘要"), ("正文", "标题"), ("问题", "答案"),
    ("问", "答"),
)  # fmt: skip
_NAMES = frozenset(name for pair in USUAL for name in pair)
_NAME = re.compile(r"[\w .#/()-]{0,29}[\w)]")


def by_names(
    where: str, names: Sequence[str], source: int | None = None, target: int | None = None
) -> tuple[int, int] | None:
    """Return the indices of the source and the target among names, if they tell.

    The first pair of usual names that is there; else two languages, in their order.

    Args:
        where: "pairs.csv", for the refusal.
        names: of the columns.
        source: index of the source where it is known,
        target: that of the target.

    Raises:
        DataError: a usual name occurs twice.
    """
    usual = by_usual(where, names, source, target)
    if usual is not None:
        return usual
    lower = [plain(name) for name in names]
    found = [i for i, name in enumerate(names) if is_language(name)]
    if len(found) > 2:  # "id" is Indonesian, and what numbers of rows are called
        found = [i for i in found if lower[i] not in OTHER_NAMES]
    if len(found) != 2:
        return None
    if source == found[1] or target == found[0]:
        found.reverse()
    if source in (None, found[0]) and target in (None, found[1]):
        return found[0], found[1]
    return None


def by_usual(
    where: str, names: Sequence[str], source: int | None = None, target: int | None = None
) -> tuple[int, int] | None:
    """Return the indices of the first pair of usual names among names; see `by_names`.

    Raises:
        DataError: one of them occurs twice.
    """
    lower = [plain(name) for name in names]
    for first, second in USUAL:
        if first in lower and second in lower:
            at = lower.index(first), lower.index(second)
            if source in (None, at[0]) and target in (None, at[1]):
                for key, known, name in (("source", source, first), ("target", target, second)):
                    if known is None and lower.count(name) > 1:
                        every = [i for i, n in enumerate(lower) if n == name]
                        raise DataError(twice(where, key, name, every))
                return at
    return None


def has_header(where: str, rows: Sequence[Sequence[str]], options: Options) -> bool:
    """Return whether the first row names the columns.

    It does when `header=yes` says so, when a column was asked for by its name, or when the names
    are usual ones. It does not when a cell is no name (it is long, or ends as a sentence does), or
    occurs again below.

    Args:
        where: "pairs.csv", for the refusal.
        rows: the first rows of the file, at least one.
        options: see `Options`.

    Raises:
        DataError: `header=auto` and nothing tells.
    """
    if options.header != "auto":
        return options.header == "yes"
    first, rest = rows[0], rows[1:]
    asked = [c for c in (options.source, options.target) if c is not None and not is_number(c)]
    if asked or named(first):
        return True
    if not all(_NAME.fullmatch(cell.strip()) and len(cell.split()) <= 3 for cell in first):
        return False
    if any(cell in (row[i] for row in rest if i < len(row)) for i, cell in enumerate(first)):
        return False
    raise DataError(
        f"{where}:1: is the first row a header or an example? Say header=yes or header=no."
    )


def named(first: Sequence[str]) -> bool:
    """Return whether cells are names that columns of pairs usually have."""
    if len(first) == 2 and all(is_language(cell) for cell in first):
        return True
    usual = {plain(cell) for cell in first}
    return any(a in usual and b in usual for a, b in USUAL) or (
        len(first) > 2
        and sum(is_language(cell) for cell in first) >= 2
        and all(is_language(cell) or plain(cell) in {*OTHER_NAMES, *_NAMES} for cell in first)
    )


def choose(
    where: str,
    names: Sequence[str] | None,
    rows: Sequence[Sequence[str]],
    width: int,
    options: Options,
) -> tuple[int, int, str]:
    """Return the indices of the source and the target column, and a sentence that says so.

    Of two columns whose names do not tell, or that have none, the first is the source.

    Args:
        where: "pairs.csv", for messages.
        names: the header, or None.
        rows: some rows below the header; their content does not tell.
        width: the number of columns.
        options: `source` and `target` of it.

    Raises:
        DataError: a column is not there, or a guess is not possible; names the ones there.
        SettingsError: a name was asked for where there is no header, or one column for both.
    """
    del rows
    source = target = None
    if options.source is not None:
        source = position(where, "source", options.source, names, width)
    if options.target is not None:
        target = position(where, "target", options.target, names, width)
    if names is not None and (source is None or target is None):
        source, target = by_names(where, names, source, target) or (source, target)
    if width == 2 and (source is None or target is None):
        if source is None:
            source = 0 if target is None else 1 - target
        if target is None:
            target = 1 - source
    return settled(where, names, width, {"source": source, "target": target}, options)


def example(text: str, target: str, where: str, beside: str = "") -> Example | Bad:
    """Return a source with its target, or why they are no pair: one of them is empty.

    Args:
        text: the source.
        target: the target.
        where: file and line of the source,
        beside: and of the target, if it is elsewhere.
    """
    if not text.strip():
        return Bad(where, "the source is empty" if target.strip() else "both sides are empty")
    if not target.strip():
        return Bad(beside or where, "the target is empty")
    return Example(text, target, where)

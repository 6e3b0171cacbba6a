"""What is in labelled files, and what is wrong with them, without training on them."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from textlstm.corpora import folder, survey
from textlstm.corpora.corpus import UNSEEN_SHOWN
from textlstm.corpora.example import Bad
from textlstm.corpora.reading import open_source
from textlstm.corpora.source import Aloud, Options, many
from textlstm.corpora.split import text_hash
from textlstm.corpora.survey import Survey
from textlstm.errors import DataError

LABELS_SHOWN = 30


def check(files: Iterable[str], s: Any, say: Callable[[str], None]) -> int:
    """Return how many things are wrong, after saying what is in each file and between them.

    The first file is taken as the training part: labels of the others that it lacks, and texts
    that it has too, are said. Lines start with a mark where they are a verdict: ✔ fine, ⚠ to
    think about, ✖ wrong (only these count: rows that cannot be used, files that cannot be read).

    Args:
        files: files, folders of class folders (also DIR with train/ and test/), ATIS prefixes.
        s: how to read, as for `corpora.labelled_texts`.
        say: told line after line.
    """
    options = replace(Options.of(s), bad_rows="skip")
    numbers: dict[survey.Target, int] = {}
    read: list[Survey] = []
    wrong = 0
    for name in files:
        for path in _parts(name):
            say(path)
            try:
                found, lengths = _read(path, options, numbers, say)
            except DataError as error:
                say(f"  ✖ {error}")
                wrong += 1
                continue
            wrong += found.refused
            _tell(found, lengths, say)
            if read:
                _compare(read[0], found, say)
            read.append(found)
    return wrong


def _parts(name: str) -> list[str]:
    path = Path(name).expanduser()
    parts = folder.splits(path) if path.is_dir() else {}
    return [str(part) for part in parts.values()] or [name]


def _read(
    path: str, options: Options, numbers: dict[survey.Target, int], say: Callable[[str], None]
) -> tuple[Survey, tuple[Any, Any]]:
    """Return the survey of a file, and its texts' lengths in characters and in words."""
    source = open_source(path, options, Aloud(lambda sentence: say(f"  {sentence}")))
    found = Survey(source.name)
    characters, words = array("I"), array("I")
    for row in source.read():
        if isinstance(row, Bad):
            found.refuse(row)
        else:
            found.use(row, text_hash(row.input), numbers)
            characters.append(len(row.input))
            words.append(len(row.input.split()))
    if not found.read:
        raise DataError(f"{source.name}: there are no rows.")
    return found, (characters, words)


def _tell(found: Survey, lengths: tuple[Any, Any], say: Callable[[str], None]) -> None:
    say(f"  rows: {found.read:,} read, {found.used:,} used, {found.refused:,} refused")
    for bad in found.refusals:
        say(f"  ✖ {bad.where}: {bad.reason}")
    if found.refused > len(found.refusals):
        say(f"  ✖ ... and {many(found.refused - len(found.refusals), 'more row')}")
    if not found.used:
        return
    counts = dict(found.labels)
    say(
        f"  labels ({len(survey.single_labels(counts)):,}): {survey.by_label(counts, LABELS_SHOWN)}"
    )
    for unit, values in zip(("characters", "words"), lengths, strict=True):
        middle, high = np.percentile(np.array(values), (50, 95))
        say(
            f"  {unit} a text: median {middle:,.0f}, 95 % at most {high:,.0f}, "
            f"longest {max(values):,}"
        )
    warnings = list(_doubts(found))
    for doubt in warnings:
        say(f"  ⚠ {doubt}")
    if not warnings and not found.refused:
        say("  ✔ nothing wrong found")


def _doubts(found: Survey) -> Iterable[str]:
    if len(found.labels) == 1:
        yield f"all examples have the label {next(iter(found.labels))!r}: nothing to learn from"
    for group in survey.alike(survey.single_labels(found.labels))[:LABELS_SHOWN]:
        yield f"labels that differ only in case or spaces: {', '.join(map(repr, group))}"
    if found.empty:
        yield f"{many(found.empty, 'empty text')} (the first: {found.first_empty})"
    repeated = survey.repeats(found)
    if repeated:
        again = many(repeated, "example")
        yield f"{again} with the text of an earlier one (case and spaces do not count)"
    texts, examples = survey.clashes([found])
    if texts:
        yield f"{many(texts, 'text')} with different labels ({many(examples, 'example')})"


def _compare(train: Survey, found: Survey, say: Callable[[str], None]) -> None:
    new = survey.unseen(train.labels, found)
    for unseen in new[:UNSEEN_SHOWN]:
        say(
            f"  ⚠ {unseen.where}: the label {unseen.label!r} ({many(unseen.count, 'example')}) "
            f"is not in {train.name}.{unseen.near}"
        )
    if len(new) > UNSEEN_SHOWN:
        say(f"  ⚠ ... and {len(new) - UNSEEN_SHOWN:,} more labels")
    count, total = survey.shared([found], [train])
    if count:
        say(f"  ⚠ {count:,} of {total:,} examples have a text that {train.name} has too")

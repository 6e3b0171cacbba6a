"""What is in labelled or tagged files, and what is wrong with them, without training on them."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from textlstm.corpora import folder, survey
from textlstm.corpora.corpus import UNSEEN_SHOWN
from textlstm.corpora.example import Bad
from textlstm.corpora.formats import kind_of, open_source
from textlstm.corpora.kinds import LABELLED, TAGGED
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
        s: how to read, as for `corpora.labelled_texts` and `corpora.tagged_texts`.
        say: told line after line.
    """
    options = replace(Options.of(s), bad_rows="skip")
    read: list[Survey] = []
    wrong = 0
    for name in files:
        for path in _parts(name):
            say(path)
            try:
                found, lengths = _read(path, options, say)
            except DataError as error:
                say(f"  ✖ {error}")
                wrong += 1
                continue
            wrong += found.refused
            _tell(found, lengths, say)
            same = [one for one in read if one.kind is found.kind]
            if same:
                _compare(same[0], found, say)
            read.append(found)
    return wrong


def _parts(name: str) -> list[str]:
    path = Path(name).expanduser()
    parts = folder.splits(path) if path.is_dir() else {}
    return [str(part) for part in parts.values()] or [name]


def _read(
    path: str, options: Options, say: Callable[[str], None]
) -> tuple[Survey, tuple[Any, Any]]:
    """Return the survey of a file, and its texts' lengths in characters and in words or tokens."""
    kind = kind_of(path, options)
    source = open_source(path, options, Aloud(lambda sentence: say(f"  {sentence}")), kind)
    found = Survey(source.name, kind)
    characters, pieces = array("I"), array("I")
    for row in source.read():
        if isinstance(row, Bad):
            found.refuse(row)
        else:
            text = kind.text(row.input)
            found.use(row, text, text_hash(text))
            characters.append(len(text))
            pieces.append(kind.size(row.input))
    if not found.read:
        raise DataError(f"{source.name}: there are no rows.")
    return found, (characters, pieces)


def _tell(found: Survey, lengths: tuple[Any, Any], say: Callable[[str], None]) -> None:
    say(f"  rows: {found.read:,} read, {found.used:,} used, {found.refused:,} refused")
    for bad in found.refusals:
        say(f"  ✖ {bad.where}: {bad.reason}")
    if found.refused > len(found.refusals):
        say(f"  ✖ ... and {many(found.refused - len(found.refusals), 'more row')}")
    if not found.used:
        return
    kind, counts = found.kind, dict(found.labels)
    if kind is TAGGED:
        say(f"  {kind.amount(found.used, found.tokens, counts)}")
    if counts:
        number = len(survey.single_labels(counts))
        say(f"  {kind.label}s ({number:,}): {survey.by_label(counts, LABELS_SHOWN, kind.label)}")
    for unit, values in zip(("characters", kind.pieces), lengths, strict=True):
        if values is lengths[1] and not any(values):
            continue  # texts that nothing has cut into tokens
        middle, high = np.percentile(np.array(values), (50, 95))
        say(
            f"  {unit} a {kind.row}: median {middle:,.0f}, 95 % at most {high:,.0f}, "
            f"longest {max(values):,}"
        )
    warnings = list(_doubts(found))
    for doubt in warnings:
        say(f"  ⚠ {doubt}")
    if not warnings and not found.refused:
        say("  ✔ nothing wrong found")


def _doubts(found: Survey) -> Iterable[str]:
    label, answer = found.kind.label, found.kind.answer
    if found.kind is LABELLED and len(found.labels) == 1:
        yield f"all examples have the label {next(iter(found.labels))!r}: nothing to learn from"
    elif not found.labels:
        yield f"there is no {found.kind.counted}: nothing to learn from"
    for group in survey.alike(survey.single_labels(found.labels))[:LABELS_SHOWN]:
        yield f"{label}s that differ only in case or spaces: {', '.join(map(repr, group))}"
    if found.empty:
        yield f"{many(found.empty, 'empty text')} (the first: {found.first_empty})"
    repeated = survey.repeats(found)
    if repeated:
        again = many(repeated, "example")
        yield f"{again} with the text of an earlier one (case and spaces do not count)"
    texts, examples = survey.clashes([found])
    if texts:
        yield f"{many(texts, 'text')} with different {answer}s ({many(examples, 'example')})"


def _compare(train: Survey, found: Survey, say: Callable[[str], None]) -> None:
    new = survey.unseen(train.labels, found)
    for unseen in new[:UNSEEN_SHOWN]:
        say(
            f"  ⚠ {unseen.where}: the {found.kind.label} {unseen.label!r} "
            f"({many(unseen.count, found.kind.counted)}) "
            f"is not in {train.name}.{unseen.near}"
        )
    if len(new) > UNSEEN_SHOWN:
        say(f"  ⚠ ... and {len(new) - UNSEEN_SHOWN:,} more {found.kind.label}s")
    count, total = survey.shared([found], [train])
    if count:
        say(f"  ⚠ {count:,} of {total:,} examples have a text that {train.name} has too")

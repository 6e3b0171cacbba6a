"""What is in files of labelled, tagged or paired text or numbers, and what is wrong with them."""

from array import array
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from textlstm.corpora import folder, survey
from textlstm.corpora.corpus import UNSEEN_SHOWN
from textlstm.corpora.example import Bad
from textlstm.corpora.formats import open_source
from textlstm.corpora.kinds import Kind
from textlstm.corpora.opening import path_of
from textlstm.corpora.ratios import odd
from textlstm.corpora.series import Series
from textlstm.corpora.series_table import Asked, read_series
from textlstm.corpora.source import Aloud, Options, many
from textlstm.corpora.split import text_hash
from textlstm.corpora.survey import Survey
from textlstm.corpora.telling import kind_of
from textlstm.errors import DataError

LABELS_SHOWN = 30


def check(files: Iterable[str], s: Any, say: Callable[[str], None]) -> int:
    """Return how many things are wrong, after saying what is in each file and between them.

    The first file is taken as the training part: labels of the others that it lacks, and texts
    that it has too, are said. Lines start with a mark where they are a verdict: ✔ fine, ⚠ to
    think about, ✖ wrong (only these count: rows that cannot be used, files that cannot be read).

    Args:
        files: files, folders of class folders (also DIR with train/ and test/), prefixes of
            ATIS-style files and of parallel text.
        s: how to read, as for `corpora.labelled_texts`, `tagged_texts` and `paired_texts`.
        say: told line after line.
    """
    options = replace(Options.of(s), bad_rows="skip")
    read: list[Survey] = []
    wrong = 0
    for name in files:
        for path in _parts(name):
            say(path)
            aloud = Aloud(lambda sentence: say(f"  {sentence}"))
            try:
                kind = kind_of(path, options, aloud)
                if kind is None:
                    asked = Asked(options.format, options.header)
                    _tell_series(read_series(path, asked, aloud), say)
                    continue
                found, lengths = _read(path, options, kind, aloud)
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
    with suppress(DataError):  # what is no path is said when it is read
        if (path := path_of(name)).is_dir():
            return [str(part) for part in folder.splits(path).values()] or [name]
    return [name]


def _read(path: str, options: Options, kind: Kind, aloud: Aloud) -> tuple[Survey, tuple[Any, ...]]:
    """Return the survey of a file, and its examples' lengths by the measures of their kind."""
    source = open_source(path, options, aloud, kind)
    found = Survey(source.name, kind)
    lengths = tuple(array("I") for _ in kind.measures)
    for row in source.read():
        if isinstance(row, Bad):
            found.refuse(row)
        else:
            text = kind.text(row.input)
            found.use(row, text, text_hash(text))
            for values, length in zip(lengths, kind.lengths(row), strict=True):
                values.append(length)
    if not found.read:
        raise DataError(f"{source.name}: there are no rows.")
    return found, lengths


def _tell(found: Survey, lengths: tuple[Any, ...], say: Callable[[str], None]) -> None:
    say(f"  rows: {found.read:,} read, {found.used:,} used, {found.refused:,} refused")
    for bad in found.refusals:
        say(f"  ✖ {bad.where}: {bad.reason}")
    if found.refused > len(found.refusals):
        say(f"  ✖ ... and {many(found.refused - len(found.refusals), 'more row')}")
    if not found.used:
        return
    kind, counts = found.kind, dict(found.labels)
    amount = kind.amount(found.used, found.tokens, counts)
    if amount != many(found.used, kind.counted):  # it tells more than the number of rows
        say(f"  {amount}")
    if counts:
        number = len(survey.single_labels(counts))
        say(f"  {kind.label}s ({number:,}): {survey.by_label(counts, LABELS_SHOWN, kind.label)}")
    for measure, values in zip(kind.measures, lengths, strict=True):
        middle, high = np.percentile(np.array(values), (50, 95))
        if not middle and values is not lengths[0]:
            continue  # texts that nothing has cut into tokens, or no spaces into words
        say(
            f"  {measure}: median {middle:,.0f}, mean {np.mean(values):,.1f}, "
            f"95 % at most {high:,.0f}, longest {max(values):,}"
        )
    for fact in _repetitions(found):
        say(f"  {fact}")
    warnings = list(_doubts(found))
    for doubt in warnings:
        say(f"  ⚠ {doubt}")
    if not warnings and not found.refused:
        say("  ✔ nothing wrong found")


def _tell_series(series: Series, say: Callable[[str], None]) -> None:
    when = f", {series.times[0]} to {series.times[-1]}" if series.times else ""
    say(f"  a series of numbers, for `run forecast`: {many(len(series), 'row')}{when}")
    constant = []
    for name, values in zip(series.names, series.values.T, strict=True):
        low, high = values.min(), values.max()
        say(f"  {name}: lowest {low:g}, mean {values.mean():g}, highest {high:g}")
        constant += [name] if low == high else []
    for name in constant:
        say(f"  ⚠ {name} is the same in all rows: nothing to learn from")
    if not constant:
        say("  ✔ nothing wrong found")


def _doubts(found: Survey) -> Iterable[str]:
    kind, label = found.kind, found.kind.label
    useless = kind.useless(found.labels)
    if useless:
        yield f"{useless}: nothing to learn from"
    for group in survey.alike(survey.single_labels(found.labels))[:LABELS_SHOWN]:
        yield f"{label}s that differ only in case or spaces: {', '.join(map(repr, group))}"
    if found.empty:
        empty = many(found.empty, f"empty {kind.input}")
        yield f"{empty} (the first: {found.first_empty})"
    if kind.one_answer:
        yield from _same_inputs(found)
    else:
        repeated = survey.repeated_pairs(found)
        if repeated:
            yield f"{many(repeated, f'repeated {kind.counted}')} (both sides alike)"
    unlike = odd([found.ratios])
    if unlike:
        yield unlike


def _repetitions(found: Survey) -> Iterable[str]:
    """Yield what repeats and may well do so."""
    return () if found.kind.one_answer else _same_inputs(found)


def _same_inputs(found: Survey) -> Iterable[str]:
    """Yield how many inputs repeat, and how many of them with another answer."""
    kind = found.kind
    repeated = survey.repeats(found)
    if repeated:
        again = many(repeated, "example")
        yield f"{again} with the {kind.input} of an earlier one (case and spaces do not count)"
    inputs, examples = survey.clashes([found])
    if inputs:
        differ = many(inputs, kind.input)
        yield f"{differ} with different {kind.answer}s ({many(examples, 'example')})"


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
        examples = f"{count:,} of {total:,} examples"
        say(f"  ⚠ {examples} have a {found.kind.input} that {train.name} has too")

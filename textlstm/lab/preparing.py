"""What a plan is measured on: the task of some settings, and encoded examples."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from textlstm.corpora import Example
from textlstm.errors import Refusal
from textlstm.lab.measuring import Job
from textlstm.recipe import Recipe
from textlstm.tasks import Arrays, Task

FIRST = 1000  # examples of the default corpus that the task is made of
ROWS = 64  # of them that are repeated or cut
CHUNK = 1000  # examples encoded at once
WORDS_A_TEXT = 1000  # made-up ones


def prepared(recipe: Recipe, settings: Any, notes: list[str]) -> Job:
    """Return what can be measured of some settings, but for the length.

    Args:
        recipe: makes corpus and task.
        settings: of it.
        notes: what the user should know is added.

    Raises:
        Refusal: the recipe is of numbers, or carries its state.
    """
    corpus = recipe.corpus(settings)
    given = [getattr(settings, name, None) for name in ("data", "train")]
    if any(value is not None for value in given):
        task = measurable(recipe.task(settings, corpus.train))
        first = list(itertools.islice(corpus.train, ROWS))
        lengths, valid = (_tokens(task, part) for part in (corpus.train, corpus.valid))
        _note(notes, "training and run are estimated without early stopping, which may end them "
                     "sooner; the run without export, baselines and report")  # fmt: skip
        return Job(settings, task, _encoded(task, first), None, lengths, valid)
    first = list(itertools.islice(corpus.train, FIRST))
    task = measurable(recipe.task(settings, [*first, *made_up(first[0], settings)]))
    sizes = ", ".join(f"{name} {e.size:,}" for name, e in task.encoders.items())
    _note(notes, f"no data given: vocabulary of {corpus.name} and made-up words up to "
                 f"vocabulary=, {sizes}")  # fmt: skip
    return Job(settings, task, _encoded(task, first[:ROWS]), None)


def measurable(task: Task) -> Task:
    """Return a task whose batches are of texts.

    Raises:
        Refusal: the task is another one.
    """
    if not task.encoders:
        raise Refusal(f"plan measures texts of some length; a {task.kind} model reads numbers")
    if getattr(task, "carried", False):
        raise Refusal("plan measures batches of texts; a model that carries its state has none")
    return task


def made_up(example: Example, settings: Any) -> Iterator[Example]:
    """Yield examples that continue a given one with made-up words, as many as have an id.

    Each word occurs as often as it must to be kept. The target stays right: a label, or places in
    the text before. Inputs that are neither a text nor tokens have none.
    """
    given = example.input
    number = getattr(settings, "vocabulary", None) or 0  # none: by the text
    if not isinstance(given, (str, tuple, list)):
        return
    for start in range(0, number, WORDS_A_TEXT):
        words = [_word(k) for k in range(start, min(number, start + WORDS_A_TEXT))]
        more = " ".join([given, *words]) if isinstance(given, str) else (*given, *words)
        for _ in range(getattr(settings, "min_count", 1)):
            yield Example(more, example.target, "made up")


def _word(number: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    word = "zq"  # no word of a corpus begins so
    for _ in range(4):
        number, rest = divmod(number, len(letters))
        word += letters[rest]
    return word


def _encoded(task: Task, examples: Sequence[Example]) -> list[Arrays]:
    rows = task.encode([example.input for example in examples])
    targets = task.encode_targets([example.target for example in examples], rows)
    return [{**row, **target} for row, target in zip(rows, targets, strict=True)]


def _tokens(task: Task, examples: Iterable[Example]) -> np.ndarray:
    """Return the tokens of each example, (examples,)."""
    found: list[int] = []
    left = iter(examples)
    while chunk := list(itertools.islice(left, CHUNK)):
        rows = task.encode([example.input for example in chunk])
        found += [len(row[task.features[0]]) for row in rows]
    return np.array(found, np.int64)


def _note(notes: list[str], note: str) -> None:
    if note not in notes:
        notes.append(note)

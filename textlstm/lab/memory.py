"""Long memory: which cells learn to remember, over how many steps, within a stated budget.

TensorFlow and Keras are imported when the first training begins.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from textlstm.errors import SettingsError, nearest
from textlstm.interrupt import Interrupt
from textlstm.lab import memory_words, saving
from textlstm.lab.memory_settings import PRESETS, MemorySettings
from textlstm.lab.memory_tasks import TASKS, MemoryTask
from textlstm.progress import PLAIN_SECONDS, Plain, Quiet, clock
from textlstm.quiet import quietly


@dataclass(frozen=True)
class Attempt:
    """One cell at one task and length.

    Attributes:
        task: name.
        cell: "rnn", "gru" or "lstm".
        length: steps to be bridged.
        error: on 2,000 sequences that were not trained on, in the task's measure.
        solved: whether it is within the limit.
        steps: batches trained.
        seconds: taken.
        parameters: weights that are trained.
        history: step and error on 500 sequences while training.
        interrupted: whether it ended before its budget, by Ctrl-C.
    """

    task: str
    cell: str
    length: int
    error: float
    solved: bool
    steps: int
    seconds: float
    parameters: int
    history: tuple[tuple[int, float], ...]
    interrupted: bool = False

    @property
    def about(self) -> MemoryTask:
        """The task."""
        return TASKS[self.task]

    @property
    def verdict(self) -> str:
        """How it ended."""
        if self.solved:
            return "solved"
        return "interrupted" if self.interrupted else "not solved"

    def to_json(self) -> dict[str, Any]:
        """Return all numbers."""
        return {
            "task": self.task,
            "cell": self.cell,
            "length": self.length,
            "measure": self.about.measure,
            "error": saving.number(self.error),
            "chance": saving.number(self.about.chance(self.length)),
            "limit": saving.number(self.about.limit(self.length)),
            "verdict": self.verdict,
            "steps": self.steps,
            "seconds": round(self.seconds, 1),
            "parameters": self.parameters,
            "history": [[step, saving.number(error)] for step, error in self.history],
        }


@dataclass(frozen=True, eq=False)
class Memory:
    """All attempts.

    Attributes:
        settings: of all.
        attempts: in the order of task, length, cell.
        interrupted: whether some are missing or were cut short by Ctrl-C.
    """

    settings: Mapping[str, Any]
    attempts: tuple[Attempt, ...]
    interrupted: bool = False

    @property
    def title(self) -> str:
        """Size and budget in a line."""
        s = self.settings
        time_too = "" if s["minutes"] is None else f" or {s['minutes']:g} minutes"
        return f"long memory: {s['units']} units, at most {s['steps']:,} steps{time_too}"

    def findings(self) -> list[str]:
        """Return what the attempts say of the claim, and where the numbers come from."""
        found = [
            line
            for name in dict.fromkeys(attempt.task for attempt in self.attempts)
            for line in memory_words.of_task([each for each in self.attempts if each.task == name])
        ]
        if self.interrupted:
            found.append("Interrupted: what is missing was not tried to its end.")
        start = self.settings["forget_bias"]
        gates = (
            "the biases of the gates that keep start by the length (chrono, Tallec & Ollivier 2018)"
            if start is None
            else f"b_f starts at {start:g}"
        )
        return [*found, f"One seed; {gates}. A longer budget or other settings may solve more."]

    def tables(self) -> list[tuple[str, list[str], list[list[str]]]]:
        """Return a table a task: a row a cell and length."""
        found = []
        for name in dict.fromkeys(attempt.task for attempt in self.attempts):
            task = TASKS[name]
            rows = [
                [
                    f"{each.cell.upper()} T={each.length}", f"{each.error:.4f}",
                    f"{task.chance(each.length):.4f}", f"{task.limit(each.length):.4f}",
                    each.verdict, f"{each.steps:,}", clock(each.seconds), f"{each.parameters:,}",
                ]
                for each in self.attempts
                if each.task == name
            ]  # fmt: skip
            header = [name, "error", "chance", "limit", "", "steps", "time", "weights"]
            found.append((f"{task.title}: {task.measure} ({task.source})", header, rows))
        return found

    def table(self, width: int = 80) -> str:
        """Return tables and findings for a terminal."""
        return f"{self.title}\n\n{saving.text(self, width)}"

    def png(self) -> bytes:
        """Return the plot: error by step, a panel a task and length; needs matplotlib."""
        from textlstm.lab import memory_picture

        return memory_picture.png(self.attempts, self.title)

    def to_json(self) -> dict[str, Any]:
        """Return all numbers."""
        return {
            "title": self.title,
            "settings": dict(self.settings),
            "attempts": [attempt.to_json() for attempt in self.attempts],
            "interrupted": self.interrupted,
            "findings": self.findings(),
        }

    def document(self) -> str:
        """Return all numbers as one JSON document."""
        return saving.document(self)

    def save(self, path: str | Path) -> None:
        """Write .png, .html or .json, by the ending of the name.

        Raises:
            SettingsError: another ending, no such folder, or it cannot be written.
        """
        saving.save(self, [Path(path)])

    def __str__(self) -> str:
        """Return the tables in 80 columns."""
        return self.table()

    def _repr_html_(self) -> str:
        return saving.fragment(self)


def measure(preset: str | None = None, *, progress: Quiet | None = None, **settings: Any) -> Memory:
    """Return how far each cell remembers; Ctrl-C ends it with what there is.

    Args:
        preset: named values to start from: "quick".
        progress: none: plain lines on standard error.
        settings: `MemorySettings` as keywords, such as `tasks=("adding",), lengths=(200,)`.

    Raises:
        SettingsError: an unknown preset or a wrong setting.
    """
    chosen = MemorySettings.from_mapping({**_preset(preset), **settings})
    return _attempted(chosen, progress or Plain())


def command(
    words: Sequence[str], *, preset: str | None, save: Sequence[Path], progress: Quiet
) -> Memory:
    """Return what `textlstm memory` shows, its files written.

    Args:
        words: KEY=VALUE settings.
        preset: named values to start from.
        save: files to write: .png, .html or .json.
        progress: told where training stands.

    Raises:
        SettingsError: a wrong setting or file name; nothing is trained then.
    """
    saving.check(save)
    found = _attempted(MemorySettings.from_words(words, _preset(preset)), progress)
    saving.save(found, save)
    return found


def _preset(name: str | None) -> Mapping[str, Any]:
    if name is None:
        return {}
    if name not in PRESETS:
        has = ", ".join(PRESETS)
        raise SettingsError(f"memory has no preset {name!r}: it has {has}.{nearest(name, PRESETS)}")
    return PRESETS[name]


def _attempted(s: MemorySettings, progress: Quiet) -> Memory:
    from textlstm.run import require

    require({"tensorflow": "tensorflow", "keras": "keras"}, "memory")
    jobs = list(product(s.tasks, s.lengths, s.cells))
    progress.say(f"loading TensorFlow; then {len(jobs)} trainings of at most {s.steps:,} steps")
    with quietly():
        from textlstm.lab import memory_training as training
    how = training.Training(
        units=s.units, batch=s.batch, steps=s.steps, every=s.every,
        seconds=None if s.minutes is None else 60 * s.minutes,
        learning_rate=s.learning_rate, rnn_learning_rate=s.rnn_learning_rate, clip_norm=s.clip_norm,
        forget_bias=s.forget_bias, seed=s.seed,
    )  # fmt: skip
    attempts: list[Attempt] = []
    interrupt = Interrupt(
        lambda text: progress.say("interrupted: ends with what there is; once more stops at once")
    )
    with interrupt:
        for name, length, cell in jobs:
            if interrupt.asked:
                break
            watch = _Watch(f"{name} T={length} {cell.upper()}", s.steps, TASKS[name], progress)
            course = training.learn(TASKS[name], cell, length, how, watch, lambda: interrupt.asked)
            cut = interrupt.asked and not course.solved and course.steps < s.steps
            attempts.append(
                Attempt(
                    name, cell, length, course.error, course.solved, course.steps,
                    course.seconds, course.parameters, tuple(course.history), cut,
                )
            )  # fmt: skip
            watch.end(attempts[-1])
    return Memory(s.to_dict(), tuple(attempts), len(attempts) < len(jobs) or interrupt.asked)


class _Watch:
    """Says every ten seconds where one training stands, and how it ended."""

    def __init__(self, who: str, steps: int, task: MemoryTask, progress: Quiet) -> None:
        self.who, self.steps, self.task, self.progress = who, steps, task, progress
        self._last = time.monotonic()

    def __call__(self, course: Any) -> None:
        if time.monotonic() - self._last >= PLAIN_SECONDS:
            self._last = time.monotonic()
            error = f"{self.task.measure} {course.history[-1][1]:.4f}"
            self.progress.say(
                f"{self.who}: step {course.steps:,}/{self.steps:,}  {error}  "
                f"{clock(course.seconds)}"
            )

    def end(self, attempt: Attempt) -> None:
        mark = "✔ solved" if attempt.solved else attempt.verdict
        self.progress.say(
            f"{self.who}: {mark} after {attempt.steps:,} steps, {self.task.measure} "
            f"{attempt.error:.4f} (by chance {self.task.chance(attempt.length):.4f}), "
            f"{clock(attempt.seconds)}"
        )

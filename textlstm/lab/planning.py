"""Plan: parameters, operations, times and memory of settings, before anything is trained."""

import dataclasses
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textlstm import atomic, discover, tables
from textlstm.errors import Refusal, SettingsError
from textlstm.lab import grid, preparing
from textlstm.lab.measuring import Job
from textlstm.progress import Quiet, clock
from textlstm.report import plain
from textlstm.run import TRAINING, require

LENGTHS = (50, 100, 200, 400, 800)  # tokens, where neither lengths nor data are given
OWN = ("length",)
HOW = (
    "operations: two for each number of a weight matrix, each time it is used; look-ups, "
    "activations, loss and decoding not counted; training takes three times as many",
    "memory: the peak of building the network and of training steps, less what was resident "
    "before, TensorFlow itself",
    "one text: ONNX Runtime on one thread and the decoding of the answer",
)


@dataclass
class Plan:
    """What each combination of settings costs at each length.

    Attributes:
        recipe: its name.
        rows: {"name", "changed", "length", "rows", "parameters", "operations", "step_ms",
            "text_ms", "memory_mb"}, and where data are known "estimate".
        notes: what a reader must know.
    """

    recipe: str
    rows: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"recipe": self.recipe, "rows": plain(self.rows), "notes": list(self.notes)}

    def table(self, width: int = 80) -> str:
        """Return the rows as plain text."""
        parts = list(dict.fromkeys(part for row in self.rows for part in row["parameters"]))
        header = ["parameters", *parts]
        alone = {row["name"]: row for row in self.rows}
        lines = tables.grid(
            header,
            [[n, *(f"{row['parameters'].get(p, 0):,}" for p in parts)] for n, row in alone.items()],
            width,
        )
        header = [
            "", "length", "texts a step", "operations a token", "ms a step", "tokens/s",
            "ms a text", "MB a step",
        ]  # fmt: skip
        lines += ["", *tables.grid(header, [_cells(row) for row in self.rows], width)]
        known = [row for row in self.rows if "estimate" in row]
        if known:
            header = ["", "epochs", "steps", "training", "whole run"]
            lines += ["", *tables.grid(header, [_estimated(row) for row in known], width)]
        lines.append("")
        for note in self.notes:
            lines += tables.paragraph(note, width)
        return "\n".join(lines)

    def save(self, path: Path) -> None:
        """Write the picture, a PNG.

        Raises:
            SettingsError: it cannot be written.
        """
        from textlstm.lab import pictures

        try:
            atomic.write_bytes(path, pictures.plan(self.rows))
        except OSError as problem:
            raise SettingsError(f"{path}: {problem.strerror}") from None

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.table(120))}</pre>"


def plan(
    recipe: str,
    words: Sequence[str] = (),
    *,
    preset: str | None = None,
    progress: Quiet | None = None,
) -> Plan:
    """Return what settings cost; a list of a field's values is a grid.

    Without data of the user (`data=` or `train=`) the task is made of the first examples of the
    recipe's own corpus and of made-up words, as many as `vocabulary=` allows. With data it is
    made of them, and the time of training is estimated: all steps of all epochs, at the mean
    length of the batches with padding.

    Args:
        recipe: a name, or the path of a recipe file.
        words: `KEY=VALUE` words, and `length=50,100`: tokens of each text.
        preset: named values to start from.
        progress: told which row is measured.

    Raises:
        SettingsError: a wrong setting or length.
        DataError: data that cannot be read as asked.
        Refusal: a network that cannot be built or exported.
    """
    progress = progress or Quiet()
    found = discover.load(recipe)
    own, rest = grid.own(words, OWN)
    grid.slips(rest, OWN, found)
    lengths = _lengths(own["length"]) if "length" in own else []
    combinations = grid.of_words(found, rest, preset)
    require(TRAINING, "planning")
    reference = str(Path(recipe).resolve()) if recipe.endswith(".py") else found.name
    made: dict[str, list[dict[str, Any]]] = {}
    notes: list[str] = []
    for one in combinations:
        _fits(one.settings, lengths)
        start = time.monotonic()
        job = preparing.prepared(found, one.settings, notes)
        seconds = time.monotonic() - start
        wanted: list[int | None] = [*lengths]
        if len(job.lengths):
            wanted.insert(0, None)  # their own mean length
        for length in wanted or _short_enough(one.settings):
            said = "own mean length" if length is None else f"{length} tokens"
            progress.say(f"{one.name}: {said}")
            job.length = length
            row = _measured(reference, job)
            if "estimate" in row and length is not None:
                del row["estimate"]  # made at the mean length alone
            if "estimate" in row:
                spent = row["estimate"]
                spent["run_seconds"] = seconds + sum(
                    spent[part] for part in ("start_seconds", "train_seconds", "valid_seconds")
                )
            notes += [note for note in row.pop("notes") if note not in notes]
            row = {"name": one.name, "changed": dict(one.changed), **row}
            made.setdefault(one.name, []).append(row)
    rows = [row for name in made for row in sorted(made[name], key=lambda row: row["length"])]
    return Plan(found.name, rows, [*HOW, *notes])


def savable(path: Path | None) -> None:
    """Refuse a picture that cannot be written, before any work.

    Raises:
        SettingsError: another ending than .png, no such folder, or the name of a folder.
    """
    if path is not None and path.suffix.lower() != ".png":
        raise SettingsError(f"{path}: expected a name that ends in .png")
    if path is not None and not path.absolute().parent.is_dir():
        raise SettingsError(f"{path.parent}: no such folder")
    if path is not None and path.is_dir():
        raise SettingsError(f"{path}: is a folder")


def _measured(reference: str, job: Job) -> dict[str, Any]:
    """Return the row of a job, from a process of its own.

    Raises:
        Refusal: as in that process; or what it wrote if it failed otherwise.
    """
    with tempfile.TemporaryDirectory() as place:
        paths = [Path(place) / name for name in ("job", "out.json")]
        if dataclasses.is_dataclass(job.task):  # what it has cached for itself may hold locks
            job = dataclasses.replace(job, task=dataclasses.replace(job.task))
        paths[0].write_bytes(pickle.dumps(job))
        words = [sys.executable, "-m", "textlstm.lab.measuring", reference, *map(str, paths)]
        done = subprocess.run(words, capture_output=True, text=True)
        if not paths[1].is_file():
            last = (done.stderr.strip() or "no message").splitlines()[-1]
            raise Refusal(f"measuring ended with code {done.returncode}: {last}")
        row: dict[str, Any] = json.loads(paths[1].read_text(encoding="utf-8"))
    if "refusal" in row:
        refusal = Refusal(row["refusal"])
        refusal.exit_code = row["code"]
        raise refusal
    return row


def _lengths(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        if not part.strip().isascii() or not part.strip().isdigit() or int(part) < 1:
            raise SettingsError(f"length={text}: expected whole numbers from 1, such as 50,100")
        if int(part) in found:
            raise SettingsError(f"length={part.strip()} is listed twice")
        found.append(int(part))
    return found


def _fits(settings: Any, lengths: Sequence[int]) -> None:
    most = getattr(settings, "max_tokens", None)
    if most is not None and (over := [n for n in lengths if n > most]):
        raise SettingsError(f"length={over[0]}: max_tokens={most} cuts such texts")


def _short_enough(settings: Any) -> list[int]:
    """Return the lengths that are measured where none is given."""
    most = getattr(settings, "max_tokens", None) or max(LENGTHS)
    return [n for n in LENGTHS if n <= most] or [most]


def _cells(row: Mapping[str, Any]) -> list[str]:
    tokens = row["rows"] * row["length"] / row["step_ms"] * 1000
    return [
        row["name"], f"{row['length']:,}", f"{row['rows']:,}",
        f"{row['operations']['forward']:,.0f}", f"{row['step_ms']:,.1f}", f"{tokens:,.0f}",
        f"{row['text_ms']:,.2f}", f"{row['memory_mb']:,.0f}",
    ]  # fmt: skip


def _estimated(row: Mapping[str, Any]) -> list[str]:
    found = row["estimate"]
    return [
        row["name"], f"{found['epochs']}", f"{found['steps']:,}", clock(found["train_seconds"]),
        clock(found["run_seconds"]),
    ]  # fmt: skip

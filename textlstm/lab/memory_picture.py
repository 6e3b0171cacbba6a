"""Attempts to remember as a picture, drawn by matplotlib."""

import io
from collections.abc import Sequence
from typing import Any

from textlstm.lab.memory import Attempt

COLOURS = {"rnn": "#b42318", "gru": "#d97706", "lstm": "#2563eb"}
DPI = 110
LOWEST = 1e-4  # of an error, on a logarithmic axis


def png(attempts: Sequence[Attempt], title: str) -> bytes:
    """Return a PNG: error by training step, a row a task, a panel a length, a line a cell."""
    from matplotlib.figure import Figure

    tasks = list(dict.fromkeys(each.task for each in attempts))
    lengths = sorted({each.length for each in attempts})
    size = (max(5.0, 3.4 * len(lengths)), 2.8 * len(tasks) + 0.9)
    figure = Figure(size, layout="constrained")
    axes = figure.subplots(max(1, len(tasks)), max(1, len(lengths)), squeeze=False)
    for row, task in zip(axes, tasks, strict=False):
        for axis, length in zip(row, lengths, strict=False):
            _panel(axis, [e for e in attempts if (e.task, e.length) == (task, length)])
    figure.suptitle(title, fontsize=11)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI)
    return out.getvalue()


def _panel(axis: Any, attempts: Sequence[Attempt]) -> None:
    if not attempts:
        axis.set_axis_off()
        return
    task, length = attempts[0].about, attempts[0].length
    for each in attempts:
        steps, errors = zip(*each.history, strict=True)
        axis.plot(
            steps, [max(error, LOWEST) for error in errors], color=COLOURS[each.cell],
            marker="." if len(steps) < 3 else "", label=f"{each.cell.upper()}: {each.verdict}",
        )  # fmt: skip
    axis.axhline(task.chance(length), color="0.4", linestyle="--", linewidth=1)
    axis.axhline(task.limit(length), color="#15803d", linestyle=":", linewidth=1.2)
    edge = axis.get_yaxis_transform()
    for value, words, colour in (
        (task.chance(length), "without memory", "0.4"),
        (task.limit(length), "solved", "#15803d"),
    ):
        axis.text(0.99, value, words, transform=edge, ha="right", va="bottom", fontsize=7, c=colour)
    axis.set_yscale("log")
    axis.set_title(f"{task.title}, T = {length}", fontsize=10)
    axis.set_xlabel("step of training")
    axis.set_ylabel(task.measure)
    axis.legend(fontsize=7, loc="best")

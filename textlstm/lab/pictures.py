"""Pictures of plans and shoot-outs as PNG, drawn by matplotlib."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from textlstm.explaining.picture import lettered

DPI = 100
MARKERS = "osD^vP*X"
GRID = {"color": "0.9", "linewidth": 0.8}


def plan(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return operations, ms a step, ms a text and memory by length, a line a combination."""
    panels = [
        ("operations a token, forward", lambda row: row["operations"]["forward"]),
        ("ms a step of training", lambda row: row["step_ms"]),
        ("ms a text, ONNX Runtime", lambda row: row["text_ms"]),
        ("MB of a step", lambda row: row["memory_mb"]),
    ]
    figure = _figure((10, 7))
    axes = figure.subplots(2, 2).ravel()
    names = list(dict.fromkeys(row["name"] for row in rows))
    for axis, (title, value) in zip(axes, panels, strict=True):
        for k, name in enumerate(names):
            own = [row for row in rows if row["name"] == name]
            axis.plot(
                [row["length"] for row in own], [value(row) for row in own],
                marker=_marker(k), label=name,
            )  # fmt: skip
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("tokens of a text")
        axis.margins(y=0.1)
        axis.set_ylim(bottom=0)
        axis.grid(**GRID)
    axes[0].legend(fontsize=8)
    return _png(figure)


def shootout(data: Mapping[str, Any]) -> bytes:
    """Return the score with its interval against parameters and against seconds of training."""
    figure = _figure((10, 4.5))
    axes = figure.subplots(1, 2, sharey=True)
    rows = data["combinations"]
    panels = [
        ("parameters of the recurrent layers", lambda row: row["parameters"]["recurrent"]),
        ("seconds of training", lambda row: row["train_seconds"]),
    ]
    for axis, (title, value) in zip(axes, panels, strict=True):
        for k, row in enumerate(rows):
            score = row["score"]
            axis.errorbar(
                [value(row)], [score["value"]], yerr=_ends(score), fmt=_marker(k), capsize=4,
                label=row["name"],
            )  # fmt: skip
        axis.set_xlabel(title)
        axis.grid(**GRID)
        axis.margins(x=0.15)
    axes[0].set_ylabel(data["score"])
    axes[1].legend(fontsize=8)
    figure.suptitle(_title(data), fontsize=10, parse_math=False)
    return _png(figure)


def noise(data: Mapping[str, Any]) -> bytes:
    """Return the score by the share of noise, a line with intervals a combination."""
    figure = _figure((7, 4.5))
    axis = figure.subplots()
    for k, row in enumerate(data["combinations"]):
        scores = row["noise"]
        lows, highs = zip(*((e[0][0], e[1][0]) for e in map(_ends_or_zero, scores)), strict=True)
        axis.errorbar(
            data["noise"]["shares"], [score["value"] for score in scores], yerr=[lows, highs],
            marker=_marker(k), capsize=4, label=row["name"],
        )  # fmt: skip
    axis.set_xlabel("chance of a word to be changed")
    axis.set_ylabel(data["score"])
    axis.grid(**GRID)
    axis.legend(fontsize=8)
    figure.suptitle(_title(data), fontsize=10, parse_math=False)
    return _png(figure)


def _title(data: Mapping[str, Any]) -> str:
    seeds = len(data["seeds"])
    many = f"{seeds} seeds, 95 % t intervals over them" if seeds > 1 else "one seed"
    return f"{data['recipe']} on {data['corpus']}: {many}"


def _ends(score: Mapping[str, Any]) -> list[list[float]] | None:
    """Return how far the interval reaches down and up; None where there is none."""
    if score["low"] is None:
        return None
    return [[score["value"] - score["low"]], [score["high"] - score["value"]]]


def _ends_or_zero(score: Mapping[str, Any]) -> list[list[float]]:
    return _ends(score) or [[0.0], [0.0]]


def _marker(k: int) -> str:
    return MARKERS[k % len(MARKERS)]


def _figure(size: tuple[float, float]) -> Any:
    from matplotlib.figure import Figure

    return Figure(size, layout="constrained")


def _png(figure: Any) -> bytes:
    lettered(figure)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI)
    return out.getvalue()

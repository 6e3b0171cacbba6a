"""Gradients through time as a picture, drawn by matplotlib."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from textlstm.explaining.picture import lettered
from textlstm.lab.gradients_clip import Training
from textlstm.lab.gradients_flow import Curve

COLOURS = {
    "rnn": ("#b42318", "#f0a79f", "#5c120c"),
    "gru": ("#d97706", "#f7c98b", "#6b3a03"),
    "lstm": ("#2563eb", "#a3bffa", "#123176"),
}
DASHES = ("-", "--", ":", "-.")
LOWEST, HIGHEST = 1e-40, 1e40  # of what is drawn
ACROSS = 4  # panels in a row
DPI = 110


def png(curves: Sequence[Curve], trainings: Sequence[Training], title: str, *, back: bool) -> bytes:
    """Return a PNG: a panel a length, a line a cell, the quartiles shaded; training below.

    Args:
        curves: what is drawn.
        trainings: with and without clipping; none: no panel of them.
        title: above all.
        back: whether steps are counted back from the last, in one panel.
    """
    from matplotlib.figure import Figure

    lengths = [0] if back else sorted({curve.length for curve in curves})
    panels = len(lengths) + bool(trainings)
    down = -(-panels // ACROSS)
    across = -(-panels // down)
    figure = Figure((max(6.4, 3.1 * across), 3.1 * down + 1.0), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False).ravel()
    styles = _styles(curves)
    bottom, top = _limits(curves)
    for axis, length in zip(axes, lengths, strict=False):
        for curve in curves:
            if back or curve.length == length:
                _draw(axis, curve, styles[curve.name], back=back)
        axis.set_yscale("log")
        axis.set_ylim(bottom, top)
        axis.axhline(1, color="0.6", linewidth=0.8)
        axis.set_xlabel("steps before the last" if back else "step t")
        if not back:
            axis.set_title(f"T = {length}", fontsize=10)
    for axis in axes[::across]:
        axis.set_ylabel("‖∂loss/∂h_t‖, last step = 1", parse_math=False)
    if trainings:
        _losses(axes[len(lengths)], trainings)
    for axis in axes[panels:]:
        axis.set_axis_off()
    handles = {line.get_label(): line for axis in axes[: len(lengths)] for line in axis.get_lines()}
    shown = {label: line for label, line in handles.items() if not label.startswith("_")}
    figure.legend(
        shown.values(), shown.keys(), loc="outside lower center", ncols=min(4, len(shown)),
        fontsize=9, frameon=False,
    )  # fmt: skip
    figure.suptitle(title, fontsize=11, parse_math=False)
    lettered(figure)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI)
    return out.getvalue()


def _styles(curves: Sequence[Curve]) -> dict[str, tuple[str, str]]:
    """Return colour and dashes of each name: a cell has its colour, variants their dashes."""
    names: dict[str, list[str]] = {}
    for curve in curves:
        names.setdefault(curve.cell, [])
        if curve.name not in names[curve.cell]:
            names[curve.cell].append(curve.name)
    return {
        name: (COLOURS[cell][place // len(DASHES) % 3], DASHES[place % len(DASHES)])
        for cell, each in names.items()
        for place, name in enumerate(each)
    }


def _limits(curves: Sequence[Curve]) -> tuple[float, float]:
    """Return ends of the axis that hold every finite median."""
    known = np.concatenate([curve.middle() for curve in curves])
    known = known[np.isfinite(known) & (known > 0)]
    low = 10.0 ** np.floor(np.log10(max(LOWEST, known.min())))
    high = 10.0 ** np.ceil(np.log10(min(HIGHEST, known.max())) + 0.3)
    return float(low), float(high)


def _draw(axis: Any, curve: Curve, style: tuple[str, str], *, back: bool) -> None:
    colour, dashes = style
    steps = np.arange(1, curve.length + 1) - (curve.length if back else 0)
    low, high = (np.clip(each, LOWEST, HIGHEST) for each in curve.spread())
    middle = curve.middle()
    middle = np.where((middle > 0) & np.isfinite(middle), middle, np.nan)
    axis.plot(steps, middle, dashes, color=colour, linewidth=1.6, label=curve.name)
    axis.fill_between(steps, low, high, color=colour, alpha=0.15, linewidth=0)


def _losses(axis: Any, trainings: Sequence[Training]) -> None:
    for training in trainings:
        free = training.clip is None
        label = "not clipped" if free else f"clipped to {training.clip:g}"
        losses = np.clip(np.nan_to_num(training.losses, nan=HIGHEST), 0, HIGHEST)
        steps = range(1, len(losses) + 1)
        axis.plot(steps, losses, color="#b42318" if free else "#15803d", label=label)
    axis.set_yscale("log")
    axis.set_title("exploding RNN in training", fontsize=10)
    axis.set_xlabel("step of training")
    axis.set_ylabel("loss (MSE)")
    axis.legend(fontsize=8)

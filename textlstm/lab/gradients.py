"""Gradients through time: how much of a loss at the last step arrives at the steps before.

Of cells before training, on random inputs, or of a trained run, on its own texts. All is computed
by the equations of `textlstm.reference`: no TensorFlow.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from textlstm import discover
from textlstm.errors import SettingsError, nearest
from textlstm.lab import gradients_words, saving
from textlstm.lab.gradients_clip import Training, trained
from textlstm.lab.gradients_flow import FEW, KEPT, Curve, Variant, drawn_curve
from textlstm.lab.gradients_settings import GradientSettings, TrainedSettings


@dataclass(frozen=True, eq=False)
class Gradients:
    """Norms of ∂loss/∂h_t, step by step.

    Attributes:
        title: of what.
        settings: all of them.
        curves: of each cell and length; of a trained run, of each layer and direction.
        trainings: of an exploding RNN, without and with clipping; none unless asked for.
        notes: what the reader should know.
        trained: whether rows are texts of a trained run, not seeds.
    """

    title: str
    settings: Mapping[str, Any]
    curves: tuple[Curve, ...]
    trainings: tuple[Training, ...] = ()
    notes: tuple[str, ...] = ()
    trained: bool = False

    def findings(self) -> list[str]:
        """Return what the numbers say of the claims."""
        if self.trained:
            return [*gradients_words.of_layers(self.curves), *self.notes]
        words = gradients_words
        return [*words.of_cells(self.curves), *words.of_clipping(self.trainings), *self.notes]

    def tables(self) -> list[tuple[str, list[str], list[list[str]]]]:
        """Return the table: a row a cell, a column a length."""
        return [self._layers() if self.trained else self._cells()]

    def _cells(self) -> tuple[str, list[str], list[list[str]]]:
        lengths = sorted({curve.length for curve in self.curves})
        rows: dict[str, list[str]] = {}
        for curve in sorted(self.curves, key=lambda curve: curve.length):
            rows.setdefault(curve.name, []).append(_cell(curve, 0))
            if curve.length == lengths[-1]:
                rows[curve.name] += [f"{curve.factor:.3f}", curve.fate]
        header = ["cell", *(f"T={length}" for length in lengths), "a step", "so it"]
        names = list(dict.fromkeys(curve.name for curve in self.curves))
        caption = (
            "Gradient of a loss at the last step: size at the first step relative to the last "
            f"(median of {self.settings['seeds']} seeds, ×÷: the factor within which the quartiles "
            "lie); a step: factor of each "
            f"step back at T={lengths[-1]}; below 1/{KEPT:g} it vanishes, above {KEPT:g} it "
            "explodes."
        )
        return caption, header, [[name, *rows[name]] for name in names]

    def _layers(self) -> tuple[str, list[str], list[list[str]]]:
        lengths = self.settings["lengths"]
        reached = [n for n in lengths if any(curve.known(n) for curve in self.curves)]
        rows = [
            [c.name, *(_cell(c, c.length - n) if c.known(n) else "-" for n in reached)]
            for c in self.curves
        ]
        caption = (
            "Gradient of a loss at the last step a layer reads: size so many steps earlier, "
            "relative to the last (median of the texts that are long enough, ×÷: the factor within "
            f"which their quartiles lie; -: fewer than {FEW} texts)."
        )
        if missing := [str(n - 1) for n in lengths if n not in reached]:
            caption += f" No {FEW} texts have steps {', '.join(missing)} before the last."
        return caption, ["layer", *(f"{n - 1} before" for n in reached)], rows

    def table(self, width: int = 80) -> str:
        """Return table and findings for a terminal."""
        return f"{self.title}\n\n{saving.text(self, width)}"

    def png(self) -> bytes:
        """Return the plot; needs matplotlib."""
        from textlstm.lab import gradients_picture

        return gradients_picture.png(self.curves, self.trainings, self.title, back=self.trained)

    def to_json(self) -> dict[str, Any]:
        """Return all numbers."""
        return {
            "title": self.title,
            "settings": dict(self.settings),
            "curves": [curve.to_json() for curve in self.curves],
            "clipping": [training.to_json() for training in self.trainings],
            "findings": self.findings(),
        }

    def save(self, path: str | Path) -> None:
        """Write .png, .html or .json, by the ending of the name.

        Raises:
            SettingsError: another ending, no such folder, or it cannot be written.
        """
        saving.save(self, [Path(path)])

    def __str__(self) -> str:
        """Return the table in 80 columns."""
        return self.table()

    def _repr_html_(self) -> str:
        return saving.fragment(self)


def measure(
    target: str | Path | None = None, *, say: Callable[[str], None] | None = None, **settings: Any
) -> Gradients:
    """Return the gradients of cells before training, or of a trained run.

    Args:
        target: none: cells as the settings say; a recipe: cells of its size; a run folder or
            bundle folder: its own trained layers, on real texts.
        say: told what is at work.
        settings: `GradientSettings`, of a folder `TrainedSettings`, as keywords.

    Raises:
        SettingsError: a wrong setting, or a target that is neither recipe nor folder.
        BundleError: the folder is no bundle, incomplete or changed.
        DataError: no texts, or a file that cannot be read.
    """
    return _measured(None if target is None else str(target), (), settings, say)


def command(
    words: Sequence[str],
    *,
    save: Sequence[Path] = (),
    width: int = 80,
    as_json: bool = False,
    say: Callable[[str], None] | None = None,
) -> str:
    """Return what `textlstm gradients` prints: a table and findings, or one JSON document.

    Args:
        words: [RECIPE|RUN] and KEY=VALUE settings.
        save: files to write besides: .png, .html or .json.
        width: columns of the terminal.
        as_json: all numbers instead.
        say: told what is at work.

    Raises:
        Refusal: as `measure` does; nothing is written then.
    """
    saving.check(save)
    target = words[0] if words and "=" not in words[0] else None
    found = _measured(target, words if target is None else words[1:], {}, say)
    saving.save(found, save)
    return saving.document(found) if as_json else found.table(width)


def _measured(
    target: str | None,
    words: Sequence[str],
    values: Mapping[str, Any],
    say: Callable[[str], None] | None,
) -> Gradients:
    tell = say or (lambda text: None)
    if target is None or target in discover.names() or target.endswith(".py"):
        size = {} if target is None else _size(target)
        s = GradientSettings.from_words(words, {**size, **values})
        who = "cells before training" if target is None else f"cells of {target}, before training"
        return _drawn(f"{who}: {s.units} units, {s.features} features", s, tell)
    if not Path(target).is_dir():
        raise SettingsError(
            f"{target}: neither a folder of a run nor a recipe: there are "
            f"{', '.join(discover.names())}.{nearest(target, discover.names())}"
        )
    from textlstm.lab.gradients_run import trained_curves

    for name in [*(word.partition("=")[0] for word in words), *values]:
        if hasattr(GradientSettings, name) and not hasattr(TrainedSettings, name):
            raise SettingsError(
                f"{name}= is for cells before training, and {target} is trained: its settings are "
                f"{', '.join(field.name for field in TrainedSettings.describe())}"
            )
    own = TrainedSettings.from_words(words, values)
    curves, notes = trained_curves(Path(target), own)
    title = f"trained layers of {target}, on real texts"
    return Gradients(title, own.to_dict(), tuple(curves), (), tuple(notes), True)


def _drawn(title: str, s: GradientSettings, say: Callable[[str], None]) -> Gradients:
    curves = []
    for variant in _variants(s):
        name = _name(variant, s)
        say(f"{name}: T={','.join(map(str, s.lengths))}, {s.seeds} seeds")
        curves += [drawn_curve(variant, name, length, s) for length in s.lengths]
    trainings = []
    if s.clip is not None:
        say("training an exploding RNN, without clipping and with it")
        trainings = [trained(clip, s.seed) for clip in (None, s.clip)]
    return Gradients(title, s.to_dict(), tuple(curves), tuple(trainings))


def _variants(s: GradientSettings) -> list[Variant]:
    return [
        Variant(cell, activation, scale, bias)
        for cell, activation, scale in product(s.cells, s.activation, s.scale)
        for bias in (s.forget_bias if cell == "lstm" else (None,))
    ]


def _name(variant: Variant, s: GradientSettings) -> str:
    """Return the cell with what differs between the variants or from the default."""
    parts = [variant.cell.upper()]
    if s.activation != ("tanh",):
        parts.append(variant.activation)
    if s.scale != (1.0,):
        parts.append(f"U×{variant.scale:g}")
    if variant.forget_bias is not None and s.forget_bias != (1.0,):
        parts.append(f"b_f={variant.forget_bias:g}")
    return " ".join(parts)


def _cell(curve: Curve, place: int) -> str:
    """Return a median and the factor within which the quartiles lie, "2.8e-09 ×÷1.4"."""
    middle = float(curve.middle()[place])
    low, high = (float(each[place]) for each in curve.spread())
    if not 0 < low <= high < math.inf:
        return f"{middle:.1e} ({low:.1e} to {high:.1e})"
    return f"{middle:.1e} ×÷{max(high / middle, middle / low):.2g}"


def _size(recipe: str) -> dict[str, int]:
    """Return units and features of a recipe's first recurrent layer by its defaults.

    Raises:
        SettingsError: no such recipe, or its settings do not name them.
    """
    defaults = discover.load(recipe).settings().to_dict()
    if not isinstance(defaults.get("units"), list) or "embedding" not in defaults:
        raise SettingsError(
            f"{recipe}: its settings have no units= of layers and no embedding=: leave it out and "
            "give units= and features="
        )
    return {"units": defaults["units"][0], "features": defaults["embedding"]}

"""An explanation as a picture: every gate of every unit, drawn by matplotlib."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from textlstm.explaining.gates import Gates

if TYPE_CHECKING:
    from textlstm.explaining.explanation import Explanation

FOR, AGAINST = "#15803d", "#b42318"
DPI = 100
LEFT, GAP = 1.9, 0.8  # inches: of the tokens, between the rows
TALLEST = 200  # inches of all tokens; matplotlib draws at most 2**16 dots
NAMED = 1000  # tokens whose names find room
SHORT = 14  # characters of a token
# Beginnings of file names, tried in this order for signs that matplotlib's own font does not have.
FONTS = (
    "notosanscjk", "sourcehansans", "wqy", "pingfang", "hiragino sans gb", "msyh", "simhei",
    "arial unicode", "notosans", "notoemoji",
)  # fmt: skip


def png(e: "Explanation") -> bytes:
    """Return a PNG: a row a layer and direction, a panel a gate, tokens down and units across.

    Tokens are numbered where no font of this computer can write them.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    labels = [_short(token.shown) for token in e.tokens]
    title = f"{_short(e.said, 40)}   {_short(e.text, 90)}"
    fonts, missing = fonts_for({*"".join(labels), *title})
    if missing:
        labels = [str(k + 1) if missing & set(label) else label for k, label in enumerate(labels)]
        title = "".join("?" if sign in missing else sign for sign in title)
        title += "   (no font for some tokens: they are numbered)"
    panels = 1 + max(len(_panels(layer)) for layer in e.layers)
    inch = min(0.17, TALLEST / (len(labels) * len(e.layers)))  # of a token
    height = max(2.2, inch * len(labels)) + GAP
    with rc_context({"font.family": fonts, "axes.unicode_minus": False, "text.usetex": False}):
        size = (2.1 * panels + LEFT, height * len(e.layers) + 0.4)
        figure = Figure(size)
        # Fixed margins: matplotlib's own layouts draw everything twice.
        axes = figure.subplots(
            len(e.layers), panels, squeeze=False,
            gridspec_kw={
                "left": LEFT / size[0], "right": 1 - 0.1 / size[0], "wspace": 0.06,
                "bottom": 0.5 / size[1], "top": 1 - 0.7 / size[1],
                "hspace": GAP / (height - GAP),
            },
        )  # fmt: skip
        # A dollar sign of a text is no formula.
        figure.suptitle(title, parse_math=False, fontsize=11)
        for k, (row, layer) in enumerate(zip(axes, e.layers, strict=True)):
            _contribution(row[0], e, labels, first=k == 0)
            row[0].set_ylabel(layer.title)
            _row(row[1:], layer)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=DPI)
    return out.getvalue()


def _contribution(axis: Any, e: "Explanation", labels: list[str], *, first: bool) -> None:
    places = np.arange(len(labels))
    colours = [FOR if value >= 0 else AGAINST for value in e.contribution]
    axis.barh(places, e.contribution, color=colours)
    axis.set_ylim(len(labels) - 0.5, -0.5)
    every = -(-len(labels) // NAMED)
    axis.set_yticks(places[::every], labels[::every], fontsize=8)
    for label in axis.get_yticklabels():
        label.set_parse_math(False)
    axis.axvline(0, color="0.6", linewidth=0.8)
    axis.tick_params(axis="x", labelsize=7)
    if first:
        signed = e.probability is not None
        axis.set_title("adds to the answer" if signed else "moves the answer", fontsize=9)


def _panels(layer: Gates) -> list[tuple[str, Any, float]]:
    """Return title, values (tokens, n), and their largest size where they have both signs, or 0."""
    found: list[tuple[str, Any, float]] = [(f"{n} gate", layer.values[n], 0) for n in layer.names]
    for name in ("cell", "hidden"):
        if name in layer.values:
            most = max(float(np.abs(layer.values[name]).max()), 1e-12)
            found.append((f"{name} state, -{most:.2f} to {most:.2f}", layer.values[name], most))
    if layer.left is not None:
        found.append((f"left: product of {layer.keeps}", layer.left, 0))
    return found


def _row(axes: Sequence[Any], layer: Gates) -> None:
    """Draw gates and what is left from 0 (white) to 1, states from minus (orange) to plus."""
    panels = _panels(layer)
    for axis, (title, values, most) in zip(axes, panels, strict=False):
        axis.imshow(
            values, aspect="auto", interpolation="nearest",
            cmap="PuOr" if most else "Blues", vmin=-most, vmax=most or 1,
        )  # fmt: skip
        axis.set_title(title, fontsize=9)
        axis.set_yticks([])
        axis.tick_params(axis="x", labelsize=7)
        axis.set_xlabel("token" if values is layer.left else "unit", fontsize=8)
    for axis in axes[len(panels) :]:
        axis.set_axis_off()


def _short(text: str, most: int = SHORT) -> str:
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def fonts_for(signs: set[str]) -> tuple[list[str], set[str]]:
    """Return the fonts that can write the signs together, and the signs that none has."""
    from matplotlib import font_manager

    fonts, missing = ["DejaVu Sans"], set(signs)
    missing -= _able(font_manager.findfont(fonts[0]), missing)
    if not missing:
        return fonts, missing
    # The computer's own list: matplotlib keeps one of its own, which may be older than a font.
    files = sorted(font_manager.findSystemFonts(), key=_plainness)
    for start in FONTS:
        for path in (path for path in files if Path(path).name.lower().startswith(start)):
            if missing and (able := _able(path, missing)):
                font_manager.fontManager.addfont(path)
                fonts.append(font_manager.get_font(path).family_name)
                missing -= able
    return fonts, missing


def lettered(figure: Any) -> None:
    """Give the texts of a figure fonts that can write them; a sign that none has becomes "?"."""
    from matplotlib.text import Text

    texts = [each for each in figure.findobj(Text) if not each.get_text().isascii()]
    fonts, missing = fonts_for({sign for each in texts for sign in each.get_text()} - {"\n"})
    for each in texts:
        each.set_family(fonts)
        each.set_text("".join("?" if sign in missing else sign for sign in each.get_text()))


def _plainness(path: str) -> tuple[bool, int, str]:
    """Return a key by which regular fonts come before bold and light ones."""
    return "regular" not in path.lower(), len(path), path


def _able(path: str, signs: set[str]) -> set[str]:
    """Return those of the signs that a font file can write."""
    from matplotlib import font_manager

    has = font_manager.get_font(path).get_charmap()
    return {sign for sign in signs if ord(sign) in has}

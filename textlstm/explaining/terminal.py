"""An explanation as a heat map of characters, in colours where the terminal has them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from textlstm.explaining.gates import Gates
from textlstm.tables import columns_of

if TYPE_CHECKING:
    from textlstm.explaining.explanation import Explanation

Array = npt.NDArray[np.float64]

SHADES = " .:-=+*#%@"
# xterm's 256 colours, from light to dark; black writing on the first six, white on the others
BLUES = (255, 195, 159, 123, 81, 45, 33, 27, 20, 18)
GREENS = (255, 194, 157, 120, 83, 77, 34, 28, 22, 22)
REDS = (255, 224, 217, 210, 209, 203, 160, 124, 88, 52)
CELL = 8  # columns of a value with its shade and the space before it
BAR = 5
TOKEN = 14  # columns of a token at most


def heat_map(e: "Explanation", width: int, *, colour: bool, matrix: bool) -> str:
    """Return tokens down, gates across: blocks of as many columns as fit into the width."""
    names = [_fit(token.shown, TOKEN) for token in e.tokens]
    room = max(map(columns_of, names))
    lines = [line for text in (e.heading, *e.notes) for line in _wrapped(text, width)] + [""]
    first = _contribution(e.contribution, colour)
    first_head = f"{'adds':<{7 + BAR}}"
    for group in _groups(e.layers, width - room - columns_of(first_head)):
        lines += _block(names, first, first_head, group, colour)
        first, first_head = [""] * len(names), ""
        lines.append("")
    lines += _entities(e, names, width, colour)
    if matrix:
        for layer in e.layers:
            lines += _matrix(names, layer, width, colour)
    return "\n".join([*lines, *_legend(e, colour, width)])


def _fit(text: str, most: int) -> str:
    """Return a text of at most so many columns, without signs that move the cursor."""
    text = _safe(text)
    if columns_of(text) <= most:
        return text
    while columns_of(text) > most - 1:
        text = text[:-1]
    return f"{text}…"


def _safe(text: str) -> str:
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many columns."""
    lines = [""]
    for word in _safe(text).split():
        if lines[-1] and columns_of(lines[-1]) + 1 + columns_of(word) <= width:
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for sign in word:
            if columns_of(lines[-1]) + columns_of(sign) > width:
                lines.append("")
            lines[-1] += sign
    return [line for line in lines if line]


def _left(text: str, room: int) -> str:
    return text + " " * (room - columns_of(text))


def _groups(layers: Sequence[Gates], room: int) -> list[list[Gates]]:
    """Return layers in groups that stand side by side."""
    groups: list[list[Gates]] = []
    used = room
    for layer in layers:
        size = _size(layer)
        if groups and used + size <= room:
            groups[-1].append(layer)
            used += size
        else:
            groups.append([layer])
            used = size
    return groups


def _size(layer: Gates) -> int:
    """Return the columns of a layer, with a gap before it."""
    return max(CELL * len(layer.means()), len(layer.title)) + 2


def _block(
    names: list[str], first: list[str], first_head: str, group: list[Gates], colour: bool
) -> list[str]:
    room = max(map(columns_of, names))
    head = " " * room + (f" {first_head}" if first_head else "")
    title = " " * columns_of(head)
    rows = [
        _left(name, room) + (f" {bar}" if bar else "")
        for name, bar in zip(names, first, strict=True)
    ]
    for layer in group:
        size = _size(layer)
        means = layer.means()
        title += _left(f"  {layer.title}", size)
        head += _left("  " + "".join(f"{name:<{CELL}}" for name in means), size)
        shades = {name: _relative(name, values) for name, values in means.items()}
        for place in range(len(rows)):
            cells = "".join(
                _cell(float(means[name][place]), float(shades[name][place]), colour) + " "
                for name in means
            )
            rows[place] += "  " + cells + " " * (size - 2 - CELL * len(means))
    return [line.rstrip() for line in (title, head, *rows)]


def _relative(name: str, values: Array) -> Array:
    """Return values between 0 and 1; sizes of states relative to the largest of their column."""
    if not name.startswith("|"):
        return values
    return np.asarray(values / max(float(values.max()), 1e-12))


def _cell(value: float, share: float, colour: bool) -> str:
    """Return a number of four columns with its shade, seven columns together."""
    number = f"{value:4.2f}" if abs(value) < 9.995 else f"{value:4.0f}"[:4]
    if colour:
        return _painted(f" {number}  ", share, BLUES)
    return f"{number} {SHADES[_step(share)] * 2}"


def _entities(e: "Explanation", names: list[str], width: int, colour: bool) -> list[str]:
    """Return what each token adds to each entity, as many entities side by side as fit."""
    room, wide = max(map(columns_of, names)), 7 + BAR
    fit = max(1, (width - room) // (wide + 1))
    lines = []
    for at in range(0, len(e.entities), fit):
        some = e.entities[at : at + fit]
        heads = [_fit(f"{entity['type']} {entity['text']}", wide) for entity, _ in some]
        rows = zip(names, *(_contribution(values, colour) for _, values in some), strict=True)
        lines.append(" " * room + "".join(f" {_left(head, wide)}" for head in heads))
        lines += [f"{_left(name, room)} {' '.join(cells)}" for name, *cells in rows]
        lines.append("")
    return [line.rstrip() for line in lines]


def _contribution(values: Array, colour: bool) -> list[str]:
    """Return signed numbers with a bar each, relative to the largest."""
    most = max(float(np.abs(values).max()), 1e-12)
    found = []
    for value in map(float, values):
        share = abs(value) / most
        number = f"{round(value, 3) + 0.0:+.3f}"  # no -0.000
        if colour:
            shown = _painted(f"{number:>7}", share, GREENS if value >= 0 else REDS)
            found.append(shown + " " * BAR)
        else:
            bar = ("+" if value >= 0 else "-") * round(share * BAR)
            found.append(f"{number} {bar:<{BAR}}")
    return found


def _matrix(names: list[str], layer: Gates, width: int, colour: bool) -> list[str]:
    """Return what is left of each token (row) at each later one (column)."""
    if layer.left is None:
        return []
    room = max(map(columns_of, names))
    wide = 2 if room + 1 + 2 * len(names) <= width else 1
    gate = f"product of the {layer.keeps} gates"
    lines = _wrapped(f"{layer.title}: left of each token at each other, {gate}", width)
    if room + 1 + wide * len(names) > width:
        need = room + 1 + len(names)
        return [*lines, f"{len(names)} tokens need {need} columns: see --save FILE.html", ""]
    for name, row in zip(names, layer.left, strict=True):
        if colour:
            shown = "".join(_painted(" " * wide, float(value), BLUES) for value in row)
        else:
            shown = "".join(SHADES[_step(float(value))] * wide for value in row)
        lines.append(f"{_left(name, room)} {shown}".rstrip())
    return [*lines, ""]


def _step(share: float) -> int:
    return min(len(SHADES) - 1, max(0, int(share * len(SHADES))))


def _painted(text: str, share: float, ramp: tuple[int, ...]) -> str:
    step = _step(share)
    ink = 16 if step < 6 else 231
    return f"\x1b[48;5;{ramp[step]};38;5;{ink}m{text}\x1b[0m"


def _legend(e: "Explanation", colour: bool, width: int) -> list[str]:
    parts = [f"adds: {e.method}."]
    keeps = {layer.keeps for layer in e.layers if layer.keeps}
    if keeps:
        parts.append(
            f"left: share of what the token wrote that is there at the end of reading, the product "
            f"of the {' or '.join(sorted(keeps))} gates after it."
        )
    parts.append("Gates are means over the units; |c| and |h| mean sizes of cell and hidden state.")
    lines = _wrapped(" ".join(parts), width)
    if not colour:
        lines.append(f"Shades from 0 to 1: '{SHADES}'; |c|, |h|: to the largest of the column.")
    return lines

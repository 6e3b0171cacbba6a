"""Small charts as inline SVG; colours come from the page's style, so that they follow its theme.

Every chart is 440 units wide, so that its writing stays readable on a phone and two of them stand
side by side on a screen.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from unicodedata import east_asian_width

WIDTH = 440
HEIGHT = 270
LEFT, RIGHT, TOP, BOTTOM = 46, 18, 12, 40
FOREST = 132  # room for the names of baselines
CELL = 22  # width and height of a square of weights
NAME = 16  # characters of a name beside squares
SLANT = 0.87  # sine of 60 degrees

Point = tuple[float, float]


class Plot:
    """An SVG with two linear axes, put together piece by piece."""

    def __init__(
        self, x: Point, y: Point, title: str, *, height: int = HEIGHT, left: int = LEFT,
        width: int = WIDTH,
    ) -> None:  # fmt: skip
        """Start an empty plot.

        Args:
            x: ends of the horizontal axis.
            y: ends of the vertical axis.
            title: what the chart shows, for a screen reader.
            height: in units.
            left: space for the writing beside the vertical axis.
            width: in units; what is wider than others fills the page.
        """
        self.width = width
        self.ends = (*_apart(*x), *_apart(*y))
        self.title = title
        self.height = height
        self.left = left
        self.parts: list[str] = []

    def x(self, value: float) -> float:
        """Return where a horizontal value lies."""
        low, high = self.ends[:2]
        return round(self.left + (value - low) / (high - low) * (self.width - self.left - RIGHT), 1)

    def y(self, value: float) -> float:
        """Return where a vertical value lies."""
        low, high = self.ends[2:]
        room = self.height - TOP - BOTTOM
        return round(self.height - BOTTOM - (value - low) / (high - low) * room, 1)

    def line(self, points: Iterable[Point], kind: str) -> None:
        """Draw a line through points, without those that are not finite; a dot if it is one."""
        known = [(self.x(a), self.y(b)) for a, b in points if math.isfinite(a) and math.isfinite(b)]
        way = " ".join(f"{a},{b}" for a, b in known)
        self.parts.append(f'<polyline class="line {kind}" points="{way}"/>')
        if len(known) <= 30:
            self.parts += [
                f'<circle class="dot {kind}" cx="{a}" cy="{b}" r="2.5"/>' for a, b in known
            ]

    def path(self, points: Iterable[Point], kind: str) -> None:
        """Draw a thin line through points without dots, as many of them make a curve."""
        way = " ".join(f"{self.x(a)},{self.y(b)}" for a, b in points)
        self.parts.append(f'<polyline class="line thin {kind}" points="{way}"/>')

    def area(self, low: Sequence[Point], high: Sequence[Point]) -> None:
        """Fill what lies between two lines."""
        way = " ".join(f"{self.x(a)},{self.y(b)}" for a, b in [*low, *reversed(high)])
        self.parts.append(f'<polygon class="band" points="{way}"/>')

    def segment(self, start: Point, end: Point, kind: str) -> None:
        """Draw a straight line."""
        a, b = (self.x(start[0]), self.y(start[1])), (self.x(end[0]), self.y(end[1]))
        self.parts.append(f'<line class="{kind}" x1="{a[0]}" y1="{a[1]}" x2="{b[0]}" y2="{b[1]}"/>')

    def dot(self, at: Point, kind: str, radius: float = 4.5, hint: str = "") -> None:
        """Draw a dot with a hint that shows under the pointer."""
        where = f'cx="{self.x(at[0])}" cy="{self.y(at[1])}" r="{radius}"'
        self.parts.append(f'<circle class="dot {kind}" {where}>{_hint(hint)}</circle>')

    def bar(self, start: Point, end: Point, kind: str, hint: str = "") -> None:
        """Draw a rectangle between two corners."""
        left, right = sorted((self.x(start[0]), self.x(end[0])))
        top, low = sorted((self.y(start[1]), self.y(end[1])))
        size = f'width="{right - left:.1f}" height="{low - top:.1f}"'
        self.parts.append(
            f'<rect class="bar {kind}" x="{left}" y="{top}" {size} rx="2">{_hint(hint)}</rect>'
        )

    def text(self, at: Point, words: str, anchor: str = "middle", kind: str = "tick") -> None:
        """Write words at a place in units."""
        self.parts.append(
            f'<text class="{kind}" x="{round(at[0], 1)}" y="{round(at[1], 1)}" '
            f'text-anchor="{anchor}">{escape(words)}</text>'
        )

    def axis_x(self, ticks: Mapping[float, str], name: str) -> None:
        """Write what stands below the horizontal axis."""
        for value, words in ticks.items():
            self.text((self.x(value), self.height - BOTTOM + 16), words)
        self.text(((self.left + self.width - RIGHT) / 2, self.height - 6), name, kind="name")

    def axis_y(self, ticks: Mapping[float, str]) -> None:
        """Write what stands beside the vertical axis, with a faint line for each."""
        for value, words in ticks.items():
            self.segment((self.ends[0], value), (self.ends[1], value), "rule")
            self.text((self.left - 7, self.y(value) + 4), words, "end")

    def svg(self) -> str:
        """Return the finished picture."""
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(self.title)}">{"".join(self.parts)}</svg>'
        )


def curves(epochs: Sequence[int], series: Mapping[str, Sequence[float | None]], name: str) -> str:
    """Return lines over epochs with a legend; "train" and "valid" keep their colours."""
    found = {
        key: [math.nan if v is None else float(v) for v in values] for key, values in series.items()
    }
    known = [v for values in found.values() for v in values if math.isfinite(v)]
    if not known:
        return ""
    marks = ticks(min(known), max(known))
    plot = Plot((epochs[0], epochs[-1]), (min(marks), max(marks)), f"{name} by epoch")
    plot.axis_y(marks)
    step = max(1, math.ceil(len(epochs) / 8))
    plot.axis_x({float(epoch): str(epoch) for epoch in epochs[::step]}, "epoch")
    for key, values in found.items():
        plot.line(zip(map(float, epochs), values, strict=True), key)
    legend = "".join(f'<span class="key {escape(key)}">{escape(key)}</span>' for key in found)
    return f"<figure><figcaption>{escape(name)} {legend}</figcaption>{plot.svg()}</figure>"


def forest(rows: Sequence[tuple[str, float, float | None, float | None]], name: str) -> str:
    """Return values with their intervals one below the other; the first row is the model's."""
    known = [end for row in rows for end in row[1:] if end is not None and math.isfinite(end)]
    if not known:
        return ""
    marks = ticks(min(known), max(known))
    height = TOP + BOTTOM + 34 * len(rows)
    plot = Plot((min(marks), max(marks)), (len(rows), 0), name, height=height, left=FOREST)
    for value, words in marks.items():
        plot.segment((value, 0), (value, len(rows)), "rule")
        plot.text((plot.x(value), height - BOTTOM + 16), words)
    for place, (who, value, low, high) in enumerate(rows):
        kind, row = ("model" if place == 0 else "other"), place + 0.5
        plot.text((plot.left - 8, plot.y(row) + 4), who, "end", "row")
        if low is not None and high is not None:
            plot.segment((low, row), (high, row), f"interval {kind}")
        if math.isfinite(value):
            plot.dot((value, row), kind, hint=f"{who}: {value:.4g}")
    plot.text(((plot.left + WIDTH - RIGHT) / 2, height - 6), name, kind="name")
    return f"<figure>{plot.svg()}</figure>"


def reliability(bins: Sequence[Mapping[str, Any]]) -> str:
    """Return how often answers of a confidence are right, and how many there are, below."""
    most = max((row["count"] for row in bins), default=0)
    if not most:
        return ""
    shares = {place / 5: f"{place * 20}%" for place in range(6)}
    plot = Plot((0, 1), (0, 1), "share of right answers by confidence", height=300)
    plot.axis_y(shares)
    plot.axis_x(shares, "confidence of the answer")
    for row in bins:  # how many, as faint columns that reach a quarter of the height
        if row["count"]:
            plot.bar(
                (row["low"] + 0.004, 0),
                (row["high"] - 0.004, row["count"] / most * 0.25),
                "faint",
                f"{row['count']:,} answers",
            )
    plot.segment((0, 0), (1, 1), "ideal")
    filled = [row for row in bins if row["count"]]
    plot.line([(row["confidence"], row["accuracy"]) for row in filled], "model")
    for row in filled:
        hint = (
            f"confidence {row['confidence']:.3f}, right {row['accuracy']:.3f}, "
            f"{row['count']:,} answers"
        )
        plot.dot(
            (row["confidence"], row["accuracy"]),
            "model",
            2.5 + 4 * math.sqrt(row["count"] / most),
            hint,
        )
    caption = "dots: share of right answers; columns: how many answers"
    return f"<figure>{plot.svg()}<figcaption>{caption}</figcaption></figure>"


def lengths(
    rows: Sequence[Mapping[str, Any]],
    *,
    score: str = "accuracy",
    name: str = "accuracy",
    words: str = "words in the text",
) -> str:
    """Return a score with its interval in each bucket of length.

    Args:
        rows: {"from", "to", "examples", score, "low", "high"}.
        score: the key of it.
        name: what it is called.
        words: what the length is counted in.
    """
    rows = [row for row in rows if row["low"] is not None]
    if not rows:
        return ""
    marks = ticks(min(row["low"] for row in rows), max(row["high"] for row in rows))
    plot = Plot((0, len(rows)), (min(marks), max(marks)), f"{name} by length")
    plot.axis_y(marks)
    below = {}
    for place, row in enumerate(rows):
        middle = place + 0.5
        below[middle] = (
            str(row["from"]) if row["from"] == row["to"] else (f"{row['from']}\u2013{row['to']}")
        )
        hint = f"{row['examples']:,} examples, {name} {row[score]:.4g}"
        plot.segment((middle, row["low"]), (middle, row["high"]), "interval model")
        plot.dot((middle, row[score]), "model", hint=hint)
    plot.axis_x(below, words)
    return f"<figure>{plot.svg()}</figure>"


def heat(rows: Sequence[str], columns: Sequence[str], weights: Sequence[Sequence[float]]) -> str:
    """Return weights as tinted squares, names of columns slanted above; it scrolls where wide.

    Unlike the other charts it is as wide as it has columns, since it is read square by square.

    Args:
        rows: names of the rows.
        columns: names of the columns.
        weights: 0 to 1, a row of numbers for each row.
    """
    names = [_short(name) for name in rows], [_short(name) for name in columns]
    left = 16 + max((_wide(name) for name in names[0]), default=0)
    longest = max((_wide(name) for name in names[1]), default=0)
    top = 14 + round(longest * SLANT)  # the writing rises by 60 degrees
    width = left + CELL * len(columns) + longest // 2 + 16
    height = top + CELL * len(rows) + 4
    parts = []
    for place, name in enumerate(names[1]):
        x, y = left + CELL * place + CELL // 2 + 4, top - 6
        parts.append(
            f'<text class="tick" x="{x}" y="{y}" transform="rotate(-60 {x} {y})">'
            f"{escape(name)}</text>"
        )
    for place, (name, line) in enumerate(zip(names[0], weights, strict=True)):
        y = top + CELL * place
        parts.append(
            f'<text class="row" x="{left - 8}" y="{y + CELL - 7}" text-anchor="end">'
            f"{escape(name)}</text>"
        )
        for number, (column, weight) in enumerate(zip(columns, line, strict=True)):
            parts.append(
                f'<rect x="{left + CELL * number}" y="{y}" width="{CELL - 1}" '
                f'height="{CELL - 1}" style="fill:rgba(var(--tint),{0.05 + 0.95 * weight:.2f})">'
                f"{_hint(f'{rows[place]} / {column}: {weight:.2f}')}</rect>"
            )
    size = f'style="width:{width}px;max-width:none"'
    return (
        f'<div class="scroll"><svg viewBox="0 0 {width} {height}" {size} role="img" '
        f'aria-label="attention">{"".join(parts)}</svg></div>'
    )


def ticks(low: float, high: float, about: int = 5) -> dict[float, str]:
    """Return round numbers around a range, with how they are written."""
    low, high = _apart(low, high)
    power = 10 ** math.floor(math.log10((high - low) / about))
    step = next((power * n for n in (1, 2, 5) if (high - low) / (power * n) <= about), power * 10)
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return {round(n * step, places + 2): f"{n * step:.{places}f}" for n in range(first, last + 1)}


def _short(name: str) -> str:
    """Return a name that has room beside squares."""
    return name if len(name) <= NAME else name[: NAME - 1] + "\u2026"


def _wide(name: str) -> int:
    """Return about how many units a name takes."""
    return sum(14 if east_asian_width(character) in "WF" else 8 for character in name)


def _apart(low: float, high: float) -> Point:
    """Return ends that differ, so that an axis has a length."""
    return (low, high) if low != high else (low - 0.5, high + 0.5)


def _hint(words: str) -> str:
    return f"<title>{escape(words)}</title>" if words else ""

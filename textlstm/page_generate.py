"""What the report page shows of language models; whatever comes from the data is escaped."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from textlstm import charts
from textlstm import page_parts as parts
from textlstm.report import Report, number

GROUPS = {"best": "told best", "middle": "in the middle", "worst": "told worst"}
STRONGEST = 10.0  # nats from which the colour grows no more
OPEN = 3


def sections(report: Report, predictions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return samples, perplexity by place and frequency, and texts coloured by surprise."""
    del predictions
    details = report.details
    return [
        parts.section("What it writes", _samples(details.get("samples") or [])),
        parts.pair(
            parts.section(
                "Perplexity by place in the line",
                _bars(details.get("by_place") or [], "token of its line"),
            ),
            parts.section(
                "Perplexity by frequency",
                _bars(details.get("by_frequency") or [], "times in training"),
            ),
        ),
        parts.section("Texts by surprise", _surprise(details.get("surprise") or [])),
        parts.section("What costs most", _worst(details.get("worst") or [])),
    ]


def _samples(rows: Sequence[Mapping[str, Any]]) -> str:
    shown = [
        f'<div class="answer"><span class="meta">temperature {row["temperature"]:g}</span>'
        f'<p dir="auto" style="white-space:pre-wrap"><b>{escape(row["prefix"])}</b>'
        f"{escape(row['text'])}</p></div>"
        for row in rows
    ]
    return parts.more(shown, OPEN, "more")


def _bars(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    rows = [row for row in rows if math.isfinite(row["perplexity"])]
    if not rows:
        return ""
    marks = charts.ticks(0, max(row["perplexity"] for row in rows))
    plot = charts.Plot((0, len(rows)), (0, max(marks)), f"perplexity by {name}")
    plot.axis_y(marks)
    below = {}
    for place, row in enumerate(rows):
        low, high = row["from"], row["to"]
        label = f"{low:,}+" if high is None else f"{low:,}" if low == high else f"{low:,}-"
        below[place + 0.5] = label
        hint = f"{label}: perplexity {row['perplexity']:,.1f} of {row['count']:,} tokens"
        plot.bar((place + 0.1, 0), (place + 0.9, row["perplexity"]), "faint", hint)
    plot.axis_x(below, name)
    return f"<figure>{plot.svg()}<figcaption>columns: perplexity a token</figcaption></figure>"


def _surprise(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    legend = (
        '<p class="soft">The stronger the colour, the less a token was expected; '
        "the number is told where the pointer rests.</p>"
    )
    shown = []
    for row in rows:
        text = "".join(
            _token(piece, nats) for piece, nats in zip(row["pieces"], row["nats"], strict=True)
        )
        shown.append(
            f'<div class="answer"><span class="said">{GROUPS[row["group"]]}: '
            f"{number(row['bits'], 'bits')} bits a character</span> "
            f'<span class="meta">{escape(row["where"])}</span>'
            f'<p dir="auto" style="white-space:pre-wrap">{text}</p></div>'
        )
    return legend + "".join(shown)


def _token(piece: str, nats: float) -> str:
    strength = min(1.0, nats / STRONGEST) * 0.75
    return (
        f'<span style="background:rgba(var(--tint),{strength:.2f})" title="{nats:.2f} nats">'
        f"{escape(piece)}</span>"
    )


def _worst(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    body = "".join(
        f'<tr><td class="words">{escape(_visible(row["token"]))}</td><td>{row["share"]:.1%}</td>'
        f"<td>{row['count']:,}</td><td>{row['perplexity']:,.1f}</td></tr>"
        for row in rows
    )
    return parts.table(["token", "of all nats", "times", "perplexity"], body)


def _visible(token: str) -> str:
    return token.replace("\n", "\u21b5").replace(" ", "\u2423") or "\u2423"

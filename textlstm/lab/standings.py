"""Standings: what a shoot-out found, as tables, pictures and JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textlstm import atomic, tables
from textlstm.report import TESTS, number, p_value

RESULT = "shootout.json"
PICTURE, NOISE_PICTURE = "shootout.png", "noise.png"
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Standings:
    """What a shoot-out found.

    Attributes:
        data: {"recipe", "corpus", "score", "seeds", "budget", "combinations", "paired", "noise",
            "notes"}; each combination {"name", "settings", "score", "parameters", "operations",
            "network_alone", "train_seconds", "tokens_per_second", "latency_ms", "noise",
            "runs"}, the best one first.
        folder: of runs, shootout.json and pictures.
    """

    data: Json
    folder: Path

    def to_json(self) -> Json:
        """Return plain JSON types."""
        return self.data

    def table(self, width: int = 80) -> str:
        """Return the standings as plain text."""
        d = self.data
        beside = any(row["network_alone"] for row in d["combinations"])
        header = [
            "", d["score"], *(["network alone"] if beside else []), "parameters", "recurrent",
            "operations", "training s", "tokens/s", "ms a text",
        ]  # fmt: skip
        rows = d["combinations"]
        lines = tables.paragraph(_title(d), width, "")
        lines += ["", *tables.grid(header, [_cells(row, d["unit"]) for row in rows], width)]
        if d["noise"]:
            header = [f"{d['score']} at noise", *(f"{share:g}" for share in d["noise"]["shares"])]
            noisy = [[r["name"], *(_score(s, d["unit"]) for s in r["noise"])] for r in rows]
            lines += ["", *tables.grid(header, noisy, width)]
        if d["paired"]:
            header = ["seed", "difference", "95 % interval", "right alone", d["paired"]["test"]]
            lines += ["", f"{d['paired']['first']} - {d['paired']['second']}"]
            lines += tables.grid(header, [_pair(row) for row in d["paired"]["seeds"]], width)
        lines.append("")
        for note in d["notes"]:
            lines += tables.paragraph(note, width)
        return "\n".join(lines)

    def write(self) -> None:
        """Write the pictures, and then shootout.json, each whole or not at all."""
        from textlstm.lab import pictures

        atomic.write_bytes(self.folder / PICTURE, pictures.shootout(self.data))
        if self.data["noise"]:
            atomic.write_bytes(self.folder / NOISE_PICTURE, pictures.noise(self.data))
        atomic.write_json(self.folder / RESULT, self.data)

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.table(120))}</pre>"


def _title(d: Json) -> str:
    return f"{d['recipe']} on {d['corpus']}, test part: {d['examples']:,} examples, {d['budget']}"


def _cells(row: Json, unit: str) -> list[str]:
    alone = [_score(row["network_alone"], unit)] if row["network_alone"] else []
    return [
        row["name"], _score(row["score"], unit), *alone, f"{row['parameters']['total']:,}",
        f"{row['parameters']['recurrent']:,}", f"{row['operations']:,.0f}",
        f"{row['train_seconds']:,.1f}", f"{row['tokens_per_second']:,.0f}",
        f"{row['latency_ms']:.2f}",
    ]  # fmt: skip


def _score(score: Json, unit: str) -> str:
    value = number(score["value"], unit)
    if score["low"] is None:
        return value
    return f"{value} [{number(score['low'], unit)}, {number(score['high'], unit)}]"


def _pair(row: Json) -> list[str]:
    p = next(row[key] for key in TESTS if key in row)
    ends = "" if row["low"] is None else f"[{number(row['low'])}, {number(row['high'])}]"
    alone = f"{row['only_first']:,} : {row['only_second']:,}"
    return [str(row["seed"]), number(row["difference"]), ends, alone, p_value(p)]

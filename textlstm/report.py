"""Score and Report: what was measured, as JSON, as a table and in a notebook."""

import json
import math
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Self

from textlstm import atomic, tables
from textlstm.errors import DataError

KEYS = (
    "recipe", "corpus", "split", "examples", "scores", "per_label", "baselines", "settings",
    "versions", "seconds",
)  # fmt: skip
MORE_KEYS = ("notes", "details")
MODEL = "this model"
LABELS_SHOWN = 20
NAME_COLUMNS = 28
# Names of a paired test's p by its key in a baseline's row.
TESTS = {
    "mcnemar_p": "McNemar p",
    "bootstrap_p": "bootstrap p",
    "diebold_mariano_p": "Diebold-Mariano p",
}
MOST_COLUMNS = 6  # scores in a table, at most; all of them are in the JSON


@dataclass(frozen=True, slots=True)
class Score:
    """One figure with its direction and its 95 % interval.

    Attributes:
        value: the figure; NaN where it is not defined for the data.
        unit: "fraction" (0 to 1), "points" (0 to 100), "ratio" (1 is best), "percent", "bits" and
            so on.
        higher_is_better: the direction.
        low: lower end of the 95 % interval; None if there is none.
        high: upper end.
    """

    value: float
    unit: str = "fraction"
    higher_is_better: bool = True
    low: float | None = None
    high: float | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the score that a report's JSON holds; null is NaN."""
        value = data["value"]
        return cls(
            math.nan if value is None else float(value),
            str(data.get("unit", "fraction")),
            bool(data.get("higher_is_better", True)),
            data.get("low"),
            data.get("high"),
        )

    def shown(self) -> str:
        """Return the value as it is printed, see `number`."""
        return number(self.value, self.unit)

    def interval(self) -> tuple[str, str] | None:
        """Return both ends as they are printed, or None."""
        if self.low is None or self.high is None:
            return None
        return number(self.low, self.unit), number(self.high, self.unit)


@dataclass
class Report:
    """Scores of a model on one part of a corpus, beside what it must beat.

    Attributes:
        recipe: name of the recipe.
        corpus: name of the corpus or file.
        split: part that was scored, such as "test".
        examples: how many were scored.
        scores: by name.
        per_label: precision, recall, f1 and support of each label.
        baselines: NAME to {"scores": {NAME: Score}, "mcnemar_p" or "bootstrap_p", "better", ...}.
        settings: of the run.
        versions: of the packages.
        seconds: by phase.
        notes: sentences a reader must know.
        details: what the page draws: confusion, calibration, by_length, mistakes, history; of
            entities also "kind": "tag", errors, seen, by_entity_length; of translations "kind":
            "translate", tokenize, signatures, length_ratios, wrong, examples, attention; of
            forecasts "kind": "forecast", past, truth, shown, by_step, residuals, train.
    """

    recipe: str
    corpus: str
    split: str
    examples: int
    scores: dict[str, Score]
    per_label: dict[str, dict[str, float]] = field(default_factory=dict)
    baselines: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types in the order of `KEYS`; what is not finite is null."""
        return {key: plain(getattr(self, key)) for key in (*KEYS, *MORE_KEYS)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the report that `to_json` wrote.

        Raises:
            DataError: a key is missing.
        """
        missing = [key for key in KEYS if key not in data]
        if missing:
            raise DataError(f"not a report: it has no {missing[0]!r}")
        values = {key: data[key] for key in (*KEYS, *MORE_KEYS) if key in data}
        values["scores"] = _scores(data["scores"])
        values["baselines"] = {
            name: {**row, "scores": _scores(row["scores"])}
            for name, row in data["baselines"].items()
        }
        return cls(**values)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the report of a report.json.

        Raises:
            DataError: the file cannot be read or is no report.
        """
        try:
            return cls.from_json(json.loads(Path(path).read_text(encoding="utf-8")))
        except DataError as problem:
            raise DataError(f"{path}: {problem}") from None
        except (FileNotFoundError, NotADirectoryError):
            folder, name = Path(path).parent, Path(path).name
            known = (
                "no run folder (it has no " + name + ")" if folder.is_dir() else "no such folder"
            )
            raise DataError(f"{folder}: {known}") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise DataError(f"{path}: not a report: {problem}") from None

    def save(self, path: str | Path) -> None:
        """Write report.json atomically."""
        atomic.write_json(Path(path), self.to_json())

    def systems(self) -> Iterator[tuple[str, Mapping[str, Score], float | None]]:
        """Yield name, scores and the paired test's p of the model (None) and of each baseline."""
        yield MODEL, self.scores, None
        for name, row in self.baselines.items():
            found = [row[key] for key in TESTS if key in row]
            yield name, row["scores"], found[0] if found else None

    def test_name(self) -> str:
        """Return what the p of the paired test against the baselines is called."""
        rows = self.baselines.values()
        return next((TESTS[key] for row in rows for key in TESTS if key in row), "McNemar p")

    def title(self) -> str:
        """Return what was scored on what."""
        plural = "" if self.examples == 1 else "s"
        return (
            f"{self.recipe} on {self.corpus}, {self.split} part: {self.examples:,} example{plural}"
        )

    def table(self, width: int = 80) -> str:
        """Return model and baselines side by side with 95 % intervals, as plain text."""
        lines = [*tables.paragraph(self.title(), width, ""), ""]
        lines += self._score_lines(width)
        if self.per_label:
            lines += ["", *self._label_lines(width)]
        if self.notes:
            lines.append("")
            for note in self.notes:
                lines += tables.paragraph(note, width)
        return "\n".join(lines)

    def _score_lines(self, width: int) -> list[str]:
        names = self._columns()
        called = {**{name: name for name in names}, **self._short()}
        header = ["", *(called[name] for name in names)]
        if self.baselines:
            header.append(called.get(self.test_name(), self.test_name()))
        wide = self._score_rows(names, one_line=True)
        columns = [
            max(tables.columns_of(row[place]) for row in [header, *wide])
            for place in range(len(header))
        ]
        if sum(columns) + len(tables.GAP) * (len(columns) - 1) <= width:
            lines = tables.grid(header, wide, width)
        else:
            lines = tables.grid(header, self._score_rows(names, one_line=False), width)
        return [*lines, *tables.paragraph(self._legend(names), width, "")]

    def _short(self) -> Mapping[str, str]:
        """Return the columns of the table by the kind of task; empty: as many as there is room."""
        return columns(self.details.get("kind"), self.scores)

    def _columns(self) -> list[str]:
        """Return the scores that the table shows: those chosen for the kind, or the first ones."""
        return shown(self.scores, self._short())

    def _score_rows(self, names: Iterable[str], one_line: bool) -> list[list[str]]:
        rows = []
        for system, scores, p in self.systems():
            found = [scores.get(name) for name in names]
            values = [score.shown() if score else "-" for score in found]
            ends = [score.interval() if score else None for score in found]
            last = [p_value(p)] if self.baselines else []
            if one_line:
                cells = [
                    f"{v} [{e[0]}, {e[1]}]" if e else v for v, e in zip(values, ends, strict=True)
                ]
                rows.append([system, *cells, *last])
            else:
                rows.append([system, *values, *last])
                below = [f"{e[0]}-{e[1]}" if e else "" for e in ends]
                rows.append(["", *below, *("" for _ in last)])
        return rows

    def _legend(self, names: Collection[str]) -> str:
        lower = [name for name in names if not self.scores[name].higher_is_better]
        intervals = any(self.scores[name].interval() for name in names)
        used = {*names, self.test_name()} if self.baselines else set(names)
        short = [(b, a) for a, b in self._short().items() if a != b and a in used]
        more = [name for name in self.scores if name not in names]
        ratios = [name for name in names if self.scores[name].unit == "ratio"]
        parts = [f"{', '.join(lower)}: lower is better"] if lower else []
        parts += [f"{', '.join(ratios)}: 1 is best"] if ratios else []
        parts += ["ranges are 95 % intervals"] if intervals else []
        if more:
            parts += [", ".join(f"{new} is {name}" for new, name in short)] if short else []
            parts += [f"{', '.join(more)}: in report.json"]
        return "; ".join(parts)

    def _label_lines(self, width: int) -> list[str]:
        keys = list(dict.fromkeys(key for row in self.per_label.values() for key in row))
        rows = []
        for label, row in list(self.per_label.items())[:LABELS_SHOWN]:
            cells = [label_cell(key, row) for key in keys]
            rows.append([tables.clip(label, NAME_COLUMNS), *cells])
        lines = tables.grid(["label", *keys], rows, width)
        if len(self.per_label) > LABELS_SHOWN:
            lines.append(f"and {len(self.per_label) - LABELS_SHOWN:,} more labels in report.json")
        return lines

    def _repr_html_(self) -> str:
        """Return the table of scores and the notes for a notebook."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.scores)
        head += f"<th>{self.test_name()}</th>" if self.baselines else ""
        body = ""
        for row in self._score_rows(list(self.scores), one_line=True):
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
            body += f"<tr><th>{escape(row[0])}</th>{cells}</tr>"
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return (
            f"<div><p>{escape(self.title())}</p>"
            f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{escape(self._legend(list(self.scores)))}</p><ul>{notes}</ul></div>"
        )


def columns(kind: str | None, scores: Collection[str]) -> Mapping[str, str]:
    """Return the scores that a table of a kind of task shows, by short names; empty: any."""
    # Not at the top: the harness stands above this module.
    from textlstm import harness

    if kind is None or kind not in harness.KINDS.values():
        return {}
    judge = harness.of(kind)
    return judge.COLUMNS if judge.MAIN in scores else {}


def shown(scores: Iterable[str], short: Mapping[str, str]) -> list[str]:
    """Return which scores a table shows: those that have a short name, else the first ones."""
    return [name for name in scores if not short or name in short][:MOST_COLUMNS]


def number(value: float | None, unit: str = "fraction") -> str:
    """Return a figure as it is printed; "-" for what is not defined.

    Three decimals of a fraction or a ratio, one of points, four digits of other units.
    """
    if value is None or not math.isfinite(value):
        return "-"
    if unit == "points":
        return f"{value:.1f}"
    return f"{value:.3f}" if unit in ("fraction", "ratio") else f"{value:.4g}"


def p_value(p: float | None) -> str:
    """Return a p value as it is printed, never as zero."""
    if p is None:
        return ""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def label_cell(key: str, row: Mapping[str, Any]) -> str:
    """Return a figure of one label; "-" where no example carries the label."""
    value = row.get(key)
    if value is None or key == "support":
        return "-" if value is None else f"{int(value):,}"
    return "-" if row.get("support") == 0 else number(value)


def plain(value: Any) -> Any:
    """Return a value as JSON types: tuples as lists, numpy as Python, NaN and infinity as null.

    Raises:
        TypeError: a type that JSON cannot hold.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Score):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        ordered = sorted(value) if isinstance(value, (set, frozenset)) else value
        return [plain(item) for item in ordered]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist"):  # numpy's arrays and numbers
        return plain(value.tolist())
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _scores(data: Mapping[str, Any]) -> dict[str, Score]:
    return {name: Score.from_json(score) for name, score in data.items()}

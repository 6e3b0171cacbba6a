"""Runs beside each other, tested in pairs on the same examples."""

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textlstm import tables
from textlstm.errors import DataError, SettingsError
from textlstm.report import TESTS, Report, Score, columns, number, p_value, plain, shown

REPORT = "report.json"
PREDICTIONS = "predictions.jsonl"
NAME_COLUMNS = 28

Key = tuple[str, str, int]  # where, input (of a series: target), and which one of equal ones


@dataclass(frozen=True)
class Comparison:
    """Scores of some runs and a paired test of each two.

    Attributes:
        corpus: what they were tested on.
        examples: how many.
        runs: rows {"name", "recipe", "scores": {NAME: Score}}.
        pairs: rows {"first", "second", "score", "difference", "low", "high", "only_first",
            "only_second", and "mcnemar_p" or "bootstrap_p"}: the named score of the first minus
            that of the second.
        notes: what a reader must know.
        kind: of the task; tells which scores the table shows.
    """

    corpus: str
    examples: int
    runs: list[dict[str, Any]]
    pairs: list[dict[str, Any]]
    notes: list[str]
    kind: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        keys = ("corpus", "examples", "runs", "pairs", "notes")
        return {key: plain(getattr(self, key)) for key in keys}

    def table(self, width: int = 80) -> str:
        """Return the scores of the runs with intervals and the tests of pairs, as plain text."""
        every = list(dict.fromkeys(name for run in self.runs for name in run["scores"]))
        short = columns(self.kind, every)
        names = shown(every, short)
        scores = [
            [
                tables.clip(run["name"], NAME_COLUMNS),
                *(_cell(run["scores"].get(name)) for name in names),
            ]
            for run in self.runs
        ]
        lines = [f"{self.examples:,} examples of {self.corpus}", ""]
        lines += tables.grid(["", *(short.get(name, name) for name in names)], scores, width)
        called = [f"{short[name]} is {name}" for name in names if short.get(name, name) != name]
        left = [name for name in every if name not in names]
        parts = [", ".join(called)] if called else []
        parts += [f"{', '.join(left)}: in the reports"] if left else []
        lines += tables.paragraph("; ".join(parts), width, "") if parts else []
        if self.pairs:
            score = self.pairs[0]["score"]
            units = (run["scores"][score].unit for run in self.runs if score in run["scores"])
            unit = next(units, "fraction")
            key = next(key for key in TESTS if key in self.pairs[0])
            header = [score, "difference", "right alone", TESTS[key]]
            rows = [_pair(pair, unit) for pair in self.pairs]
            lines += ["", *tables.grid(header, rows, width)]
        for note in self.notes:
            lines += ["", *tables.paragraph(note, width)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.table(120))}</pre>"


def compare(*folders: str | Path) -> Comparison:
    """Return the comparison of runs that were tested on the same examples.

    An example is the same where its place ("reviews.csv:812"), its text and its target agree; of
    a series the place and the target, whatever each run forecasts it from.

    Raises:
        SettingsError: fewer than two runs.
        DataError: a folder holds no report and predictions, or the examples differ.
    """
    if len(folders) < 2:
        raise SettingsError("compare needs two run folders or more")
    places = [Path(folder) for folder in folders]
    if twice := [name for name, count in Counter(map(str, places)).items() if count > 1]:
        raise SettingsError(f"{twice[0]}: named twice")
    reports = [Report.load(place / REPORT) for place in places]
    rows = [_read(place) for place in places]
    for place, other in zip(places[1:], rows[1:], strict=True):
        _same_examples(places[0], rows[0], place, other)
    keys = list(rows[0])
    judge = _judge(rows[0][keys[0]])
    outcomes = [[judge.outcome(found[key]) for key in keys] for found in rows]
    pairs = [
        {"first": str(places[a]), "second": str(places[b]), "score": judge.MAIN,
         **judge.paired(outcomes[a], outcomes[b], (reports[a], reports[b]))}
        for a, b in itertools.combinations(range(len(places)), 2)
    ]  # fmt: skip
    notes = []
    if len(pairs) > 1:
        notes.append(f"{len(pairs)} pairs are tested; no p is corrected for that")
    return Comparison(
        corpus=f"{reports[0].corpus}, {reports[0].split} part",
        examples=len(keys),
        runs=[{"name": str(place), "recipe": report.recipe, "scores": report.scores}
              for place, report in zip(places, reports, strict=True)],
        pairs=pairs,
        notes=notes,
        kind=reports[0].details.get("kind"),
    )  # fmt: skip


def _read(place: Path) -> dict[Key, dict[str, Any]]:
    path = place / PREDICTIONS
    rows: dict[Key, dict[str, Any]] = {}
    met: Counter[tuple[str, str]] = Counter()
    try:
        with path.open(encoding="utf-8") as file:
            for number_of_line, line in enumerate(file, 1):
                try:
                    row = json.loads(line)
                    # The past that a forecast is made from is as long as its history=.
                    told = row["target" if "forecast" in row["answer"] else "input"]
                    name = (str(row["where"]), json.dumps(told))
                    _judge(row).outcome(row)
                except (ValueError, KeyError, TypeError):
                    raise DataError(
                        f"{path}:{number_of_line}: not a prediction (input, target, answer, where)"
                    ) from None
                rows[(*name, met[name])] = row
                met[name] += 1
    except OSError:
        raise DataError(f"{place}: no {PREDICTIONS}; `textlstm run` writes it") from None
    except UnicodeDecodeError:
        raise DataError(f"{path}: not UTF-8") from None
    if not rows:
        raise DataError(f"{path}: empty, nothing to compare")
    return rows


def _judge(row: Mapping[str, Any]) -> Any:
    """Return the module that scores answers such as this row's (`harness.Kind`)."""
    # Not at the top: the harness stands above this module, which a light command loads.
    from textlstm import harness

    return harness.of_answer(row["answer"])


def _same_examples(
    first: Path, one: Mapping[Key, Mapping[str, Any]],
    second: Path, other: Mapping[Key, Mapping[str, Any]],
) -> None:  # fmt: skip
    missing, more = len(one.keys() - other.keys()), len(other.keys() - one.keys())
    if missing or more:
        raise DataError(
            f"{first} and {second} were not tested on the same examples: {missing:,} of "
            f"{len(one):,} are only in the first, {more:,} of {len(other):,} only in the second"
        )
    judge = _judge(next(iter(one.values())))
    if any(_judge(row) is not judge for found in (one, other) for row in found.values()):
        raise DataError(f"{first} and {second}: answers of different kinds of task")
    changed = sum(judge.target(one[key]) != judge.target(other[key]) for key in one)
    if changed:
        raise DataError(f"{first} and {second}: the target of {changed:,} examples differs")


def _cell(score: Score | None) -> str:
    if score is None:
        return "-"
    ends = score.interval()
    return f"{score.shown()} [{ends[0]}, {ends[1]}]" if ends else score.shown()


def _pair(pair: Mapping[str, Any], unit: str) -> list[str]:
    both = [tables.clip(pair[side], NAME_COLUMNS) for side in ("first", "second")]
    ends = ""
    if pair["low"] is not None:
        ends = f" [{_signed(pair['low'], unit)}, {_signed(pair['high'], unit)}]"
    alone = f"{pair['only_first']:,} : {pair['only_second']:,}"
    return [" - ".join(both), _signed(pair["difference"], unit) + ends, alone, _p(pair)]


def _p(pair: Mapping[str, Any]) -> str:
    return p_value(next(pair[key] for key in TESTS if key in pair))


def _signed(value: float, unit: str) -> str:
    return ("+" if value > 0 else "") + number(value, unit)

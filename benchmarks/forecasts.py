"""Errors of `textlstm run forecast` on public series, beside its baselines.

    python -m benchmarks.forecasts [--only airline,sunspots] [--seeds 1,2,3,4,5] [KEY=VALUE ...]
    python -m benchmarks.forecasts --show

Each run is a process of its own with an empty cache. Settings are the defaults but for those of a
row; what trains and what is scored is told by split=. A goal is of the mean over seeds. Figures go
into results/forecasts.json as soon as a series is done. The folder with the data is
$TEXTLSTM_TEST_DATA, by default ../shared/data.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks import measuring
from textlstm.report import Report

NAME = "forecasts"
AIRLINE = "data={data}/timeseries/airline-passengers.csv"
SUNSPOTS = "data={data}/timeseries/monthly-sunspots.csv"
SP500 = "data={data}/timeseries/sp500-2000.csv"


@dataclass(frozen=True)
class Case:
    """A series, how it is forecast, and what is to be reached.

    Attributes:
        shows: what it is.
        words: settings; `{data}` is the data folder.
        rmse: the highest mean over seeds; none: it is only shown.
    """

    shows: str
    words: tuple[str, ...]
    rmse: float | None = None


CASES = {
    "sine": Case("sine wave of amplitude 1, 50 steps ahead", ("horizon=50",), 0.02),
    "airline": Case(
        "first 96 months, one step ahead on the last 48",
        (AIRLINE, "split=0.6,0.067,0.333"), 14.3,
    ),
    "airline-12": Case(
        "the same, 12 steps ahead", (AIRLINE, "split=0.55,0.117,0.333", "horizon=12")
    ),
    "sunspots": Case(
        "first 67 %, one step ahead on the last 33 %", (SUNSPOTS, "split=0.6,0.07,0.33"), 16.8
    ),
    "sp500": Case("close of a day, one day ahead on the last 10 %", (SP500, "target=close")),
}  # fmt: skip
SCORES = ("rmse", "mae", "mase", "smape", "coverage")


def run(name: str, seed: int, more: Sequence[str]) -> dict[str, Any]:
    """Return the figures of one run in a process of its own.

    Raises:
        Failed: the command failed.
    """
    words = [word.format(data=measuring.data_folder()) for word in CASES[name].words]
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as place:
        folder = Path(place) / "run"
        command = ["run", "forecast", *words, *more, f"seed={seed}", "--out", str(folder)]
        with measuring.cold_cache() as cache:
            done = measuring.process(measuring.textlstm(*command), cache)
        report = Report.load(folder / "report.json")
    return {
        "seed": seed,
        **{score: report.scores[score].value for score in SCORES},
        "interval_over_origins": [report.scores["rmse"].low, report.scores["rmse"].high],
        "examples": report.examples,
        "baselines": {
            baseline: {
                "rmse": row["scores"]["rmse"].value, "mae": row["scores"]["mae"].value,
                "p": row["diebold_mariano_p"],
            }
            for baseline, row in report.baselines.items()
        },
        "notes": report.notes,
        "seconds": done.seconds,
        "peak_megabytes": done.peak_megabytes,
        "epochs": len(report.details["history"]),
    }  # fmt: skip


def summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the means over seeds; the baselines are the same with every seed."""
    return {
        **{score: fmean(row[score] for row in runs) for score in SCORES},
        "interval_over_seeds": measuring.t_interval([row["rmse"] for row in runs]),
        "baselines": {name: row["rmse"] for name, row in runs[0]["baselines"].items()},
        "seconds": fmean(row["seconds"] for row in runs),
    }


def missed(name: str, entry: dict[str, Any]) -> bool:
    """Return whether the mean over seeds is above the goal; a series of old has none."""
    goal = CASES[name].rmse if name in CASES else None
    return goal is not None and entry["summary"]["rmse"] > goal


def shown(document: dict[str, Any]) -> str:
    """Return a table, a row a series, with the goals in brackets, and what the reports say."""
    rows, said = [], []
    for key, entry in document.get("series", {}).items():
        name, found = entry["name"], entry["summary"]
        goal = CASES[name].rmse if name in CASES else None
        beside = ", ".join(f"{who} {value:.4g}" for who, value in found["baselines"].items())
        rows.append([
            key, ",".join(str(row["seed"]) for row in entry["runs"]),
            f"{found['rmse']:.4g}" + ("" if goal is None else f" (≤ {goal:g})"),
            f"{found['mae']:.4g}", f"{found['mase']:.3f}", f"{found['coverage']:.3f}", beside,
            f"{found['seconds']:.0f}", measuring.mark(not missed(name, entry)),
        ])  # fmt: skip
        said += [f"{key}, seed {entry['runs'][0]['seed']}: {n}" for n in entry["runs"][0]["notes"]]
    if not rows:
        return "nothing is measured yet"
    header = ["series", "seeds", "rmse (goal)", "mae", "mase", "coverage", "rmse of baselines",
              "seconds", "goal"]  # fmt: skip
    return "\n".join([measuring.table(header, rows), "", *said])


def read(folder: Path) -> dict[str, Any]:
    """Return the document of a results folder; an empty one where there is none."""
    path = folder / f"{NAME}.json"
    found: dict[str, Any] = {}
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
    return found


def _names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in CASES:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(CASES)}")
    return names


def _seeds(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, save and print."""
    parser = measuring.parser(__doc__)
    parser.add_argument("--only", type=_names, metavar="NAME,...", help=", ".join(CASES))
    parser.add_argument("--seeds", type=_seeds, default=[1, 2, 3, 4, 5], metavar="N,...")
    parser.add_argument("--show", action="store_true", help="print what was measured, run nothing")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="of the recipe")
    options = parser.parse_args(words)
    if options.show:
        print(shown(read(options.results)))
        return 0
    made: dict[str, Any] = {}
    for name in options.only or CASES:
        needed = [w for w in CASES[name].words if "{data}" in w]
        folder = measuring.data_folder() / "timeseries"
        if needed and not folder.is_dir():
            print(f"{name}: skipped, there is no {folder} (TEXTLSTM_TEST_DATA)", flush=True)
            continue
        runs = []
        for seed in options.seeds:
            try:
                runs.append(run(name, seed, options.settings))
            except measuring.Failed as problem:
                print(f"{name}: {problem}", file=sys.stderr, flush=True)
                return measuring.BROKEN
            print(f"{name}, seed {seed}: rmse {runs[-1]['rmse']:.5g}", flush=True)
        key = " ".join([name, *options.settings])
        made[key] = {
            "name": name, "shows": CASES[name].shows,
            "words": [*CASES[name].words, *options.settings], "source": measuring.source(),
            "machine": measuring.machine(), "summary": summary(runs), "runs": runs,
        }  # fmt: skip
        document = read(options.results)
        document.setdefault("series", {})[key] = made[key]
        measuring.save(options.results, NAME, document)
    print(shown({"series": made}))
    wrong = any(missed(entry["name"], entry) for entry in made.values())
    return measuring.MISSED if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""The runs of a shoot-out side by side: intervals over the seeds, latency, paired tests, noise."""

import json
import math
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textlstm import comparison, harness
from textlstm.batches import pad
from textlstm.lab import noise as noising
from textlstm.lab.standings import Standings
from textlstm.progress import Quiet
from textlstm.recipe import Recipe
from textlstm.report import TESTS, Report, Score, number, plain
from textlstm.runtime import Predictor
from textlstm.tasks import judged

TEXTS = 50  # of the test part that latency is measured on
WARM = 3  # of them answered before
NOISE_SEED = 1
Json = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A combination and its finished runs, a folder a seed."""

    name: str
    changed: Mapping[str, Any]
    settings: Any
    folders: Sequence[Path]


def standings(
    recipe: Recipe,
    entries: Sequence[Entry],
    about: Mapping[str, Any],
    shares: Sequence[float],
    progress: Quiet,
) -> Standings:
    """Return the standings of finished runs.

    Args:
        recipe: builds the networks that are counted.
        entries: combinations of one grid, with like many runs.
        about: "recipe", "seeds", "budget" and "recurrent", weights by entry or None.
        shares: of noise; none: without.
        progress: told what takes long.

    Raises:
        DataError: runs that were not tested on the same examples.
        BundleError: a run folder whose bundle is damaged.
    """
    reports = [[Report.load(folder / "report.json") for folder in e.folders] for e in entries]
    predictors = [Predictor.load(entry.folders[0]) for entry in entries]
    judge = harness.of(predictors[0].task.kind)
    main = judge.MAIN
    model = reports[0][0].scores[main]
    tests = [_tests(entry.folders[0]) for entry in entries]
    progress.say("measuring what a text takes, in turns")
    latency = latencies(predictors, [[row["input"] for row in part] for part in tests])
    rows = [
        _row(recipe, entry, found, predictor, [row["input"] for row in part], main)
        for entry, found, predictor, part in zip(entries, reports, predictors, tests, strict=True)
    ]
    for row, milliseconds in zip(rows, latency, strict=True):
        row["latency_ms"] = milliseconds
    if shares:
        for row, entry, part in zip(rows, entries, tests, strict=True):
            progress.say(f"noise: {row['name']}")
            row["noise"] = _noisy(entry, part, shares, (main, model.unit))
    order = sorted(
        range(len(rows)), key=lambda k: rows[k]["score"]["value"], reverse=model.higher_is_better
    )
    best = [entries[k] for k in order[:2]]
    data = {
        "recipe": about["recipe"],
        "corpus": reports[0][0].corpus,
        "examples": reports[0][0].examples,
        "score": main,
        "unit": model.unit,
        "higher_is_better": model.higher_is_better,
        "seeds": list(about["seeds"]),
        "budget": about["budget"],
        "combinations": [rows[k] for k in order],
        "paired": _paired(best, about["seeds"], model) if len(best) > 1 else None,
        "noise": {"shares": list(shares), "seed": NOISE_SEED} if shares else None,
    }
    kind = predictors[0].task.kind
    data["notes"] = _notes(data, entries[0].name, about["recurrent"], kind)
    return Standings(plain(data), entries[0].folders[0].parent)


def over_seeds(values: Sequence[float], unit: str = "") -> Json:
    """Return the mean with its 95 % t interval, {"value", "low", "high"}; one value has none.

    mean ± t(0.975, n - 1) s / sqrt(n), s the standard deviation with n - 1 (Student 1908); of a
    fraction kept within 0 and 1.
    """
    mean = statistics.fmean(values)
    if len(values) < 2:
        return {"value": mean, "low": None, "high": None}
    from scipy import stats

    reach = float(stats.t.ppf(0.975, len(values) - 1)) * statistics.stdev(values)
    reach /= math.sqrt(len(values))
    low, high = mean - reach, mean + reach
    if unit == "fraction":
        low, high = max(0.0, low), min(1.0, high)
    return {"value": mean, "low": low, "high": high}


def latencies(predictors: Sequence[Predictor], inputs: Sequence[Sequence[Any]]) -> list[float]:
    """Return the median milliseconds of one input by each predictor, measured in turns.

    In turns, so that what else the computer does falls on all alike.

    Args:
        predictors: of one kind.
        inputs: of each predictor; the same test part, as it reads it.
    """
    step = max(1, len(inputs[0]) // TEXTS)
    chosen = [part[::step][:TEXTS] for part in inputs]
    warm = min(WARM, len(chosen[0]))
    times: list[list[float]] = [[] for _ in predictors]
    for turn, place in enumerate([*range(warm), *range(len(chosen[0]))]):
        for predictor, part, found in zip(predictors, chosen, times, strict=True):
            start = time.perf_counter()
            predictor.predict([part[place]])
            if turn >= warm:
                found.append(time.perf_counter() - start)
    return [statistics.median(found) * 1000 for found in times]


def _row(
    recipe: Recipe,
    entry: Entry,
    reports: Sequence[Report],
    predictor: Predictor,
    inputs: Sequence[Any],
    main: str,
) -> Json:
    import keras

    from textlstm.lab import cost

    keras.utils.clear_session()
    task = predictor.task
    encoded = task.encode(inputs)
    length = statistics.fmean(len(row[task.features[0]]) for row in encoded)
    spelling = max(
        (pad([row[name] for row in encoded]).shape[2] for name in task.features
         if name in encoded[0] and encoded[0][name].ndim > 1), default=1,
    )  # fmt: skip
    found = cost.of(recipe.network(entry.settings, task), spelling)
    runs = [
        {
            "folder": folder.name,
            "seed": report.settings["seed"],
            "score": report.scores[main].value,
            "train_seconds": sum(epoch["seconds"] for epoch in report.details["history"]),
            "tokens_per_second": statistics.median(
                epoch["tokens_per_second"] for epoch in report.details["history"]
            ),
            "epochs": len(report.details["history"]),
        }
        for folder, report in zip(entry.folders, reports, strict=True)
    ]
    return {
        "name": entry.name,
        "settings": dict(entry.changed),
        "score": over_seeds([run["score"] for run in runs], reports[0].scores[main].unit),
        "network_alone": _alone(reports, main),
        "parameters": found.parameters,
        "operations": found.a_token(length),
        "train_seconds": statistics.fmean(run["train_seconds"] for run in runs),
        "tokens_per_second": statistics.median(run["tokens_per_second"] for run in runs),
        "runs": runs,
    }


def _alone(reports: Sequence[Report], main: str) -> Json | None:
    """Return the score of the network without its linear part, where it has one."""
    rows = [report.baselines.get(harness.ALONE) for report in reports]
    scores = [row["scores"][main] for row in rows if row is not None]
    return over_seeds([s.value for s in scores], scores[0].unit) if scores else None


def _paired(best: Sequence[Entry], seeds: Sequence[int], model: Score) -> Json:
    """Return the harness' paired test of the best two, seed by seed."""
    first, second = best
    rows = []
    for seed, one, other in zip(seeds, first.folders, second.folders, strict=True):
        (pair,) = comparison.compare(one, other).pairs
        del pair["first"], pair["second"]
        rows.append({"seed": seed, **pair})
    key = next(key for key in TESTS if key in rows[0])
    return {"first": first.name, "second": second.name, "test": TESTS[key], "seeds": rows}


def _noisy(
    entry: Entry, tests: Sequence[Json], shares: Sequence[float], score: tuple[str, str]
) -> list[Json]:
    """Return the score, of a name and a unit, over the seeds at each share of noise."""
    main, unit = score
    scores: list[list[float]] = [[] for _ in shares]
    for folder in entry.folders:
        predictor = Predictor.load(folder)
        task = predictor.task
        targets = [_target(row["target"]) for row in tests]
        for share, found in zip(shares, scores, strict=True):
            given = [noising.noised(task, row["input"], share, NOISE_SEED) for row in tests]
            found.append(_main(task, targets, predictor.predict(given), main))
    return [over_seeds(found, unit) for found in scores]


def _main(task: Any, targets: Sequence[Any], answers: Sequence[Any], main: str) -> float:
    judge = judged(task)
    if judge is not None:  # which is quicker, where that is the score
        name, value = judge.quick_score(targets, answers)
        if name == main:
            return value
    return float(task.score(targets, answers)[main].value)


def _target(target: Any) -> Any:
    """Return a target of predictions.jsonl as tasks have it: lists are tuples."""
    return (
        target
        if isinstance(target, str)
        else tuple(tuple(part) if isinstance(part, list) else part for part in target)
    )


def _tests(folder: Path) -> list[Json]:
    with (folder / comparison.PREDICTIONS).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _notes(data: Json, first: str, recurrent: Sequence[int] | None, kind: str) -> list[str]:
    """Return how the figures came about, and what they say."""
    seeds = len(data["seeds"])
    notes = []
    if seeds > 1:
        notes.append(
            f"ranges: 95 % t intervals over {seeds} seeds, which tell how much first weights and "
            "order matter, not how much the test texts do"
        )
    else:
        notes.append("one seed: no interval")
    if data["paired"]:
        notes.append(_verdict(data))
    if any(row["network_alone"] for row in data["combinations"]):
        notes.append(
            "a linear model of n-grams answers beside each network, which hides what the cells "
            "differ by: network alone is without it, ngrams=false trains and compares so"
        )
    if data["budget"] == "same-parameters" and recurrent:
        notes.append(
            f"same parameters: units such that the recurrent layers (kernels, recurrent kernels, "
            f"biases) have about as many weights as those of {first}, {recurrent[0]:,}: "
            + "; ".join(
                f"{row['name']} units={','.join(map(str, row['settings']['units']))} "
                f"{row['parameters']['recurrent']:,}" for row in data["combinations"]
            )
        )  # fmt: skip
    notes.append(
        "operations: floating-point, a token of a test text of mean length, forward, two for each "
        "number of a weight matrix; training takes three times as many. training s: all epochs "
        "with their validation. ms a text: median of single texts, in turns"
    )
    if data["noise"]:
        notes.append(f"noise: {noising.SAID[kind]}; the same changes for all models")
    return notes


def _verdict(data: Json) -> str:
    """Return whether the best two differ beyond chance, from the numbers, as a sentence."""
    pair = data["paired"]
    key = next(key for key in TESTS if key in pair["seeds"][0])
    sign = 1 if data["higher_is_better"] else -1
    ahead = sum(row[key] < harness.SIGNIFICANT and sign * row["difference"] > 0
                for row in pair["seeds"])  # fmt: skip
    behind = sum(row[key] < harness.SIGNIFICANT and sign * row["difference"] < 0
                 for row in pair["seeds"])  # fmt: skip
    mean = statistics.fmean(row["difference"] for row in pair["seeds"])
    return (
        f"{pair['first']} - {pair['second']}: {number(mean, data['unit'])} on average; "
        f"{pair['test']} of each seed's two models on the same texts is below "
        f"{harness.SIGNIFICANT:g} for {ahead} of {len(pair['seeds'])} seeds with the first ahead, "
        f"for {behind} with the second; these two were picked for being the best"
    )

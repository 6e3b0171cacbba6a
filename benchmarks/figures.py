"""Scores, time and memory of `textlstm run` with default settings on public data.

    python -m benchmarks.figures [--only imdb,sst2] [--seeds 1,2,3] [KEY=VALUE ...]
    python -m benchmarks.figures --show

Each run is a process of its own with an empty cache. Its figures go into results/figures.json as
soon as it ends, beside those of other data sets; other seeds of the same data set stay if they were
measured with the same code. Runs with settings of their own (KEY=VALUE) are kept under a name of
their own. The folder with the data is $TEXTLSTM_TEST_DATA, by default ../shared/data.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks import measuring
from textlstm.report import Report

NAME = "figures"
ALONE = "network-alone"  # the same run without its linear part
NEAREST = "nearest-sentence"
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Kind:
    """What is read of the report of a recipe.

    Attributes:
        score: the one that has a goal.
        beside: baselines that are shown.
        linear: those of them that a goal may keep low.
        more: other scores that are kept.
        digits: behind the point, where scores are shown.
    """

    score: str
    beside: tuple[str, ...]
    linear: tuple[str, ...]
    more: tuple[str, ...] = ()
    digits: int = 4


KINDS = {
    "sentiment": Kind(
        "accuracy", (ALONE, "majority", "tfidf-logistic", "nb-svm"), ("tfidf-logistic", "nb-svm"),
        more=("macro_f1",),
    ),
    "ner": Kind(
        "entity_f1", ("most-frequent-tag", "linear-tagger"), ("most-frequent-tag",),
        more=("macro_f1",),
    ),
    "translation": Kind(
        "bleu", ("copy-source", "word-by-word", NEAREST), (),
        more=("bleu", "bleu_lowercase", "chrf", "rouge_l", "exact_match"), digits=2,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class DataSet:
    """What is run, and what is to be reached.

    Attributes:
        words: settings that name the data; `{data}` is the data folder.
        score: of the test part, at least; none: it is only shown.
        named: the score that is meant, where it is another than the recipe's.
        chrf_above: a baseline whose chrF a paired test must put below the model's.
        linear_below: what no linear baseline may reach.
        seconds: of the whole command, at most.
        peak_megabytes: of memory, at most.
    """

    words: tuple[str, ...]
    score: float | None
    linear_below: float | None = None
    seconds: float | None = None
    peak_megabytes: float | None = None
    recipe: str = "sentiment"
    named: str | None = None
    chrf_above: str | None = None

    @property
    def kind(self) -> Kind:
        """What is read of its report."""
        kind = KINDS[self.recipe]
        return kind if self.named is None else replace(kind, score=self.named)

    def needs(self) -> list[Path]:
        """Return the folders that the words name."""
        data = str(measuring.data_folder())
        paths = [word.partition("=")[2] for word in self.words if "{data}" in word]
        return [Path(path.format(data=data)).parent for path in paths]


def _train_dev(name: str, suffix: str, *more: str) -> tuple[str, ...]:
    folder = f"{{data}}/{name}"
    return f"train={folder}/train{suffix}", f"test={folder}/dev{suffix}", *more


def _multi30k(source: str, target: str, *more: str) -> tuple[str, ...]:
    return _train_dev("multi30k", "", f"source={source}", f"target={target}", *more)


CONLL = _train_dev("conll2003", ".txt", "format=conll")
# Where a development part is given it is the test part; what stops training is cut from train.
SETS = {
    "toy-reviews": DataSet((), 0.97, linear_below=0.80),
    "imdb": DataSet(("data={data}/imdb/train.csv.xz",), 0.90, seconds=900, peak_megabytes=3000),
    "sst2": DataSet(_train_dev("sst2", ".tsv"), 0.84),
    "sst5": DataSet(_train_dev("sst5", ".tsv"), 0.42),
    "chnsenticorp": DataSet(_train_dev("chnsenticorp", ".tsv"), 0.92),
    "atis": DataSet(_train_dev("atis", "", "format=atis"), 0.96),
    "toy-entities": DataSet((), 0.95, linear_below=0.70, recipe="ner"),
    "conll2003": DataSet(CONLL, 0.89, seconds=1200, recipe="ner"),
    "conll2003-vectors": DataSet(
        (*CONLL, "vectors={data}/vectors/glove.6B.50d.5k.txt"), None, recipe="ner"
    ),
    "weibo_ner": DataSet(
        _train_dev("weibo_ner", ".conll", "positions=strip", "repair=conlleval"), 0.50, recipe="ner"
    ),
    "msra_ner": DataSet(
        ("data={data}/msra_ner/train.txt.xz", "format=conll", "bad_rows=skip"),
        0.88, seconds=1800, recipe="ner",
    ),
    "atis-slots": DataSet(_train_dev("atis", "", "format=atis"), 0.96, recipe="ner"),
    "toy-translation": DataSet((), 90, recipe="translation"),
    "toy-translation-zh": DataSet(("data=toy-translation/zh",), 90, recipe="translation"),
    "toy-titles": DataSet(("data=toy-titles",), None, recipe="translation"),
    "toy-replies": DataSet(("data=toy-replies",), None, recipe="translation"),
    "multi30k-en-de": DataSet(
        _multi30k("en", "de"), 35, seconds=3600, recipe="translation", named="bleu_lowercase"
    ),
    "multi30k-de-en": DataSet(
        _multi30k("de", "en"), 36, seconds=3600, recipe="translation", named="bleu_lowercase"
    ),
    "multi30k-en-de-no-attention": DataSet(  # to stand beside
        _multi30k("en", "de", "attention=none"), None, recipe="translation", named="bleu_lowercase"
    ),
    "tatoeba_en_zh": DataSet(
        _train_dev("tatoeba_en_zh", ".tsv"), None, recipe="translation", chrf_above=NEAREST
    ),
}  # fmt: skip


def run(name: str, seed: int, more: Sequence[str], keep: Path | None) -> dict[str, Any]:
    """Return the figures of one run in a process of its own.

    Args:
        name: of the data set.
        seed: of the run.
        more: settings beside the data.
        keep: where the run folder stays; none: nowhere.

    Raises:
        Failed: the command failed.
    """
    words = [word.format(data=measuring.data_folder()) for word in SETS[name].words]
    before = measuring.load()
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as place:
        folder = (keep.resolve() if keep else Path(place)) / f"{name}-seed-{seed}"
        command = ["run", SETS[name].recipe, *words, *more, f"seed={seed}", "--out", str(folder)]
        with measuring.cold_cache() as cache:
            done = measuring.process(measuring.textlstm(*command), cache)
        report = Report.load(folder / "report.json")
        weights = (folder / "bundle" / "weights.safetensors").read_bytes()
    kind = SETS[name].kind
    found = report.scores[kind.score]
    return {
        **{other: report.scores[other].value for other in kind.more},
        "seed": seed,
        kind.score: found.value,
        "interval_over_examples": [found.low, found.high],
        "examples": report.examples,
        "baselines": {
            baseline: row["scores"][kind.score].value for baseline, row in report.baselines.items()
        },
        **beside_chrf(report),
        "seconds": done.seconds,
        "phases": report.seconds,
        "peak_megabytes": done.peak_megabytes,
        "epochs": len(report.details["history"]),
        "load_average": [before, measuring.load()],
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
    }


def beside_chrf(report: Report) -> dict[str, Any]:
    """Return chrF of the baselines and the p of the paired tests against it; of translations."""
    rows = {name: row for name, row in report.baselines.items() if "chrf_bootstrap_p" in row}
    if not rows:
        return {}
    return {
        "baselines_chrf": {name: row["scores"]["chrf"].value for name, row in rows.items()},
        "baselines_chrf_p": {name: row["chrf_bootstrap_p"] for name, row in rows.items()},
    }


def merged(document: dict[str, Any], key: str, about: dict[str, Any], row: dict[str, Any]) -> None:
    """Put a run into the document.

    Runs of the entry that were measured with other code, or on another processor, are dropped.

    Args:
        document: that of figures.json; changed.
        key: name of the data set with the settings of its own.
        about: `data`, `words`, `source` and `machine` of the run.
        row: its figures.
    """
    entry = document.setdefault("sets", {}).get(key)
    if entry is None or _origin(entry) != _origin(about):
        entry = {"runs": []}
    others = [run for run in entry["runs"] if run["seed"] != row["seed"]]
    runs = sorted([*others, row], key=lambda run: int(run["seed"]))
    document["sets"][key] = {**about, "summary": summary(runs, SETS[about["data"]].kind.score),
                             "runs": runs}  # fmt: skip


def _origin(entry: dict[str, Any]) -> tuple[Any, ...]:
    machine = entry["machine"]
    return entry["source"], machine["processor"], machine["cores"]


def summary(runs: Sequence[dict[str, Any]], score: str) -> dict[str, Any]:
    """Return the means over seeds, the interval of the score, and the worst time and memory."""
    values = [run[score] for run in runs]
    return {
        score: fmean(values),
        "interval_over_seeds": measuring.t_interval(values),
        "baselines": {name: fmean(run["baselines"][name] for run in runs)
                      for name in runs[0]["baselines"]},
        "seconds": fmean(run["seconds"] for run in runs),
        "most_seconds": max(run["seconds"] for run in runs),
        "peak_megabytes": max(run["peak_megabytes"] for run in runs),
    }  # fmt: skip


def missed(entry: dict[str, Any]) -> list[str]:
    """Return which goals of its data set an entry of the document misses."""
    goal, found = SETS[entry["data"]], entry["summary"]
    wrong = []
    if goal.score is not None and found[goal.kind.score] < goal.score:
        wrong.append(goal.kind.score)
    linear = max((found["baselines"].get(name, 0.0) for name in goal.kind.linear), default=0.0)
    if goal.linear_below is not None and linear >= goal.linear_below:
        wrong.append("linear")
    if goal.chrf_above is not None and not all(
        _chrf_above(run, goal.chrf_above) for run in entry["runs"]
    ):
        wrong.append(f"chrf above {goal.chrf_above}")
    if goal.seconds is not None and found["most_seconds"] > goal.seconds:
        wrong.append("seconds")
    if goal.peak_megabytes is not None and found["peak_megabytes"] > goal.peak_megabytes:
        wrong.append("memory")
    return wrong


def _chrf_above(run: dict[str, Any], name: str) -> bool:
    """Tell whether chrF of a run is above a baseline's by more than chance."""
    return run["chrf"] > run["baselines_chrf"][name] and run["baselines_chrf_p"][name] < SIGNIFICANT


def shown(document: dict[str, Any]) -> str:
    """Return a table a recipe, a row a data set, with the goals in brackets."""
    tables = [_table(recipe, document) for recipe in KINDS]
    return "\n\n".join(table for table in tables if table) or "nothing is measured yet"


def _table(recipe: str, document: dict[str, Any]) -> str:
    kind = KINDS[recipe]
    header = ["data", "seeds", f"{kind.score} (goal)", "95 % interval", *kind.beside,
              "seconds", "peak MB", "load", "goals"]  # fmt: skip
    rows = []
    for key, entry in document.get("sets", {}).items():
        if entry["data"] not in SETS or SETS[entry["data"]].recipe != recipe:
            continue
        goal, found = SETS[entry["data"]], entry["summary"]
        ends = found["interval_over_seeds"]
        loads = [value for run in entry["runs"] for value in run["load_average"]]
        wrong = missed(entry)
        least = "" if goal.score is None else f" (≥ {goal.score:.2f})"
        name = "" if goal.named is None else f"{goal.named} "
        digits = kind.digits
        rows.append([
            key, ",".join(str(run["seed"]) for run in entry["runs"]),
            f"{name}{found[goal.kind.score]:.{digits}f}{least}",
            f"{ends[0]:.{digits}f}-{ends[1]:.{digits}f}" if ends else "-",
            *(_figure(found["baselines"].get(name), digits) for name in kind.beside),
            f"{found['seconds']:.0f}", f"{found['peak_megabytes']:,.0f}", f"{max(loads):.1f}",
            measuring.mark(not wrong) + (f": {', '.join(wrong)}" if wrong else ""),
        ])  # fmt: skip
    return measuring.table(header, rows) if rows else ""


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


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
        if name not in SETS:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(SETS)}")
    return names


def _seeds(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def series(name: str, options: argparse.Namespace) -> str:
    """Run a data set with every seed, save each run's figures, and return its name in the document.

    Raises:
        Failed: a run failed; those before it are saved.
    """
    key = " ".join([name, *options.settings])
    kind = SETS[name].kind
    score = kind.score
    about = {
        "data": name, "words": [*SETS[name].words, *options.settings],
        "source": measuring.source(), "machine": measuring.machine(),
    }  # fmt: skip
    for seed in options.seeds:
        row = run(name, seed, options.settings, options.keep)
        document = read(options.results)  # again: another process may have added a data set
        merged(document, key, about, row)
        measuring.save(options.results, NAME, document)
        print(
            f"{key}, seed {seed}: {score} {row[score]:.{kind.digits}f}, {row['seconds']:.0f} s, "
            f"{row['peak_megabytes']:,.0f} MB, {row['epochs']} epochs",
            flush=True,
        )
    return key


def main(words: Sequence[str] | None = None) -> int:
    """Measure, merge and print."""
    parser = measuring.parser(__doc__)
    parser.add_argument("--only", type=_names, metavar="NAME,...", help=", ".join(SETS))
    parser.add_argument("--seeds", type=_seeds, default=[1, 2, 3], metavar="N,...")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where run folders stay")
    parser.add_argument("--show", action="store_true", help="print what was measured, run nothing")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="of the recipe")
    options = parser.parse_args(words)
    if options.show:
        print(shown(read(options.results)))
        return 0
    broken, keys = False, []
    for name in options.only or SETS:
        absent = [str(folder) for folder in SETS[name].needs() if not folder.is_dir()]
        if absent:
            print(f"{name}: skipped, there is no {absent[0]} (TEXTLSTM_TEST_DATA)", flush=True)
            broken |= options.only is not None
            continue
        try:
            keys.append(series(name, options))
        except measuring.Failed as problem:
            print(f"{name}: {problem}", file=sys.stderr, flush=True)
            broken = True
    sets = read(options.results).get("sets", {})
    print(shown({"sets": {key: sets[key] for key in keys}}))
    if broken:
        return measuring.BROKEN
    return measuring.MISSED if any(missed(sets[key]) for key in keys) else 0


if __name__ == "__main__":
    sys.exit(main())

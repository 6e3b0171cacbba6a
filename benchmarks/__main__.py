"""Run every benchmark, quick ones first.

    python -m benchmarks [--quick] [--only NAME,...]

Each is a process of its own and prints its own table; its figures are in benchmarks/results.
--quick is a rehearsal with tiny sizes: it shows that everything runs, its figures mean nothing and
are thrown away.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from benchmarks import measuring

TINY = ("epochs=1", "units=8", "embedding=16")


@dataclass(frozen=True)
class Benchmark:
    """A module of this package.

    Attributes:
        shows: what it measures.
        takes: how long, on two cores of 2.5 GHz.
        quick: options of the rehearsal.
    """

    shows: str
    takes: str
    quick: tuple[str, ...]


BENCHMARKS = {
    "startup": Benchmark(
        "time of --help, of predict and of one answer", "2 minutes",
        ("--runs", "1", "--calls", "100", *TINY),
    ),
    "kernels": Benchmark(
        "fused LSTM and GRU beside Keras' layers and PyTorch", "10 minutes",
        ("--repeats", "1", "--sizes", "4x6x8x8", "--ragged", "4x6x8x8"),
    ),
    "tagging": Benchmark(
        "training and prediction of the ner recipe, and what its CRF costs", "3 minutes",
        ("--rounds", "1", *TINY, "filters=8"),
    ),
    "translation": Benchmark(
        "translation with a beam of 5, training beside JoeyNMT (--joeynmt)", "60 minutes",
        ("--rounds", "1", *TINY, "decoder=16"),
    ),
    "generation": Benchmark(
        "language models of words and characters, and tokens a second", "80 minutes",
        ("--only", "speed"),
    ),
    "read_and_encode": Benchmark(
        "time and memory of reading 1 GB", "20 minutes", ("--size", "2"),
    ),
    "keras_tutorial": Benchmark(
        "the stock Keras tutorial network beside the recipe", "20 minutes",
        ("--data", "toy-reviews", "--epochs", "1", *TINY),
    ),
    "forecasts": Benchmark(
        "errors of the forecast recipe on public series, beside its baselines", "20 minutes",
        ("--only", "sine", "--seeds", "1", "epochs=1", "units=8"),
    ),
    "figures": Benchmark(
        "the recipes with default settings on all data sets, three seeds", "20 hours",
        ("--only", "toy-reviews", "--seeds", "1", *TINY),
    ),
    "toy_reviews": Benchmark(
        "what other models make of the embedded corpus", "30 minutes", ("--quick",),
    ),
    "toy_entities": Benchmark(
        "what dictionaries and a linear tagger make of the embedded corpus", "10 minutes",
        ("--quick",),
    ),
    "toy_translation": Benchmark(
        "what copying, a dictionary and the nearest sentence make of the pair corpora", "2 minutes",
        ("--quick",),
    ),
}  # fmt: skip
VERDICTS = {0: "done", measuring.MISSED: "done, a goal is missed", measuring.BROKEN: "not measured"}


def _names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in BENCHMARKS:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(BENCHMARKS)}")
    return names


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmarks one after the other, then say how each has ended."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="a rehearsal with tiny sizes")
    parser.add_argument("--only", type=_names, metavar="NAME,...", help=", ".join(BENCHMARKS))
    options = parser.parse_args(words)
    ended: dict[str, int] = {}
    rows = []
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as thrown_away:
        for name in options.only or BENCHMARKS:
            benchmark = BENCHMARKS[name]
            more = [*benchmark.quick, "--results", thrown_away] if options.quick else []
            takes = "a minute or two" if options.quick else f"about {benchmark.takes}"
            print(f"== {name}: {benchmark.shows}; takes {takes}", flush=True)
            started = perf_counter()
            command = measuring.this(f"benchmarks.{name}", *more)
            ended[name] = subprocess.run(command, cwd=measuring.ROOT).returncode
            seconds = perf_counter() - started
            verdict = VERDICTS.get(ended[name], f"broken, exit code {ended[name]}")
            if options.quick and ended[name] == measuring.MISSED:
                verdict, ended[name] = "runs", 0  # tiny networks reach no goal
            rows.append([name, f"{seconds:,.0f}", verdict])
            print(flush=True)
    print(measuring.table(["benchmark", "seconds", ""], rows))
    return max(ended.values(), key=abs)


if __name__ == "__main__":
    sys.exit(main())

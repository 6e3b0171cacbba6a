"""Speed of named-entity recognition: training, what its CRF costs, prediction.

    python -m benchmarks.tagging [--rounds 5] [KEY=VALUE ...]

On conll2003 with default settings. Training words a second are those of the last of three epochs,
validation included. What the CRF costs is a training step with a CRF less one with a softmax head,
as a share of the first, the median over rounds, both in this process and in turn. The predictor
answers the development part in batches, and sentences of 20 words one by one.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import measuring
from textlstm.report import Report

NAME = "tagging"
BATCHES = 40  # training steps of a round
WORDS = 20  # of the sentences that are answered one by one
CALLS = 500
GOALS = {"train": 15_000.0, "crf": 0.15, "predict": 60_000.0, "one": 1.0}


def data() -> list[str]:
    """Return the settings that name the data."""
    folder = measuring.data_folder() / "conll2003"
    return [f"train={folder}/train.txt", f"test={folder}/dev.txt", "format=conll"]


def trained(folder: Path, settings: Sequence[str]) -> float:
    """Train in a process of its own and return words a second of the last epoch.

    Raises:
        Failed: the command failed.
    """
    command = ["run", "ner", *data(), "epochs=3", *settings, "--out", str(folder)]
    with measuring.cold_cache() as cache:
        measuring.process(measuring.textlstm(*command), cache)
    history = Report.load(folder / "report.json").details["history"]
    return float(history[-1]["tokens_per_second"])


class Steps:
    """Training steps of the recipe with one kind of head, always on the same batches."""

    def __init__(self, head: str, settings: Sequence[str], place: Path) -> None:
        """Build the network and its batches."""
        import keras

        from textlstm import feeding, run, store, training
        from textlstm.progress import Quiet

        words = [*data(), *settings, f"head={head}"]
        plan = run.planned("ner", words, out=place / head)
        corpus = plan.recipe.corpus(plan.settings)
        task = plan.recipe.task(plan.settings, corpus.train)
        parts = run._stored(corpus, task, store.cache_folder()).parts
        keras.utils.clear_session()
        training.prepare(1)
        self.model = plan.recipe.network(plan.settings, task)
        job = training.Job(
            self.model, task, parts["train"], parts["valid"], [], plan.settings, plan.folder,
            Quiet(),
        )  # fmt: skip
        order = training.Trainer(job).plan.plan(0)[:BATCHES]
        self.batches = list(feeding.batches(task, parts["train"], order))

    def seconds(self) -> float:
        """Return the seconds of a step, the mean of a round."""
        start = perf_counter()
        for inputs, targets in self.batches:
            self.model.train_on_batch(inputs, targets)
        return (perf_counter() - start) / len(self.batches)


def crf_less_softmax(rounds: int, settings: Sequence[str]) -> dict[str, float]:
    """Return seconds of a step with a CRF and with a softmax, and their difference's share."""
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as place:
        both = {head: Steps(head, settings, Path(place)) for head in ("crf", "softmax")}
        taken: dict[str, list[float]] = {head: [] for head in both}
        for number in range(rounds + 1):
            for head, steps in both.items():
                seconds = steps.seconds()
                if number:  # the first round traces
                    taken[head].append(seconds)
    pairs = zip(taken["crf"], taken["softmax"], strict=True)
    return {
        "crf": median(taken["crf"]),
        "softmax": median(taken["softmax"]),
        "difference_share": median(1 - other / own for own, other in pairs),
    }


def predicted(folder: Path, rounds: int) -> dict[str, float]:
    """Return words a second in batches, and the seconds of one sentence of 20 words."""
    from textlstm import corpora
    from textlstm.runtime import Predictor
    from textlstm.settings import TagDataSettings

    predictor = Predictor.load(folder)
    part = corpora.read_part(
        str(measuring.data_folder() / "conll2003" / "dev.txt"),
        TagDataSettings(format="conll"), lambda line: None, "tag",
    )  # fmt: skip
    inputs = [example.input for example in part]
    words = sum(map(len, inputs))
    speeds = []
    for _ in range(rounds):
        start = perf_counter()
        predictor.predict(inputs)
        speeds.append(words / (perf_counter() - start))
    single = [sentence for sentence in inputs if len(sentence) == WORDS]
    seconds = []
    for number in range(CALLS):
        sentence = single[number % len(single)]
        start = perf_counter()
        predictor.predict([sentence])
        seconds.append(perf_counter() - start)
    return {"words_per_second": median(speeds), "one_sentence": median(seconds)}


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = measuring.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="of the recipe")
    options = parser.parse_args(words)
    if not (measuring.data_folder() / "conll2003").is_dir():
        print(f"there is no {measuring.data_folder()}/conll2003 (TEXTLSTM_TEST_DATA)")
        return measuring.BROKEN
    document: dict[str, Any] = {"machine": measuring.machine(), "source": measuring.source()}
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as place:
        try:
            speed = trained(Path(place) / "run", options.settings)
        except measuring.Failed as problem:
            print(problem, file=sys.stderr)
            return measuring.BROKEN
        found = predicted(Path(place) / "run", options.rounds)
    steps = crf_less_softmax(options.rounds, options.settings)
    document |= {"train_words_per_second": speed, "step": steps, "predict": found,
                 "load_after": measuring.load()}  # fmt: skip
    measuring.save(options.results, NAME, document)
    rows = [
        ("training, words a second", f"{speed:,.0f}", f"≥ {GOALS['train']:,.0f}",
         speed >= GOALS["train"]),
        ("CRF less softmax head, share of a step", f"{steps['difference_share']:.1%}",
         f"≤ {GOALS['crf']:.0%}", steps["difference_share"] <= GOALS["crf"]),
        ("prediction in batches, words a second", f"{found['words_per_second']:,.0f}",
         f"≥ {GOALS['predict']:,.0f}", found["words_per_second"] >= GOALS["predict"]),
        ("one sentence of 20 words, ms", f"{1000 * found['one_sentence']:.2f}",
         f"≤ {GOALS['one']:.0f}", 1000 * found["one_sentence"] <= GOALS["one"]),
    ]  # fmt: skip
    shown = [[name, value, goal, measuring.mark(met)] for name, value, goal, met in rows]
    print(measuring.table(["", "found", "goal", ""], shown))
    return 0 if all(met for *_, met in rows) else measuring.MISSED


if __name__ == "__main__":
    sys.exit(main())

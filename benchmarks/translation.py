"""Speed of translation: answers with a beam of 5, and training beside JoeyNMT's RNN.

    python -m benchmarks.translation [--run DIR] [--joeynmt PYTHON] [--rounds 5] [KEY=VALUE ...]

Answers are those of the run folder --run, else of a network that is trained first, on multi30k,
with the settings given. Its development part is translated in batches, then its first sentences one
by one; a new process that loads the folder must give the same translations and scores.

Training: steps of the recipe and of JoeyNMT (https://github.com/joeynmt/joeynmt), which has the
Python --joeynmt, on the same batches of the same ids, by turns: equal sizes, a softmax tied to the
target's vectors, Adam. Tokens are those of targets with their end, without padding, which is how
JoeyNMT counts too. JoeyNMT takes the target step by step in either case; it is compared without
input feeding, as the recipe is by default, and shown with it, which is JoeyNMT's default.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import measuring

NAME = "translation"
BEAM = 5
CALLS = 100  # sentences that are answered one by one, in each round
OURS, JOEY, FEEDING = "textlstm", "joeynmt", "joeynmt, input feeding"
GOALS = {"sentences": 40.0, "one": 60.0, "training": 1.5}
_PEER = Path(__file__).parent / "peers" / "joeynmt_training.py"


def data() -> list[str]:
    """Return the settings that name the data."""
    folder = measuring.data_folder() / "multi30k"
    return [f"train={folder}/train", f"test={folder}/dev", "source=en", "target=de"]


def sources(predictor: Any) -> list[str]:
    """Return the development sentences in the language that the model translates."""
    language = predictor.bundle.settings["source"] or "en"
    path = measuring.data_folder() / "multi30k" / f"dev.{language}"
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def answers(folder: Path) -> list[dict[str, Any]]:
    """Return the answers to the development sentences."""
    from textlstm.runtime import Predictor

    predictor = Predictor.load(folder)
    return predictor.predict(sources(predictor), beam=BEAM)


def predicted(folder: Path, rounds: int) -> dict[str, Any]:
    """Return sentences a second in batches, seconds of one sentence, and whether a reload agrees.

    Raises:
        Failed: the folder could not be loaded in another process.
    """
    from textlstm.runtime import Predictor

    predictor = Predictor.load(folder)
    texts = sources(predictor)
    speeds, single = [], []
    for number in range(rounds + 1):
        start = perf_counter()
        found = predictor.predict(texts, beam=BEAM)
        if number:  # the first round warms up
            speeds.append(len(texts) / (perf_counter() - start))
    for text in texts[:CALLS] * rounds:
        start = perf_counter()
        predictor.predict([text], beam=BEAM)
        single.append(perf_counter() - start)
    again = measuring.process(measuring.this("benchmarks.translation", "--answers", str(folder)))
    return {
        "sentences": len(texts),
        "sentences_per_second": speeds,
        "one_sentence": median(single),
        "reload_is_identical": json.loads(again.output) == found,
    }


class Steps:
    """Training steps of the recipe, always on the same batches."""

    def __init__(self, settings: Sequence[str], batches: int, place: Path) -> None:
        """Build the network and its batches."""
        import keras

        from textlstm import feeding, run, store, training
        from textlstm.progress import Quiet

        plan = run.planned("translation", [*data(), *settings], out=place / "run")
        corpus = plan.recipe.corpus(plan.settings)
        self.task = plan.recipe.task(plan.settings, corpus.train)
        self.settings = plan.settings
        parts = run._stored(corpus, self.task, store.cache_folder()).parts
        keras.utils.clear_session()
        training.prepare(1)
        self.model = plan.recipe.network(plan.settings, self.task)
        job = training.Job(
            self.model, self.task, parts["train"], parts["valid"], [], plan.settings, plan.folder,
            Quiet(),
        )  # fmt: skip
        order = training.Trainer(job).plan.plan(0)[:batches]
        self.batches = list(feeding.batches(self.task, parts["train"], order))
        rows = [feeding.rows_of(parts["train"], places) for places in order]
        self.pairs = [
            [(row["tokens"].tolist(), row["next"][:-1].tolist()) for row in batch] for batch in rows
        ]
        self.tokens = sum(self.task.known(targets) for _, targets in self.batches)

    def sizes(self) -> dict[str, Any]:
        """Return what JoeyNMT's network is made after.

        Raises:
            Failed: settings that it has no equal of.
        """
        s = self.settings
        equal = (
            s.bidirectional, s.attention == "multiplicative", s.tie == "target", s.cell != "rnn",
            len({*s.units}) == 1, len({*s.decoder, s.embedding}) == 1,
        )  # fmt: skip
        if not all(equal):
            raise measuring.Failed(
                "beside JoeyNMT: bidirectional=true attention=multiplicative tie=target, "
                "cell=lstm or gru, layers of one size, the decoder's that of embedding="
            )
        return {
            "cell": s.cell, "embedding": s.embedding, "dropout": s.dropout,
            "units": s.units[0], "layers": len(s.units),
            "decoder": s.decoder[0], "decoder_layers": len(s.decoder),
            "label_smoothing": s.label_smoothing, "learning_rate": s.learning_rate,
            "source": self.task.source.size, "target": self.task.target.size,
        }  # fmt: skip

    def seconds(self) -> float:
        """Return the seconds of a step a batch."""
        start = perf_counter()
        for inputs, targets in self.batches:
            self.model.train_on_batch(inputs, targets)
        return perf_counter() - start


class Joey:
    """JoeyNMT in a process of its own, which waits until it is its turn."""

    def __init__(self, python: str, batches: Path, feeding: bool) -> None:
        """Start it.

        Raises:
            Failed: it cannot import joeynmt, or build the network.
        """
        with tempfile.TemporaryFile() as errors:
            self.process = subprocess.Popen(
                [python, str(_PEER), str(batches), str(int(feeding))],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip
            assert self.process.stdin is not None and self.process.stdout is not None
            self.input, self.output = self.process.stdin, self.process.stdout
            said = self.output.readline()
            if not said:
                self.end()
                errors.seek(0)
                end = errors.read().decode("utf-8", "replace").splitlines()[-4:]
                raise measuring.Failed("\n".join([f"{python}: no JoeyNMT", *end]))
        self.about: dict[str, Any] = json.loads(said)

    def seconds(self) -> float:
        """Return the seconds of a step a batch.

        Raises:
            Failed: the process has ended.
        """
        said = ""
        with suppress(BrokenPipeError):
            self.input.write("\n")
            self.input.flush()
            said = self.output.readline()
        if not said:
            raise measuring.Failed("JoeyNMT ended before it had trained")
        return float(said)

    def end(self) -> None:
        """End the process."""
        with suppress(BrokenPipeError):
            self.input.close()
        self.process.wait()
        self.output.close()


def training_speed(
    python: str, rounds: int, batches: int, settings: Sequence[str]
) -> dict[str, Any]:
    """Return target tokens a second of both, by turns, and how many times JoeyNMT's ours are.

    Raises:
        Failed: JoeyNMT cannot be run, or not with these settings.
    """
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as place:
        ours = Steps(settings, batches, Path(place))
        path = Path(place) / "batches.json"
        path.write_text(json.dumps({"sizes": ours.sizes(), "batches": ours.pairs}), "utf-8")
        peers: dict[str, Joey] = {}
        try:
            for name, feeding in ((JOEY, False), (FEEDING, True)):
                peers[name] = Joey(python, path, feeding)
            found = _by_turns({OURS: ours, **peers}, rounds)
        finally:
            for peer in peers.values():
                peer.end()
    counted = {peer.about["tokens"] for peer in peers.values()}
    assert counted == {ours.tokens}, f"{counted} tokens, not {ours.tokens}"
    both = zip(found[JOEY], found[OURS], strict=True)
    return {
        "sizes": ours.sizes(), "tokens": ours.tokens, "batches": len(ours.batches),
        "weights": {OURS: ours.model.count_params(),
                    **{name: peer.about["weights"] for name, peer in peers.items()}},
        "versions": {name: peers[JOEY].about[name] for name in ("joeynmt", "torch")},
        "seconds": found,
        "tokens_per_second": {name: ours.tokens / median(took) for name, took in found.items()},
        "ratio": median(joey / own for joey, own in both),
    }  # fmt: skip


def _by_turns(contenders: Mapping[str, Any], rounds: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, steps in contenders.items():
            seconds = steps.seconds()
            if number:  # the first round traces
                taken[name].append(seconds)
    return taken


def rows(found: Mapping[str, Any]) -> list[tuple[str, str, str, bool | None]]:
    """Return what is shown: name, figure, goal, and whether it is met; None: it has no goal."""
    shown: list[tuple[str, str, str, bool | None]] = []
    if "predict" in found:
        predict = found["predict"]
        speed, one = median(predict["sentences_per_second"]), 1000 * predict["one_sentence"]
        same = predict["reload_is_identical"]
        shown += [
            (f"beam {BEAM}, in batches, sentences a second", f"{speed:,.1f}",
             f"≥ {GOALS['sentences']:.0f}", speed >= GOALS["sentences"]),
            (f"beam {BEAM}, one sentence, ms", f"{one:.1f}", f"≤ {GOALS['one']:.0f}",
             one <= GOALS["one"]),
            ("a new process translates identically", "yes" if same else "no", "yes", same),
        ]  # fmt: skip
    if "training" in found:
        training = found["training"]
        shown += [
            (f"training, {name}, target tokens a second", f"{speed:,.0f}", "", None)
            for name, speed in training["tokens_per_second"].items()
        ]
        ratio = training["ratio"]
        shown.append(("training, times JoeyNMT's speed", f"{ratio:.2f}",
                      f"≥ {GOALS['training']}", ratio >= GOALS["training"]))  # fmt: skip
    return shown


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = measuring.parser(__doc__)
    parser.add_argument("--run", type=Path, metavar="DIR", help="a translation run folder")
    parser.add_argument("--joeynmt", metavar="PYTHON", help="a Python that has joeynmt")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--batches", type=int, default=40, metavar="N", help="steps of a round")
    parser.add_argument("--answers", type=Path, metavar="DIR", help="print the answers as JSON")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="of the recipe")
    options = parser.parse_args(words)
    if not (measuring.data_folder() / "multi30k").is_dir():
        print(f"there is no {measuring.data_folder()}/multi30k (TEXTLSTM_TEST_DATA)")
        return measuring.BROKEN
    if options.answers:
        print(json.dumps(answers(options.answers)))
        return 0
    document: dict[str, Any] = {"machine": measuring.machine(), "source": measuring.source()}
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as place:
        try:
            folder = options.run or Path(place) / "run"
            if options.run is None:
                command = ["run", NAME, *data(), *options.settings, "--out", str(folder)]
                measuring.process(measuring.textlstm(*command))
            document["predict"] = predicted(folder, options.rounds)
            if options.joeynmt:
                document["training"] = training_speed(
                    options.joeynmt, options.rounds, options.batches, options.settings
                )
        except measuring.Failed as problem:
            print(problem, file=sys.stderr)
            return measuring.BROKEN
    document["load_after"] = measuring.load()
    measuring.save(options.results, NAME, document)
    shown = rows(document)
    print(measuring.table(["", "found", "goal", ""], [
        [name, value, goal, "" if met is None else measuring.mark(met)]
        for name, value, goal, met in shown
    ]))  # fmt: skip
    return measuring.MISSED if any(met is False for *_, met in shown) else 0


if __name__ == "__main__":
    sys.exit(main())

"""How long one answer takes: from the shell, in process, and beside bare ONNX Runtime and Keras.

    python -m benchmarks.startup [--model DIR] [--runs 11] [--calls 3000]

Without --model a bidirectional LSTM of 128 units with an embedding of 128 is trained for an epoch
on the embedded corpus: time does not depend on what the weights are. Medians; contenders take turns
so that whatever else the machine does meets all of them.
"""

import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import measuring

NAME = "startup"
TEXT = "I had been told the film was slow but I would not miss a single one of its quiet scenes"
NETWORK = ("units=128", "embedding=128", "epochs=1")
BLOCK = 100  # calls of a contender in a row
BATCH = 1024  # texts of the throughput
HEAVY = ("tensorflow", "keras", "sklearn", "tensorflow_datasets", "matplotlib", "onnxruntime",
         "numpy")  # fmt: skip
GOALS = {  # seconds, at most
    "textlstm --help": 0.15,
    "textlstm predict DIR TEXT": 0.35,
    "Predictor, one text": 0.4e-3,
}
_HELP = """
import sys
from textlstm.cli import main
try:
    main(["--help"])
except SystemExit:
    print(*{name.partition(".")[0] for name in sys.modules})
"""


def trained(folder: Path, words: Sequence[str]) -> None:
    """Train the network whose answers are timed with the settings given.

    Raises:
        Failed: it could not be trained.
    """
    command = ["run", "sentiment", *words, "--out", str(folder)]
    measuring.process(measuring.textlstm(*command))


def processes(folder: Path, runs: int) -> dict[str, list[float]]:
    """Return the seconds of whole processes, in turn; the first of each is not counted."""
    contenders = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "textlstm --help": measuring.textlstm("--help"),
        "python -c 'import numpy, tokenizers, onnxruntime'": [
            sys.executable, "-c", "import numpy, tokenizers, onnxruntime",
        ],
        "textlstm predict DIR TEXT": measuring.textlstm("predict", str(folder), TEXT),
    }  # fmt: skip
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(runs + 1):
        for name, command in contenders.items():
            done = measuring.process(command)
            if turn:
                seconds[name].append(done.seconds)
    return seconds


def heavy_modules() -> list[str]:
    """Return which heavy modules `textlstm --help` has loaded when it ends."""
    done = measuring.process([sys.executable, "-c", _HELP])
    return sorted({*HEAVY} & {*done.output.splitlines()[-1].split()})


def in_turn(contenders: Mapping[str, Callable[[], Any]], calls: int) -> dict[str, list[float]]:
    """Return the seconds of each call, in blocks of BLOCK calls by turns, after some to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for call in contenders.values():
        for _ in range(min(calls, BLOCK)):
            call()
    for start in range(0, calls, BLOCK):
        for name, call in contenders.items():
            for _ in range(min(BLOCK, calls - start)):
                before = perf_counter()
                call()
                seconds[name].append(perf_counter() - before)
    return seconds


def latency(folder: Path, calls: int) -> dict[str, Any]:
    """Return the seconds of one answer and of its steps, and the throughput of a batch.

    Args:
        folder: run folder or bundle of a network.
        calls: of each contender.
    """
    import onnxruntime

    from textlstm.batches import pad
    from textlstm.runtime import Predictor

    predictor = Predictor.load(folder)
    rows = predictor.task.encode([TEXT])
    feed = {"tokens": pad([rows[0]["tokens"]])}
    session = onnxruntime.InferenceSession(
        predictor.bundle.graphs["model"], providers=["CPUExecutionProvider"]
    )
    own = predictor.engine._session  # its options differ: it does not spin while it waits
    outputs = {"logits": session.run(["logits"], feed)[0]}
    contenders: dict[str, Callable[[], Any]] = {
        "Predictor, one text": lambda: predictor.predict([TEXT]),
        "onnxruntime, session.run": lambda: session.run(None, feed),
        "onnxruntime, options of Predictor": lambda: own.run(None, feed),
        "encode": lambda: predictor.task.encode([TEXT]),
        "decode": lambda: predictor.task.decode(outputs),
    }
    seconds = in_turn(contenders, calls)
    words, shuffle = TEXT.split(), random.Random(1)
    texts = [" ".join(shuffle.sample(words, len(words))) for _ in range(BATCH)]
    batches = in_turn({"batch": lambda: predictor.predict(texts)}, max(3, min(15, calls // 100)))
    return {
        "tokens": feed["tokens"].shape[1],
        "texts_per_second": BATCH / median(batches["batch"]),
        "answer": predictor.predict([TEXT])[0],
        "seconds": seconds,
    }


def keras_latency(folder: Path, calls: int) -> dict[str, Any]:
    """Return the seconds of Keras' answers to the same text by the network of a bundle.

    Raises:
        BundleError: the folder is no bundle.
        SettingsError: its recipe is not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from textlstm import bundle, checkpoint, discover
    from textlstm.batches import pad

    model = bundle.load(folder)
    recipe = discover.load(model.recipe)
    network = recipe.network(recipe.settings.from_mapping(model.settings), model.task)
    checkpoint.assign({v.path: v for v in network.weights}, dict(model.weights()), str(folder))
    tokens = pad([model.task.encode([TEXT])[0]["tokens"]])
    answers = {"Keras, predict_on_batch": lambda: network.predict_on_batch(tokens)}
    seconds = in_turn(answers, calls)
    answer = model.task.decode({"logits": network.predict_on_batch(tokens)})[0]
    return {"seconds": seconds, "answer": answer}


def difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Return the largest difference between the probabilities of two answers."""
    pairs = ((p, other["probabilities"][label]) for label, p in one["probabilities"].items())
    return max(abs(p - q) for p, q in pairs)


def figures(seconds: Mapping[str, Sequence[float]]) -> dict[str, dict[str, Any]]:
    """Return median, 95th percentile and number of each contender, and whether its goal is met."""
    found: dict[str, dict[str, Any]] = {}
    for name, values in seconds.items():
        ordered = sorted(values)
        found[name] = {
            "median": median(ordered),
            "percentile_95": ordered[int(0.95 * (len(ordered) - 1))],
            "least": ordered[0],
            "calls": len(ordered),
        }
        if name in GOALS:
            found[name] |= {"goal": GOALS[name], "met": found[name]["median"] <= GOALS[name]}
    return found


def shown(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the table of the figures, in milliseconds."""
    rows = [
        [name, *(f"{row[key] * 1000:.3f}" for key in ("median", "percentile_95", "least")),
         f"{row['calls']:,}",
         f"≤ {row['goal'] * 1000:g} {measuring.mark(row['met'])}" if "goal" in row else ""]
        for name, row in found.items()
    ]  # fmt: skip
    return measuring.table(["milliseconds", "median", "95 %", "least", "calls", "goal"], rows)


def _child(kind: str, folder: Path, calls: int) -> dict[str, Any]:
    """Return what this module measures in a process of its own: one without TensorFlow."""
    words = ["--model", str(folder), "--calls", str(calls), "--part", kind]
    done = measuring.process(measuring.this(f"benchmarks.{NAME}", *words))
    found: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return found


def measure(folder: Path, runs: int, calls: int) -> dict[str, Any]:
    """Return the document of all measurements.

    Raises:
        Failed: something could not be run.
        ValueError: Keras and ONNX Runtime do not answer alike, so the network is not the same.
    """
    machine = measuring.machine()
    seconds = processes(folder, runs)
    predictor = _child("predictor", folder, calls)
    keras = _child("keras", folder, max(1, calls // 10))
    apart = difference(predictor["answer"], keras["answer"])
    if apart > 1e-4:
        raise ValueError(f"Keras' probabilities differ from ONNX Runtime's by {apart:.2g}")
    return {
        "machine": machine,
        "source": measuring.source(),
        "load_after": measuring.load(),
        "tokens": predictor["tokens"],
        "heavy_modules_of_help": heavy_modules(),
        "texts_per_second": predictor["texts_per_second"],
        "difference_to_keras": apart,
        "seconds": figures({**seconds, **predictor["seconds"], **keras["seconds"]}),
    }


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = measuring.parser(__doc__)
    parser.add_argument("--model", type=Path, metavar="DIR", help="run folder; none: train one")
    parser.add_argument("--runs", type=int, default=11, help="whole processes of each command")
    parser.add_argument("--calls", type=int, default=3000, help="in process")
    parser.add_argument("--part", choices=["predictor", "keras"], help="only this one, as JSON")
    parser.add_argument(
        "settings",
        nargs="*",
        metavar="KEY=VALUE",
        help=f"of the trained network (default {' '.join(NETWORK)})",
    )
    options = parser.parse_args(words)
    if options.part:
        measured = {"predictor": latency, "keras": keras_latency}[options.part]
        print(json.dumps(measured(options.model, options.calls)))
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as place:
            folder = options.model and options.model.resolve()
            if folder is None:
                folder = Path(place) / "run"
                trained(folder, options.settings or NETWORK)
            document = measure(folder, options.runs, options.calls)
    except (measuring.Failed, ValueError) as problem:
        print(problem, file=sys.stderr)
        return measuring.BROKEN
    measuring.save(options.results, NAME, document)
    found, loaded = document["seconds"], document["heavy_modules_of_help"]
    print(shown(found))
    print(f"one text: {len(TEXT.split())} words, {document['tokens']} tokens; "
          f"{document['texts_per_second']:,.0f} texts a second, {BATCH:,} at a time")  # fmt: skip
    print(f"heavy modules that --help loads: {', '.join(loaded) or 'none'}")
    met = all(row.get("met", True) for row in found.values()) and not loaded
    return 0 if met else measuring.MISSED


if __name__ == "__main__":
    sys.exit(main())

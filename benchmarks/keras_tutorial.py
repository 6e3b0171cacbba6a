"""The stock Keras tutorial network beside `textlstm run sentiment`, on the same parts of imdb.

    python -m benchmarks.keras_tutorial [--seeds 1] [--data FILE] [KEY=VALUE ...]

The network of the Keras example "Bidirectional LSTM on IMDB": the 20,000 most frequent words, the
last 200 of a review with padding before them, Embedding 128, two bidirectional LSTMs of 64 units, a
sigmoid; Adam, batches of 32, two epochs, validated after each. Both are whole processes, one after
the other, from the raw file to the accuracy on the same test part; ours also exports the model,
verifies the export, trains the baselines and writes the reports.
"""

import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks import measuring
from textlstm import corpora
from textlstm.report import Report

NAME = "keras_tutorial"
VOCABULARY = 20_000
LENGTH = 200  # words of a review that are kept
START, UNKNOWN = 1, 2  # ids; 0 is padding
FIRST_WORD = 3
BATCH = 32
EPOCHS = 2
_WORD = re.compile(r"[\w']+")


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation and line breaks."""
    return _WORD.findall(text.lower().replace("<br />", " "))


def frequent(texts: Iterable[Sequence[str]]) -> dict[str, int]:
    """Return the ids of the most frequent words, from FIRST_WORD to below VOCABULARY."""
    counts = Counter(word for text in texts for word in text)
    found = counts.most_common(VOCABULARY - FIRST_WORD)
    return {word: FIRST_WORD + place for place, (word, _) in enumerate(found)}


def padded(texts: Sequence[Sequence[str]], ids: dict[str, int]) -> np.ndarray:
    """Return int32 (texts, LENGTH): the last words of each text, padding before them."""
    rows = np.zeros((len(texts), LENGTH), np.int32)
    for row, text in zip(rows, texts, strict=True):
        kept = [START, *(ids.get(word, UNKNOWN) for word in text)][-LENGTH:]
        row[LENGTH - len(kept) :] = kept
    return rows


def tutorial(data: str, seed: int, epochs: int) -> dict[str, Any]:
    """Return accuracy and history of the tutorial's network; for a process of its own.

    Args:
        data: what `data=` would be, with two labels.
        seed: of the weights and of the order.
        epochs: passes over the training part.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    keras.utils.set_random_seed(seed)
    texts: dict[str, list[list[str]]] = {"train": [], "valid": [], "test": []}
    targets: dict[str, list[Any]] = {part: [] for part in texts}
    for part, example in corpora.labelled_texts(SimpleNamespace(data=data)):
        texts[part].append(words_of(example.input))
        targets[part].append(example.target)
    labels = sorted(set(targets["train"]))
    if len(labels) != 2:
        raise ValueError(f"{data}: the network tells two labels apart, not {len(labels)}")
    ids = frequent(texts["train"])
    x = {part: padded(texts[part], ids) for part in texts}
    y = {part: np.array([t == labels[1] for t in targets[part]], np.float32) for part in texts}
    tokens = keras.Input((None,), dtype="int32")
    features = keras.layers.Embedding(VOCABULARY, 128)(tokens)
    features = keras.layers.Bidirectional(keras.layers.LSTM(64, return_sequences=True))(features)
    features = keras.layers.Bidirectional(keras.layers.LSTM(64))(features)
    model = keras.Model(tokens, keras.layers.Dense(1, activation="sigmoid")(features))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    fitted = model.fit(
        x["train"], y["train"], batch_size=BATCH, epochs=epochs, verbose=0,
        validation_data=(x["valid"], y["valid"]),
    )  # fmt: skip
    probabilities = model.predict(x["test"], batch_size=BATCH, verbose=0)[:, 0]
    return {
        "accuracy": float(np.mean((probabilities > 0.5) == (y["test"] > 0.5))),
        "examples": len(y["test"]),
        "history": {name: list(map(float, values)) for name, values in fitted.history.items()},
    }


def ours(data: str, seed: int, more: Sequence[str]) -> dict[str, Any]:
    """Return accuracy, seconds and memory of the recipe with an empty cache."""
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as place, \
            measuring.cold_cache() as cache:  # fmt: skip
        folder = Path(place) / "run"
        command = ["run", "sentiment", f"data={data}", f"seed={seed}", *more, "--out", str(folder)]
        done = measuring.process(measuring.textlstm(*command), cache)
        report = Report.load(folder / "report.json")
    return {
        "seed": seed,
        "accuracy": report.scores["accuracy"].value,
        "examples": report.examples,
        "seconds": done.seconds,
        "peak_megabytes": done.peak_megabytes,
        "phases": report.seconds,
    }


def theirs(data: str, seed: int, epochs: int) -> dict[str, Any]:
    """Return accuracy, seconds and memory of the tutorial's network in a process of its own."""
    words = ["--network", "--data", data, "--seeds", str(seed), "--epochs", str(epochs)]
    with measuring.cold_cache() as cache:
        done = measuring.process(measuring.this(f"benchmarks.{NAME}", *words), cache)
    found: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    times = {"seconds": done.seconds, "peak_megabytes": done.peak_megabytes}
    return {"seed": seed, **found, **times}


def compared(mine: Sequence[dict[str, Any]], other: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the means of both, and whether ours is more accurate in less time.

    Raises:
        ValueError: the test parts differ in size.
    """
    if {row["examples"] for row in mine} != {row["examples"] for row in other}:
        raise ValueError("the test parts are not the same")
    means = {
        name: {key: fmean(row[key] for row in rows)
               for key in ("accuracy", "seconds", "peak_megabytes")}
        for name, rows in (("textlstm", mine), ("keras tutorial", other))
    }  # fmt: skip
    met = (means["textlstm"]["accuracy"] > means["keras tutorial"]["accuracy"]
           and means["textlstm"]["seconds"] < means["keras tutorial"]["seconds"])  # fmt: skip
    return {"means": means, "met": met}


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = measuring.parser(__doc__)
    parser.add_argument("--data", help="what both learn from; default the imdb file")
    parser.add_argument("--seeds", default="1", metavar="N,...")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of the tutorial's network")
    parser.add_argument("--network", action="store_true", help="only the tutorial's, as JSON")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="of the recipe")
    options = parser.parse_args(words)
    data = options.data or str(measuring.data_folder() / "imdb" / "train.csv.xz")
    if Path(data).exists():  # else the name of an embedded corpus
        data = str(Path(data).resolve())
    seeds = [int(part) for part in options.seeds.split(",")]
    if options.network:
        print(json.dumps(tutorial(data, seeds[0], options.epochs)))
        return 0
    if options.data is None and not Path(data).exists():
        print(f"skipped: there is no {data} (TEXTLSTM_TEST_DATA)")
        return measuring.BROKEN
    machine = measuring.machine()
    rows: dict[str, list[dict[str, Any]]] = {"textlstm": [], "keras tutorial": []}
    try:
        for seed in seeds:
            rows["keras tutorial"].append(theirs(data, seed, options.epochs))
            rows["textlstm"].append(ours(data, seed, options.settings))
    except measuring.Failed as problem:
        print(problem, file=sys.stderr)
        return measuring.BROKEN
    found = compared(rows["textlstm"], rows["keras tutorial"])
    document = {
        "machine": machine, "source": measuring.source(), "load_after": measuring.load(),
        "data": Path(data).name, "settings": options.settings, **found, "runs": rows,
    }  # fmt: skip
    measuring.save(options.results, NAME, document)
    print(measuring.table(
        [f"{Path(data).name}, seeds {options.seeds}", "accuracy", "seconds", "peak MB"],
        [[name, f"{mean['accuracy']:.4f}", f"{mean['seconds']:.0f}",
          f"{mean['peak_megabytes']:,.0f}"] for name, mean in found["means"].items()],
    ))  # fmt: skip
    print(f"more accurate in less time: {measuring.mark(found['met'])}")
    return 0 if found["met"] else measuring.MISSED


if __name__ == "__main__":
    sys.exit(main())

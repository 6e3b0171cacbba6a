"""Language models: perplexity on wikitext2 and tinyshakespeare, and tokens a second.

    python -m benchmarks.generation [--only words,characters,speed] [--seed 1] [KEY=VALUE ...]

words: wikitext2, every published token and line end counted, default settings but tokens=words. The
development part also decides which epoch is the best, as in the published figures for it.
characters: tinyshakespeare, the last 10 % held out. What decides which epoch is the best is a
twentieth from the middle of the rest: its end is of the play that is held out, and to be learned.
speed: one stream of an untrained network, 8000 byte pairs and an LSTM of 512 units, tokens as
unequal as words are: what it tells means nothing, the time is that of a trained one. The median of
five streams of 1000 tokens.

results/generation.json keeps what is not measured again. Words after the options are settings of
the recipe, for both trainings.
"""

import json
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks import measuring
from textlstm.report import Report

NAME = "generation"
ROWS = ("words", "characters", "speed")
HELD_OUT = 0.1  # of tinyshakespeare, its end
VALID = 0.05  # of the rest, its middle
CHARACTERS = (
    "tokens=characters", "embedding=64", "units=512", "steps=100", "tie=false", "epochs=12"
)  # fmt: skip
PAIRS, UNITS = 8000, 512
STREAMS, TOKENS = 5, 1000


def trained(settings: Sequence[str], folder: Path) -> dict[str, Any]:
    """Train and score in a process of its own; return scores, the best n-grams' and minutes.

    Raises:
        Failed: the command failed.
    """
    with measuring.cold_cache() as cache:
        command = measuring.textlstm("run", "generation", *settings, "--out", str(folder))
        taken = measuring.process(command, cache)
    report = Report.load(folder / "report.json")
    return {
        "scores": {name: score.value for name, score in report.scores.items()},
        "kneser_ney": {
            name: score.value for name, score in report.baselines["kneser-ney"]["scores"].items()
        },
        "minutes": taken.seconds / 60,
        "megabytes": taken.peak_megabytes,
        "epochs": len(report.details["history"]),
    }


def words(settings: Sequence[str], place: Path) -> dict[str, Any]:
    """Return what the recipe makes of wikitext2."""
    data = measuring.data_folder() / "wikitext2"
    parts = [f"train={data}/train.txt.xz", f"valid={data}/dev.txt", f"test={data}/dev.txt"]
    return trained([*parts, "tokens=words", *settings], place / "words")


def characters(settings: Sequence[str], place: Path) -> dict[str, Any]:
    """Return what the recipe makes of tinyshakespeare."""
    whole = (measuring.data_folder() / "tinyshakespeare" / "input.txt").read_text("utf-8")
    end = len(whole) - round(HELD_OUT * len(whole))
    middle = end // 2, end // 2 + round(VALID * end)
    pieces = {
        "train": whole[: middle[0]] + whole[middle[1] : end],
        "valid": whole[middle[0] : middle[1]],
        "test": whole[end:],
    }
    for name, text in pieces.items():
        (place / f"{name}.txt").write_text(text, "utf-8")
    parts = [f"{name}={place}/{name}.txt" for name in pieces]
    return trained([*parts, *CHARACTERS, *settings], place / "characters")


def speed(settings: Sequence[str], place: Path) -> dict[str, Any]:
    """Return tokens a second of one stream, and of scoring a text."""
    del settings
    from textlstm.runtime import Predictor

    text = untrained(place / "untrained")
    predictor = Predictor.load(place / "untrained")
    taken = []
    for number in range(STREAMS):
        stream = predictor.stream(text[:100], seed=number, temperature=0.5, max_length=TOKENS)
        start = perf_counter()
        for _ in stream:
            pass
        taken.append((perf_counter() - start) / len(stream.log_probabilities))
    start = perf_counter()
    (scores,), _ = predictor.score([text[:50_000]])
    scored = len(scores) / (perf_counter() - start)
    return {"tokens_per_second": 1 / median(taken), "scored_per_second": scored}


def untrained(folder: Path) -> str:
    """Write a bundle of an untrained network with 8000 byte pairs; return the text of these."""
    from textlstm import bundle, checkpoint, corpora, discover
    from textlstm.export import generation

    recipe = discover.load("generation")
    data = measuring.data_folder() / "wikitext2"
    s = recipe.settings.from_words(
        [f"train={data}/train.txt.xz", f"vocabulary={PAIRS}", f"units={UNITS}"], {}
    )
    train = list(corpora.read_part(str(s.train), s, lambda line: None, "generate"))
    task = recipe.task(s, train)
    model = recipe.network(s, task)
    bias = next(w for w in model.trainable_weights if w.path.endswith("softmax/bias"))
    # as unequal as words are (Zipf's law): with all alike, drawing would cost more than it does
    bias.assign(-np.log(np.arange(bias.shape[0]) + 2.0).astype(np.float32))
    bundle.write(
        folder, task=task,
        recipe={"name": recipe.name, "source": recipe.source, "corpus": str(s.train)},
        settings=s.to_dict(), weights=checkpoint.weights(model),
        graphs={"model": generation.to_onnx(model)}, card="",
    )  # fmt: skip
    return "".join(example.input for example in train[:100])


MEASURES: dict[str, Callable[[Sequence[str], Path], dict[str, Any]]] = {
    "words": words, "characters": characters, "speed": speed,
}  # fmt: skip


def judged(found: dict[str, dict[str, Any]]) -> list[tuple[str, str, str, bool]]:
    """Return name, figure, goal and whether it is met, of what was measured."""
    rows = []
    if "words" in found:
        row = found["words"]
        own, other = row["scores"]["perplexity"], row["kneser_ney"]["perplexity"]
        rows += [
            ("wikitext2, perplexity", f"{own:.1f}", "≤ 140", own <= 140),
            ("  beside Kneser-Ney 5-grams", f"{own:.1f}", f"< {other:.1f}", own < other),
            ("  minutes", f"{row['minutes']:.0f}", "≤ 60", row["minutes"] <= 60),
        ]
    if "characters" in found:
        row = found["characters"]
        bits = row["scores"]["bits_per_character"]
        nats, other = bits * math.log(2), row["kneser_ney"]["bits_per_character"] * math.log(2)
        rows += [
            ("tinyshakespeare, nats a character", f"{nats:.3f} ({bits:.3f} bits)", "≤ 1.55",
             nats <= 1.55),
            ("  beside Kneser-Ney 7-grams", f"{nats:.3f}", f"< {other:.3f}", nats < other),
            ("  minutes", f"{row['minutes']:.0f}", "≤ 20", row["minutes"] <= 20),
        ]  # fmt: skip
    if "speed" in found:
        rate = found["speed"]["tokens_per_second"]
        rows.append(("one stream, tokens a second", f"{rate:,.0f}", "≥ 1,500", rate >= 1500))
    return rows


def main(given: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = measuring.parser(__doc__)
    parser.add_argument("--only", default=",".join(ROWS), metavar="NAME,...", help=", ".join(ROWS))
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="of the recipe")
    options = parser.parse_args(given)
    wanted = options.only.split(",")
    if unknown := [name for name in wanted if name not in ROWS]:
        parser.error(f"{unknown[0]!r} is none of {', '.join(ROWS)}")
    for name in ("wikitext2", "tinyshakespeare"):
        if not (measuring.data_folder() / name).is_dir():
            print(f"there is no {measuring.data_folder()}/{name} (TEXTLSTM_TEST_DATA)")
            return measuring.BROKEN
    path = options.results / f"{NAME}.json"
    document = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    with tempfile.TemporaryDirectory(prefix="textlstm-bench-") as place:
        for name in wanted:
            try:
                settings = [f"seed={options.seed}", *options.settings]
                about = {"machine": measuring.machine(), "source": measuring.source()}
                found = MEASURES[name](settings, Path(place))
                document[name] = {**found, **about, "load_after": measuring.load()}
            except measuring.Failed as problem:
                print(problem, file=sys.stderr)
                return measuring.BROKEN
            measuring.save(options.results, NAME, document)
    rows = judged({name: document[name] for name in wanted})
    shown = [[name, value, goal, measuring.mark(met)] for name, value, goal, met in rows]
    print(measuring.table(["", "found", "goal", ""], shown))
    return 0 if all(met for *_, met in rows) else measuring.MISSED


if __name__ == "__main__":
    sys.exit(main())

"""How fast the fused LSTM and GRU are beside Keras' own layers and PyTorch.

    python -m benchmarks.kernels [--repeats 9] [--sizes 32x200x128x128,...] [--torch PYTHON]

A bidirectional layer: forward, forward and backward, and a whole training step with an embedding
of 20,000 words and Adam; rows of full and of ragged length. Contenders take turns, so that whatever
else the machine does meets all of them; medians. Operations a second are those of the matrix
products, and their share is of a large product of TensorFlow's that takes its turn with them.
PyTorch is measured by the Python that --torch names, or this one where it has torch; its denormal
numbers are flushed, as TensorFlow's are.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import measuring

NAME = "kernels"
SIZES = ("32x200x128x128", "128x200x128x128", "64x30x128x256", "32x50x256x512")
MAIN = "32x200x128x128"  # also measured with ragged rows
WORDS = 20_000
PEAK = 1024  # rows and columns of the product whose speed is called the peak
WARM = 2
OURS, KERAS, TORCH, PRODUCT = "textlstm", "keras", "torch", "product"
GOALS = {  # cell, what, ragged: how many times Keras' speed, at the least, at the size MAIN
    ("lstm", "train", False): 2.2,
    ("lstm", "train", True): 4.0,
    ("gru", "train", False): 2.0,
    ("gru", "train", True): 3.0,
    ("lstm", "step", False): 2.2,
    ("lstm", "step", True): 4.5,
}
ELSEWHERE = 1.8  # the goal of "train" at the other sizes
BESIDE_TORCH = 2.0  # of an LSTM's "train" at MAIN; nowhere slower than PyTorch
_TORCH = Path(__file__).parent / "peers" / "torch_recurrence.py"


def lengths(batch: int, time: int, ragged: bool) -> list[int]:
    """Return how many steps each row has: all, or spread evenly from 1 to all."""
    if not ragged:
        return [time] * batch
    return [1 + (time - 1) * row // max(1, batch - 1) for row in range(batch)]


def operations(cell: str, size: Sequence[int], ragged: bool, what: str) -> float:
    """Return the operations of the products of both directions, on the steps that count."""
    batch, time, features, units = size
    gates = {"lstm": 4, "gru": 3}[cell]
    forward = 2.0 * 2 * sum(lengths(batch, time, ragged)) * (features + units) * gates * units
    return forward * (1 if what == "forward" else 3)


class Layer:
    """One bidirectional layer, ours or Keras', with its compiled functions."""

    def __init__(self, name: str, cell: str, size: Sequence[int], ragged: bool) -> None:
        """Build the layer and its inputs, the same for both names."""
        import keras
        import tensorflow as tf

        from textlstm import layers

        batch, time, features, units = size
        keras.utils.set_random_seed(1)
        home = layers if name == OURS else keras.layers
        kind = {"lstm": home.LSTM, "gru": home.GRU}[cell]
        self.layer = home.Bidirectional(kind(units, return_sequences=True))
        self.layer.build((batch, time, features))
        self.x = tf.random.normal((batch, time, features), seed=1)
        self.mask = tf.sequence_mask(lengths(batch, time, ragged), time) if ragged else None
        self.weight = tf.random.normal((batch, time, 2 * units), seed=2)
        weights = [variable.value for variable in self.layer.trainable_variables]

        def train(x: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = self.layer(x, mask=self.mask, training=True)
                loss = tf.reduce_sum(y * self.weight)
            return tape.gradient(loss, [x, *weights])

        forward = tf.function(lambda x: self.layer(x, mask=self.mask, training=False))
        trained = tf.function(train)
        self.calls: dict[str, Callable[[], Any]] = {
            "forward": lambda: forward(self.x),
            "train": lambda: trained(self.x),
        }


def training_step(name: str, cell: str, size: Sequence[int], ragged: bool) -> Callable[[], Any]:
    """Return a training step of a whole network: ours, or Keras' layers and optimizer alone."""
    import keras
    import numpy as np
    import tensorflow as tf

    from textlstm import layers
    from textlstm.optimizer import Adam

    batch, time, features, units = size
    keras.utils.set_random_seed(1)
    home, optimizer = (layers, Adam) if name == OURS else (keras.layers, keras.optimizers.Adam)
    kind = {"lstm": home.LSTM, "gru": home.GRU}[cell]
    tokens = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(WORDS, features, mask_zero=ragged)(tokens)
    x = home.Bidirectional(kind(units, return_sequences=True))(x)
    model = keras.Model(tokens, keras.layers.Dense(2)(layers.MaxPooling()(x)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    adam = optimizer(1e-3, global_clipnorm=1.0, use_ema=True, ema_momentum=0.99)
    model.compile(adam, loss)
    adam.build(model.trainable_variables)
    rng = np.random.default_rng(1)
    ids = rng.integers(1, WORDS, (batch, time))
    ids *= np.arange(time) < np.array(lengths(batch, time, ragged))[:, None]
    data = tf.constant(ids, tf.int32), tf.constant(rng.integers(0, 2, batch), tf.int32)
    spec = (tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None,), tf.int32))
    step = tf.function(model.train_step, input_signature=[spec])
    return lambda: step(data)


class Torch:
    """PyTorch in a process of its own, which waits until it is its turn."""

    def __init__(self, python: str, cell: str, size: Sequence[int], ragged: bool) -> None:
        """Start it; `usable` says whether there is torch."""
        words = [cell, "x".join(map(str, size)), str(int(ragged))]
        self.process = subprocess.Popen(
            [python, str(_TORCH), *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self.process.stdin is not None and self.process.stdout is not None
        self.input, self.output = self.process.stdin, self.process.stdout
        self.version = self.output.readline().strip()

    @property
    def usable(self) -> bool:
        """Whether it could import torch."""
        return bool(self.version)

    def seconds(self, what: str) -> float:
        """Return what one call takes."""
        self.input.write(what + "\n")
        self.input.flush()
        return float(self.output.readline())

    def end(self) -> None:
        """End the process."""
        self.input.close()
        self.process.wait()
        self.output.close()


def product() -> Callable[[], Any]:
    """Return a large product of TensorFlow's."""
    import tensorflow as tf

    a = tf.random.normal((PEAK, PEAK))
    return tf.function(lambda: tf.matmul(a, a))


def _timed(call: Callable[[], Any]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


def in_turn(contenders: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Return the seconds that each contender reports, by turns, after some to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(repeats + WARM):
        for name, call in contenders.items():
            found = call()
            if turn >= WARM:
                seconds[name].append(found)
    return seconds


def case(cell: str, size: Sequence[int], ragged: bool, repeats: int, python: str) -> list[dict]:
    """Return the figures of one cell, size and kind of rows: one row for each thing measured."""
    torch = Torch(python, cell, size, ragged)
    rows, large = [], product()
    built = {name: Layer(name, cell, size, ragged) for name in (OURS, KERAS)}
    try:
        for what in ("forward", "train", "step"):
            if what == "step":
                calls = {name: training_step(name, cell, size, ragged) for name in (OURS, KERAS)}
            else:
                calls = {name: one.calls[what] for name, one in built.items()}
            contenders: dict[str, Callable[[], float]] = {
                name: lambda call=call: _timed(call) for name, call in calls.items()
            }
            if torch.usable and what != "step":
                contenders[TORCH] = lambda what=what: torch.seconds(what)
            contenders[PRODUCT] = lambda: _timed(large)
            seconds = in_turn(contenders, repeats)
            row = {
                "cell": cell, "size": "x".join(map(str, size)), "ragged": ragged, "what": what,
                "seconds": seconds, "median": {n: median(s) for n, s in seconds.items()},
                "torch": torch.version,
            }  # fmt: skip
            row["operations"] = operations(cell, size, ragged, what)
            rows.append(row)
    finally:
        torch.end()
    return rows


def judged(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its ratios, its share of the peak and whether its goal is met."""
    middle = row["median"]
    found = {**row, "ratio": {n: middle[n] / middle[OURS] for n in (KERAS, TORCH) if n in middle}}
    found["peak_gigaflops"] = 2 * PEAK**3 / middle[PRODUCT] / 1e9
    if row["what"] != "step":
        found["gigaflops"] = row["operations"] / middle[OURS] / 1e9
        found["share_of_peak"] = found["gigaflops"] / found["peak_gigaflops"]
    goals = {KERAS: GOALS.get((row["cell"], row["what"], row["ragged"])), TORCH: 1.0}
    if row["size"] != MAIN:
        goals[KERAS] = ELSEWHERE if row["what"] == "train" and not row["ragged"] else None
    elif (row["cell"], row["what"], row["ragged"]) == ("lstm", "train", False):
        goals[TORCH] = BESIDE_TORCH
    ratio = found["ratio"]
    goals = {name: goal for name, goal in goals.items() if goal is not None and name in ratio}
    if goals:
        found |= {"goals": goals, "met": all(ratio[n] >= goal for n, goal in goals.items())}
    return found


def shown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of the figures."""
    lines = []
    for row in rows:
        middle, ratio = row["median"], row["ratio"]
        lines.append([
            f"{row['cell']} {row['size']}{' ragged' if row['ragged'] else ''}", row["what"],
            *(f"{middle[n] * 1000:.1f}" if n in middle else "" for n in (OURS, KERAS, TORCH)),
            *(f"{ratio[n]:.2f}" if n in ratio else "" for n in (KERAS, TORCH)),
            f"{row['gigaflops']:.0f} ({row['share_of_peak']:.0%})" if "gigaflops" in row else "",
            f"≥ {_both(row['goals'])} {measuring.mark(row['met'])}" if "goals" in row else "",
        ])  # fmt: skip
    header = ["batch x time x features x units", "", "ours, ms", "Keras", "PyTorch", "Keras /",
              "PyTorch /", "GFLOP/s", "goal"]  # fmt: skip
    return measuring.table(header, lines)


def _both(goals: Mapping[str, float]) -> str:
    return ", ".join(f"{goals[name]:g}" if name in goals else "-" for name in (KERAS, TORCH))


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print the table, save the figures."""
    parser = measuring.parser(__doc__)
    parser.add_argument("--repeats", type=int, default=9, help="of each call (default 9)")
    parser.add_argument("--sizes", type=lambda text: text.split(","), default=list(SIZES))
    parser.add_argument("--ragged", default=MAIN, help=f"size of the ragged rows ({MAIN})")
    parser.add_argument("--cells", type=lambda text: text.split(","), default=["lstm", "gru"])
    parser.add_argument("--torch", default=sys.executable, help="a Python that has torch")
    options = parser.parse_args(words)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from textlstm import kernels

    if not kernels.kernel():
        print(kernels.said(), file=sys.stderr)
        return measuring.BROKEN
    rows: list[dict[str, Any]] = []
    for cell in options.cells:
        for size, ragged in [*((size, False) for size in options.sizes), (options.ragged, True)]:
            sizes = [int(number) for number in size.split("x")]
            rows += case(cell, sizes, ragged, options.repeats, options.torch)
            print(f"{cell} {size}{' ragged' if ragged else ''}: measured", file=sys.stderr)
    rows = [judged(row) for row in rows]
    print(shown(rows))
    print(f"bidirectional; ratios are to ours; peak: {PEAK} x {PEAK}; {kernels.said()}")
    document = {
        "machine": measuring.machine(), "source": measuring.source(), "repeats": options.repeats,
        "kernel": kernels.kernel().name, "rows": rows,
    }  # fmt: skip
    measuring.save(options.results, NAME, document)
    return 0 if all(row.get("met", True) for row in rows) else measuring.MISSED


if __name__ == "__main__":
    sys.exit(main())

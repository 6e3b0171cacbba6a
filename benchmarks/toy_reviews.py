"""What counts of words, parts of a text, an average and a recurrent network make of toy-reviews.

    python -m benchmarks.toy_reviews [--linear | --networks] [--seed N]

Prints the accuracy on the test part, for the union and for each language alone. A linear figure is
the best of all its settings on the test part itself: an upper bound, not a fair score. English is
read in words, Chinese in single characters.
"""

import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from textlstm.corpora.toy_reviews import reviews
from textlstm.quiet import quietly

CONFIGS = ("all", "en", "zh")
_CLAUSE = re.compile(r"[,;.?!:，；。？！：]")
_UNITS = re.compile(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+(?:'\w+)?|[^\w\s]")


def units(text: str) -> list[str]:
    """Return words of English, single characters of Chinese, and punctuation marks."""
    return _UNITS.findall(text.lower())


def clauses(text: str) -> list[str]:
    """Return what stands between punctuation marks."""
    return [part for part in _CLAUSE.split(text) if part.strip(" “”")]


VIEWS: dict[str, Callable[[str], str]] = {
    "whole text": lambda text: text,
    "first clause": lambda text: clauses(text)[0],
    "last clause": lambda text: clauses(text)[-1],
    "last 5 tokens": lambda text: " ".join(units(text)[-6:]),  # and the full stop
}


def linear(config: str, view: Callable[[str], str], longest: int) -> dict[str, float]:
    """Return test accuracies of logistic regressions on 1-`longest`-grams, the best of several C.

    "tfidf" and "counts" weigh the n-grams so, "nb-svm" by the log ratio of their counts (Wang and
    Manning 2012, with logistic loss).
    """
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    parts = reviews(config)
    train, test = ([view(review.text) for review in parts[name]] for name in ("train", "test"))
    seen, truth = (
        np.array([review.label == "positive" for review in parts[name]])
        for name in ("train", "test")
    )
    counter = CountVectorizer(analyzer=lambda text: _grams(units(text), longest))
    counts, unseen = counter.fit_transform(train), counter.transform(test)
    binary = (counts > 0).astype(float)
    ratio = np.log(1 + np.asarray(binary[seen].sum(0)).ravel())
    ratio -= np.log(1 + np.asarray(binary[~seen].sum(0)).ravel())
    tfidf = TfidfTransformer().fit(counts)
    features = {
        "tfidf": (tfidf.transform(counts), tfidf.transform(unseen)),
        "counts": (counts, unseen),
        "nb-svm": (
            binary.multiply(ratio).tocsr(),
            (unseen > 0).astype(float).multiply(ratio).tocsr(),
        ),
    }
    best = {}
    # in balanced pairs the first gradient is close to zero: a looser tolerance would stop there
    for name, (known, new) in features.items():
        best[name] = max(
            LogisticRegression(C=c, max_iter=3000, tol=1e-6).fit(known, seen).score(new, truth)
            for c in (0.1, 1.0, 10.0)
        )
    return best


def _grams(tokens: Sequence[str], longest: int) -> list[str]:
    return [
        " ".join(tokens[start : start + size])
        for size in range(1, longest + 1)
        for start in range(len(tokens) - size + 1)
    ]


@dataclass(frozen=True)
class Encoded:
    """The corpus as padded ids.

    Attributes:
        train: int32 (texts, time), 0 is padding.
        labels: int32 (texts,), 1 is positive.
        test: int32 (texts, time).
        truth: int32 (texts,).
        languages: "en" or "zh" of each test text.
        size: number of ids.
    """

    train: np.ndarray
    labels: np.ndarray
    test: np.ndarray
    truth: np.ndarray
    languages: np.ndarray
    size: int


def encode(config: str) -> Encoded:
    """Return train and test as ids; every word of test occurs in train."""
    parts = reviews(config)
    texts = {part: [units(review.text) for review in parts[part]] for part in ("train", "test")}
    ids = {word: 1 + n for n, word in enumerate(sorted({w for t in texts["train"] for w in t}))}
    longest = max(len(text) for part in texts.values() for text in part)

    def padded(part: str) -> tuple[np.ndarray, np.ndarray]:
        rows = np.zeros((len(texts[part]), longest), np.int32)
        for row, text in zip(rows, texts[part], strict=True):
            row[: len(text)] = [ids[word] for word in text]
        return rows, np.array([r.label == "positive" for r in parts[part]], np.int32)

    languages = np.array([review.language for review in parts["test"]])
    return Encoded(*padded("train"), *padded("test"), languages, len(ids) + 1)


def network(data: Encoded, recurrent: bool, epochs: int, seed: int) -> tuple[np.ndarray, float]:
    """Return which test texts a network gets right, bool (texts,), and the seconds of training.

    Embedding 128, then a bidirectional LSTM of 64 units and the maximum over time, or in its place
    the mean over time and a dense layer of 128; Adam at 0.001, batches of 32.
    """
    with quietly():
        import keras

    keras.utils.set_random_seed(seed)
    tokens = keras.Input((None,), dtype="int32")
    there = keras.ops.expand_dims(keras.ops.cast(tokens > 0, "float32"), -1)
    x = keras.layers.Embedding(data.size, 128)(tokens)
    if recurrent:
        x = keras.layers.Bidirectional(keras.layers.LSTM(64, return_sequences=True))(x)
        x = keras.ops.max(x - 2 * (1 - there), axis=1)  # outputs are within -1..1
    else:
        x = keras.ops.sum(x * there, axis=1) / keras.ops.sum(there, axis=1)
        x = keras.layers.Dense(128, activation="relu")(x)
    model = keras.Model(tokens, keras.layers.Dense(2)(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3, clipnorm=1.0), loss)
    lengths = (data.train > 0).sum(1)
    rng = np.random.default_rng(seed)
    started = time.perf_counter()
    for _ in range(epochs):
        for batch in _batches(lengths, rng):
            time_steps = -(-int(lengths[batch].max()) // 8) * 8  # few shapes, few compilations
            model.train_on_batch(data.train[batch, :time_steps], data.labels[batch])
    seconds = time.perf_counter() - started
    return model.predict(data.test, batch_size=256, verbose=0).argmax(1) == data.truth, seconds


def _batches(lengths: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Return indices in batches of 32 of like length, in random order."""
    order = rng.permutation(len(lengths))
    pools = [pool[np.argsort(lengths[pool])] for pool in np.array_split(order, 8)]
    batches = [pool[at : at + 32] for pool in pools for at in range(0, len(pool), 32)]
    return [batches[index] for index in rng.permutation(len(batches))]


Row = dict[str, str | float]


def linear_rows(views: Mapping[str, Callable[[str], str]], longest: Sequence[int]) -> Iterator[Row]:
    """Yield the accuracies of each linear model for each view of the texts, by config."""
    for view, cut in views.items():
        for size in longest:
            scores = [linear(config, cut, size) for config in CONFIGS]
            for name in scores[0]:
                values = [score[name] for score in scores]
                what = f"{view}, {name} 1-{size}"
                yield {"what": what, **dict(zip(CONFIGS, values, strict=True))}


def network_rows(seed: int, epochs: Mapping[bool, int]) -> Iterator[Row]:
    """Yield the accuracies of the mean of embeddings and of the recurrent network, by config.

    Args:
        seed: of the weights and the order.
        epochs: of the recurrent network (True) and of the mean (False).
    """
    data = encode("all")
    for name, recurrent in (("mean of embeddings", False), ("BiLSTM-64", True)):
        right, seconds = network(data, recurrent, epochs[recurrent], seed)
        row: Row = {"what": f"{name}, {epochs[recurrent]} epochs", "all": float(right.mean())}
        row |= {code: float(right[data.languages == code].mean()) for code in CONFIGS[1:]}
        yield {**row, "seconds": seconds}


def show(row: Row) -> None:
    values = "  ".join(f"{row[config]:6.3f}" for config in CONFIGS)
    seconds = f"  {row['seconds']:.0f} s" if "seconds" in row else ""
    print(f"{row['what']:34}{values}{seconds}", flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    from benchmarks import measuring  # here: the tests load this file by its path

    parser = measuring.parser(__doc__)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--linear", action="store_true", help="only the linear models")
    only.add_argument("--networks", action="store_true", help="only the networks")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="one linear row, one epoch")
    options = parser.parse_args(words)
    machine = measuring.machine()
    rows: list[Row] = []
    print(f"{'':34}{'  '.join(f'{config:>6}' for config in CONFIGS)}")
    if not options.networks:
        views = {"last 5 tokens": VIEWS["last 5 tokens"]} if options.quick else VIEWS
        for row in linear_rows(views, (2,) if options.quick else (2, 3)):
            rows.append(row)
            show(row)
    if not options.linear:
        # the mean learns slowly, so it is given three times as long
        epochs = {True: 1, False: 1} if options.quick else {True: 10, False: 30}
        for row in network_rows(options.seed, epochs):
            rows.append(row)
            show(row)
    document = {"machine": machine, "source": measuring.source(), "load_after": measuring.load(),
                "seed": options.seed, "rows": rows}  # fmt: skip
    measuring.save(options.results, "toy_reviews", document)
    return 0


if __name__ == "__main__":
    sys.exit(main())

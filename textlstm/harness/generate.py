"""How language models are scored: bits a character of the whole text, beside n-grams.

The text is read once from its beginning to its end by the predictor's graph, the state carried on
from block to block. Blocks of about a thousand characters are what is resampled.
"""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.errors import DataError
from textlstm.harness import generate_parts, verdicts
from textlstm.harness.kneser_ney import KneserNey
from textlstm.report import Report, Score
from textlstm.tasks import resampling
from textlstm.words import is_unspaced

MAIN = "bits_per_character"
TEST = "bootstrap_p"
COLUMNS = {
    "perplexity": "perplexity",
    "bits_per_character": "bits/char",
    "perplexity_per_token": "per token",
    "bootstrap p": "p",
}
TESTED = verdicts.Test(
    MAIN,
    TEST,
    "paired bootstrap p",
    {
        "kneser-ney": "counting n-grams",
        "unigram": "counting single tokens",
        "uniform": "finding every token alike",
    },
    {"perplexity": "perplexity", MAIN: "bits a character"},
)
ORDERS = {"words": 5, "bpe": 5, "characters": 7}  # tokens of the longest n-gram
MOST_TOKENS = 20_000_000  # of the training part, that the n-grams are counted in
UNSPACED = 0.05  # share of Chinese and Japanese characters from which no words are counted
RESAMPLES = 1000
DIGITS = 5  # of a log-probability that is kept

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Learned:
    """The training part, or its beginning.

    Attributes:
        ids: int32 (tokens,).
        whole: whether these are all.
        counts: how often each id occurs in it.
    """

    ids: np.ndarray
    whole: bool
    counts: np.ndarray


@dataclass(frozen=True, slots=True)
class Found:
    """The measures of some rows.

    Attributes:
        scores: by name.
        nats: minus the log-probability of each block, float64 (blocks,).
        characters: of each block.
        notes: what a reader must know.
        learned: the training part; None: it is not at hand.
    """

    scores: dict[str, Score]
    nats: np.ndarray
    characters: np.ndarray
    notes: list[str]
    learned: Learned | None

    @property
    def per_label(self) -> dict[str, dict[str, float]]:
        """Nothing: a text has no label."""
        return {}

    @property
    def correct(self) -> np.ndarray:
        """False for every block: a probability is never right as a whole."""
        return np.zeros(len(self.nats), bool)


def answers(predictor: Any, inputs: Sequence[str]) -> list[dict[str, Any]]:
    """Return `{"log_probabilities": [nats]}` a block, the state carried from each to the next."""
    found, _ = predictor.score(list(inputs))
    return [_answer(scores) for scores in found]


def learn(task: Any, train: Iterable[Example] | None, seed: int) -> Learned | None:
    """Return the ids of the training part, the first 20 million."""
    del seed
    if train is None:
        return None
    rows, total, whole = [], 0, True
    for example in train:
        if total >= MOST_TOKENS:
            whole = False
            break
        (row,) = task.encode([example.input])
        rows.append(row["tokens"])
        total += len(rows[-1])
    ids = np.concatenate(rows)
    return Learned(ids, whole, np.bincount(ids, minlength=task.size))


def measure(task: Any, rows: Sequence[Row], learned: Any, seed: int) -> Found:
    """Return bits a character, perplexity a word of the text as it is written, and a token.

    A word is what white space separates; each line end counts as one more, as in the published
    figures. Where spaces do not separate words there is no such perplexity. Intervals are
    percentiles of 1000 resamples of the blocks.

    Raises:
        DataError: no row has a token.
    """
    texts = [row["input"] for row in rows]
    scores = [np.asarray(row["answer"]["log_probabilities"], np.float64) for row in rows]
    if not any(map(len, scores)):
        raise DataError("the part holds no token to score")
    nats = np.array([-float(s.sum()) for s in scores])
    characters = np.array([len(text) for text in texts], np.float64)
    tokens = np.array([len(s) for s in scores], np.float64)
    words = np.array([len(text.split()) + text.count("\n") for text in texts], np.float64)
    sums = np.stack([nats, characters, tokens, words], axis=1)
    drawn = np.concatenate([w @ sums for w in resampling.weights(len(rows), RESAMPLES, seed)])

    def score(name: str, unit: str, per: int, what: Any) -> dict[str, Score]:
        value = what(sums[:, 0].sum() / max(1.0, sums[:, per].sum()))
        low, high = resampling.percentile(what(drawn[:, 0] / np.maximum(drawn[:, per], 1.0)))
        return {name: Score(float(value), unit, False, low, high)}

    found: dict[str, Score] = {}
    unspaced = sum(sum(map(is_unspaced, text)) for text in texts)
    if unspaced <= UNSPACED * characters.sum():
        found |= score("perplexity", "perplexity", 3, generate_parts.perplexity)
    found |= score(MAIN, "bits", 1, lambda nats: nats / math.log(2))
    found |= score("perplexity_per_token", "perplexity", 2, generate_parts.perplexity)
    notes = []
    unknown = sum(int((row["tokens"] == task.text.UNKNOWN).sum()) for row in task.encode(texts))
    if unknown:
        what = "words" if task.text.tokens == "words" else "characters"
        notes.append(
            f"{unknown:,} {what} of {int(tokens.sum()):,} ({unknown / tokens.sum():.2%}) are not "
            "in the vocabulary: all of them count as one unknown token, which flatters every row"
        )
    return Found(found, nats, characters, notes, learned)


def details(task: Any, rows: Sequence[Row], found: Found) -> dict[str, Any]:
    """Return what the page draws: perplexity by place and frequency, a text by its surprise."""
    ids = [row["tokens"] for row in task.encode([row["input"] for row in rows])]
    scores = [np.asarray(row["answer"]["log_probabilities"]) for row in rows]
    whole, told = np.concatenate(ids), np.concatenate(scores)
    counts = None if found.learned is None else found.learned.counts
    return {
        "kind": "generate",
        "tokens": task.text.tokens,
        "by_place": generate_parts.by_place(task, whole, told),
        "by_frequency": generate_parts.by_frequency(whole, told, counts),
        "worst": generate_parts.worst(task, whole, told),
        "surprise": generate_parts.surprise(task, rows, ids, scores, found.nats, found.characters),
    }


def looked_into(
    predictor: Any, task: Any, rows: Sequence[Row], learned: Any = None
) -> dict[str, Any]:
    """Return continuations of some beginnings, where the predictor can tell them."""
    if not hasattr(predictor, "stream"):
        return {"samples": []}
    return {"samples": generate_parts.samples(predictor, task, rows)}


def baselines(task: Any, learned: Learned, inputs: Sequence[Any], seed: int) -> dict[str, Baseline]:
    """Return Kneser-Ney n-grams, single tokens by their frequency, and all tokens alike."""
    del seed
    rows = [row["tokens"] for row in task.encode(inputs)]
    ids, ends = np.concatenate(rows), np.cumsum([len(row) for row in rows])[:-1]
    order = ORDERS[task.text.tokens]
    some = "" if learned.whole else f", of the first {len(learned.ids):,} tokens"
    notes = {
        "kneser-ney": f"{order}-grams with interpolated modified Kneser-Ney smoothing{some}",
        "unigram": f"each token by its frequency alone{some}",
        "uniform": "every token alike",
    }
    found = {}
    for name, note in notes.items():
        began = time.perf_counter()
        if name == "uniform":
            told = np.full(len(ids), -math.log(task.size - 1))  # all ids but padding
        else:
            length = order if name == "kneser-ney" else 1
            model = KneserNey(learned.ids, size=task.size, order=length, start=task.start)
            told = model.log_probabilities(ids, task.start)
        each = [_answer(scores) for scores in np.split(told, ends)]
        found[name] = Baseline(each, time.perf_counter() - began, note)
    return found


def versus(first: Found, second: Found, seed: int) -> dict[str, Any]:
    """Return the paired bootstrap over blocks of two systems' bits a character.

    Returns:
        `{"difference", "low", "high", "only_first", "only_second", "bootstrap_p"}`: bits of the
        first less those of the second, so below zero the first is better; and how many blocks
        each tells better.
    """
    return _paired(first.nats, second.nats, first.characters, seed)


def verdict(report: Report) -> list[str]:
    """Return who is ahead, and whether that can be chance, as sentences."""
    return verdicts.verdict(report, TESTED)


def outcome(row: Row) -> tuple[float, int]:
    """Return nats and characters of a block; TypeError, KeyError: the row has them not."""
    told = row["answer"]["log_probabilities"]
    return -float(sum(told)), len(row["input"])


def target(row: Row) -> str:
    """Return the text."""
    return str(row["target"])


def paired(
    first: Sequence[tuple[float, int]],
    second: Sequence[tuple[float, int]],
    reports: tuple[Report, Report],
) -> dict[str, Any]:
    """Return the paired bootstrap over blocks, given nats and characters of each."""
    del reports
    one, other = np.array(first), np.array(second)
    return _paired(one[:, 0], other[:, 0], one[:, 1], 0)


def _paired(first: np.ndarray, second: np.ndarray, characters: np.ndarray, seed: int) -> Any:
    more = (first - second) / math.log(2)
    both = np.stack([more, characters], axis=1)
    sums = np.concatenate([w @ both for w in resampling.weights(len(both), RESAMPLES, seed)])
    drawn = sums[:, 0] / sums[:, 1]
    difference = float(more.sum() / characters.sum())
    low, high = resampling.percentile(drawn)
    # as in `resampling.paired_f1`: rounding alone does not keep a difference from its bound
    extreme = int((np.abs(drawn - difference) >= abs(difference) - 1e-12).sum())
    return {
        "difference": difference,
        "low": low,
        "high": high,
        "only_first": int((more < 0).sum()),
        "only_second": int((more > 0).sum()),
        "bootstrap_p": (1 + extreme) / (1 + len(drawn)),
    }


def _answer(scores: np.ndarray) -> dict[str, Any]:
    return {"log_probabilities": [round(float(x), DIGITS) for x in scores]}

"""How translations are scored: BLEU beside three baselines; paired bootstrap over sentences."""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.errors import DataError, SettingsError
from textlstm.harness import translate_baselines, translate_parts, verdicts
from textlstm.ngrams import words
from textlstm.report import Report, Score
from textlstm.tasks import translations

MAIN = "bleu"
TEST = "bootstrap_p"
# What a table of 80 columns has room for; all of them are in the report's JSON.
COLUMNS = {
    "bleu": "bleu",
    "chrf": "chrf",
    "rouge_l": "rouge_l",
    "exact_match": "exact",
    "bootstrap p": "p",
}
TESTED = verdicts.Test(
    MAIN,
    TEST,
    "paired bootstrap p",
    {
        "copy-source": "copying the source",
        "word-by-word": "translating word by word",
        "nearest-sentence": "taking the nearest training sentence's translation",
    },
)

ATTENDED = 6  # sentences whose attention is shown
FEW_WORDS, MANY_WORDS = 4, 16  # in them

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The measures of some rows, and with which tokenizer and seed."""

    measured: translations.Measured
    tokenize: str
    seed: int

    @property
    def scores(self) -> dict[str, Score]:
        """Scores by name."""
        return self.measured.scores

    @property
    def per_label(self) -> dict[str, dict[str, float]]:
        """Nothing: a translation has no label."""
        return {}

    @property
    def correct(self) -> np.ndarray:
        """Whether a translation is its reference."""
        return self.measured.correct

    @property
    def notes(self) -> list[str]:
        """What a reader must know."""
        return self.measured.notes


def learn(
    task: Any, train: Iterable[Example] | None, seed: int
) -> translate_baselines.Learned | None:
    """Return the sample of training pairs that the baselines learn from."""
    return None if train is None else translate_baselines.learn(task, train, seed=seed)


def measure(task: Any, rows: Sequence[Row], learned: Any, seed: int) -> Found:
    """Return `translations.measure` of the rows, by the task's tokenizer."""
    measured = translations.measure(
        [row["target"] for row in rows],
        [row["answer"]["translation"] for row in rows],
        task.tokenize,
        seed=seed,
    )
    return Found(measured, task.tokenize, seed)


def details(task: Any, rows: Sequence[Row], found: Found) -> dict[str, Any]:
    """Return what the page draws: BLEU by length, what goes wrong, sentences side by side."""
    sources = [task.raw(row["input"]) for row in rows]
    targets = [row["target"] for row in rows]
    answers = [row["answer"]["translation"] for row in rows]
    counts = found.measured.counts
    return {
        "kind": "translate",
        "tokenize": found.tokenize,
        "signatures": found.measured.signatures,
        "by_length": translate_parts.by_length(sources, counts, found.seed),
        "length_ratios": translate_parts.length_ratios(counts),
        "wrong": translate_parts.wrong(sources, targets, answers),
        "examples": translate_parts.examples(rows, sources, found.measured.chrf),
    }


def looked_into(
    predictor: Any, task: Any, rows: Sequence[Row], learned: Any = None
) -> dict[str, Any]:
    """Return the attention over some short sources, where the predictor can tell it.

    Returns:
        `{"attention": [{"source": [pieces], "target": [pieces], "weights": [[float]], "where",
        "input"}]}`, a row of weights a piece of the target; empty if there is none.
    """
    asks = inspect.signature(predictor.predict).parameters.values()
    if not any(p.name == "attention" or p.kind is p.VAR_KEYWORD for p in asks):
        return {"attention": []}
    chosen = _short(task, rows)
    try:
        answers = predictor.predict([row["input"] for row in chosen], attention=True)
    except SettingsError:  # it may also refuse to show what it has not
        return {"attention": []}
    found = []
    for row, answer in zip(chosen, answers, strict=True):
        seen = answer.get("attention")
        if seen is None:  # a network without attention
            continue
        weights = [[round(float(weight), 4) for weight in line] for line in seen["weights"]]
        found.append(
            {"where": str(row["where"]), "input": task.raw(row["input"]),
             "source": list(seen["source"]), "target": list(seen["target"]), "weights": weights}
        )  # fmt: skip
    return {"attention": found}


def baselines(
    task: Any, learned: translate_baselines.Learned, inputs: Sequence[Any], seed: int
) -> dict[str, Baseline]:
    """Return `translate_baselines.baselines`, learned and answered."""
    return translate_baselines.baselines(task, learned, inputs, seed=seed)


def versus(first: Found, second: Found, seed: int) -> dict[str, Any]:
    """Return the paired bootstrap of two systems' BLEU, and the p of that of chrF."""
    one, other = first.measured, second.measured
    test = translations.paired(one.counts, other.counts, one.whole, seed=seed)
    chrf = translations.paired_chrf(one.characters, other.characters, seed=seed)
    test |= {f"chrf_{TEST}": chrf["bootstrap_p"]}
    return test | _alone(one.correct, other.correct)


def verdict(report: Report) -> list[str]:
    """Return who is ahead by BLEU, and whether that can be chance, as sentences."""
    return verdicts.verdict(report, TESTED)


def outcome(row: Row) -> tuple[str, str]:
    """Return reference and translation of a row; TypeError: they are no texts."""
    found = (row["target"], row["answer"]["translation"])
    if not all(isinstance(text, str) for text in found):
        raise TypeError("a translation and its reference are texts")
    return found


def target(row: Row) -> str:
    """Return the reference."""
    return str(row["target"])


def paired(
    first: Sequence[tuple[str, str]],
    second: Sequence[tuple[str, str]],
    reports: tuple[Report, Report],
) -> dict[str, Any]:
    """Return the paired bootstrap of two systems' BLEU, given references and translations.

    Raises:
        DataError: a report does not say by which tokenizer, or both differ in it.
    """
    names = [report.details.get("tokenize") for report in reports]
    if names[0] is None or names[0] != names[1]:
        raise DataError(
            f"BLEU of the runs cannot be compared: tokenizers {names[0]} and {names[1]} "
            "(report.json, details, tokenize)"
        )
    counts, correct = [], []
    for rows in (first, second):
        sides = [target for target, _ in rows], [translation for _, translation in rows]
        counts.append(translations.bleu_counts(*sides, names[0]))
        correct.append(translations.exact(*sides))
    whole = translations.all_orders(counts[0])
    test = translations.paired(counts[0], counts[1], whole)
    return test | _alone(correct[0], correct[1])


def _alone(first: np.ndarray, second: np.ndarray) -> dict[str, int]:
    """Return how many sentences only one system translates as the reference does."""
    return {
        "only_first": int((first & ~second).sum()),
        "only_second": int((second & ~first).sum()),
    }


def _short(task: Any, rows: Sequence[Row]) -> list[Row]:
    """Return some short sources, spread over the part; the shortest where none is short."""
    lengths = [len(words(task.raw(row["input"]))) for row in rows]
    places = [n for n, length in enumerate(lengths) if FEW_WORDS <= length <= MANY_WORDS]
    if not places:
        places = sorted(sorted(range(len(rows)), key=lengths.__getitem__)[:ATTENDED])
    step = max(1, len(places) // ATTENDED)
    return [rows[place] for place in places[step // 2 :: step][:ATTENDED]]

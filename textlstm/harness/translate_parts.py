"""What is told of translations besides scores: by length, what goes wrong, sentences side by side.

Words are those of `ngrams.words`: lower-cased, a Chinese character counting as a word.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from textlstm.harness.lengths import buckets
from textlstm.ngrams import words
from textlstm.tasks import resampling
from textlstm.tasks.translations import LENGTH, REFERENCE, all_orders, bleu_of
from textlstm.words import is_unspaced

BUCKETS = 5
RESAMPLES = 300  # of each bucket's interval
LONGEST = 8  # words of a part whose repetition is looked for
LETTERS = 4  # of a source word from which copying it is counted
RATIOS = (0.0, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5, None)  # ends of the bins of length ratios
SHOWN = 5  # sentences of each group side by side
SHOWN_CHARACTERS = 600

Row = Mapping[str, Any]


def by_length(sources: Sequence[str], counts: np.ndarray, seed: int) -> list[dict[str, Any]]:
    """Return BLEU with its 95 % interval in buckets of like many sentences by source length.

    Args:
        sources: texts.
        counts: of `translations.bleu_counts` (sentences, 10).
        seed: of the resamples.

    Returns:
        Rows {"from", "to", "examples", "bleu", "low", "high", "length_ratio"}; lengths in words.
        A bucket whose references all have fewer than four tokens takes the lower orders alone.
    """
    lengths = np.array([len(words(source)) for source in sources])
    rows = []
    for start, end in buckets(lengths, BUCKETS):
        inside = counts[(lengths >= start) & (lengths <= end)]
        whole, total = all_orders(inside), inside.sum(axis=0)
        drawn = [
            bleu_of(row, whole)
            for block in resampling.weights(len(inside), RESAMPLES, seed)
            for row in (block @ inside).tolist()
        ]
        low, high = resampling.percentile(np.array(drawn))
        reference = int(total[REFERENCE])
        rows.append(
            {
                "from": start,
                "to": end,
                "examples": len(inside),
                "bleu": bleu_of(total.tolist(), whole),
                "low": low,
                "high": high,
                "length_ratio": int(total[LENGTH]) / reference if reference else None,
            }
        )
    return rows


def length_ratios(counts: np.ndarray) -> list[dict[str, Any]]:
    """Return how many answers are how long beside their reference: {"from", "to", "count"}.

    Tokens of the answer by tokens of the reference, both as BLEU counts them; sentences whose
    reference is empty are left out. The last bin has no end.
    """
    counts = counts[counts[:, REFERENCE] > 0]
    ratios = counts[:, LENGTH] / counts[:, REFERENCE]
    rows = []
    for low, high in zip(RATIOS, RATIOS[1:], strict=False):
        inside = (ratios >= low) & (ratios < (np.inf if high is None else high))
        rows.append({"from": low, "to": high, "count": int(inside.sum())})
    return rows


def wrong(
    sources: Sequence[str], targets: Sequence[str], answers: Sequence[str]
) -> dict[str, int]:  # fmt: skip
    """Return how many answers are empty, repeat a part, or hold words of the source.

    Returns:
        `{"empty", "repeated", "repeated_parts", "untranslated", "untranslated_words"}`: answers,
        but for the parts of `repeated` and the words of `untranslated`, counted one by one.
    """
    repeats, copies = [], []
    for source, target, answer in zip(sources, targets, answers, strict=True):
        repeats.append(len(repeated(answer) - repeated(target)))
        copies.append(len(untranslated(source, target, answer)))
    return {
        "empty": sum(not answer.strip() for answer in answers),
        "repeated": sum(map(bool, repeats)),
        "repeated_parts": sum(repeats),
        "untranslated": sum(map(bool, copies)),
        "untranslated_words": sum(copies),
    }


def repeated(text: str) -> set[tuple[str, ...]]:
    """Return the parts of a text that directly follow themselves.

    A part is one to eight words with a letter or digit among them. One Chinese character has to
    stand there three times, since many words are a character twice.
    """
    found: set[tuple[str, ...]] = set()
    row = words(text)
    for size in range(1, min(LONGEST, len(row) // 2) + 1):
        for start in range(len(row) - 2 * size + 1):
            part = tuple(row[start : start + size])
            times = 3 if size == 1 and is_unspaced(part[0]) else 2
            same = row[start : start + times * size] == [*part] * times
            if same and any(map(str.isalnum, "".join(part))) and not _smaller(part):
                found.add(part)
    return found


def untranslated(source: str, target: str, answer: str) -> set[str]:
    """Return what the answer has from the source and the reference has not.

    Words of four letters or more, and two Chinese or Japanese characters in a row.
    """
    return (_long(source) & _long(answer)) - _long(target)


def examples(rows: Sequence[Row], sources: Sequence[str], chrf: np.ndarray) -> list[dict[str, Any]]:
    """Return sentences side by side: the best, those in the middle and the worst by chrF.

    Returns:
        Rows {"group", "where", "source", "target", "answer", "chrf"}; each sentence once, long
        texts cut.
    """
    order = np.argsort(-chrf, kind="stable").tolist()
    middle = max(0, len(order) // 2 - SHOWN // 2)
    groups = {
        "best": order[:SHOWN],
        "worst": order[::-1][:SHOWN],
        "middle": order[middle : middle + SHOWN],
    }
    kept, met = [], set()
    for group, places in groups.items():
        for place in places:
            if place in met:
                continue
            met.add(place)
            row = rows[place]
            texts = (sources[place], row["target"], row["answer"]["translation"])
            source, target, answer = map(_cut, texts)
            kept.append(
                {"group": group, "where": str(row["where"]), "source": source, "target": target,
                 "answer": answer, "chrf": float(chrf[place])}
            )  # fmt: skip
    names = ["best", "middle", "worst"]
    return sorted(kept, key=lambda row: names.index(row["group"]))


def _smaller(part: Sequence[str]) -> bool:
    """Tell whether a part is itself a shorter one over and over, which is counted instead."""
    size = len(part)
    return any(
        size % n == 0 and list(part) == [*part[:n]] * (size // n) for n in range(1, size)
    )  # fmt: skip


def _long(text: str) -> set[str]:
    row = words(text)
    found = {word for word in row if len(word) >= LETTERS and word.isalpha()}
    pairs = zip(row, row[1:], strict=False)
    return found | {a + b for a, b in pairs if is_unspaced(a) and is_unspaced(b)}


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + " ..."

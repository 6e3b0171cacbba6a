"""What is told of a language model besides scores: where it is surprised, and what it writes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from textlstm.tasks.generate import Writer

PLACES = (1, 2, 4, 8, 16, 32, 64, 128)  # tokens since the line began, where a bucket begins
FREQUENCIES = (0, 1, 10, 100, 1000, 10_000, 100_000)  # times in training, likewise
SHOWN_TOKENS = 250  # of a text that is coloured
WORST = 20  # tokens that surprise most in all
SAMPLES = 3  # beginnings that are continued
TEMPERATURES = (0.5, 0.8, 1.0)
PREFIX = 40  # characters of a beginning, about
SAMPLE_TOKENS = 80

Row = Mapping[str, Any]


def perplexity(nats: Any) -> Any:
    """Return e to the power of nats a token; infinite where a float has no room for it."""
    with np.errstate(over="ignore"):
        return np.exp(nats)


def by_place(task: Any, ids: np.ndarray, scores: np.ndarray) -> list[dict[str, Any]]:
    """Return perplexity a token by how many tokens of its line stand before it.

    Returns:
        Rows {"from", "to", "count", "perplexity"}; places from 1, both ends included.
    """
    ends = np.array([("\n" in piece) for piece in task.pieces(range(task.size))])
    line_ends = ends[ids]
    starts = np.concatenate([[0], np.flatnonzero(line_ends) + 1])
    place = np.arange(len(ids)) - starts[np.searchsorted(starts, np.arange(len(ids)), "right") - 1]
    return _buckets(place + 1, scores, PLACES)


def by_frequency(
    ids: np.ndarray, scores: np.ndarray, counts: np.ndarray | None
) -> list[dict[str, Any]]:
    """Return perplexity a token by how often it occurs in training; nothing without counts.

    Returns:
        Rows {"from", "to", "count", "perplexity"}.
    """
    return [] if counts is None else _buckets(counts[ids], scores, FREQUENCIES)


def worst(task: Any, ids: np.ndarray, scores: np.ndarray) -> list[dict[str, Any]]:
    """Return the tokens whose costs make up most of the whole.

    Returns:
        Rows {"token", "count", "share", "perplexity"}, the largest share first.
    """
    counts = np.bincount(ids, minlength=task.size)
    sums = np.bincount(ids, weights=-scores, minlength=task.size)
    order = [int(i) for i in np.argsort(-sums, kind="stable")[:WORST] if counts[i]]
    total = max(1e-12, float(sums.sum()))
    return [
        {"token": piece, "count": int(counts[i]), "share": float(sums[i]) / total,
         "perplexity": float(perplexity(sums[i] / counts[i]))}
        for i, piece in zip(order, task.pieces(order), strict=True)
    ]  # fmt: skip


def surprise(
    task: Any, rows: Sequence[Row], ids: Sequence[np.ndarray], scores: Sequence[np.ndarray],
    nats: np.ndarray, characters: np.ndarray,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the blocks told best, in the middle and worst, token by token.

    Returns:
        Rows {"group", "where", "bits", "pieces", "nats"}: bits a character of the block.
    """
    rate = nats / np.maximum(characters, 1.0)
    order = np.argsort(rate, kind="stable").tolist()
    found, met = [], set()
    for group, place in (("best", 0), ("middle", len(order) // 2), ("worst", len(order) - 1)):
        block = order[place]
        if block in met:
            continue
        met.add(block)
        writer = Writer(task, None)
        pieces = [writer.write(int(i)) for i in ids[block][:SHOWN_TOKENS]]
        found.append(
            {"group": group, "where": str(rows[block]["where"]),
             "bits": float(rate[block]) / math.log(2), "pieces": pieces,
             "nats": [round(-float(x), 3) for x in scores[block][:SHOWN_TOKENS]]}
        )  # fmt: skip
    return found


def samples(predictor: Any, task: Any, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return what the model writes after some beginnings of test blocks, at three temperatures.

    Returns:
        Rows {"prefix", "temperature", "text"}.
    """
    step = max(1, len(rows) // SAMPLES)
    found = []
    for row in rows[step // 2 :: step][:SAMPLES]:
        prefix = beginning(task.raw(row["input"]))
        for temperature in TEMPERATURES:
            text = "".join(
                predictor.stream(prefix, temperature=temperature, max_length=SAMPLE_TOKENS)
            )
            found.append({"prefix": prefix, "temperature": temperature, "text": text})
    return found


def beginning(text: str) -> str:
    """Return the first words of a text, about forty characters of its first line with letters."""
    lines = [line for line in text.splitlines() if any(map(str.isalpha, line))]
    first = lines[0] if lines else text.strip()
    if len(first) <= PREFIX:
        return first
    end = first.rfind(" ", 1, PREFIX)
    return first[: end if end > 0 else PREFIX // 4]


def _buckets(
    values: np.ndarray, scores: np.ndarray, starts: Sequence[int]
) -> list[dict[str, Any]]:  # fmt: skip
    rows = []
    for low, high in zip(starts, [*starts[1:], None], strict=True):
        inside = values >= low if high is None else (values >= low) & (values < high)
        count = int(inside.sum())
        if count:
            rows.append(
                {"from": low, "to": None if high is None else high - 1, "count": count,
                 "perplexity": float(perplexity(-scores[inside].mean()))}
            )  # fmt: skip
    return rows
